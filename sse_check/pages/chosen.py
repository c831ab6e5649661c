"""Which of several templates an include takes in."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from sse_check.pages.decisions import Decisions
from sse_check.pages.scene import Scene
from sse_check.pages.written import Missed
from sse_check.project.given_templates import included_by
from sse_check.template.conditions import Facts
from sse_check.template.model import Site


class Chosen(NamedTuple):
    """A file, the conditions that were decided for it, and what those leave out."""

    path: str
    conditions: frozenset[str] = frozenset()
    missed: tuple[Missed, ...] = ()


def chosen(
    decisions: Decisions,
    scene: Scene,
    site: Site,
    found: Sequence[str],
    around: Callable[[], Facts],
) -> Chosen:
    """The file that a site includes: of a list, the first one that there is; else the one that a
    condition chooses, or Python. `around` tells how the conditions go around the site."""
    if len(found) == 1 or not (" if " in site.name or included_by(site.name)):
        return Chosen(found[0])
    every = list(_choices(f"?{scene.path}@{site.start}", found))
    number = next(n for n, (_, facts) in enumerate(every) if decisions.hold(facts))
    path, facts = every.pop(number)
    outer = around()
    missed = tuple(Missed(outer, other, speaks=True) for _, other in every)
    return Chosen(path, frozenset(dict(facts)), missed)


def _choices(key: str, found: Sequence[str]) -> Iterator[tuple[str, Facts]]:
    """One file after the other: each but the last has a condition of its own."""
    before: Facts = ()
    for number, path in enumerate(found[:-1]):
        yield path, (*before, (f"{key}#{number}", True))
        before = (*before, (f"{key}#{number}", False))
    yield found[-1], before
