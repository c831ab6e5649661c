"""The reader of start tags with statements in them.

A small machine walks the branches: it carries one reading state per way that still differs,
and joins them as soon as they agree again.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sse_check.template.conditions import Facts
from sse_check.template.lexer import STATEMENT
from sse_check.template.model import Template
from sse_check.template.tag import SPACE, Attribute, Call, StartTag
from sse_check.template.tag_nesting import (
    Branches,
    InBlock,
    Output,
    Statement,
    TagNode,
    Text,
    nodes_in,
)
from sse_check.template.values import BlockValue, Choice, Hole, Parts

# Stands for the quotes of a value that has none.
_UNQUOTED = "\0"
_EQUALS = re.compile("[\t\n\f\r ]*+=")
_MORE_OF_NAME = re.compile("[^\t\n\f\r /=]*+")
_MOST_STATES = 8
# After so many steps ways are no longer told apart.
_MOST_STEPS = 20_000
# Statements that put nothing into the tag.
_SILENT = frozenset("load set let comment csrf_token import from with endwith do promote".split())

_BEFORE, _NAME, _AFTER_NAME, _BEFORE_VALUE, _VALUE = range(5)


@dataclass(frozen=True, slots=True)
class _State:
    """How far into a start tag the machine is, and what it has seen of it."""

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


class Machine:
    """Reads one start tag, over all its branches."""

    def __init__(self, template: Template) -> None:
        self.template = template
        self.tag = StartTag()
        self.seen: dict[tuple[object, ...], int] = {}
        self.steps = 0
        # Whether the text ends inside a value.
        self.unended = False

    def run(self, stretches: tuple[tuple[int, int], ...]) -> StartTag:
        states = [_State()]
        for start, end in stretches:
            states = self._walk(nodes_in(self.template, start, end), states)
            last = end
        for state in states:
            self._finish(state, last)
        self.tag.attributes.sort(key=lambda attribute: attribute.start)
        return self.tag

    def _walk(self, nodes: tuple[TagNode, ...], states: list[_State]) -> list[_State]:
        for node in nodes:
            self.steps += len(states)
            if self.steps > _MOST_STEPS:
                states = states[:1]
            if isinstance(node, Branches):
                states = [after for state in states for after in self._branch(node, state)]
                states = _joined(states)
            elif isinstance(node, InBlock):
                states = [after for state in states for after in self._block(node, state)]
                states = _joined(states)
            else:
                states = [self._step(node, state) for state in states]
        return states

    def _step(self, node: TagNode, state: _State) -> _State:
        if isinstance(node, Text):
            return self._read(state, node.start, node.end)
        if isinstance(node, Output):
            return self._hole(state, node.hole, "output")
        if isinstance(node, Statement):
            if node.word in _SILENT:
                return state
            return self._hole(state, node.hole, node.word)
        return state

    def _branch(self, node: Branches, state: _State) -> list[_State]:
        ends: list[tuple[Facts, _State]] = []
        for facts, nodes in node.options:
            inner = replace(
                state,
                inside=(*state.inside, *facts),
                described=state.described and node.described,
            )
            ends.extend((facts, self._settled(end, node.end)) for end in self._walk(nodes, [inner]))
        return _after_branches(state, ends, node.described)

    def _block(self, node: InBlock, state: _State) -> list[_State]:
        """A block: a part of a value, of a name, or a stretch of attributes."""
        mask = self.template.mask
        inner = mask[node.start : node.end]
        if state.mode == _VALUE and not state.quote and inner[:1] in ("", *SPACE):
            # A value without quotes ends here; where nothing is said, it may go on elsewhere.
            self._emit(state, node.at)
            state = _cleared(state)
            if not inner:
                self._call(state, Hole(node.name, node.at, node.after), "open block")
        if state.mode in (_VALUE, _BEFORE_VALUE):
            return self._block_in_value(node, state)
        if state.mode == _AFTER_NAME and inner.lstrip(SPACE)[:1] == "=":
            return [replace(state, mode=_NAME, name_end=node.after)]
        if state.mode == _NAME and inner and inner[0] not in SPACE + STATEMENT:
            return [replace(state, name_end=node.after)]
        following = mask[node.after : node.after + 1]
        glued = inner and following and following not in SPACE + "/>" + STATEMENT
        if glued and inner[-1] not in SPACE + "\"'" + STATEMENT:
            state = self._flush(state, node.at)
            return [replace(state, mode=_NAME, name_start=node.at, name_end=node.after)]
        state = self._flush(state, node.at)
        self._call(state, Hole(node.name, node.start, node.end), "block")
        return [state]

    def _block_in_value(self, node: InBlock, state: _State) -> list[_State]:
        quote = state.quote if state.mode == _VALUE else ""
        parts = Machine(self.template).value(node.nodes, quote)
        if not parts and (parts is None or state.mode == _BEFORE_VALUE):
            # What another page has there may be anything.
            self._call(state, Hole(node.name, node.at, node.after), "open block")
        if parts is None:
            return self._walk(node.nodes, [state])
        self.tag.has_blocks = True
        if state.mode == _BEFORE_VALUE:
            state = replace(state, mode=_VALUE, value_start=node.at, quote="", parts=())
        block = BlockValue(node.name, node.start, node.end, parts)
        return [replace(state, parts=(*state.parts, block))]

    def value(self, nodes: tuple[TagNode, ...], quote: str) -> Parts | None:
        """What stands in a value with these quotes; None where the value ends in it."""
        states = self._walk(nodes, [_State(mode=_VALUE, quote=quote or _UNQUOTED)])
        if len(states) != 1 or states[0].mode != _VALUE or self.tag.attributes or self.tag.calls:
            return None
        parts = states[0].parts
        ends = quote or SPACE + "\"'>"
        return None if any(sign in text for text in texts_in(parts) for sign in ends) else parts

    def _settled(self, state: _State, position: int) -> _State:
        """End what the text after a branch ends anyway, so that the branches agree again."""
        mask = self.template.mask
        while mask[position : position + 1] == STATEMENT:
            position += 1
        following = mask[position : position + 1]
        if not following or following not in SPACE + "/>":
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
        glued = bool(following) and following not in SPACE + "/>" and following != STATEMENT
        if kind == "output" and glued:
            return replace(state, mode=_NAME, name_start=hole.start, name_end=hole.end)
        state = self._flush(state, hole.start)
        self._call(state, hole, kind)
        return state

    def _call(self, state: _State, hole: Hole, kind: str) -> None:
        facts, certain = (*state.facts, *state.inside), state.certain and state.described
        self.tag.calls.append(Call(hole.text, hole.start, hole.end, kind, facts, certain))

    def _read(self, state: _State, position: int, end: int) -> _State:
        mask = self.template.mask
        while position < end:
            char = mask[position]
            if state.mode == _VALUE:
                state, position = self._read_value(state, position, end)
                continue
            if state.mode == _BEFORE_VALUE:
                if char in SPACE:
                    position += 1
                elif char in "\"'":
                    position += 1
                    state = replace(state, mode=_VALUE, quote=char, value_start=position, parts=())
                else:
                    state = replace(state, mode=_VALUE, quote="", value_start=position, parts=())
                continue
            if char == "=" and state.mode in (_NAME, _AFTER_NAME):
                state = replace(state, mode=_BEFORE_VALUE, value_start=position + 1)
            elif char in SPACE or char == "/":
                if state.mode == _NAME:
                    state = replace(state, mode=_AFTER_NAME)
            else:
                if state.mode != _NAME:
                    state = self._flush(state, position)
                    state = replace(state, mode=_NAME, name_start=position, parts=())
                position = _rest_of_name(mask, position + 1, end)
                state = replace(state, name_end=position)
                continue
            position += 1
        return state

    def _read_value(self, state: _State, position: int, end: int) -> tuple[_State, int]:
        mask = self.template.mask
        if state.quote:
            stop = mask.find(state.quote, position, end)
        else:
            stop = next((i for i in range(position, end) if mask[i] in SPACE + ">"), -1)
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
        self.unended |= state.mode == _BEFORE_VALUE or (state.mode == _VALUE and state.quote != "")

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


def _rest_of_name(mask: str, position: int, end: int) -> int:
    """Where a name ends of which a character has been read."""
    match = _MORE_OF_NAME.match(mask, position, end)
    return match.end() if match is not None else position


def texts_in(parts: Parts) -> Iterator[str]:
    """The texts in a value, whichever branch they stand in."""
    for part in parts:
        if isinstance(part, str):
            yield part
        elif isinstance(part, Choice):
            for _, option in part.options:
                yield from texts_in(option)
        elif isinstance(part, BlockValue):
            yield from texts_in(part.parts)


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
