"""Names that are waited for, by the page or by who looks, and that did not come."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from sse_check.findings.model import Finding
from sse_check.source.counted import counted, in_seconds
from sse_check.stream.around import SIGNS_OF_LIFE, EventListener, nearest_name
from sse_check.stream.frame_findings import lost_in
from sse_check.stream.landings import Row
from sse_check.stream.page_findings import at_connection, at_page, short
from sse_check.stream.session import SeenStream, Session

_OF_THE_BROWSER = ("error", "open")
_MOST_NAMED = 8
_JOINED = re.compile(r"[-_.:\s]")
_FIGURES = re.compile(r"\d+")


class Names(NamedTuple):
    """Which names must come, and which may stay away; both are patterns."""

    expected: tuple[str, ...]
    optional: tuple[str, ...]

    def must_come(self, name: str) -> bool:
        return any(fnmatchcase(name, one) for one in self.expected)

    def may_stay_away(self, name: str) -> bool:
        return any(fnmatchcase(name, one) for one in self.optional) and not self.must_come(name)


def names_given(what: str, given: object) -> tuple[str, ...]:
    """One name or several, as a test gives them."""
    if isinstance(given, str):
        return (given,)
    names = tuple(given) if isinstance(given, Iterable) else (given,)
    if not all(isinstance(name, str) for name in names):
        raise TypeError(f"{what}={given!r}: give a name, or a list of names")
    return names


def near_names(
    session: Session,
    stream: SeenStream,
    rows: list[Row],
    waits: list[EventListener],
    names: Names,
) -> dict[str, str]:
    """Of names that did not come those that were most likely meant: they came, and nothing waits
    for them. In htmx 4 scripts may."""
    own = [row for row in rows if row.stream is stream]
    came = {row.name for row in own}
    unheard = tuple(r.name for r in own if r.verdict == "unheard" and not _is_sign(r.name))
    wanted = tuple(name for name in _waited_for(stream, waits, names) if name not in came)
    if session.view.generation == "4":
        return {}
    near = {name: nearest_name(name, unheard) for name in wanted}
    return {
        name: one
        for name, one in near.items()
        if one and nearest_name(one, wanted) == name and not _are_counted(name, one)
    }


def is_slip(one: str, other: str) -> bool:
    """Whether names differ by nothing but case, blanks, and how their words are joined."""
    return _JOINED.sub("", one).lower() == _JOINED.sub("", other).lower()


def _are_counted(one: str, other: str) -> bool:
    """Whether names are two of a series, as `row-1` and `row-2` are."""
    return _FIGURES.sub("0", one) == _FIGURES.sub("0", other)


def missing(
    session: Session,
    stream: SeenStream,
    rows: list[Row],
    waits: list[EventListener],
    names: Names,
    near: Mapping[str, str],
) -> Iterator[Finding]:
    """Names that an element waits for and that its stream did not send."""
    if stream.reply.failure:
        # What failed says why nothing more came.
        return
    sent = [row.name for row in rows if row.stream is stream]
    ended, told = stream.reply.ended, lost_in(stream)
    for wait in waits:
        name = str(wait.name)
        if name in sent or name in _OF_THE_BROWSER or names.may_stay_away(name):
            continue
        if name in told or (wait.kind == "close" and ended and not names.must_come(name)):
            # That the stream ends without it, or what is wrong with it, is told already.
            continue
        certain = stream.reply.ended or names.must_come(name)
        help_ = _others(sent) if sent else _no_event(stream)
        if name in near:
            help_ = f"did you mean `{near[name]}`, which came and nothing waits for? {help_}"
        if not certain:
            help_ += (
                "; look longer with --timeout, cause it with --do, or allow it with "
                f"--optional {name}"
            )
        yield Finding(
            "stream_not_sent", wait.span,
            f"`{name}` was not sent by `{stream.shown}` {_looked(session, stream)}",
            help_,
            severity="error" if certain else "warning",
        )  # fmt: skip


def talks_past(
    session: Session,
    stream: SeenStream,
    rows: list[Row],
    waits: list[EventListener],
    names: Names,
) -> Finding | None:
    """What a stream sends and what its page waits for have nothing in common.

    A greeting that comes once is no sign of that, nor what another stream of the page brings to
    somebody. In htmx 4 scripts may hear any name.
    """
    own = [row for row in rows if row.stream is stream]
    sent = tuple(row.name for row in own if row.verdict == "unheard" and not _is_sign(row.name))
    waited = _waited_for(stream, waits, names)
    if (
        session.view.generation == "4"
        or not waited
        or not sent
        or all(row.count == 1 for row in own if row.name in sent)
    ):
        return None
    heard = {row.name for row in rows if row.landings or row.verdict == "gone"}
    if not heard.isdisjoint(row.name for row in own):
        return None
    near = next(((name, one) for name in waited if (one := nearest_name(name, sent))), None)
    seldom = " ".join(f"--optional {name}" for name in waited[:_MOST_NAMED])
    return at_connection(
        "stream_unheard", session.view, stream.connection,
        f"the page heard nothing of {counted(sum(row.count for row in own), 'event')} of "
        f"`{stream.shown}`: it waits for {_list_of(waited)}, and {_list_of(sent)} came",
        (f"did you mean `{near[1]}` where the page waits for `{near[0]}`? " if near else "")
        + f"Write the same name on both sides; what comes seldom is allowed with {seldom}",
    )  # fmt: skip


def _is_sign(name: str) -> bool:
    return name.lower() in SIGNS_OF_LIFE


def _waited_for(stream: SeenStream, waits: list[EventListener], names: Names) -> list[str]:
    """The names that a page wants to hear of a stream; none when they are only to end it."""
    told = lost_in(stream)
    return [
        name
        for name in dict.fromkeys(str(wait.name) for wait in waits if wait.kind != "close")
        if name not in told and name not in _OF_THE_BROWSER and not names.may_stay_away(name)
    ]


def expected_in_vain(
    session: Session, rows: list[Row], waits: dict[int, list[EventListener]], names: Names
) -> Iterator[Finding]:
    """Names that must come, that did not, and that no element waits for either."""
    if not session.streams:
        return
    sent = list(dict.fromkeys(row.name for row in rows))
    waited = {str(wait.name) for some in waits.values() for wait in some}
    waited.update(name for stream in session.streams for name in lost_in(stream))
    for pattern in names.expected:
        if any(fnmatchcase(name, pattern) for name in (*sent, *waited)):
            continue
        streams = ", ".join(f"`{one}`" for one in dict.fromkeys(s.shown for s in session.streams))
        message = (
            f"`{pattern}` was expected, and {streams} did not send it "
            f"{_looked(session, *session.streams)}; nothing on the page waits for it"
        )
        if len(session.streams) == 1:
            only = session.streams[0]
            yield at_connection(
                "stream_not_sent", session.view, only.connection, message, _others(sent)
            )
        else:
            yield at_page(session, "stream_not_sent", message, _others(sent, "they"))


def _looked(session: Session, *streams: SeenStream) -> str:
    """How long it was waited for something."""
    if all(stream.reply.ended for stream in streams):
        return "before it ended" if len(streams) == 1 else "before they ended"
    if session.interrupted:
        return "before you stopped it"
    events = counted(sum(len(stream.events) for stream in streams), "event")
    return f"within {in_seconds(session.limits.seconds)} and {events}"


def _others(sent: list[str], who: str = "it") -> str:
    return f"{who} sent {_list_of(sent) or 'nothing'}"


def _no_event(stream: SeenStream) -> str:
    """What a stream sent that was no event."""
    lines = [line.strip() for line in stream.reply.text.splitlines() if line.strip()]
    fields = [line for line in lines if not line.startswith(":")]
    if any(line.startswith("data") for line in fields):
        return f"it sent `{short(fields[-1])}` without the blank line behind it that sends an event"
    if fields:
        return f"it sent `{short(fields[-1])}`, and no data, without which there is no event"
    return "it sent comments only" if lines else "it sent nothing"


def _list_of(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names[:_MOST_NAMED])
