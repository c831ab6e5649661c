"""Tags that stand for a template of the project, with their content as its slot."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

SLOT_TAG, DEFAULTS_TAG = "c-slot", "c-vars"
"""Cotton's own: content for a slot with a name, and what is given where nothing is."""


class Components(NamedTuple):
    """The files of the tags that stand for a template, by tag.

    `kind` says what this file is one for: "cotton" or "jinjax", or nothing.
    """

    tags: Mapping[str, str] = MappingProxyType({})
    kind: str = ""

    def slot(self, variable: str) -> str | None:
        """The slot that a variable of this file shows: the content itself has no name."""
        if self.kind == "cotton":
            return "" if variable == "slot" else variable
        return "" if self.kind and variable == "content" else None


NO_COMPONENTS = Components()
