"""Frames that are sent in pieces: what stands between one empty line and the next."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from sse_check.apps.frames import as_text, from_text
from sse_check.python.places import Guard, Place
from sse_check.python.values import Frame
from sse_check.python.written import ends_in_line
from sse_check.template.values import Pattern

_MOST = 16
_FIELDS = ("event:", "data:", "id:", "retry:")
Condition = tuple[int, bool]
Cut = Literal["", "end", "late", "glued"]


class Piece(NamedTuple):
    """A text that is sent, and where: `conditions` are those under which it is, `origin` is where
    what is sent is written, if elsewhere."""

    pattern: Pattern
    node: ast.expr
    frame: Frame
    conditions: frozenset[Condition]
    certain: bool
    origin: tuple[ast.expr, Frame] | None = None
    # Whether nothing is sent after it.
    last: bool = False
    # All that is known to hold there, also by what leaves before it; None where that is not all.
    after: frozenset[Condition] | None = frozenset()


class Sent(NamedTuple):
    """The whole of one or several frames, with the piece that names or else begins it, and the
    one that has its data. `cut` says what comes before the blank line: the end of the stream or
    another event ("end"), or perhaps only a comment ("late"); "glued" says that what is sent next
    goes on in its last line."""

    pattern: Pattern
    piece: Piece
    certain: bool
    data: Piece
    cut: Cut = ""


class _Begun(NamedTuple):
    """What was sent since the last empty line, on one way through the code. Of each of `skipped`
    not all conditions hold on it."""

    pattern: Pattern
    piece: Piece | None
    conditions: frozenset[Condition]
    certain: bool = True
    data: Piece | None = None
    latest: Piece | None = None
    skipped: frozenset[frozenset[Condition]] = frozenset()


@dataclass(slots=True)
class Wire:
    """Takes pieces in the order in which they are sent, and gives what is complete."""

    _ways: list[_Begun] = field(default_factory=lambda: [_Begun(Pattern(()), None, frozenset())])

    # Whether there are more ways through the code than are looked at.
    cut: bool = False

    # Whether something else was sent since a frame was begun, which may have ended it.
    _mixed: bool = False

    @property
    def begun(self) -> bool:
        """Whether something was sent of a frame that goes on."""
        return any(way.piece is not None for way in self._ways)

    def passes_on(self) -> None:
        """Something is sent here that this wire does not see."""
        self._mixed = self.begun

    def take(self, pieces: list[Piece]) -> Iterator[Sent]:
        """Send one of these pieces, the choices of one expression."""
        yield from self.runs_into(pieces)
        self._ways = [_fresh(way) if self._is_glued(way, pieces) else way for way in self._ways]
        self._mixed = self._mixed and self.begun
        after: list[_Begun] = []
        for way in self._ways:
            if not pieces or _contradict(way, pieces[0].after or pieces[0].conditions):
                after.append(way)
                continue
            new = pieces[0].conditions - way.conditions
            if new:
                # The way that goes past it.
                past = frozenset((one, not holds) for one, holds in new) if len(new) == 1 else ()
                skipped = way.skipped.union([new] if len(new) > 1 else ())
                held = way.conditions.union(past)
                after.append(way._replace(conditions=held, skipped=skipped))
            elif pieces[0].after is None and way.piece is not None:
                # A handler of exceptions or a case, which may not be come to.
                after.append(way)
            for piece in pieces:
                done, left = self._sent(way, piece)
                yield from done
                after.append(left)
        merged = _merged(after)
        self.cut = self.cut or len(merged) > _MOST
        self._ways = merged[:_MOST]

    def runs_into(self, pieces: list[Piece]) -> Iterator[Sent]:
        """What was begun where these pieces, one and all, begin an event of their own: of two names
        in one frame the browser takes the second."""
        after = pieces[0].after if pieces else None
        if self._mixed or after is None:
            return
        for way in self._ways:
            if way.piece is None or way.latest is None or way.latest.after is None:
                continue
            if _contradict(way, after):
                continue
            if self._is_glued(way, pieces):
                yield Sent(way.pattern, way.piece, way.certain, way.data or way.piece, cut="glued")
                continue
            begun = as_text(way.pattern)
            ends_line = begun.endswith("\n") and _is_cut(way.pattern)
            if ends_line and all(_begins_anew(begun, one.pattern) for one in pieces):
                yield Sent(way.pattern, way.piece, way.certain, way.data or way.piece, cut="end")

    def _is_glued(self, way: _Begun, pieces: list[Piece]) -> bool:
        """Whether a text that ends no line of its own is followed by what begins with a field."""
        begun = as_text(way.pattern)
        if self._mixed or way.piece is None or not pieces or begun.endswith("\n"):
            return False
        last = begun.rpartition("\n")[2]
        has_data = last.startswith("data:") and last.strip() != "data:"
        if not has_data or _contradicts(way, pieces):
            return False
        if way.pattern.parts[-1] is None and not _in_line(way.latest):
            return False
        return all(as_text(one.pattern).startswith(_FIELDS) for one in pieces)

    def left_open(self, latest: Piece, following: list[Pattern]) -> Iterator[Sent]:
        """What a piece leaves without an end, where all that may follow begins an event of its own,
        has no blank line either, or is a comment, which ends the event only when it comes."""
        for way in self._ways:
            if self._mixed or way.piece is None or way.latest is not latest:
                continue
            begun = as_text(way.pattern)
            ends_line = begun.endswith("\n") and _is_cut(way.pattern)
            if not ends_line or not _has(begun, "data:"):
                continue
            texts = [one for one in following if not is_comment(one)]
            if all(_begins_anew(begun, one) or not _may_end(one) for one in texts):
                late = len(texts) < len(following)
                data = way.data or way.piece
                yield Sent(way.pattern, way.piece, way.certain, data, "late" if late else "end")

    def latest(self) -> list[Piece]:
        """The pieces that were sent last of what was begun."""
        return [way.latest for way in self._ways if way.piece is not None and way.latest]

    def _sent(self, way: _Begun, piece: Piece) -> tuple[list[Sent], _Begun]:
        whole = as_text(Pattern.of(*way.pattern.parts, *piece.pattern.parts))
        first = way.piece
        if first is None or "event:" in as_text(piece.pattern):
            first = piece
        data = piece if "data:" in as_text(piece.pattern) else way.data
        certain = way.certain and piece.certain
        conditions = way.conditions | piece.conditions
        end = whole.rfind("\n\n")
        if end < 0:
            blank = not whole.strip("\n")
            text = "" if blank else whole
            left = None if blank else first
            begun = _Begun(from_text(text), left, conditions, blank or certain, data, piece)
            return [], begun._replace(skipped=way.skipped)
        rest = whole[end + 2 :]
        left = first if rest.strip("\n") else None
        begun = _Begun(
            from_text(rest), left, conditions, data=data if "data:" in rest else None, latest=piece
        )
        begun = begun._replace(skipped=way.skipped)
        return [Sent(from_text(whole[:end]), first, certain, data or first)], begun

    def end(self) -> Iterator[Sent]:
        """What was begun and never ended by an empty line."""
        for way in self._ways:
            if way.piece is not None:
                # What is never ended is never dispatched: no more of it is known than its name,
                # and whether it has data.
                ends = way.latest is not None and way.latest.last
                cut: Cut = "end" if ends and _is_cut(way.pattern) else ""
                data = way.data or way.piece
                known = way.piece.pattern if data is way.piece else way.pattern
                yield Sent(known, way.piece, way.certain, data, cut)
        self._ways = [_Begun(Pattern(()), None, frozenset())]


def conditions(guards: tuple[Guard, ...]) -> frozenset[Condition]:
    return frozenset((id(g.test), g.holds) for g in guards if g.test is not None and g.encloses)


def all_conditions(place: Place | None) -> frozenset[Condition] | None:
    """Also those that hold because something leaves before; None for a case of a match and for
    what happens after an exception, which are apart from what is written before them."""
    if place is None or place.rescue is not None or any(g.test is None for g in place.guards):
        return None
    return frozenset((id(g.test), g.holds) for g in place.guards)


def is_comment(pattern: Pattern) -> bool:
    """Whether a text is a comment with the blank line behind it, which ends what was begun."""
    text = as_text(pattern)
    return text.startswith(":") and text.endswith("\n\n")


def _is_cut(pattern: Pattern) -> bool:
    """Whether what was sent last certainly has no blank line at its end.

    A line that begins with something unknown may be several, with an end of their own.
    """
    last = as_text(pattern).rstrip("\n").rpartition("\n")[2]
    ends_known = bool(pattern.parts) and pattern.parts[-1] is not None
    return ends_known and not last.startswith(as_text(Pattern((None,))))


def _begins_anew(begun: str, pattern: Pattern) -> bool:
    """Whether a text names an event although what was begun before it is a whole one."""
    text = as_text(pattern).partition("\n\n")[0]
    if not _has(begun, "data:") or not _has(text, "event:"):
        return False
    return bool(_has(begun, "event:") or _has(text, "data:"))


def _may_end(pattern: Pattern) -> bool:
    """Whether a text may have the blank line that ends what was begun before it."""
    text = as_text(pattern)
    return "\n\n" in text or text.startswith("\n") or not text.endswith("\n")


def _has(text: str, field: str) -> bool:
    return text.startswith(field) or f"\n{field}" in text


def _contradict(way: _Begun, other: frozenset[Condition]) -> bool:
    """Whether nothing is sent on a way under these conditions."""
    return any((test, not holds) in other for test, holds in way.conditions) or any(
        one <= other for one in way.skipped
    )


def _contradicts(way: _Begun, pieces: list[Piece]) -> bool:
    """Whether it is not known that these are sent after what was begun on a way."""
    after = pieces[0].after
    return (
        after is None or way.latest is None or way.latest.after is None or _contradict(way, after)
    )


def _in_line(latest: Piece | None) -> bool:
    return latest is not None and ends_in_line(latest.node, latest.frame)


def _fresh(way: _Begun) -> _Begun:
    return way._replace(pattern=Pattern(()), piece=None, data=None, latest=None)


def _merged(ways: list[_Begun]) -> list[_Begun]:
    """Ways on which the same was sent are one."""
    found: dict[tuple[Pattern, int], _Begun] = {}
    for way in ways:
        key = (way.pattern, id(way.piece) if way.piece is not None else 0)
        known = found.get(key, way)
        held, skipped = way.conditions & known.conditions, way.skipped & known.skipped
        found[key] = way._replace(conditions=held, skipped=skipped)
    return list(found.values())
