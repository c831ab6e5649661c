"""The attributes of a start tag, read when somebody asks for them.

Most start tags are plain and one pattern reads them. Where statements stand inside the tag,
a small machine walks the branches: it carries one reading state per way that still differs,
and joins them as soon as they agree again.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from sse_check.template.conditions import Facts, facts_when
from sse_check.template.lexer import CALL, OUTPUT, STATEMENT
from sse_check.template.model import Template
from sse_check.template.values import Choice, Hole, Parts

_SPACE = "\t\n\f\r "
_PLAIN = re.compile(
    "([^\t\n\f\r />=\x02][^\t\n\f\r />=\x02]*+)"
    "(?:[\t\n\f\r \x02]*+=[\t\n\f\r \x02]*+"
    "(?:\"([^\"]*+)\"|'([^']*+)'|([^\t\n\f\r >\"'\x02][^\t\n\f\r >]*+))?)?"
)
_RUN = re.compile(OUTPUT + "+")
_EQUALS = re.compile("[\t\n\f\r ]*+=")
_MOST_STATES = 8
# Branches inside one start tag: deeper ones are read as text, and after so many steps ways
# are no longer told apart. No template that a person wrote comes near.
_DEEPEST = 40
_MOST_STEPS = 20_000
_TRANSPARENT = frozenset("with block filter spaceless".split())
# Statements that put nothing into the tag.
_SILENT = frozenset("load set let comment csrf_token import from with endwith do promote".split())


class Attribute(NamedTuple):
    """One attribute as it is written, with the condition under which it stands.

    `value` is None for a bare name. The value span excludes the quotes. `certain` is false
    when the attribute stands in a branch or loop that no fact describes.
    """

    template: Template
    name: str
    start: int
    name_end: int
    value: Parts | None
    value_start: int
    value_end: int
    quote: str
    facts: Facts
    certain: bool

    @property
    def end(self) -> int:
        if self.value is None:
            return self.name_end
        return self.value_end + len(self.quote)


class Call(NamedTuple):
    """An expression or statement between attributes that may bring attributes with it."""

    text: str
    start: int
    end: int
    kind: str
    facts: Facts
    certain: bool


@dataclass(slots=True)
class StartTag:
    """What a start tag says: its attributes, and what in it is known only when rendered."""

    attributes: list[Attribute] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)


def read_start_tag(template: Template, node: int) -> StartTag:
    pieces = template.pieces.get(node)
    if pieces is not None:
        return _Machine(template).run(pieces)
    start, end = template.name_ends[node], template.ends[node] - 1
    if STATEMENT in template.mask[start:end]:
        return _Machine(template).run(((start, end),))
    return _read_plain(template, start, end)


def read_attribute_text(template: Template, start: int, end: int) -> StartTag:
    """Attributes in the body of a macro, block or file that is used inside a start tag."""
    return _Machine(template).run(((start, end),))


def _read_plain(template: Template, start: int, end: int) -> StartTag:
    text, tag = template.text, StartTag()
    for match in _PLAIN.finditer(template.mask, start, end):
        name = match[1]
        group = match.lastindex or 1
        name_start, name_end = match.span(1)
        if OUTPUT in name:
            if name.strip(OUTPUT) == "" and group == 1:
                for hole in _holes(template, name_start, name_end):
                    tag.calls.append(Call(hole.text, hole.start, hole.end, "output", (), True))
                continue
            name = text[name_start:name_end]
        else:
            name = text[name_start:name_end].lower()
        if group == 1:
            bare = "=" not in match[0]
            value: Parts | None = None if bare else ()
            at = match.end()
            tag.attributes.append(
                Attribute(template, name, name_start, name_end, value, at, at, "", (), True)
            )
            continue
        value_start, value_end = match.span(group)
        quote = "" if group == 4 else text[value_end]
        tag.attributes.append(
            Attribute(
                template,
                name,
                name_start,
                name_end,
                _parts(template, value_start, value_end),
                value_start,
                value_end,
                quote,
                (),
                True,
            )
        )
    return tag


def _parts(template: Template, start: int, end: int) -> Parts:
    mask, text = template.mask, template.text
    if mask.find(OUTPUT, start, end) < 0:
        return (text[start:end],) if end > start else ()
    parts: list[str | Hole | Choice] = []
    position = start
    for hole in _holes(template, start, end):
        if hole.start > position:
            parts.append(text[position : hole.start])
        parts.append(hole)
        position = hole.end
    if position < end:
        parts.append(text[position:end])
    return tuple(parts)


def _holes(template: Template, start: int, end: int) -> Iterator[Hole]:
    outputs = template.outputs
    index = bisect_left(outputs, (start, 0))
    while index < len(outputs) and outputs[index][0] < end:
        at, after = outputs[index]
        yield Hole(template.text[at + 2 : after - 2].strip(" \t\r\n-+~"), at, after)
        index += 1


# The machine for tags with statements in them


class _Text(NamedTuple):
    start: int
    end: int


class _Output(NamedTuple):
    hole: Hole


class _Statement(NamedTuple):
    word: str
    hole: Hole


class _Branches(NamedTuple):
    options: tuple[tuple[Facts, tuple["_Node", ...]], ...]
    described: bool
    end: int


_Node = _Text | _Output | _Statement | _Branches

_BEFORE, _NAME, _AFTER_NAME, _BEFORE_VALUE, _VALUE = range(5)


@dataclass(frozen=True, slots=True)
class _State:
    mode: int = _BEFORE
    name_start: int = 0
    name_end: int = 0
    value_start: int = 0
    quote: str = ""
    parts: Parts = ()
    facts: Facts = ()
    certain: bool = True
    # Facts of the branches that are open now, as opposed to those of a way that split off.
    inside: Facts = ()
    described: bool = True

    @property
    def shape(self) -> tuple[int, int, int, str]:
        if self.mode == _BEFORE:
            return (_BEFORE, 0, 0, "")
        return (self.mode, self.name_start, self.value_start, self.quote)


class _Machine:
    def __init__(self, template: Template) -> None:
        self.template = template
        self.tag = StartTag()
        self.seen: dict[tuple[object, ...], int] = {}
        self.steps = 0

    def run(self, stretches: tuple[tuple[int, int], ...]) -> StartTag:
        states = [_State()]
        for start, end in stretches:
            states = self._walk(_nodes(self.template, start, end), states)
            last = end
        for state in states:
            self._finish(state, last)
        self.tag.attributes.sort(key=lambda attribute: attribute.start)
        return self.tag

    def _walk(self, nodes: tuple[_Node, ...], states: list[_State]) -> list[_State]:
        for node in nodes:
            self.steps += len(states)
            if self.steps > _MOST_STEPS:
                states = states[:1]
            if isinstance(node, _Branches):
                states = [after for state in states for after in self._branch(node, state)]
                states = _joined(states)
            else:
                states = [self._step(node, state) for state in states]
        return states

    def _step(self, node: _Node, state: _State) -> _State:
        if isinstance(node, _Text):
            return self._read(state, node.start, node.end)
        if isinstance(node, _Output):
            return self._hole(state, node.hole, "output")
        if isinstance(node, _Statement):
            if node.word in _SILENT:
                return state
            return self._hole(state, node.hole, node.word)
        return state

    def _branch(self, node: _Branches, state: _State) -> list[_State]:
        ends: list[tuple[Facts, _State]] = []
        for facts, nodes in node.options:
            inner = replace(
                state,
                inside=(*state.inside, *facts),
                described=state.described and node.described,
            )
            ends.extend((facts, self._settled(end, node.end)) for end in self._walk(nodes, [inner]))
        return _after_branches(state, ends, node.described)

    def _settled(self, state: _State, position: int) -> _State:
        """End what the text after a branch ends anyway, so that the branches agree again."""
        mask = self.template.mask
        while mask[position : position + 1] == STATEMENT:
            position += 1
        following = mask[position : position + 1]
        if not following or following not in _SPACE + "/>":
            return state
        if state.mode in (_NAME, _AFTER_NAME) and not _EQUALS.match(mask, position):
            return self._flush(state, position)
        if state.mode == _VALUE and not state.quote:
            self._emit(state, position)
            return _cleared(state)
        return state

    def _hole(self, state: _State, hole: Hole, kind: str) -> _State:
        if state.mode == _VALUE:
            return replace(state, parts=(*state.parts, hole))
        if state.mode == _BEFORE_VALUE:
            return replace(state, mode=_VALUE, value_start=hole.start, quote="", parts=(hole,))
        if state.mode == _NAME:
            return replace(state, name_end=hole.end)
        following = self.template.mask[hole.end : hole.end + 1]
        glued = bool(following) and following not in _SPACE + "/>" and following != STATEMENT
        if kind == "output" and glued:
            return replace(state, mode=_NAME, name_start=hole.start, name_end=hole.end)
        state = self._flush(state, hole.start)
        self.tag.calls.append(
            Call(
                hole.text,
                hole.start,
                hole.end,
                kind,
                (*state.facts, *state.inside),
                state.certain and state.described,
            )
        )
        return state

    def _read(self, state: _State, position: int, end: int) -> _State:
        mask = self.template.mask
        while position < end:
            char = mask[position]
            if state.mode == _VALUE:
                state, position = self._read_value(state, position, end)
                continue
            if state.mode == _BEFORE_VALUE:
                if char in _SPACE:
                    position += 1
                elif char in "\"'":
                    position += 1
                    state = replace(state, mode=_VALUE, quote=char, value_start=position, parts=())
                else:
                    state = replace(state, mode=_VALUE, quote="", value_start=position, parts=())
                continue
            if char == "=" and state.mode in (_NAME, _AFTER_NAME):
                state = replace(state, mode=_BEFORE_VALUE, value_start=position + 1)
            elif char in _SPACE or char == "/":
                if state.mode == _NAME:
                    state = replace(state, mode=_AFTER_NAME)
            elif state.mode == _NAME:
                state = replace(state, name_end=position + 1)
            else:
                state = self._flush(state, position)
                state = replace(
                    state, mode=_NAME, name_start=position, name_end=position + 1, parts=()
                )
            position += 1
        return state

    def _read_value(self, state: _State, position: int, end: int) -> tuple[_State, int]:
        mask = self.template.mask
        if state.quote:
            stop = mask.find(state.quote, position, end)
        else:
            stop = next((i for i in range(position, end) if mask[i] in _SPACE + ">"), -1)
        upto = stop if stop >= 0 else end
        text = self.template.text[position:upto]
        parts = (*state.parts, text) if text else state.parts
        state = replace(state, parts=parts)
        if stop < 0:
            return state, end
        self._emit(state, stop)
        return _cleared(state), stop + len(state.quote)

    def _flush(self, state: _State, at: int) -> _State:
        """A name without a value has ended."""
        if state.mode in (_NAME, _AFTER_NAME):
            self._emit(state, at, bare=True)
        return _cleared(state)

    def _finish(self, state: _State, at: int) -> None:
        if state.mode in (_NAME, _AFTER_NAME):
            self._emit(state, at, bare=True)
        elif state.mode == _BEFORE_VALUE or (state.mode == _VALUE and not state.quote):
            self._emit(state, at)

    def _emit(self, state: _State, at: int, *, bare: bool = False) -> None:
        text = self.template.text
        name = text[state.name_start : state.name_end].lower()
        value = None if bare else state.parts
        start, end = (state.name_end, state.name_end) if bare else (state.value_start, at)
        facts = (*state.facts, *state.inside)
        key = (state.name_start, start, end, value)
        attribute = Attribute(
            self.template,
            name,
            state.name_start,
            state.name_end,
            value,
            start,
            end,
            "" if bare else state.quote,
            facts,
            state.certain and state.described,
        )
        if key not in self.seen:
            self.seen[key] = len(self.tag.attributes)
            self.tag.attributes.append(attribute)
            return
        # The same attribute on another way: what the ways do not share is no condition.
        index = self.seen[key]
        earlier = self.tag.attributes[index]
        shared = tuple(fact for fact in earlier.facts if fact in facts)
        opposite = {(key, not truth) for key, truth in facts}
        complete = any(fact in opposite for fact in earlier.facts)
        self.tag.attributes[index] = earlier._replace(
            facts=shared, certain=earlier.certain and attribute.certain and complete
        )


def _cleared(state: _State) -> _State:
    return replace(state, mode=_BEFORE, parts=(), quote="")


def _after_branches(
    before: _State, ends: list[tuple[Facts, _State]], described: bool
) -> list[_State]:
    """Join the ends of branches: into one value with a choice in it, or into split ways."""
    by_shape: dict[tuple[int, int, int, str], list[tuple[Facts, _State]]] = {}
    for facts, end in ends:
        by_shape.setdefault(end.shape, []).append((facts, end))
    joined = []
    for group in by_shape.values():
        state = replace(group[0][1], inside=before.inside, described=before.described)
        same_value = state.shape == before.shape and state.mode == _VALUE
        if same_value and any(end.parts != before.parts for _, end in group):
            kept = len(before.parts)
            choice = Choice(tuple((facts, end.parts[kept:]) for facts, end in group))
            state = replace(state, parts=(*before.parts, choice))
        elif state.mode == _VALUE and any(end.parts != state.parts for _, end in group):
            state = replace(
                state, parts=(Choice(tuple((facts, end.parts) for facts, end in group)),)
            )
        if len(by_shape) > 1:
            own = group[0][0] if len(group) == 1 else ()
            state = replace(
                state,
                facts=(*before.facts, *own),
                certain=before.certain and described and len(group) == 1 and bool(own),
            )
        joined.append(state)
    return joined[:_MOST_STATES]


def _joined(states: list[_State]) -> list[_State]:
    """States that agree again become one; it keeps what all of them know."""
    found: dict[tuple[object, ...], _State] = {}
    for state in states:
        key = (*state.shape, state.parts)
        if key not in found:
            found[key] = state
            continue
        other = found[key]
        facts = tuple(fact for fact in other.facts if fact in state.facts)
        found[key] = replace(other, facts=facts)
    return list(found.values())[:_MOST_STATES]


def _nodes(template: Template, start: int, end: int) -> tuple[_Node, ...]:
    """The stretch as text, holes and branches."""
    return _Nesting(template, start, end).read()


class _Nesting:
    """Nest the flat list of tags inside a start tag."""

    def __init__(self, template: Template, start: int, end: int) -> None:
        self.template = template
        tags = template.tags
        first = bisect_left(tags, (start, 0, ""))
        statements = []
        while first < len(tags) and tags[first][0] < end:
            if tags[first][2] != CALL:
                statements.append(tags[first])
            first += 1
        holes = [(hole.start, hole.end, "", hole) for hole in _holes(template, start, end)]
        others = [(*tag, None) for tag in statements]
        self.items = sorted([*holes, *others], key=lambda item: item[0])
        self.index = 0
        self.position = start
        self.end = end
        self.depth = 0

    def read(self) -> tuple[_Node, ...]:
        nodes: list[_Node] = []
        while self.index < len(self.items):
            nodes.extend(self._sequence()[0])
            self.index += 1
        self._text_until(self.end, nodes)
        return tuple(nodes)

    def _text_until(self, stop: int, nodes: list[_Node]) -> None:
        """Literal text up to `stop`; comments of the template language are skipped."""
        mask, position = self.template.mask, self.position
        while position < stop:
            if mask[position] == STATEMENT:
                position += 1
                continue
            after = mask.find(STATEMENT, position, stop)
            after = stop if after < 0 else after
            nodes.append(_Text(position, after))
            position = after
        self.position = max(self.position, stop)

    def _sequence(self) -> tuple[tuple[_Node, ...], str]:
        """Nodes up to a continuation or end word, which is returned unread."""
        nodes: list[_Node] = []
        dialect = self.template.dialect
        while self.index < len(self.items):
            start, end, word, hole = self.items[self.index]
            self._text_until(start, nodes)
            if hole is not None:
                nodes.append(_Output(hole))
            elif word in dialect.continuations or word.startswith("end"):
                self.position = end
                return tuple(nodes), word
            elif self.depth < _DEEPEST and (word in dialect.branches or word in dialect.loops):
                self.position = end
                self.depth += 1
                nodes.append(self._branches(word))
                self.depth -= 1
                continue
            elif self.depth < _DEEPEST and (word in _TRANSPARENT or word in dialect.openers):
                self.position = end
                self.index += 1
                self.depth += 1
                inner, _ = self._sequence()
                self.depth -= 1
                nodes.extend(inner)
            else:
                inner_text = self.template.text[start + 2 : end - 2].strip(" \t\r\n-+~")
                nodes.append(_Statement(word, Hole(inner_text, start, end, "statement")))
            self.position = max(self.position, end)
            self.index += 1
        return tuple(nodes), ""

    def _branches(self, word: str) -> _Branches:
        condition = self._rest(word)
        described = word in ("if", "unless")
        facts = facts_when(condition, word == "if") if described else ()
        negatives = facts_when(condition, word != "if") if described else ()
        options: list[tuple[Facts, tuple[_Node, ...]]] = []
        exhaustive = False
        while True:
            self.index += 1
            nodes, stop = self._sequence()
            options.append((facts, nodes))
            if stop not in self.template.dialect.continuations:
                break
            facts = negatives
            if stop in ("elif", "elseif"):
                condition = self._rest(stop)
                facts = (*negatives, *facts_when(condition, True))
                negatives = (*negatives, *facts_when(condition, False))
            exhaustive = exhaustive or stop in self.template.dialect.final
        self.index += 1
        if not exhaustive:
            options.append((negatives, ()))
        return _Branches(tuple(options), described, self.position)

    def _rest(self, word: str) -> str:
        start, end, _, _ = self.items[self.index]
        return self.template.text[start + 2 : end - 2].strip(" \t\r\n-+~")[len(word) :].strip()
