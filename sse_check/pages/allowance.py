"""How much of one page is looked at: elements that matter, and places that bring some.

A page that people write has a few hundred. Templates that all bring each other are endless on
each of their pages: where pages come to too much together, less is looked at of each of them.
"""

MOST_ELEMENTS = 6_000
_LEAST = 200
# Of one file, whatever its pages show.
MOST_KEPT = 20_000
# On one page, over all its renderings.
MOST_WRITTEN = 18_000
# Steps from each element of a rendering up to its root: what is asked of those above each of them.
MOST_STEPS = 60_000
TOO_MANY = "it has more live elements than are looked at"
TOO_DEEP = "some of its elements lie deeper than is looked at"


# On all pages of a project: so much for each of its templates, and for the project as a whole.
_MOST_OF_TEMPLATE = 400
_MOST_OF_PROJECT = 20_000
# What a page may have: as much as on pages that people write, then less.
_STEPS_DOWN = (MOST_ELEMENTS, 1_000, _LEAST)


class Allowance:
    """What each page of one project may come to: less, once all of them come to too much."""

    def __init__(self, templates: int) -> None:
        self.most = MOST_ELEMENTS
        self._templates = templates
        self._had = 0

    def page_had(self, elements: int) -> None:
        """A page is put together: how much was written in the largest of its renderings."""
        self._had += elements
        if self._had > _MOST_OF_PROJECT + _MOST_OF_TEMPLATE * self._templates:
            self._had = 0
            self.most = next((step for step in _STEPS_DOWN if step < self.most), _LEAST)
