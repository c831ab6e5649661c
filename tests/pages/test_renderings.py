"""Every stretch that can be on a page is on some rendering of it."""

import pytest

from sse_check.pages.engine import Engine
from tests.pages.test_bounds import FOOT, HEAD, loaded

ONE, TWO, THREE = (f'<p sse-swap="{name}"></p>' for name in ("one", "two", "three"))


@pytest.mark.parametrize(
    ("markup", "most"),
    [
        # With `else` all conditions meet in its elements; without one nothing tells of the rest.
        (f"{{% if a %}}{ONE}{{% elif b %}}{TWO}{{% elif c %}}{THREE}{{% endif %}}", 4),
        (f"{{% if a %}}{ONE}{{% elif b %}}{TWO}{{% else %}}{THREE}{{% endif %}}", 3),
        (f"{{% if a %}}<i></i>{{% elif b %}}{ONE}{TWO}{THREE}{{% endif %}}", 2),
        (f"{{% if x %}}{{% if a %}}{ONE}{{% elif b %}}{TWO}{{% endif %}}{{% else %}}{THREE}{{% endif %}}", 4),
        ('{% if x %}{% include "part.html" %}{% endif %}<b sse-swap="four"></b>', 8),
    ],
)  # fmt: skip
def test_branches_between_the_first_and_the_last(markup: str, most: int) -> None:
    part = f"{{% if a %}}{ONE}{{% elif b %}}{TWO}{{% elif x %}}{THREE}{{% endif %}}"
    engine = Engine(loaded({"t/p.html": HEAD + markup + FOOT, "t/part.html": part}))
    page = engine.page("t/p.html")
    shown = {
        node.attributes.get("sse-swap")
        for variant in page.variants
        for node in variant.root.subtree()
    }
    assert shown >= {"one", "two", "three"}
    assert len(page.variants) <= most
    assert not page.cut


def test_what_a_second_body_gives_under_a_condition_hangs_on_that() -> None:
    """The parser throws the second one away, and with it went what is known of its conditions."""
    markup = (
        '{% if a %}<body hx-target="#x">{% endif %}'
        '<p id="x" sse-swap="s"{% if b %} hx-disinherit="*"{% endif %}></p>'
    )
    page = Engine(loaded({"t/p.html": f"<html><body>{markup}</body></html>"})).page("t/p.html")
    told = {(one.chosen["a"], one.chosen["b"]) for one in page.variants}
    assert told == {(True, True), (True, False), (False, True), (False, False)}
    nodes = {node for one in page.variants for node in one.root.subtree()}
    assert all(node in nodes for one in page.variants for node in one.around)
