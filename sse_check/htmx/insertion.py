"""How htmx 1 and 2 put content in its place: by a style of their own, or as idiomorph does."""

from typing import TYPE_CHECKING

from sse_check.htmx.dom import Node
from sse_check.htmx.idiomorph import morphed
from sse_check.htmx.inheritance import extension_active
from sse_check.htmx.morph import IntoItselfError
from sse_check.htmx.preserve import Pantry, taken_over
from sse_check.htmx.swaps import MORPH, STYLES, Swapped, apply_swap, is_morph

if TYPE_CHECKING:
    from sse_check.htmx.page import Page

_PRESERVED = ("hx-preserve", "data-hx-preserve")


class StoppedError(Exception):
    """The script stops in the middle of a swap."""


def style_for(page: "Page", style: str, asking: Node | None) -> str:
    """The style by which htmx swaps; only who asks for the extension of a morph gets one."""
    if style in STYLES or style == "textContent":
        return style
    if is_morph(style) and asking is not None and extension_active(asking, MORPH):
        return style
    default = str(page.config["defaultSwapStyle"])
    return default if default in STYLES else "innerHTML"


def is_inline(style: str, target: Node) -> bool:
    """Whether a part that is out of band is swapped itself, and not what is in it.

    The extension of idiomorph says so of every style.
    """
    return style == "outerHTML" or extension_active(target, MORPH)


def put_in(
    page: "Page", style: str, target: Node, content: list[Node | str], *, beside: bool = False
) -> Swapped:
    """Swap content into a target that is known; what is preserved stays.

    `beside` says that it is a part of a payload that goes elsewhere.
    """
    if style == "textContent":
        return apply_swap(style, target, content, page.forget)
    if beside and page.stack.takes_over:
        # Nothing is preserved there.
        return _swapped(page, style, target, content)
    if page.stack.takes_over:
        stood = page.in_page(target)
        taken_over(page.root, content)
        if stood and style not in ("none", "delete") and not page.in_page(target):
            # The target is part of its own content now, and of no page.
            raise StoppedError
        return _swapped(page, style, target, content)
    pantry = Pantry(page.root, content, _PRESERVED)
    swapped = _swapped(page, style, target, content)
    pantry.give_back(by_selector=True)
    return swapped


def _swapped(page: "Page", style: str, target: Node, content: list[Node | str]) -> Swapped:
    if is_morph(style):
        try:
            return morphed(style, target, content)
        except IntoItselfError:
            # The extension fails, and htmx goes on with what that has left.
            style, content = style_for(page, style, None), []
    if style == "outerHTML":
        page.marked.update(id(new) for new in content if _is_marked(new, target))
    return apply_swap(style, target, content, page.clean_up)


def _is_marked(new: Node | str, target: Node) -> bool:
    """Whether what takes the target's place has htmx's class on it when it is processed.

    Where one of its id was there, htmx writes its attributes anew, without.
    """
    if isinstance(new, str) or target.parent is None:
        return False
    ident = new.attributes.get("id")
    return not ident or not any(
        old.name == new.name and old.attributes.get("id") == ident
        for old in target.parent.descendants()
    )
