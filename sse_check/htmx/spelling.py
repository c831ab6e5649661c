"""Pages of htmx 4 on which another character than the colon parts the words of attributes."""

import re
from dataclasses import replace
from typing import TypeVar

from sse_check.htmx.dom import Node
from sse_check.pages.marks import Mark

COLON = ":"
_Value = TypeVar("_Value")


class _Spelling:
    """Under another character a colon says nothing: a name with one is left out."""

    def __init__(self, character: str) -> None:
        mark = re.escape(character)
        self.first = re.compile(rf"^((?:data-)?hx-(?:sse|on)){mark}")
        self.last = re.compile(rf"{mark}(?=(?:inherited|append)(?:{mark}append)?$)")

    def __call__(self, given: dict[str, _Value]) -> dict[str, _Value]:
        return {self._name(n): value for n, value in given.items() if COLON not in n}

    def _name(self, name: str) -> str:
        return self.last.sub(COLON, self.first.sub(r"\1:", name)) if "hx-" in name else name


def with_colons(root: Node, character: str) -> Node:
    """A copy of a page, spelled as most are: what asks about it need not know the setting."""
    spelled = _Spelling(character)
    twin = root.copy()
    for node in twin.subtree():
        node.attributes = spelled(node.attributes)
        if isinstance(node.mark, Mark):
            node.mark = replace(node.mark, attributes=spelled(node.mark.attributes))
    return twin


def character_of(config: dict[str, object]) -> str:
    return str(config.get("metaCharacter") or COLON)
