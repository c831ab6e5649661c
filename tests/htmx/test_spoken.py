"""What is said anywhere on a page."""

from pathlib import Path

import pytest

from sse_check.findings.context import Context
from sse_check.htmx.view import PageView
from sse_check.project.settings import Settings
from tests.project.helpers import load

PAGE = """<html><body hx-boost="true">
<div id="d" data-hx-target="{{ where }}"><template><p id="p" hx-select="#x"></p></template>
<b id="b" %s></b></div></body></html>
"""


def view_of(folder: Path, attributes: str = "hx-get=/") -> PageView:
    project = load(folder, {"templates/a.html": PAGE % attributes}, Settings())
    return Context(project, tuple(project.files.found.templates)).views[0]


@pytest.mark.parametrize(
    ("name", "node", "expected"),
    [
        ("hx-boost", "b", "true"),
        ("hx-select", "p", "#x"),
        ("hx-select", "b", None),
        ("hx-swap", "b", None),
    ],
)
def test_what_comes_down(tmp_path: Path, name: str, node: str, expected: str | None) -> None:
    """Also in a template, and from an attribute with `data-` before its name."""
    view = view_of(tmp_path)
    found = view.inherited(next(n for n in view.elements if n.attributes.get("id") == node), name)
    assert (found.value if found is not None else None) == expected


@pytest.mark.parametrize(
    ("attributes", "name", "expected"),
    [
        ("hx-get=/", "hx-target", True),
        ("hx-get=/", "hx-select", False),
        ("hx-get=/ {{ more }}", "hx-select", True),
        ("hx-get=/ hx-disinherit='{{ some }}'", "hx-select", True),
    ],
)
def test_what_is_known_only_when_rendered(
    tmp_path: Path, attributes: str, name: str, expected: bool
) -> None:
    view = view_of(tmp_path, attributes)
    node = next(n for n in view.elements if n.attributes.get("id") == "b")
    assert view.dynamic(node, name) is expected
