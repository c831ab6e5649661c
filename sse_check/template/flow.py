"""The flow of control in a template: which branch, loop or block stands around a place.

While a template is parsed only a short note is kept of each block that opens, goes on or
closes. Contexts are made from these notes when somebody asks about a place, and conditions are
read from the text only then: of all the places in a project, few are ever asked about.
"""

import re
from bisect import bisect_left, bisect_right
from typing import NamedTuple

from sse_check.source.lazy import lazy
from sse_check.template.conditions import Clauses, Facts, facts_of, names_in
from sse_check.template.dialects import JINJA

OUTERMOST = 0

Note = tuple[int, int, str] | int
"""A tag that opens a block of some kind, or a word with which one goes on; or where one ends."""
_CONDITIONAL = frozenset(("if", "unless"))
_WORD = lazy(r"[\w:.]*")
_FOR_TARGETS = lazy(r"(.*?)\s+in\s", re.DOTALL)


class Loop(NamedTuple):
    """The names that a loop binds, with the loop around it."""

    targets: frozenset[str]
    start: int
    outer: "Loop | None"


class Context(NamedTuple):
    """The block around a place. `earlier` is the branch before it in the same block, or -1."""

    parent: int
    kind: str
    start: int
    end: int
    earlier: int
    loop: Loop | None
    assigned: int


_OUTERMOST = Context(OUTERMOST, "", 0, 0, -1, None, 0)


class _Open(NamedTuple):
    kind: str
    outside: int


class Flow:
    """Notes of one template's control blocks, and the contexts they amount to."""

    __slots__ = (
        "_at",
        "_by_tag",
        "_ids",
        "_offsets",
        "_open",
        "_read",
        "_records",
        "assignments",
        "notes",
        "text",
    )

    def __init__(self, text: str, notes: list[Note], assignments: list[tuple[int, str]]) -> None:
        self.text = text
        # Both grow while the template is parsed.
        self.notes = notes
        self.assignments = assignments
        self._read = 0
        self._records = [_OUTERMOST]
        self._offsets = [-1]
        self._ids = [OUTERMOST]
        self._by_tag: dict[int, int] = {}
        self._open: list[_Open] = []
        self._at = OUTERMOST

    # Contexts, when somebody asks

    def _catch_up(self) -> None:
        notes = self.notes
        while self._read < len(notes):
            note = notes[self._read]
            self._read += 1
            if isinstance(note, int):
                if self._open:
                    self._at = self._open.pop().outside
                    self._change(note)
            elif note[2] in JINJA.continuations:
                self._go_on(note[0], note[1])
            else:
                self._enter_block(*note)

    def _enter_block(self, start: int, end: int, kind: str) -> None:
        outer = loop = self._records[self._at].loop
        self._open.append(_Open(kind, self._at))
        if kind in ("for", "while", "async"):
            loop = Loop(self._bound(start, end), start, outer)
        self._enter(Context(self._at, kind, start, end, -1, loop, self._assigned(start)))

    def _go_on(self, start: int, end: int) -> None:
        if not self._open:
            return
        opened = self._open[-1]
        loop = self._records[self._at].loop
        self._enter(
            Context(opened.outside, opened.kind, start, end, self._at, loop, self._assigned(start))
        )

    def _assigned(self, offset: int) -> int:
        """How many assignments stand before a place."""
        return bisect_left(self.assignments, (offset, ""))

    def _enter(self, context: Context) -> None:
        self._records.append(context)
        self._at = len(self._records) - 1
        self._by_tag[context.start] = self._at
        self._change(context.end)

    def _change(self, offset: int) -> None:
        self._offsets.append(offset - 1)
        self._ids.append(self._at)

    def _bound(self, start: int, end: int) -> frozenset[str]:
        rest = self._statement(start, end)[1].removeprefix("for ")
        match = _FOR_TARGETS.match(rest)
        return (names_in(match[1]) if match else frozenset()) | {"loop", "forloop"}

    def at(self, offset: int) -> int:
        """The context of the character at `offset`."""
        if self._read < len(self.notes):
            self._catch_up()
        return self._ids[bisect_right(self._offsets, offset) - 1]

    def of_tag(self, start: int) -> int:
        """The context that the tag at `start` opens."""
        self._catch_up()
        return self._by_tag.get(start, OUTERMOST)

    def record(self, context: int) -> Context:
        return self._records[context]

    @property
    def records(self) -> list[Context]:
        """Every control block and branch, in the order of the text; the first is outermost."""
        self._catch_up()
        return self._records

    def chain(self, context: int) -> list[Context]:
        """A context and those around it, innermost first."""
        found = []
        while context > OUTERMOST:
            found.append(self._records[context])
            context = self._records[context].parent
        return found

    # What contexts say

    def facts(self, context: int) -> Facts:
        """All conditions under which a place is rendered, innermost first."""
        found: list[tuple[str, bool]] = []
        while context > OUTERMOST:
            found.extend(facts_of(self.clauses(context)))
            context = self._records[context].parent
        return tuple(found)

    def clauses(self, context: int) -> Clauses:
        """What a branch says, and what its being reached denies of the branches before it."""
        record = self._records[context]
        if record.kind not in _CONDITIONAL:
            return ()
        own = self._clause(record, negated=False)
        before = self.denials(record.earlier) if record.earlier >= 0 else ()
        return (*before, *([own] if own else []))

    def denials(self, context: int) -> Clauses:
        """What holds when no branch of the block up to this one is taken."""
        denied: list[tuple[str, bool, str]] = []
        while context >= 0:
            record = self._records[context]
            if record.kind not in _CONDITIONAL:
                return ()
            own = self._clause(record, negated=True)
            denied.extend([own] if own else [])
            context = record.earlier
        return tuple(reversed(denied))

    def opening(self, record: Context) -> tuple[str, str]:
        """The word and the rest of the tag that opened a context."""
        word, rest = self._statement(record.start, record.end)
        if word == "else" and rest.startswith("if "):
            return "elif", rest[3:]
        return word, rest

    def block_names(self, context: int) -> list[str]:
        """Names of the blocks around a place, innermost first."""
        return [
            block_name(self.opening(record)[1])
            for record in self.chain(context)
            if record.kind == "block"
        ]

    def _statement(self, start: int, end: int) -> tuple[str, str]:
        inner = self.text[start + 2 : end - 2].strip(" \t\r\n-+~")
        match = _WORD.match(inner)
        return (match[0], inner[match.end() :].strip()) if match else ("", inner)

    def _clause(self, record: Context, *, negated: bool) -> tuple[str, bool, str] | None:
        word, condition = self.opening(record)
        if word == "else":
            return None
        truth = (word != "unless") != negated
        return condition, truth, self._scope(record, condition)

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
        before = [name for _, name in self.assignments[: record.assigned]]
        changed = [f"{name}{before.count(name)}" for name in sorted(used) if name in before]
        return scope + ("" if not changed else ",".join(changed) + ":")


def block_name(rest: str) -> str:
    return rest.split(None, 1)[0] if rest else ""
