"""What an element has from those above it, in the words of each generation."""

import pytest

from sse_check.htmx import markup
from sse_check.htmx.dom import Node
from sse_check.htmx.inheritance import extension_active, given_in_4
from sse_check.pages.marks import OUT_OF_SIGHT

PAGE = markup.page(
    '<body><main id=m hx-target:inherited="#a" hx-swap=delete><div id=d hx-target:append="#b">'
    "<p id=p hx-swap=none></p></div><i id=i></i></main></body>"
)


def of(ident: str) -> Node:
    return next(node for node in PAGE.subtree() if node.attributes.get("id") == ident)


@pytest.mark.parametrize(
    ("ident", "name", "implicit", "found"),
    [
        ("p", "hx-swap", False, ("none", "p")),
        ("i", "hx-swap", False, None),
        ("i", "hx-swap", True, ("delete", "m")),
        ("d", "hx-swap", True, ("delete", "m")),
        ("i", "hx-target", False, ("#a", "m")),
        ("m", "hx-target", False, ("#a", "m")),
        ("d", "hx-target", False, None),
        ("p", "hx-target", True, None),
        ("i", "hx-select", True, None),
    ],
)
def test_in_htmx_4(ident: str, name: str, implicit: bool, found: tuple[str, str] | None) -> None:
    expected = (found[0], of(found[1])) if found else None
    assert given_in_4(of(ident), name, {}, implicit=implicit) == expected
    assert given_in_4(of(ident), name, {"implicitInheritance": implicit}) == expected


def test_what_stands_around_a_fragment_turns_on_what_it_is_written_for() -> None:
    top, node = Node(OUT_OF_SIGHT), Node("div")
    top.insert(0, [node])
    assert extension_active(node)
    assert not extension_active(node, "morph")
    node.attributes["hx-ext"] = "ignore:sse"
    assert not extension_active(node)
