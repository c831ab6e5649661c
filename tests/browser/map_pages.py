"""A page after what the map tells of was done to it: the swaps of its outcomes, made one by one.

Nothing here knows htmx.
"""

import re
from typing import Any

from sse_check.htmx import markup
from sse_check.htmx.dom import Node
from sse_check.htmx.swaps import apply_swap
from tests.browser.harness import Case
from tests.browser.predict import shown

Data = dict[str, Any]

NUMBER = re.compile(r"data-n=(\d+)")
ANSWER = "<i>REPLY</i>"
_MORPHS = {"innerMorph": "innerHTML", "outerMorph": "outerHTML"}


def number_of(location: Data, text: str) -> int:
    """The number of the element on whose start tag a place lies."""
    start = text.rfind("<", 0, location["start"]["offset"] + 1)
    match = NUMBER.search(text, start)
    assert match is not None
    return int(match[1])


def body_after(case: Case, text: str, done: list[tuple[int, Data]]) -> Any:
    """The page with what the map tells of done to it."""
    root = markup.page(case.document())
    # What each listener's last event brought, be it by several swaps.
    brought: dict[str, list[Node]] = {}
    for number, outcome in done:
        swaps = max(outcome["times"], 1)
        gone = outcome["verdict"] == "lost" or outcome["swap"] in ("", "none")
        if outcome["lands"] is None and gone:
            continue
        named = [outcome["lands"], *outcome["also"]] if outcome["lands"] else []
        key = str(outcome["element"])
        for turn in range(swaps):
            target = placed(root, named[min(turn, len(named) - 1)], text) if named else None
            if named and target is None and turn == 0:
                return f"the map swaps at {named[0]['selector']}, which is gone"
            if target is None or (turn and len(named) == 1 and not root.contains(target)):
                target = _brought(root, brought, key)
            payload = ANSWER if outcome["kind"] == "trigger" else f"<i>M{number}M</i>"
            content = _swap(outcome, target, payload, fourth="htmx.org@4" in text)
            new = [node for node in content if isinstance(node, Node)]
            brought[key] = [*brought[key], *new] if turn else new
    body = next((node for node in root.subtree() if node.name == "body"), None)
    return shown(body) if body is not None else None


class UnsaidError(Exception):
    """The map does not say where a swap goes, or which of several comes first."""


def is_unordered(outcomes: list[Data]) -> bool:
    """Whether several listeners swap in one place, in an order that the map does not tell."""
    places: dict[str, list[Data]] = {}
    for one in outcomes:
        places.setdefault(str(one["lands"]), []).append(one)
    return any(
        len(some) > 1 and some[0]["lands"] and any(one["times"] > 1 for one in some)
        for some in places.values()
    )


def _brought(root: Node, brought: dict[str, list[Node]], listener: str) -> Node:
    """What an event brought and a later one changes: by the same listener, or by the only one."""
    own = [node for node in brought.get(listener, ()) if root.contains(node)]
    found = own or [node for some in brought.values() for node in some if root.contains(node)]
    if len(found) != 1:
        raise UnsaidError
    return found[0]


def placed(root: Node, element: Data, text: str) -> Node | None:
    """The element that the map names, in a copy of the page."""
    wanted = str(number_of(element["location"], text))
    return next((n for n in root.subtree() if n.attributes.get("data-n") == wanted), None)


def style_of(outcome: Data) -> str:
    """The style of a swap; of one that morphs what it comes to where nothing is alike."""
    style = str(outcome["swap"])
    if style.startswith("morph"):
        return "innerHTML" if "innerHTML" in style else "outerHTML"
    return _MORPHS.get(style, style)


def _swap(outcome: Data, target: Node, payload: str, *, fourth: bool) -> list[Node | str]:
    style = style_of(outcome)
    as_it_is = style == "textContent" and not fourth
    content: list[Node | str] = [payload] if as_it_is else markup.fragment(payload)
    if outcome["select"] and not as_it_is:
        content = [c for c in content if outcome["select"] == "i"]
    if outcome["strip"]:
        content = [inner for c in content if isinstance(c, Node) for inner in c.children]
    apply_swap(style, target, content, lambda node: None, body_stays=not fourth)
    return content
