"""How deep a browser nests, and what becomes of elements that are deeper."""

from collections.abc import Iterator
from typing import Any

import pytest

from sse_check.htmx.markup import page
from sse_check.stream.browser import chromium
from tests.needs import NEEDS_CHROMIUM

pytestmark = [pytest.mark.browser, NEEDS_CHROMIUM]

TREE = """() => {
  const shown = node => [...node.childNodes].filter(one => one.nodeType < 4).map(one =>
    one.nodeType === 3 ? one.data : one.localName + '#' + one.id);
  return [...document.querySelectorAll('body, body *')].map(shown);
}"""


@pytest.fixture(scope="module")
def tab() -> Iterator[Any]:
    with chromium() as browser:
        yield browser.new_page()


def nested(count: int, tag: str, *, closed: bool, many: bool) -> str:
    start = "".join(f"<{tag} id=d{number}>" for number in range(count))
    inner = "<p id=x>text<i id=y>more</i></p><p id=z></p>"
    end = f"</{tag}>" * count if closed else ""
    # Where there are many tags, text behind elements that are too deep is in another of them.
    rest = "<i></i>" * 6_000 if many else "after"
    return f"<!doctype html><html><head></head><body>{start}{inner}{end}{rest}</body></html>"


@pytest.mark.parametrize("many", [False, True])
@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("tag", ["div", "span", "ul"])
@pytest.mark.parametrize("count", [508, 510, 511, 513, 700])
def test_the_same_tree(tab: Any, count: int, tag: str, closed: bool, many: bool) -> None:
    markup = nested(count, tag, closed=closed, many=many)
    tab.set_content(markup)
    body = next(node for node in page(markup).subtree() if node.name == "body")
    ours = [
        [
            child if isinstance(child, str) else f"{child.name}#{child.attributes.get('id', '')}"
            for child in node.children
        ]
        for node in body.subtree()
    ]
    assert ours == tab.evaluate(TREE)
