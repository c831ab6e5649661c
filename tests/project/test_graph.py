"""Which file names which: read when it matters, and kept right when files change."""

from pathlib import Path

import pytest

from sse_check.cli.live import may_be_live
from sse_check.cli.targets import open_targets
from sse_check.project.files import Files
from sse_check.project.graph import Graph
from sse_check.project.settings import Settings
from tests.project.helpers import load, write

FILES = {
    "t/base.html": "<html><body>{% block c %}{% endblock %}</body></html>",
    "t/part.html": '<p sse-swap="a"></p>',
    "t/one.html": '{% extends "base.html" %}{% block c %}{% include "part.html" %}{% endblock %}',
    "t/two.html": '{% extends "base.html" %}{% include "part.html" %}{% include "part.html" %}',
}


def told(graph: Graph) -> object:
    links = {path: found for path, found in graph.links.items() if found}
    users = {path: sorted(found) for path, found in graph.users.items() if found}
    extending = {path: found for path, found in graph.extending.items() if found}
    return links, users, extending, graph.relevant_set, graph.speaking


def test_links_of_silent_templates_are_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Most projects have nothing to do with events, and are done when that is known."""
    read: list[str] = []
    targets = Graph._targets

    def noted(self: Graph, path: str) -> object:
        read.append(path)
        return targets(self, path)

    monkeypatch.setattr(Graph, "_targets", noted)
    write(tmp_path, {**FILES, "t/part.html": "<p></p>"})
    (wanted,) = open_targets((str(tmp_path),), lambda _: Settings())
    assert not may_be_live(wanted)
    assert not read
    assert wanted.project.graph.links["t/one.html"] == ["t/base.html", "t/part.html"]
    assert sorted(read) == sorted(FILES)


@pytest.mark.parametrize("asked_before", [True, False])
def test_a_file_that_changes(tmp_path: Path, *, asked_before: bool) -> None:
    text = '{% include "one.html" %}{% import "base.html" as b %}'
    project = load(tmp_path, FILES)
    if asked_before:
        told(project.graph)
    project.changed("t/two.html", text.encode())
    files = Files(str(tmp_path), project.files.found, replaced={"t/two.html": text.encode()})
    assert told(project.graph) == told(Graph(files, project.names))
