"""The words that htmx adds to CSS selectors: `closest`, `find`, `next`, lists of them."""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Literal

from sse_check.htmx import hcon
from sse_check.htmx.css import (
    InvalidSelectorError,
    UnknownSelectorError,
    matches,
    select,
    selecting,
)
from sse_check.htmx.dom import Node, held
from sse_check.htmx.stacks import HTMX2, Stack

__all__ = [
    "InvalidSelectorError",
    "Place",
    "UnknownSelectorError",
    "find_extended",
    "finding",
    "matches",
    "select",
    "selected",
]

Place = Node | Literal["document", "window"] | None
_BESIDE = {"next": 1, "nextElementSibling": 1, "previous": -1, "previousElementSibling": -1}


Looked = Callable[[int], None]


def find_extended(start: Node, selector: str, root: Node, stack: Stack = HTMX2) -> Place:
    """The first element that htmx finds for a selector with its own words."""
    return next(finding(start, selector, root, stack), None)


def finding(
    start: Node, selector: str, root: Node, stack: Stack, looked: Looked | None = None
) -> Iterator[Place]:
    """What htmx finds, one after the other: its own words before plain selectors.

    The older ones read one of their words, the newer ones lists of them. `looked` is told how
    many elements plain selectors were held against.
    """
    if stack.generation != "1":
        selector = selector.removeprefix("global ")
    if not stack.lists:
        words = _own_words(start, selector, root, stack)
        plain = _unwrapped(selector) if stack.brackets else selector
        yield from selecting(root, plain, looked) if words is None else words
        return
    found: list[Place] = []
    others: list[str] = []
    for part in parts_of(selector, stack.generation):
        words = _own_words(start, _unwrapped(part), root, stack)
        if words is None:
            others.append(_unwrapped(part))
        found += words or []
    rest = selecting(root, ",".join(others), looked) if others else ()
    seen: set[int | str] = set()
    for place in chain(found, rest):
        key = place if isinstance(place, str) else id(place)
        if place is not None and key not in seen:
            seen.add(key)
            yield place


def selected(content: list[Node | str], selector: str) -> list[Node | str]:
    """The elements of some content that match, taken out of what holds them."""
    holder = held(content)
    found = [node for node in select(holder, selector) if node is not holder]
    for node in found:
        node.detach()
    return list(found)


def parts_of(selector: str, generation: str) -> list[str]:
    """A list at its commas. htmx 2 looks at `<.../>` alone, htmx 4 at brackets and quotes too."""
    if generation == "4":
        return hcon.split(selector) if selector else []
    parts, depth, start = [], 0, 0
    for index, char in enumerate(selector):
        if char == "," and depth == 0:
            parts.append(selector[start:index])
            start = index + 1
        elif char == "<":
            depth += 1
        elif selector.startswith("/>", index):
            depth -= 1
    return [*parts, selector[start:]] if start < len(selector) else parts


def _own_words(start: Node, selector: str, root: Node, stack: Stack) -> list[Place] | None:
    """What one of htmx's own words finds; None when it is none of them."""
    generation = stack.generation
    word, _, rest = selector.partition(" ")
    if rest and word in ("closest", "find", "findAll", "next", "previous"):
        rest = _unwrapped(rest) if generation != "4" and stack.brackets else rest.strip()
        return _directed(start, word, rest, root, generation)
    if selector in _BESIDE and (stack.lists or (stack.bare_words and "E" not in selector)):
        beside = start.sibling(_BESIDE[selector])
        return [beside] if beside is not None else []
    if selector == "document":
        return ["document"]
    if selector == "window":
        return ["window"]
    if generation == "2" and selector == "root":
        return ["document"]
    if generation == "4" and selector == "this":
        return [start]
    return [] if stack.lists and selector == "host" else None


def _directed(start: Node, word: str, rest: str, root: Node, generation: str) -> list[Place] | None:
    if word == "closest":
        return [next((node for node in start.lineage() if matches(node, rest)), None)]
    if word == "find":
        return _below(start, rest)[:1]
    if word == "findAll":
        return _below(start, rest) if generation == "4" else None
    found = _scan(start, rest, root, forwards=word == "next")
    return [found] if found is not None else []


def _below(start: Node, selector: str) -> list[Place]:
    return [node for node in start.descendants() if matches(node, selector)]


def _unwrapped(selector: str) -> str:
    """`<div/>` is another way to write `div`."""
    text = selector.strip()
    if text.startswith("<") and text.endswith("/>"):
        return text[1:-2]
    return text


def _scan(start: Node, selector: str, root: Node, *, forwards: bool) -> Node | None:
    """The nearest match after (or before) an element, neither around nor inside it."""
    order = {id(node): number for number, node in enumerate(root.subtree())}
    here = order.get(id(start), -1)
    around = {id(node) for node in start.lineage()}
    inside = {id(node) for node in start.subtree()}
    found = [
        node for node in select(root, selector) if id(node) not in around and id(node) not in inside
    ]
    if forwards:
        return next((node for node in found if order[id(node)] > here), None)
    return next((node for node in reversed(found) if order[id(node)] < here), None)
