"""Elements of a way with their attributes, values folded in the frames of that way."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

from sse_check.project.project import Macro, Project, Step
from sse_check.project.ways import Frame, Way
from sse_check.source import Span
from sse_check.template.attributes import (
    Attribute,
    Call,
    StartTag,
    read_attribute_text,
    read_start_tag,
)
from sse_check.template.conditions import Facts, combine, consistent
from sse_check.template.expressions import (
    UNKNOWN,
    Text,
    arguments_of,
    bind,
    fold,
    read_link,
)
from sse_check.template.model import Template
from sse_check.template.values import Hole, Pattern, variants

_MOST_VALUES = 16
_MOST_VARIANTS = 64
_DEEPEST_FOLD = 12


class Value(NamedTuple):
    """One text an attribute can have, and what must hold for it."""

    pattern: Pattern
    facts: Facts


class ElementAttribute(NamedTuple):
    """An attribute as one way sees it: where it is written and the values it can have.

    `values` is None for a bare name. `fixed` says that it stands there on every rendering
    that satisfies `facts`.
    """

    name: str
    written: Attribute
    values: tuple[Value, ...] | None
    facts: Facts
    fixed: bool

    @property
    def span(self) -> Span:
        return Span(self.written.template.source, self.written.start, self.written.end)

    @property
    def value_span(self) -> Span:
        return Span(self.written.template.source, self.written.value_start, self.written.value_end)


@dataclass(slots=True)
class ElementTag:
    """All attributes of an element on a way. `open_for` lists prefixes of names that a dynamic
    part of the tag could add; an empty prefix means any name."""

    attributes: list[ElementAttribute] = field(default_factory=list)
    open_for: list[str] = field(default_factory=list)

    def may_gain(self, name: str) -> bool:
        return any(name.startswith(prefix) for prefix in self.open_for)


class Reader:
    """Reads start tags on ways. Parsed tags are kept; values depend on the way."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._tags: dict[tuple[str, int], StartTag] = {}
        self._constant_tags: dict[tuple[str, int], ElementTag] = {}
        self._constants: dict[str, dict[str, list[str]]] = {}

    def start_tag(self, path: str, template: Template, node: int) -> StartTag:
        key = (path, node)
        if key not in self._tags:
            self._tags[key] = read_start_tag(template, node)
        return self._tags[key]

    def tag(self, way: Way, step: Step) -> ElementTag:
        key = (step.path, step.node)
        constant = self._constant_tags.get(key)
        if constant is not None:
            return constant
        tag = self.start_tag(step.path, step.template, step.node)
        result = ElementTag()
        self._add(tag, way, step.frame, way.frames[step.frame], result, (), 0)
        if not tag.calls and all(_is_constant(attribute) for attribute in tag.attributes):
            self._constant_tags[key] = result
        return result

    def settle(self, way: Way, facts: Facts) -> Facts | None:
        """The facts that the names bound on a way leave open; None when they contradict one."""
        return _Scope(self, way, 0, way.frames[0]).decide(facts)

    def _add(
        self,
        tag: StartTag,
        way: Way,
        index: int,
        frame: Frame,
        result: ElementTag,
        outer: Facts,
        depth: int,
    ) -> None:
        scope = _Scope(self, way, index, frame)
        for attribute in tag.attributes:
            decided = scope.decide(attribute.facts)
            if decided is None or not consistent(way.facts, (*outer, *decided)):
                continue
            facts = (*outer, *decided)
            if "{{" in attribute.name or "{%" in attribute.name:
                result.open_for.append(attribute.name.split("{")[0])
                continue
            values = scope.values(attribute)
            result.attributes.append(
                ElementAttribute(attribute.name, attribute, values, facts, attribute.certain)
            )
        for call in tag.calls:
            decided = scope.decide(call.facts)
            if decided is None:
                continue
            facts = (*outer, *decided)
            if consistent(way.facts, facts):
                self._expand(call, way, index, frame, result, facts, depth)

    def _expand(
        self,
        call: Call,
        way: Way,
        index: int,
        frame: Frame,
        result: ElementTag,
        facts: Facts,
        depth: int,
    ) -> None:
        """Attributes that a macro or a file puts into the tag; unknown ones leave it open."""
        if depth < 8:
            if call.kind == "output" and self._expand_macro(
                call, way, index, frame, result, facts, depth
            ):
                return
            if call.kind == "include" and self._expand_file(
                call, way, index, frame, result, facts, depth
            ):
                return
        result.open_for.append("")

    def _expand_macro(
        self,
        call: Call,
        way: Way,
        index: int,
        frame: Frame,
        result: ElementTag,
        facts: Facts,
        depth: int,
    ) -> bool:
        name = call.text.partition("(")[0].strip()
        macro = self.project.macro(frame.path, name) if "(" in call.text else None
        given = arguments_of(call.text, name) if macro else None
        if macro is None or given is None:
            return False
        start, end = _body(macro)
        tag = read_attribute_text(macro.template, start, end)
        inner = Frame(
            macro.path, macro.template, bind(macro.parameters, given), True, None, "macro"
        )
        extended = _Extended(way, frame, index)
        self._add(tag, extended.way, extended.index, inner, result, facts, depth + 1)
        return True

    def _expand_file(
        self,
        call: Call,
        way: Way,
        index: int,
        frame: Frame,
        result: ElementTag,
        facts: Facts,
        depth: int,
    ) -> bool:
        link = read_link("include", call.text[len("include") :], frame.template.dialect.name)
        if link.open:
            return False
        for name in link.names:
            path = self.project.target(name, frame.path)
            template = self.project.template(path) if path else None
            if path is None or template is None:
                continue
            tag = read_attribute_text(template, 0, len(template.text))
            inner = Frame(path, template, link.bindings, link.isolated, None, "include")
            extended = _Extended(way, frame, index)
            self._add(tag, extended.way, extended.index, inner, result, facts, depth + 1)
            return True
        return link.optional

    def constants(self, path: str, template: Template) -> dict[str, list[str]]:
        """Expressions that `set` gives to names in a file."""
        if path not in self._constants:
            found: dict[str, list[str]] = {}
            for start, end, word in template.tags:
                if word not in ("set", "let"):
                    continue
                text = template.text[start + 2 : end - 2].strip(" \t\r\n-+~")[len(word) :]
                name, equals, expression = text.partition("=")
                if equals and name.strip().isidentifier():
                    found.setdefault(name.strip(), []).append(expression.strip())
            self._constants[path] = found
        return self._constants[path]


def _is_constant(attribute: Attribute) -> bool:
    """Whether an attribute reads the same on every way."""
    if attribute.facts or "{" in attribute.name:
        return False
    return all(isinstance(part, str) for part in attribute.value or ())


class _Extended:
    """A way seen from inside a macro that is called in a start tag."""

    def __init__(self, way: Way, frame: Frame, index: int) -> None:
        self.index = 0
        self.way = Way(way.steps, (frame, *way.frames[index:]), way.facts, way.top, way.page)
        # Frame 0 stands for the macro and is passed beside; frame 1 is the calling file.
        self.way = Way(
            self.way.steps, (frame, frame, *way.frames[index + 1 :]), way.facts, way.top, way.page
        )


class _Scope:
    """Names as they are bound at one frame of a way."""

    def __init__(self, reader: Reader, way: Way, index: int, frame: Frame) -> None:
        self.reader = reader
        self.way = way
        self.index = index
        self.frame = frame

    def values(self, attribute: Attribute) -> tuple[Value, ...] | None:
        if attribute.value is None:
            return None
        known = combine(self.way.facts, attribute.facts)
        found: list[Value] = []
        for pieces, facts in variants(attribute.value, known):
            found.extend(Value(pattern, facts) for pattern in self._patterns(pieces))
        return tuple(found[:_MOST_VALUES])

    def decide(self, facts: Facts) -> Facts | None:
        """Drop the facts that bound names settle; None when one of them is contradicted."""
        left = []
        for key, truth in facts:
            known = self._truth(key) if key.isidentifier() else None
            if known is None:
                left.append((key, truth))
            elif known != truth:
                return None
        return tuple(left)

    def _truth(self, name: str) -> bool | None:
        if name not in self.frame.bindings:
            return None
        texts = self._lookup(name, self.index, self.frame, 0)
        if not texts or any(None in text for text in texts):
            return None
        truths = {"".join(map(str, text)) not in ("", "None", "False", "0") for text in texts}
        return truths.pop() if len(truths) == 1 else None

    def _patterns(self, pieces: tuple[str | Hole, ...]) -> list[Pattern]:
        alternatives: list[list[Text]] = [
            [(piece,)] if isinstance(piece, str) else self._hole(piece) for piece in pieces
        ]
        found = []
        for combination in product(*alternatives):
            found.append(Pattern.of(*(part for text in combination for part in text)))
            if len(found) == _MOST_VALUES:
                break
        return found

    def _hole(self, hole: Hole) -> list[Text]:
        if hole.kind != "expression":
            return [UNKNOWN]
        return self.fold(hole.text, self.index, self.frame, 0)

    def fold(self, expression: str, index: int, frame: Frame, depth: int) -> list[Text]:
        if depth > _DEEPEST_FOLD:
            return [UNKNOWN]
        return fold(
            expression,
            lambda name: self._lookup(name, index, frame, depth + 1),
            frame.template.dialect.name,
        )

    def _lookup(self, name: str, index: int, frame: Frame, depth: int) -> list[Text] | None:
        frames = self.way.frames
        above = frames[index + 1] if index + 1 < len(frames) else None
        if name in frame.bindings:
            if above is None:
                return None
            return self.fold(frame.bindings[name], index + 1, above, depth)
        own = self.reader.constants(frame.path, frame.template).get(name)
        if own:
            return self._assigned(own, name, index, frame, depth)
        if frame.isolated:
            return None
        if above is not None:
            return self._lookup(name, index + 1, above, depth + 1) if depth < 40 else None
        return self._from_page(name, frame, depth)

    def _assigned(
        self, expressions: list[str], name: str, index: int, frame: Frame, depth: int
    ) -> list[Text]:
        found: list[Text] = []
        for expression in expressions:
            if name in expression.replace(f'"{name}"', "").replace(f"'{name}'", ""):
                return [UNKNOWN]
            found.extend(self.fold(expression, index, frame, depth))
        return found

    def _from_page(self, name: str, frame: Frame, depth: int) -> list[Text] | None:
        """A layout sees what the page that extends it sets."""
        project = self.reader.project
        for path in project.chain(self.way.page):
            template = project.template(path)
            if template is None or path == frame.path:
                continue
            own = self.reader.constants(path, template).get(name)
            if own and all(name not in expression for expression in own):
                inner = Frame(path, template, {}, True, None, "")
                return [
                    text
                    for expression in own
                    for text in self.fold(expression, len(self.way.frames), inner, depth)
                ]
        return None


def _body(macro: Macro) -> tuple[int, int]:
    """Where the body of a macro begins and ends."""
    start = macro.root.end
    end = len(macro.template.text)
    for tag_start, _, word in macro.template.tags:
        if tag_start >= start and word in ("endmacro", "enddef", "end", "endregion"):
            end = tag_start
            break
    return start, end


# Renderings: what stays open on a way is decided one way or the other


class Given(NamedTuple):
    """An attribute in one rendering: its text as a pattern (None for a bare name)."""

    pattern: Pattern | None
    attribute: ElementAttribute


Rendering = tuple[dict[str, Given], ...]
"""The attributes of each step of a way, in one rendering."""


class Renderings(NamedTuple):
    """Every rendering of a way that makes a difference, and whether there were more."""

    each: tuple[Rendering, ...]
    tags: tuple[ElementTag, ...]
    cut: bool


def renderings(reader: Reader, way: Way, wanted: frozenset[str], assumed: Facts = ()) -> Renderings:
    """Expand the attributes named in `wanted` over all conditions that are not settled.

    `assumed` are facts that hold anyway, such as the condition of the listener in question.
    """
    known = combine(way.facts, assumed)
    tags = tuple(reader.tag(way, step) for step in way.steps)
    unsettled: dict[str, None] = {}
    for number, tag in enumerate(tags):
        for attribute in tag.attributes:
            if attribute.name in wanted:
                for key in _unsettled(attribute, number, known):
                    unsettled.setdefault(key)
    keys = list(unsettled)
    cut = 2 ** len(keys) > _MOST_VARIANTS
    keys = keys[:6]
    each: list[Rendering] = []
    for truths in product((True, False), repeat=len(keys)):
        facts = {**known, **dict(zip(keys, truths, strict=True))}
        for rendering in _with_values(tags, wanted, facts):
            if rendering not in each:
                each.append(rendering)
            if len(each) >= _MOST_VARIANTS:
                return Renderings(tuple(each), tags, True)
    return Renderings(tuple(each), tags, cut)


def _unsettled(attribute: ElementAttribute, number: int, known: dict[str, bool]) -> Iterator[str]:
    for key, _ in attribute.facts:
        if key not in known:
            yield key
    if not attribute.fixed:
        yield _presence(attribute, number)
    for value in attribute.values or ():
        for key, _ in value.facts:
            if key not in known:
                yield key


def _presence(attribute: ElementAttribute, number: int) -> str:
    return f"#{number}@{attribute.written.start}"


def _with_values(
    tags: tuple[ElementTag, ...], wanted: frozenset[str], facts: dict[str, bool]
) -> Iterator[Rendering]:
    choices: list[list[tuple[int, str, Given]]] = []
    for number, tag in enumerate(tags):
        taken: set[str] = set()
        for attribute in tag.attributes:
            if attribute.name not in wanted or attribute.name in taken:
                continue
            if not _stands(attribute, number, facts):
                continue
            # Of two attributes with one name the browser keeps the first.
            taken.add(attribute.name)
            patterns: list[Pattern | None] = [None]
            if attribute.values is not None:
                patterns = [v.pattern for v in attribute.values if consistent(facts, v.facts)]
            choices.append([(number, attribute.name, Given(p, attribute)) for p in patterns])
    for combination in product(*choices):
        rendering: list[dict[str, Given]] = [{} for _ in tags]
        for number, name, given in combination:
            rendering[number][name] = given
        yield tuple(rendering)


def _stands(attribute: ElementAttribute, number: int, facts: dict[str, bool]) -> bool:
    if not all(facts.get(key) == truth for key, truth in attribute.facts):
        return False
    return attribute.fixed or facts.get(_presence(attribute, number), True)
