"""The flow of control in a template: which branch, loop or block stands around a place.

While a template is parsed only a short note is kept of each block that opens, goes on or
closes. Contexts are made from these notes when somebody asks about a place, and conditions are
read from the text only then: of all the places in a project, few are ever asked about.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from typing import NamedTuple

from sse_check.source.lazy import lazy
from sse_check.template.conditions import Clause, Clauses, Facts, facts_of, names_in
from sse_check.template.dialects import JINJA

OUTERMOST = 0

Note = tuple[int, int, str] | int
"""A tag that opens a block of some kind, or a word with which one goes on; or where one ends."""
# Of more conditions than this around a place, or branches before it, the nearest count: each
# branch of a long row denies all those before it.
MOST_FACTS = 200
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
        "_assignments_of",
        "_at",
        "_by_tag",
        "_denied",
        "_facts",
        "_ids",
        "_indexed",
        "_offsets",
        "_open",
        "_read",
        "_records",
        "assignments",
        "is_crowded",
        "notes",
        "text",
    )

    def __init__(self, text: str, notes: list[Note], assignments: list[tuple[int, str]]) -> None:
        self.text = text
        # Both grow while the template is parsed.
        self.notes = notes
        self.assignments = assignments
        # Whether some place has more conditions than are told apart.
        self.is_crowded = False
        self._denied: dict[int, Clauses] = {}
        self._facts: dict[int, Facts] = {OUTERMOST: ()}
        self._assignments_of: dict[str, list[int]] = {}
        self._indexed = 0
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
        """The conditions under which a place is rendered, innermost first; the nearest of many."""
        return handed_down(context, self._facts, self._own_facts, self._records)

    def _own_facts(self, context: int, above: Facts) -> Facts:
        own = facts_of(self.clauses(context))[-MOST_FACTS:]
        self.is_crowded |= len(own) + len(above) > MOST_FACTS
        return own

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
        unknown = []
        while context >= 0 and context not in self._denied:
            unknown.append(context)
            context = self._records[context].earlier
        found = self._denied.get(context, ())
        for one in reversed(unknown):
            record = self._records[one]
            own = self._clause(record, negated=True) if record.kind in _CONDITIONAL else None
            self.is_crowded |= len(found) >= MOST_FACTS
            found = self._denied[one] = (*found, *([own] if own else ()))[-MOST_FACTS:]
        return found

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

    def _clause(self, record: Context, *, negated: bool) -> Clause | None:
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
        changed = [
            f"{name}{count}" for name in sorted(used) if (count := self._changes(name, record))
        ]
        return scope + ("" if not changed else ",".join(changed) + ":")

    def _changes(self, name: str, record: Context) -> int:
        """How often a name was assigned to before a branch."""
        for number in range(self._indexed, len(self.assignments)):
            self._assignments_of.setdefault(self.assignments[number][1], []).append(number)
        self._indexed = len(self.assignments)
        return bisect_left(self._assignments_of.get(name, ()), record.assigned)


def handed_down(
    context: int,
    known: dict[int, Facts],
    own: Callable[[int, Facts], Facts],
    records: list[Context],
) -> Facts:
    """What holds in a context: what it says itself, then what those around it say.

    `known` says it of contexts that were asked about, the outermost among them.
    """
    unknown = []
    while context not in known:
        unknown.append(context)
        context = records[context].parent
    found = known[context]
    for one in reversed(unknown):
        found = known[one] = (*own(one, found), *found)[:MOST_FACTS]
    return found


def block_name(rest: str) -> str:
    return rest.split(None, 1)[0] if rest else ""
