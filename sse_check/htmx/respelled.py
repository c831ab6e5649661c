"""Pages of htmx 4 that join names with another sign than `:`: `hx-sse-connect`.

The setting `metaCharacter` says which (FastHTML sets it to `-`). Such a page is read as if it had
the usual spelling.
"""

import re
from collections.abc import Iterator

from sse_check.pages.marks import Mark
from sse_check.pages.node import Node

USUAL = ":"
_SETTING = "metaCharacter"


def respelled(root: Node, config: dict[str, object]) -> dict[str, object]:
    """Give the attributes of a page their usual names; returns the settings that go with them."""
    sign = config.get(_SETTING)
    if not isinstance(sign, str) or not sign or sign == USUAL:
        return config
    names = _names(sign)
    for node in root.subtree():
        for name in [name for name in node.attributes if names.search(name)]:
            usual = names.sub(lambda match: USUAL.join(match[0].rsplit(sign, 1)), name)
            _rename(node, name, usual)
    return {key: value for key, value in config.items() if key != _SETTING}


def _names(sign: str) -> re.Pattern[str]:
    """The part of a name that ends with the sign, or with a word after it."""
    between = re.escape(sign)
    words = rf"(?<=\w){between}(?:inherited|append)(?![\w-])"
    return re.compile(rf"^(?:data-)?hx-(?:(?:sse|ws){between}(?=\w)|on{between}(?=\w))|{words}")


def _rename(node: Node, name: str, usual: str) -> None:
    node.attributes = dict(_renamed(node.attributes, name, usual))
    if isinstance(node.mark, Mark) and name in node.mark.given:
        node.mark.given.setdefault(usual, node.mark.given[name])


def _renamed(attributes: dict[str, str], name: str, usual: str) -> Iterator[tuple[str, str]]:
    for key, value in attributes.items():
        yield usual if key == name else key, value
