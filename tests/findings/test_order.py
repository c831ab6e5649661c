"""What is said does not depend on the names of files, nor on their order."""

import pytest

from sse_check.findings.check import check
from sse_check.findings.loader import load_rules
from tests.project.helpers import load

CONNECTED = '<html><div hx-ext="sse" sse-connect="/e">{% include "part.html" %}</div></html>'
BARE = '<html>{% include "part.html" %}</html>'
TWICE = CONNECTED.replace("</html>", '{% include "part.html" %}</html>')


@pytest.mark.parametrize(
    "pages",
    [
        (BARE, BARE.replace("{%", "<i>longer</i>{%")),
        (CONNECTED, BARE, BARE.replace("{%", "<i>longer</i>{%")),
        (TWICE, TWICE.replace("<div", "<i>longer</i><div")),
    ],
    ids=["nowhere", "on some", "twice"],
)
def test_the_page_that_is_told_of_is_not_chosen_by_its_name(
    tmp_path_factory: pytest.TempPathFactory, pages: tuple[str, ...]
) -> None:
    said = []
    for order in (pages, pages[::-1]):
        names = {text: f"{'abc'[number]}.html" for number, text in enumerate(order)}
        files = {name: text for text, name in names.items()}
        files["part.html"] = '<p sse-swap="x"></p>'
        project = load(tmp_path_factory.mktemp("turned"), files)
        result = check(project, tuple(files), list(load_rules(()).values()))
        (one,) = [finding for finding in result.findings if finding.rule == "sse_orphan"]
        told = [one.message, *(related.span.source.path for related in one.related)]
        for number, text in enumerate(pages):
            told = [line.replace(names[text], f"page {number}") for line in told]
        said.append(told)
    assert said[0] == said[1]
