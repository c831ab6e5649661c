"""Names as they are bound at a place of a page: conditions and values, as far as they are told."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from html import unescape
from itertools import product
from typing import TYPE_CHECKING

from sse_check.pages.binding import may_bind
from sse_check.pages.marks import Value
from sse_check.pages.scene import Frame, Scene
from sse_check.pages.withs import bound_at
from sse_check.source.lazy import lazy
from sse_check.template.attributes import Attribute
from sse_check.template.conditions import Facts
from sse_check.template.expressions import UNKNOWN, Text, fold
from sse_check.template.values import Hole, Parts, Pattern, Piece, Told, variants

if TYPE_CHECKING:
    from sse_check.pages.reader import Reader
    from sse_check.pages.tag_blocks import TagBody

_MOST_VALUES = 16
_DEEPEST_FOLD = 12
_DEEPEST_LOOKUP = 40
# Conditions that are decided as they are written: `{% if 0 %}`.
_LITERALS = {"true": True, "True": True, "1": True} | dict.fromkeys(
    ("false", "False", "0", "none", "None"), False
)
_FALSE = frozenset(("", "None", "False", "0"))
_INCLUDE = lazy(r"\{%-?\s*include\b")


class Names:
    """Names as they are bound at a place: in its file, in those above it, by the page itself.

    `given` are texts that whoever renders the page is known to pass. `scene` is what the page has
    here, and `supers` what `super()` means in a block inside a start tag. `at` is the place in the
    file, where that is known: what a `with` gives to a name is seen inside it alone.
    """

    __slots__ = ("at", "frame", "frames", "given", "page", "reader", "scene", "supers")

    def __init__(
        self,
        reader: Reader,
        frames: tuple[Frame, ...],
        page: str,
        given: Mapping[str, str],
        scene: Scene | None = None,
        supers: tuple[TagBody, ...] = (),
        at: int = -1,
    ) -> None:
        self.reader = reader
        self.frames = frames
        self.frame = frames[0]
        self.page = page
        self.given = given
        self.scene = scene
        self.supers = supers
        self.at = at

    def in_file(self, scene: Scene) -> Names:
        """The names in another file of the same page."""
        return Names(self.reader, scene.frames, self.page, self.given, scene)

    def below(self, supers: tuple[TagBody, ...]) -> Names:
        """The names in a block that stands for others."""
        return Names(self.reader, self.frames, self.page, self.given, self.scene, supers)

    def inside(self, frame: Frame) -> Names:
        return Names(self.reader, (frame, *self.frames), self.page, self.given)

    @property
    def above(self) -> Names | None:
        rest = self.frames[1:]
        if not rest:
            return None
        site = self.frame.site if self.frame.via != "extends" else None
        at = site.start if site is not None else -1
        return Names(self.reader, rest, self.page, self.given, at=at)

    def placed(self, at: int) -> Names:
        """The names at a place of the file."""
        if not self.reader.withs(self.frame.path, self.frame.template):
            return self
        here = (self.page, self.given, self.scene, self.supers)
        return Names(self.reader, self.frames, *here, at=at)

    # Conditions

    def decide(self, facts: Facts) -> Facts | None:
        """The facts that bound names leave open; None when one of them is contradicted.

        What a bound name stands for is asked where it was passed, so two calls of a macro with
        different arguments are decided apart.
        """
        if not facts:
            return facts
        if self.scene is not None and self.scene.apart:
            facts = tuple(fact for fact in facts if fact not in self.scene.apart)
        # There may be hundreds of them, which a dict is made of quickly.
        if not _LITERALS.keys().isdisjoint(dict(facts)):
            if any(_LITERALS.get(key, wanted) != wanted for key, wanted in facts):
                return None
            facts = tuple(fact for fact in facts if fact[0] not in _LITERALS)
        if not facts or not (
            self.given or any(frame.bindings or frame.isolated for frame in self.frames)
        ):
            return facts
        left = []
        for key, wanted in facts:
            meant = self._meant(key) if key.isidentifier() else key
            if not isinstance(meant, bool):
                left.append((meant, wanted))
            elif meant != wanted:
                return None
        return tuple(left)

    def _meant(self, name: str) -> str | bool:
        """The truth of a name, or the condition that it amounts to."""
        names: Names | None = self
        for _ in range(_DEEPEST_LOOKUP):
            if names is None:
                return name
            if name not in names.frame.bindings:
                if names.frame.isolated:
                    return False if names.leaves_out(name) else name
                if len(names.frames) == 1:
                    return names.given[name] not in _FALSE if name in names.given else name
                names = names.above
                continue
            truth = _truth(names.lookup(name, 0))
            if truth is not None:
                return truth
            expression = names.frame.bindings[name]
            names = names.above
            if not expression.isidentifier():
                return f"{expression} in {names.frame.path}" if names else expression
            name = expression
        return name

    # Values

    def values(self, attribute: Attribute) -> tuple[Value, ...] | None:
        if attribute.value is None:
            return None
        if len(attribute.value) == 1 and isinstance(attribute.value[0], str):
            return _written_out(attribute.value[0])
        return self.placed(attribute.start).texts_of(attribute.value, attribute.facts)

    def texts_of(self, value: Parts, known: Facts) -> tuple[Value, ...]:
        """The texts that a value can have where these facts hold."""
        found: list[Value] = []
        for pieces, facts in variants(value, dict(known)):
            left = self.decide(facts)
            if left is not None:
                found.extend(Value(pattern, left) for pattern in self._patterns(pieces))
        return tuple(found[:_MOST_VALUES])

    def _patterns(self, pieces: tuple[Piece, ...]) -> list[Pattern]:
        alternatives = [self._texts(piece) for piece in pieces]
        found = []
        for combination in product(*alternatives):
            found.append(Pattern.of(*(part for text in combination for part in text)))
            if len(found) == _MOST_VALUES:
                break
        return found

    def _texts(self, piece: Piece) -> list[Text]:
        if isinstance(piece, str):
            return [(piece,)]
        if isinstance(piece, Told):
            return [piece.parts]
        known = isinstance(piece, Hole) and piece.kind == "expression"
        return self.fold(piece.text, 0) if known else [UNKNOWN]

    def fold(self, expression: str, depth: int) -> list[Text]:
        if depth > _DEEPEST_FOLD:
            return [UNKNOWN]
        return fold(
            expression,
            lambda name: self.lookup(name, depth + 1),
            self.frame.template.dialect.name,
        )

    def lookup(self, name: str, depth: int) -> list[Text] | None:
        if depth > _DEEPEST_LOOKUP:
            return None
        frame, above = self.frame, self.above
        if name in frame.bindings:
            return above.fold(frame.bindings[name], depth) if above is not None else None
        if self.at >= 0:
            bound = bound_at(self.reader.withs(frame.path, frame.template), name, self.at)
            if bound is not None:
                texts = self.placed(bound.at).fold(bound.given[name], depth)
                # Of several it is not told which.
                return texts if len(texts) == 1 else [UNKNOWN]
        own = self.reader.constants(frame.path, frame.template).get(name)
        if own:
            return self._assigned(own, name, depth)
        if frame.isolated:
            return [("",)] if self.leaves_out(name) else None
        if above is not None:
            found = above.lookup(name, depth + 1)
            unsure = found == [("",)] and may_bind(frame.template, name)
            return None if unsure else found
        if name in self.given:
            return [(self.given[name],)]
        return self._from_page(name, depth)

    def leaves_out(self, name: str) -> bool:
        """Whether Django includes this file with `only`, and without this name: it is empty.

        What an inclusion tag gives its template is known to Python alone.
        """
        frame, above = self.frame, self.above
        if above is None or frame.site is None or not frame.isolated:
            return False
        around = above.frame.template
        is_only = around.dialect.name == "django" and _INCLUDE.match(around.text, frame.site.start)
        return bool(is_only) and name.isidentifier() and not may_bind(frame.template, name)

    def _assigned(self, expressions: list[str], name: str, depth: int) -> list[Text]:
        if _names_itself(name, tuple(expressions)):
            return [UNKNOWN]
        found: list[Text] = []
        for expression in expressions:
            found.extend(self.fold(expression, depth))
            if len(found) >= _MOST_VALUES:
                # More of them are not looked at.
                break
        return found

    def _from_page(self, name: str, depth: int) -> list[Text] | None:
        """A layout sees what the page that extends it sets."""
        project = self.reader.project
        for path in project.chain(self.page):
            template = project.template(path)
            if template is None or path == self.frame.path:
                continue
            own = self.reader.constants(path, template).get(name)
            if own and all(name not in expression for expression in own):
                inner = self.inside(Frame(path, template, {}, True, None, ""))
                return [text for expression in own for text in inner.fold(expression, depth)]
        return None


@lru_cache(maxsize=4096)
def _written_out(text: str) -> tuple[Value, ...]:
    """What most attributes have: one text, whatever is bound."""
    return (Value(Pattern.of(unescape(text)), ()),)


@lru_cache(maxsize=256)
def _names_itself(name: str, expressions: tuple[str, ...]) -> bool:
    """Whether a name is in what is assigned to it, and not as a text."""
    quoted = (f'"{name}"', f"'{name}'")
    return any(name in one.replace(quoted[0], "").replace(quoted[1], "") for one in expressions)


def _truth(texts: list[Text] | None) -> bool | None:
    if not texts or any(None in text for text in texts):
        return None
    truths = {"".join(map(str, text)) not in _FALSE for text in texts}
    return truths.pop() if len(truths) == 1 else None
