"""What looking for elements costs, and what becomes of it when a page has used up its work."""

import pytest

from sse_check.htmx import markup
from sse_check.htmx.copying import MOST_COPIED, Copies, TooMuchError
from sse_check.htmx.dom import Node
from sse_check.htmx.model import open_page
from sse_check.htmx.page import Page
from sse_check.htmx.stacks import HTMX2


def opened() -> tuple[Page, Node]:
    page = open_page(markup.page("<body><p id=p></p><i id=i></i></body>"), HTMX2)
    page.copies = Copies()
    return page, next(node for node in page.root.subtree() if node.name == "i")


def test_an_id_costs_nothing() -> None:
    page, node = opened()
    found = page.find(node, "#p")
    assert isinstance(found, Node)
    assert found.name == "p"
    assert page.copies.left == MOST_COPIED


def test_what_is_beside_costs_several_passes() -> None:
    page, node = opened()
    assert page.find_all(node, "p")
    plain = MOST_COPIED - page.copies.left
    page.copies = Copies()
    assert page.find_all(node, "previous p")
    assert MOST_COPIED - page.copies.left > 2 * plain > 0


def test_what_is_used_up_finds_but_ids() -> None:
    page, node = opened()
    page.copies.left = -1
    assert page.find(node, "#p") is not None
    assert page.find(node, "p") is None
    page.in_event = True
    with pytest.raises(TooMuchError):
        page.find(node, "p")
