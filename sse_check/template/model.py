"""What one parsed file holds: elements with parents, branches, roots, blocks and sites.

Elements are numbers into parallel lists of plain integers and strings. That keeps the parser
fast, memory small and everything free of reference cycles; handles with names and attributes
are made only for the few elements that somebody asks for.
"""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from sse_check.source import Source
from sse_check.template.conditions import Clauses, Facts, facts_of, names_in
from sse_check.template.dialects import Dialect
from sse_check.template.lexer import Tag

_WORD = re.compile(r"[\w:.]*")
_CONDITIONAL = frozenset(("if", "unless"))
NO_ELEMENT = -1
OUTERMOST = 0


def split_word(statement: str) -> tuple[str, str]:
    """The word of a statement, and the rest."""
    match = _WORD.match(statement)
    return (match[0], statement[match.end() :].strip()) if match else ("", statement)


def block_name(rest: str) -> str:
    return rest.split(None, 1)[0] if rest else ""


class Loop(NamedTuple):
    """The names that a loop binds, with the loop around it."""

    targets: frozenset[str]
    start: int
    outer: "Loop | None"


class Context(NamedTuple):
    """The control block around a place: what must hold for the place to be rendered.

    `start` and `end` are the tag that opened it, `earlier` the branch before it in the same
    block (or -1). What it says is read from the text when somebody asks: few ever do.
    """

    parent: int
    kind: str
    start: int
    end: int
    earlier: int
    loop: Loop | None
    assigned: int


class Alternative(NamedTuple):
    """One of the elements that may be open where branches meet again."""

    node: int
    facts: Facts


class Root(NamedTuple):
    """Where content begins that does not stand where it is written, or the file itself.

    `node` and `context` say where it is written.
    """

    kind: str
    name: str
    arguments: str
    start: int
    end: int
    node: int
    context: int


class Site(NamedTuple):
    """A place that brings content from elsewhere: include, extends, a macro call, a block..."""

    kind: str
    name: str
    start: int
    end: int
    node: int
    context: int
    in_tag: bool


class Block(NamedTuple):
    """A named block: where it stands, and its own root when it replaces a layout's block."""

    name: str
    start: int
    number: int
    node: int
    context: int
    root: int


@dataclass(slots=True, eq=False)
class Template:
    """One parsed file. Two templates are the same only when they are one object."""

    source: Source
    dialect: Dialect
    mask: str
    outputs: list[tuple[int, int]]
    tags: list[Tag]
    names: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    name_ends: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    contexts: list[int] = field(default_factory=list)
    # Where an element's content ends, for those whose end tag was met.
    content_ends: dict[int, int] = field(default_factory=dict)
    merges: dict[int, tuple[Alternative, ...]] = field(default_factory=dict)
    roots: dict[int, Root] = field(default_factory=dict)
    control: list[Context] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    block_ends: list[int] = field(default_factory=list)
    # Names that `set` gave a value, in order: a condition on one is another one afterwards.
    assignments: list[str] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)
    # A start tag that ends in several branches: the stretches it is made of.
    pieces: dict[int, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    # Elements that the HTML parser moves out of a table, with the parent they get.
    moved: dict[int, int] = field(default_factory=dict)
    # Start tags that the HTML parser ignores (a form in a form).
    dropped: set[int] = field(default_factory=set)
    errors: list[tuple[int, str]] = field(default_factory=list)

    @property
    def path(self) -> str:
        return self.source.path

    def inner(self, site: Site) -> str:
        """What stands between the braces of a site."""
        return self.text[site.start + 2 : site.end - 2]

    @property
    def text(self) -> str:
        return self.source.text

    def parent(self, node: int) -> int:
        """The parent in the browser's tree, which is not always the one in the text."""
        return self.moved.get(node, self.parents[node])

    def facts(self, context: int) -> Facts:
        """All conditions under which a place is rendered, outermost last."""
        found: list[tuple[str, bool]] = []
        while context > OUTERMOST:
            found.extend(facts_of(self.clauses(context)))
            context = self.control[context].parent
        return tuple(found)

    def clauses(self, context: int) -> Clauses:
        """What a branch says, and what its being reached denies of the branches before it."""
        record = self.control[context]
        if record.kind not in _CONDITIONAL:
            return ()
        denied: list[tuple[str, bool, str]] = []
        earlier = record.earlier
        while earlier >= 0:
            before = self.control[earlier]
            clause = self._clause(before, negated=True)
            denied.extend([clause] if clause else [])
            earlier = before.earlier
        own = self._clause(record, negated=False)
        return (*reversed(denied), *([own] if own else []))

    def denials(self, context: int) -> Clauses:
        """What holds when no branch of the block up to this one is taken."""
        record = self.control[context]
        if record.kind not in _CONDITIONAL:
            return ()
        own = self._clause(record, negated=True)
        before = self.denials(record.earlier) if record.earlier >= 0 else ()
        return (*before, *([own] if own else []))

    def _clause(self, record: Context, *, negated: bool) -> tuple[str, bool, str] | None:
        word, condition = self.opening(record)
        if word == "else":
            return None
        truth = (word != "unless") != negated
        return condition, truth, self._scope(record, condition)

    def opening(self, record: Context) -> tuple[str, str]:
        """The word and the rest of the tag that opened a context."""
        inner = self.text[record.start + 2 : record.end - 2].strip(" \t\r\n-+~")
        word, rest = split_word(inner)
        if word == "else" and rest.startswith("if "):
            return "elif", rest[3:]
        return word, rest

    def _scope(self, record: Context, condition: str) -> str:
        """What keeps equal conditions apart: the loop they vary in, an assignment between."""
        if record.loop is None and not record.assigned:
            return ""
        used = names_in(condition)
        scope = ""
        loop = record.loop
        while loop is not None and not scope:
            if used & loop.targets:
                scope = f"loop{loop.start}:"
            loop = loop.outer
        before = self.assignments[: record.assigned]
        changed = [f"{name}{before.count(name)}" for name in sorted(used) if name in before]
        return scope + ("" if not changed else ",".join(changed) + ":")

    def in_loop(self, context: int) -> bool:
        while context > OUTERMOST:
            if self.control[context].kind in self.dialect.loops:
                return True
            context = self.control[context].parent
        return False

    def enclosing_blocks(self, context: int) -> list[str]:
        """Names of the blocks around a place, innermost first."""
        found = []
        while context > OUTERMOST:
            record = self.control[context]
            if record.kind == "block":
                found.append(block_name(self.opening(record)[1]))
            context = record.parent
        return found
