"""What is asked of elements and of outcomes."""

import pytest

from sse_check.htmx import markup
from sse_check.htmx.outcomes import is_preserved, speaks_of_events


@pytest.mark.parametrize(
    ("html", "stays"),
    [
        ("<p id=k hx-preserve><b>1</b></p>", True),
        ("<p id=k hx-preserve=true><i><b>1</b></i></p>", True),
        ("<b id=k data-hx-preserve>1</b>", True),
        # Without an id nothing is found again.
        ("<p hx-preserve><b id=k>1</b></p>", False),
        ("<p id=k><b>1</b></p>", False),
    ],
)
def test_what_is_preserved(html: str, stays: bool) -> None:
    root = markup.page(f"<body>{html}</body>")
    assert is_preserved(next(node for node in root.subtree() if node.name == "b")) is stays


@pytest.mark.parametrize(
    ("attribute", "speaks"),
    [
        ("sse-swap=a", True),
        ("data-sse-connect=/e", True),
        ("hx-sse:connect=/e", True),
        ("hx-sse=swap:a", True),
        ("hx-trigger=sse:a", True),
        ("hx-trigger=click", False),
        ("hx-get=/r", False),
    ],
)
def test_what_speaks_of_events(attribute: str, speaks: bool) -> None:
    root = markup.page(f"<body><b {attribute}></b></body>")
    assert speaks_of_events(next(n for n in root.subtree() if n.name == "b")) is speaks
