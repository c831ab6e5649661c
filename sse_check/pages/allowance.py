"""How much of one page is looked at: elements that matter, and places that bring some.

A page that people write has a few hundred. Once a page had more than is looked at, less is looked
at of every further one: templates that all bring each other are endless on each of their pages.
"""

MOST_ELEMENTS = 6_000
_LEAST = 200
# Of one file, whatever its pages show.
MOST_KEPT = 20_000
# On one page, over all its renderings.
MOST_WRITTEN = 36_000
TOO_MANY = "it has more live elements than are looked at"


class Allowance:
    """What a page of one project may still come to."""

    def __init__(self) -> None:
        self.most = MOST_ELEMENTS
        self._overrun = 0

    def page_had(self, elements: int) -> None:
        """A page is put together: how much was written in the largest of its renderings."""
        if elements > self.most:
            self._overrun += 1
            self.most = max(_LEAST, MOST_ELEMENTS // (1 + self._overrun))
