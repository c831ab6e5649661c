"""The swap style `upsert`, an extension of htmx 4: by id what is there is replaced, else added."""

import re
from collections.abc import Mapping

from sse_check.htmx.dom import Node
from sse_check.htmx.swaps import Swapped

_DIGITS = re.compile(r"(\d+)")


def upsert(
    root: Node, target: Node, content: list[Node | str], settings: Mapping[str, str]
) -> Swapped:
    """Texts are left out. Nothing that is replaced is cleaned up: its streams stay open."""
    by, descends = settings.get("key") or "id", settings.get("sort") == "desc"
    first = next((child for child in target.children if isinstance(child, Node)), None)
    inserted, removed = [], []
    for new in [child for child in content if isinstance(child, Node)]:
        inserted.append(new)
        ident = new.attributes.get("id")
        there = _with_id(root, ident) if ident else None
        if there is not None and there.parent is not None:
            there.parent.insert(there.index(), [new])
            there.detach()
            removed.append(there)
            continue
        key = _key(new, by)
        before = first if not key and settings.get("prepend") else None
        if key:
            before = next(
                (n for n in target.elements if _is_less(key, _key(n, by), descends)), None
            )
        at = (
            before.index()
            if before is not None and before.parent is target
            else len(target.children)
        )
        target.insert(at, [new])
    return Swapped(tuple(inserted), tuple(removed))


def _with_id(root: Node, ident: str) -> Node | None:
    return next((node for node in root.subtree() if node.attributes.get("id") == ident), None)


def _key(node: Node, by: str) -> str:
    return node.attributes.get(by) or node.attributes.get("id") or ""


def _is_less(one: str, other: str, descends: bool) -> bool:
    """As people sort: numbers by their value, letters whatever their case."""
    if not other:
        return False
    left, right = _collated(one), _collated(other)
    return left > right if descends else left < right


def _collated(text: str) -> list[tuple[int, int, str]]:
    return [_part(part) for part in _DIGITS.split(text.lower()) if part]


def _part(part: str) -> tuple[int, int, str]:
    if not part.isdigit():
        return 1, 0, part
    # By the value, however long it is: more figures are more.
    figures = part.lstrip("0")
    return 0, len(figures), figures
