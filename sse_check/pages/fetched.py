"""Where a page puts a fragment that it asks for."""

from typing import NamedTuple

from sse_check.pages.renderings import Place


class Fetched(NamedTuple):
    """A template that is put into an element of a page once that is there.

    `style` is a swap style that keeps the element: innerHTML, beforeend or afterbegin. `by` are
    the elements that ask for it.
    """

    path: str
    into: Place
    style: str = "innerHTML"
    by: tuple[Place, ...] = ()

    @property
    def where(self) -> "Fetched":
        """The same, whoever asks for it."""
        return self._replace(by=())
