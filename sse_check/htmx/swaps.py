"""Swap specifications, and what a swap does to the tree."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from sse_check.htmx.dom import Node

STYLES = (
    "innerHTML",
    "outerHTML",
    "beforebegin",
    "afterbegin",
    "beforeend",
    "afterend",
    "delete",
    "none",
)
# Those of them that are no words for what happens: no event ends with one.
_TELLING = frozenset(STYLES) - {"delete", "none"} | {"textContent"}
# The extension of idiomorph for htmx 1 and 2.
MORPH = "morph"
# Those that make a swap wait, or let it be seen.
_TIMING = ("swap:", "settle:", "transition:")
_DELAYS = (("swap:", "defaultSwapDelay"), ("settle:", "defaultSettleDelay"))
_MODIFIERS = (
    "swap:",
    "settle:",
    "transition:",
    "ignoreTitle:",
    "scroll:",
    "show:",
    "focus-scroll:",
)


def styled(name: str) -> tuple[str, str, str] | None:
    """The event, the target and the style that somebody meant by `message:#log:beforeend`; None
    for a name that is nothing but a name."""
    event, *more = name.split(":")
    target = next((part for part in more if part.startswith("#") and len(part) > 1), "")
    style = next((part for part in more if part in _TELLING), "")
    if not event.strip() or not (target or style) or any(p not in (target, style) for p in more):
        return None
    return event, target, style


def is_misnamed(name: str) -> bool:
    """Whether no event is called that: several names with blanks between them, or a swap style."""
    return len(name.split()) > 1 or styled(name) is not None


class SwapSpec(NamedTuple):
    """The style of a swap and when it is done, as htmx 1 and 2 read `hx-swap`."""

    style: str
    timing: tuple[str, ...] = ()


def read_swap(text: str | None, default: str, boosted: bool, *, text_style: bool) -> SwapSpec:
    """Only the first word may be the style; an unknown one falls back to the default style."""
    words = (text or "").split()
    style = "innerHTML" if boosted else default
    if words and not words[0].startswith(_MODIFIERS):
        style = words[0]
    known = (*STYLES, "textContent") if text_style else STYLES
    if style not in known and not is_morph(style):
        style = default if default in known else "innerHTML"
    return SwapSpec(style, tuple(word for word in words if word.startswith(_TIMING)))


def timing_of_page(words: tuple[str, ...], config: Mapping[str, object]) -> tuple[str, ...]:
    """When a swap is done, by its own words or else by the settings of its page."""
    found = list(words)
    for start, name in _DELAYS:
        if config.get(name) and not any(word.startswith(start) for word in words):
            found.append(f"{start}{config[name]}ms")
    if config.get("globalViewTransitions") and not any("transition:" in word for word in words):
        found.append("transition:true")
    return tuple(found)


def is_morph(style: str) -> bool:
    """Whether the extension of idiomorph takes a style for its own, if it is there."""
    return style == MORPH or style.startswith(f"{MORPH}:")


class Swapped(NamedTuple):
    """What a swap put in and took out."""

    inserted: tuple[Node, ...]
    removed: tuple[Node, ...]


Cleanup = Callable[[Node], None]


def drop_title(content: list[Node | str]) -> None:
    """A title at the top of a payload names the page and goes nowhere else."""
    title = next((c for c in content if isinstance(c, Node) and c.name == "title"), None)
    if title is not None:
        content.remove(title)


def apply_swap(
    style: str,
    target: Node,
    content: list[Node | str],
    cleanup: Cleanup,
    *,
    body_stays: bool = True,
) -> Swapped:
    """Change the tree as htmx does. `cleanup` sees what is removed while it is still attached.

    `body_stays` says that the body's own tag is never replaced, as in htmx 1 and 2.
    """
    if style == "none":
        return Swapped((), ())
    if style == "textContent":
        removed = _empty(target, cleanup)
        text = "".join(c if isinstance(c, str) else c.text for c in content)
        target.children = [text] if text else []
        return Swapped((), removed)
    if style == "outerHTML" and target.name == "body" and body_stays:
        style = "innerHTML"
    elements = tuple(child for child in content if isinstance(child, Node))
    if style == "innerHTML":
        kept = list(target.children)
        target.insert(len(target.children), content)
        removed = tuple(child for child in kept if isinstance(child, Node))
        for child in removed:
            cleanup(child)
        target.children = target.children[len(kept) :]
        for child in removed:
            child.parent = None
        return Swapped(elements, removed)
    if style == "afterbegin":
        target.insert(0, content)
        return Swapped(elements, ())
    if style == "beforeend":
        target.insert(len(target.children), content)
        return Swapped(elements, ())
    return _beside(style, target, content, elements, cleanup)


def _beside(
    style: str,
    target: Node,
    content: list[Node | str],
    elements: tuple[Node, ...],
    cleanup: Cleanup,
) -> Swapped:
    """Swaps at the place of the target: it needs a parent to do anything."""
    parent = target.parent
    if parent is None:
        return Swapped((), ())
    if style == "delete":
        cleanup(target)
        target.detach()
        return Swapped((), (target,))
    if style == "afterend":
        parent.insert(target.index() + 1, content)
        return Swapped(elements, ())
    parent.insert(target.index(), content)
    if style == "beforebegin":
        return Swapped(elements, ())
    cleanup(target)
    target.detach()
    return Swapped(elements, (target,))


def _empty(target: Node, cleanup: Cleanup) -> tuple[Node, ...]:
    removed = tuple(target.elements)
    for child in removed:
        cleanup(child)
        child.parent = None
    target.children = []
    return removed
