"""The statements inside one start tag as a tree: texts, outputs, statements, branches."""

from bisect import bisect_left
from typing import NamedTuple

from sse_check.template.conditions import Facts, facts_when
from sse_check.template.flow import block_name
from sse_check.template.lexer import CALL, STATEMENT
from sse_check.template.model import Template
from sse_check.template.tag import holes_in
from sse_check.template.values import Hole

# Deeper branches are read as text. No template that a person wrote comes near.
_DEEPEST = 40
_TRANSPARENT = frozenset("with filter spaceless".split())


class Text(NamedTuple):
    start: int
    end: int


class Output(NamedTuple):
    hole: Hole


class Statement(NamedTuple):
    word: str
    hole: Hole


class Branches(NamedTuple):
    options: tuple[tuple[Facts, tuple["TagNode", ...]], ...]
    described: bool
    end: int


class InBlock(NamedTuple):
    """A block that pages may replace: where its statement begins and ends, and what is between."""

    name: str
    at: int
    start: int
    end: int
    after: int
    nodes: tuple["TagNode", ...]


TagNode = Text | Output | Statement | Branches | InBlock


def nodes_in(template: Template, start: int, end: int) -> tuple[TagNode, ...]:
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
        holes = [(hole.start, hole.end, "", hole) for hole in holes_in(template, start, end)]
        others = [(*tag, None) for tag in statements]
        self.items = sorted([*holes, *others], key=lambda item: item[0])
        self.index = 0
        self.position = start
        self.end = end
        self.depth = 0

    def read(self) -> tuple[TagNode, ...]:
        nodes: list[TagNode] = []
        while self.index < len(self.items):
            nodes.extend(self._sequence()[0])
            self.index += 1
        self._text_until(self.end, nodes)
        return tuple(nodes)

    def _text_until(self, stop: int, nodes: list[TagNode]) -> None:
        """Literal text up to `stop`; comments of the template language are skipped."""
        mask, position = self.template.mask, self.position
        while position < stop:
            if mask[position] == STATEMENT:
                position += 1
                continue
            after = mask.find(STATEMENT, position, stop)
            after = stop if after < 0 else after
            nodes.append(Text(position, after))
            position = after
        self.position = max(self.position, stop)

    def _sequence(self) -> tuple[tuple[TagNode, ...], str]:
        """Nodes up to a continuation or end word, which is returned unread."""
        nodes: list[TagNode] = []
        dialect = self.template.dialect
        while self.index < len(self.items):
            start, end, word, hole = self.items[self.index]
            self._text_until(start, nodes)
            if hole is not None:
                nodes.append(Output(hole))
            elif word in dialect.continuations or word.startswith("end"):
                self.position = end
                return tuple(nodes), word
            elif self.depth < _DEEPEST and (word in dialect.branches or word in dialect.loops):
                self.position = end
                self.depth += 1
                nodes.append(self._branches(word))
                self.depth -= 1
                continue
            elif self.depth < _DEEPEST and word == "block":
                nodes.extend(self._block())
                end = self.position
            elif self.depth < _DEEPEST and (word in _TRANSPARENT or word in dialect.openers):
                self.position = end
                self.index += 1
                self.depth += 1
                inner, _ = self._sequence()
                self.depth -= 1
                nodes.extend(inner)
            else:
                inner_text = self.template.text[start + 2 : end - 2].strip(" \t\r\n-+~")
                nodes.append(Statement(word, Hole(inner_text, start, end, "statement")))
            self.position = max(self.position, end)
            self.index += 1
        return tuple(nodes), ""

    def _block(self) -> tuple[TagNode, ...]:
        """A block with its content; what has no end in here may go on beyond the tag."""
        at, start, word, _ = self.items[self.index]
        name = block_name(self._rest(word))
        self.position = start
        self.index += 1
        self.depth += 1
        inner, stop = self._sequence()
        self.depth -= 1
        if not stop.startswith("end"):
            return (Statement("open block", Hole(name, at, start, "statement")), *inner)
        end, after, _, _ = self.items[self.index]
        return (InBlock(name, at, start, end, after, inner),)

    def _branches(self, word: str) -> Branches:
        condition = self._rest(word)
        described = word in ("if", "unless")
        facts = facts_when(condition, word == "if") if described else ()
        negatives = facts_when(condition, word != "if") if described else ()
        options: list[tuple[Facts, tuple[TagNode, ...]]] = []
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
        return Branches(tuple(options), described, self.position)

    def _rest(self, word: str) -> str:
        start, end, _, _ = self.items[self.index]
        return self.template.text[start + 2 : end - 2].strip(" \t\r\n-+~")[len(word) :].strip()
