"""The renderings of a page that are worth looking at.

Conditions meet where one element hangs on several of them: by those around it, by its own
attributes, by what its target hangs on. Each such group is tried in every combination, all groups
of a page at once: as many renderings as the largest group needs, however many groups there are.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product

from sse_check.pages.allowance import MOST_WRITTEN
from sse_check.pages.decisions import Decisions
from sse_check.pages.marks import Mark, mark_of
from sse_check.pages.node import Node
from sse_check.pages.speaking import is_of_streams
from sse_check.pages.written import Missed
from sse_check.template.conditions import Facts

MOST_RENDERINGS = 32
# A group of more conditions than this is tried one by one.
_LARGEST_GROUP = 4
# Conditions in all combinations that are thought of: each is a row of them.
_MOST_WORK = 100_000
_MOST_GROUPS = 400
_TOO_MANY = "it has more combinations of conditions than are tried"

Place = tuple[str, int]
Group = frozenset[str]


@dataclass(slots=True)
class Rendering:
    """One rendering of a page, with what is needed to tell it from others."""

    root: Node
    decisions: Decisions
    unseen: bool
    cut: str
    signature: tuple[object, ...]
    places: frozenset[Place]
    groups: frozenset[Group]
    files: frozenset[str]
    # Whether something on it has to do with events.
    speaks: bool
    # How many elements were written, and places that bring some.
    written: int
    # Elements that are written and that the HTML parser drops.
    dropped: tuple[Node, ...] = ()
    # The conditions around each element, for those that have any.
    around: dict[Node, frozenset[str]] = field(default_factory=dict)
    missed: tuple[Missed, ...] = ()


Render = Callable[[Decisions], Rendering]


def renderings(render: Render) -> tuple[list[Rendering], str]:
    """Those that differ, the one in which every condition is true first; and what was left out."""
    found = [render(Decisions({}, default=True))]
    if not found[0].decisions.asked:
        return found, found[0].cut
    found.append(render(Decisions({}, default=False)))
    cut = ""
    if not any(one.speaks or any(missed.speaks for missed in one.missed) for one in found):
        return _unlike(found), found[0].cut
    planned: set[Group] = set()
    pending: list[dict[str, bool]] = []
    fresh = list(found)
    thought = _Thought()
    while True:
        pending = [one for one in pending if not _is_among(fresh, one)]
        for rendering in fresh:
            new = thought.of(rendering.groups - planned)
            pending.extend(one for one in new if not _is_among(found, one))
            planned |= rendering.groups
            # A branch between the first and the last stands in neither of the first renderings.
            new = thought.of_missed(rendering.missed)
            pending.extend(one for one in new if not _is_among(found, one))
        if not pending:
            break
        written = sum(rendering.written for rendering in found)
        is_long = len(found) >= MOST_RENDERINGS or written > MOST_WRITTEN
        if is_long or len(planned) > _MOST_GROUPS:
            cut = _TOO_MANY
            break
        fresh = [render(Decisions(_plan(pending)))]
        found.extend(fresh)
    cut = cut or (_TOO_MANY if thought.left < 0 else "")
    return _unlike(found), cut or next((r.cut for r in found if r.cut), "")


class _Thought:
    """The combinations of groups of conditions, as many as are thought of for one page."""

    def __init__(self) -> None:
        self.left = _MOST_WORK
        self._met: set[tuple[Facts, Facts]] = set()

    def of(self, groups: frozenset[Group]) -> Iterator[dict[str, bool]]:
        for group in _largest(groups):
            for one in _combinations(group):
                self.left -= len(one)
                if self.left < 0:
                    return
                yield one

    def of_missed(self, missed: tuple[Missed, ...]) -> Iterator[dict[str, bool]]:
        """The conditions under which what was not written is."""
        for one in missed:
            key = (one.around, one.facts)
            if key in self._met:
                continue
            self._met.add(key)
            self.left -= len(one.facts) + len(one.around)
            if self.left < 0:
                return
            wanted = dict(one.around)
            if all(wanted.setdefault(key, value) == value for key, value in one.facts):
                yield wanted


def _is_among(found: list[Rendering], wanted: dict[str, bool]) -> bool:
    return any(rendering.decisions.agree(wanted) for rendering in found)


def _unlike(found: list[Rendering]) -> list[Rendering]:
    """Of renderings that differ in nothing that matters, the first."""
    unlike: dict[object, Rendering] = {}
    for rendering in found:
        lost = tuple(mark_of(node).place for node in rendering.dropped)
        unlike.setdefault((rendering.signature, rendering.unseen, lost), rendering)
    return list(unlike.values())


def _plan(pending: list[dict[str, bool]]) -> dict[str, bool]:
    """As many of the combinations as do not contradict each other."""
    plan: dict[str, bool] = {}
    for wanted in pending:
        if all(plan.get(key, value) == value for key, value in wanted.items()):
            plan.update(wanted)
    return plan


def _largest(groups: frozenset[Group]) -> list[Group]:
    """Groups that no other holds."""
    ordered = sorted(groups, key=lambda group: (-len(group), sorted(group)))
    found: list[Group] = []
    by_key: dict[str, list[Group]] = {}
    for group in ordered:
        some = next(iter(group))
        if not any(group <= other for other in by_key.get(some, ())):
            found.append(group)
            for key in group:
                by_key.setdefault(key, []).append(group)
    return found


def _combinations(group: Group) -> Iterator[dict[str, bool]]:
    keys = sorted(group)
    if len(keys) <= _LARGEST_GROUP:
        for truths in product((True, False), repeat=len(keys)):
            yield dict(zip(keys, truths, strict=True))
        return
    for usual in (True, False):
        for key in keys:
            yield {other: usual != (other == key) for other in keys}


class Survey:
    """What is asked of a finished tree: its signature, its places, its groups of conditions."""

    def __init__(self) -> None:
        self.signature: list[object] = []
        self.places: set[Place] = set()
        self.groups: set[Group] = set()
        self.speaks = False

    def look(self, root: Node, hanging: dict[Node, Group]) -> None:
        nothing: Group = frozenset()
        by_id: dict[str, Group] = {}
        aiming: list[tuple[str, Group]] = []
        stack: list[tuple[Node, int, Group]] = [(root, 0, nothing)]
        while stack:
            node, above, group = stack.pop()
            mark = node.mark
            if isinstance(mark, Mark) and mark.said is not None:
                own = hanging.get(node)
                if own:
                    group |= own
                    self.groups.add(group)
                self.places.add(mark.place)
                attributes = node.attributes
                above = hash((above, mark.path, mark.node, mark.said))
                self.signature.append(above)
                self.speaks = self.speaks or any(map(is_of_streams, attributes))
                if "id" in attributes:
                    by_id[attributes["id"]] = by_id.get(attributes["id"], nothing) | group
                target = node.get("hx-target")
                if target and target[0] == "#":
                    aiming.append((target[1:], group))
            elif node.mark is None and node.name[0] == "#":
                above = hash((above, node.name))
            if node.children:
                stack.extend([(child, above, group) for child in reversed(node.elements)])
        for ident, group in aiming:
            both = group | by_id.get(ident, nothing)
            if both != group:
                self.groups.add(both)
