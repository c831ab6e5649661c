"""What a page knows of an element by its identity stays with that element."""

import gc

import pytest

from sse_check.htmx.markup import page as parsed
from sse_check.htmx.model import open_page
from sse_check.htmx.stacks import STACKS
from sse_check.pages.node import Node

MARKUP = (
    '<html><body hx-ext="sse"><div sse-connect="/e" hx-sse:connect="/e" sse-swap="a" hx-target="#x">'
    '</div><div id="x"><p hx-get="/g" hx-ext="one"></p></div>'
    "</body></html>"
)


def _elements() -> set[int]:
    return {id(one) for one in gc.get_objects() if type(one) is Node}


@pytest.mark.parametrize("stack", ["htmx1", "htmx2", "htmx4"])
def test_elements_of_which_something_is_known_stay(stack: str) -> None:
    """They may go from the page: of another one that came to their place nothing is known."""
    page = open_page(parsed(MARKUP), STACKS[stack])
    taken = next(node for node in page.root.subtree() if node.name == "p")
    known = id(taken)
    assert known in page.processed
    taken.detach()
    del taken
    gc.collect()
    assert known in _elements()
