"""Stacks: a version of htmx with a version of its SSE extension, and what tells them apart.

A stack is named after the first or the last version that behaves like it. The facts were found
by playing the same pages on every published version (`tests/browser/sweep.py`).
"""

from dataclasses import dataclass, replace
from typing import Literal

Generation = Literal["1", "2", "4"]
Version = tuple[int, ...]
# What an address of the package means that has no version.
NEWEST: Version = (4,)
# How the extension of htmx 1 finds what listens: with the connection alone (to 1.9.9), from an
# element that htmx processes, at or below a connection (1.9.10), or each for itself.
Reach = Literal["connection", "element", "each"]


@dataclass(frozen=True, slots=True)
class Stack:
    """What a page loads.

    `per_subtree` says that the extension looks through the whole subtree of every element that
    htmx processes, as it did before 2.2: it then registers some listeners twice.
    """

    name: str
    generation: Generation
    per_subtree: bool = False
    compat: bool = False
    # The generation of the extension where it is not the core's; empty where there is none.
    extension: str | None = None
    reach: Reach = "each"
    # Whether the extension reads no trigger but one that is a single event.
    whole_triggers: bool = False
    # Whether `swap:` and `transition:` count where an event is swapped.
    timed: bool = True
    # Whether selectors may be `next` and `previous` alone, and lists of htmx's own words.
    bare_words: bool = True
    lists: bool = True
    # Whether the core's `hx-sse` heeds `hx-target`.
    legacy_targets: bool = True
    # Whether htmx looks at forms, and at elements that have but a trigger, for themselves.
    forms: bool = True
    triggers: bool = True
    # Whether one boost anywhere in the page makes htmx look at every link for itself.
    any_boost: bool = False
    # Whether a selector may stand between `<` and `/>`.
    brackets: bool = True
    # htmx 4.0.0 inherits what an element asks for and when, and finds out-of-band parts plainly.
    first_4: bool = False
    # Whether the extension for the swap style `upsert` is loaded.
    upsert: bool = False
    # Whether what is preserved is put into the payload, as in htmx 1 and before 2.0.3.
    takes_over: bool = False
    # Styles that stop the script where the target is gone: such a request never ends.
    stuck: frozenset[str] = frozenset()
    # Whether `sse-close` may be several names, as in copies that a project has changed.
    splits_close: bool = False
    # Whether `<hx-partial>` in a payload goes where it says, as it does in the last of htmx 2.
    partials: bool = False

    @property
    def dispatches(self) -> bool:
        """Whether an event that a trigger names (`sse:tick`) becomes an event of the page."""
        return self.generation == "2" or self.reach == "connection" or self.extension == "2"


HTMX1 = Stack("htmx1", "1", per_subtree=True, timed=False, lists=False, takes_over=True)
_1910 = replace(HTMX1, name="htmx1.9.10", reach="element")
_199 = replace(HTMX1, name="htmx1.9.9", reach="connection", per_subtree=False, any_boost=True)
_196 = replace(_199, name="htmx1.9.6", bare_words=False)
_193 = replace(_196, name="htmx1.9.3", forms=False)
_192 = replace(_193, name="htmx1.9.2", legacy_targets=False)
_186 = replace(_192, name="htmx1.8.6", triggers=False, brackets=False)
HTMX2 = Stack("htmx2", "2", partials=True)
HTMX2_EXT220 = replace(HTMX2, name="htmx2-ext220", whole_triggers=True)
HTMX2_EXT210 = replace(HTMX2_EXT220, name="htmx2-ext210", per_subtree=True)
HTMX4 = Stack("htmx4", "4")
HTMX4_COMPAT = Stack("htmx4-compat", "4", compat=True)
_400 = replace(HTMX4, name="htmx4.0.0", first_4=True)
_400_COMPAT = replace(_400, name="htmx4.0.0-compat", compat=True)
# The last version that behaves like each stack; None for those that still do.
_UNTIL: tuple[tuple[Version | None, Stack], ...] = (
    ((1, 8, 6), _186),
    ((1, 9, 2), _192),
    ((1, 9, 3), _193),
    ((1, 9, 6), _196),
    ((1, 9, 9), _199),
    ((1, 9, 10), _1910),
    (None, HTMX1),
)
# The last core of htmx 2 without partials, without delays where events are swapped, without lists
# of htmx's own words, and without a place where it sets aside what is preserved.
_NO_PARTIALS, _NO_DELAYS, _NO_LISTS, _NO_PANTRY = (2, 0, 10), (2, 0, 4), (2, 0, 3), (2, 0, 2)
_BESIDE = frozenset(("beforebegin", "afterend"))
MISMATCHED: dict[str, Stack] = {
    stack.name: stack
    for stack in (
        Stack("htmx1-core", "1", extension="", lists=False, takes_over=True),
        Stack(
            "htmx1-ext210",
            "1",
            per_subtree=True,
            extension="2",
            whole_triggers=True,
            lists=False,
            takes_over=True,
        ),
        Stack("htmx1-ext224", "1", extension="2", lists=False, takes_over=True),
        Stack("htmx2-core", "2", extension="", partials=True),
        Stack("htmx2-ext1", "2", per_subtree=True, extension="1", partials=True),
        Stack("htmx4-core", "4", extension=""),
    )
}
STACKS: dict[str, Stack] = {
    stack.name: stack for stack in (HTMX1, HTMX2, HTMX2_EXT210, HTMX4, HTMX4_COMPAT)
}


def closed_at(value: str, stack: Stack) -> list[str]:
    """The events at which `sse-close` closes a stream."""
    return [name.strip() for name in value.split(",")] if stack.splits_close else [value]


def stack_of(core: Version, extension: Version | None = None, *, compat: bool = False) -> Stack:
    """The stack of a core with an extension that goes with it; the newest of what is left open.

    htmx 1 and 4 bring their extension, so that its version is the core's where none is told.
    """
    if core[0] == 1:
        older = min(_whole(core), _whole(extension)) if extension else _whole(core)
        return next(stack for until, stack in _UNTIL if until is None or older <= until)
    if core[0] >= 4:
        if _whole(core) == (4, 0, 0):
            return _400_COMPAT if compat else _400
        return HTMX4_COMPAT if compat else HTMX4
    stack = HTMX2
    if extension and _whole(extension) <= (2, 2, 0):
        stack = HTMX2_EXT220 if extension[:2] == (2, 2) else HTMX2_EXT210
    version = _whole(core)
    known = (_NO_PANTRY, _NO_LISTS, _NO_DELAYS, _NO_PARTIALS)
    named = next((v for v in known if version <= v), None)
    if named is None:
        return stack
    told = ".".join(map(str, named))
    return replace(
        stack,
        name=stack.name.replace("htmx2", f"htmx{told}", 1),
        timed=version > _NO_DELAYS,
        lists=version > _NO_LISTS,
        partials=False,
        takes_over=version <= _NO_PANTRY,
        stuck=_stuck_until(version),
    )


def _stuck_until(version: Version) -> frozenset[str]:
    """What a core of htmx 2 cannot do with a target that has no parent any more."""
    beside = _BESIDE if version <= _NO_DELAYS else frozenset()
    return beside | {"delete", "outerHTML"} if version <= _NO_PANTRY else beside


def without_extension(stack: Stack) -> Stack:
    """The core of a stack alone."""
    return MISMATCHED[f"htmx{stack.generation}-core"]


def _whole(version: Version) -> Version:
    """A version of which only the first numbers are told means the newest of those."""
    return (*version, *(999,) * (3 - len(version)))[:3]


def mismatched(core: str, extension: str, *, old: bool) -> Stack:
    """The stack of a core with an extension that was written for another."""
    if (core, extension) == ("1", "2"):
        return MISMATCHED["htmx1-ext210" if old else "htmx1-ext224"]
    if (core, extension) == ("2", "1"):
        return MISMATCHED["htmx2-ext1"]
    # An extension of htmx 4 finds nothing to extend in another, and none else anything in it.
    return MISMATCHED.get(f"htmx{core}-core", HTMX2)
