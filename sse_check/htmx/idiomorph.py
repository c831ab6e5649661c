"""How idiomorph morphs, the extension `morph` of htmx 1 and 2."""

import re

from sse_check.htmx.dom import Node
from sse_check.htmx.morph import Child, IntoItselfError, Morph
from sse_check.htmx.swaps import MORPH, Swapped

# Of those that follow, how many have to be there already.
_ENOUGH = 2
_STYLE = re.compile(r"""morphStyle["']?\s*:\s*["'](\w+)["']""")


def is_inner(style: str) -> bool:
    """Whether only what is in the target changes: `morph:innerHTML`, or by its settings."""
    said = _STYLE.search(style)
    return (said[1] if said else style.removeprefix(f"{MORPH}:")) == "innerHTML"


class Idiomorph(Morph):
    """A child becomes another of its kind; with an id on both sides, that one and no other."""

    def _best(self, new: Child, parent: Node, at: int, end: int, rest: list[Child]) -> int | None:
        wanted = self.ids.get(id(new), set())
        coming = list(rest)
        alike_later = 0
        found: int | None = None
        for index in range(at, end):
            old = parent.children[index]
            if _is_alike(old, new):
                if wanted & self.ids.get(id(old), set()):
                    return index
                if found is None and alike_later < _ENOUGH and id(old) not in self.ids:
                    found = index
            if alike_later < _ENOUGH and coming and _is_alike(old, coming[0]):
                # Two of those that follow are already here: this one is new before them.
                alike_later += 1
                del coming[0]
        return found

    def _skip(self, parent: Node, at: int, old: Child, *_: object) -> None:
        """Nothing waits for its turn."""
        self._remove(parent, at, old)


def _is_alike(old: Child, new: Child) -> bool:
    if isinstance(old, str) or isinstance(new, str):
        return isinstance(old, str) and isinstance(new, str)
    ident = old.attributes.get("id")
    return old.name == new.name and (not ident or ident == new.attributes.get("id"))


def morphed(style: str, target: Node, content: list[Child]) -> Swapped:
    """Texts beside the elements of a payload are left out, and nothing is cleaned up.

    All that is there afterwards is processed by htmx.
    """
    new: list[Child] = [child for child in content if isinstance(child, Node)]
    morph = Idiomorph(target, _nothing, _nothing, _nothing, _never, "", "")
    if is_inner(style):
        morph.inner(new)
        return Swapped(tuple(target.elements), tuple(morph.removed))
    parent = target.parent
    if parent is None:
        raise IntoItselfError
    before, after = target.index(), len(parent.children) - target.index() - 1
    morph.outer(new)
    between = parent.children[before : len(parent.children) - after]
    return Swapped(
        tuple(child for child in between if isinstance(child, Node)), tuple(morph.removed)
    )


def _nothing(node: Node) -> None:
    """Nobody is told."""


def _never(_: Node) -> bool:
    """It knows no marks."""
    return False
