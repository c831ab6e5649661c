"""Parts of a payload that go to places of their own, in htmx 1 and 2."""

from typing import TYPE_CHECKING

from sse_check.htmx.dom import Node, held, release
from sse_check.htmx.effects import Effect
from sse_check.htmx.insertion import is_inline, put_in, style_for
from sse_check.htmx.selectors import select

if TYPE_CHECKING:
    from sse_check.htmx.page import Page

# An element that was changed out of band, and by which swap.
Place = tuple[Node, str]


def chosen_out_of_band(
    page: "Page", content: list[Node | str], listed: str, fresh: list[Node]
) -> list[Place]:
    """What `hx-select-oob` takes from a payload."""
    holder = held(content)
    places: list[Place] = []
    for entry in listed.split(","):
        name, _, how = entry.partition(":")
        ident = name.strip().removeprefix("#")
        found = next((n for n in holder.descendants() if n.attributes.get("id") == ident), None)
        if found is not None:
            places += _swap(page, found, how or "true", fresh)
    release(holder, content)
    return places


def out_of_band(page: "Page", content: list[Node | str], fresh: list[Node]) -> list[Place]:
    """What says `hx-swap-oob` of itself."""
    holder = held(content)
    places: list[Place] = []
    # htmx 1 does not know the setting.
    flat = page.stack.generation == "2" and page.config.get("allowNestedOobSwaps") is False
    for node in list(holder.descendants()):
        how = node.get("hx-swap-oob")
        if how is None or not any(above is holder for above in node.ancestors()):
            continue
        if flat and node.parent is not holder:
            node.attributes.pop("hx-swap-oob", None)
            continue
        places += _swap(page, node, how, fresh)
    release(holder, content)
    return places


def place_partials(
    page: "Page", effect: Effect, element: Node, content: list[Node | str], fresh: list[Node]
) -> bool:
    """Partials of htmx 2 go where they say; whether nothing is left beside them."""
    if not page.stack.partials:
        return False
    places, found = partials(page, content, element, fresh)
    effect.out_of_band = (*effect.out_of_band, *places)
    return found and not has_content(content)


def partials(
    page: "Page", content: list[Node | str], element: Node, fresh: list[Node]
) -> tuple[list[Place], bool]:
    """What says `hx-target` of itself in htmx 2, and whether there was any."""
    holder = held(content)
    places: list[Place] = []
    found = [n for n in holder.descendants() if n.name == "template" and "hx" in n.attributes]
    for node in found:
        ident = node.attributes.get("id")
        selector = node.get("hx-target") or (f"#{ident}" if ident else "")
        if node.attributes.get("type") == "partial" and selector:
            spec = page.swap_spec(node)
            for target in page.find_all(element, selector):
                if isinstance(target, Node):
                    style = style_for(page, spec.style, target)
                    places += _swap_partial(page, node.copy(), target, style, fresh)
        node.detach()
    release(holder, content)
    return places, bool(found)


def _swap_partial(
    page: "Page", partial: Node, target: Node, style: str, fresh: list[Node]
) -> list[Place]:
    """Into each target as a payload of its own."""
    content = list(partial.children)
    for child in content:
        if isinstance(child, Node):
            child.parent = None
    partial.children = []
    places = out_of_band(page, content, fresh)
    inner, only = partials(page, content, target, fresh)
    if not only or has_content(content):
        fresh.extend(put_in(page, style, target, content).inserted)
    return [*places, *inner, (target, style)]


def has_content(content: list[Node | str]) -> bool:
    return any(isinstance(child, Node) or child.strip() for child in content)


def _swap(page: "Page", node: Node, how: str, fresh: list[Node]) -> list[Place]:
    ident = node.attributes.get("id")
    selector, style = f"#{ident}", "outerHTML"
    if ":" in how:
        style, _, selector = how.partition(":")
    elif how != "true":
        style = how
    targets = select(page.root, selector) if ident or ":" in how else []
    node.attributes.pop("hx-swap-oob", None)
    node.attributes.pop("data-hx-swap-oob", None)
    if not targets:
        if page.stack.generation == "2" or node.parent is not None:
            node.detach()
        return []
    node.detach()
    for target in targets:
        twin = node.copy()
        inline = is_inline(style, target)
        content: list[Node | str] = [twin] if inline else list(twin.children)
        if not inline:
            for child in content:
                if isinstance(child, Node):
                    child.parent = None
            twin.children = []
        own = style_for(page, style, target)
        fresh.extend(put_in(page, own, target, content, beside=True).inserted)
    return [(target, style) for target in targets]
