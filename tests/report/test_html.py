"""The HTML pages: what comes from files is text in them, and they need nothing from elsewhere."""

import re
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from tests.cli.helpers import sse_check
from tests.project.helpers import write
from tests.report.wide import project

HOSTILE = "</code><script>alert(1)</script>\"'&amp;"
PAGE = (
    '<div hx-ext="sse" sse-connect="/e?<b>x</b>"><p id="<i>" sse-swap="a<script>alert(1)</script>">'
    "-</p></div>"
)


def parsed(text: str) -> LexborHTMLParser:
    return LexborHTMLParser(text)


def test_what_stands_in_files_is_no_markup_of_the_map(tmp_path: Path) -> None:
    write(tmp_path, {"a.html": PAGE, "b <u>.html": PAGE})
    page = parsed(sse_check(tmp_path, "map", "--format", "html").out)
    assert [node.text() for node in page.css("h2")] == ["a.html", "b <u>.html"]
    assert page.css("script") == []
    assert page.css("code i, code b, code u, summary u") == []
    assert "a<script>alert(1)</script>" in [node.text() for node in page.css(".event code")]


def test_what_comes_from_a_stream_is_no_markup_of_the_report(tmp_path: Path) -> None:
    write(tmp_path, {"a.html": PAGE, "s.sse": f"event: {HOSTILE}\ndata: {HOSTILE}\n\n"})
    arguments = ("stream", "a.html", "--sample", "s.sse", "--format", "html")
    page = parsed(sse_check(tmp_path, *arguments).out)
    assert page.css("script") == []
    assert HOSTILE in [node.text() for node in page.css("td")]
    assert HOSTILE in (page.css(".dot")[0].attributes["title"] or "")


def test_a_page_loads_nothing(tmp_path: Path) -> None:
    write(tmp_path, project())
    page = parsed(sse_check(tmp_path, "map", "--format", "html").out)
    assert page.css("link, img, iframe, [src], [href]") == []
    assert "url(" not in page.css("style")[0].text()
    assert "@import" not in page.css("style")[0].text()


def test_many_events_can_be_filtered(tmp_path: Path) -> None:
    write(tmp_path, project())
    page = parsed(sse_check(tmp_path, "map", "--format", "html").out)
    assert len(page.css(".wire")) == 40
    assert len(page.css(".filters option")) == 9
    verdicts = {node.attributes["data-verdicts"] for node in page.css("[data-verdicts]")}
    assert verdicts == {"ok", "warn", "bad"}
    assert len(page.css("script")) == 1


def test_few_events_are_seen_at_once(tmp_path: Path) -> None:
    write(tmp_path, {"a.html": PAGE})
    text = sse_check(tmp_path, "map", "--format", "html").out
    assert not re.search("<form|<script", text)
    assert "What goes astray is red." in text


def test_a_project_without_streams_says_so(tmp_path: Path) -> None:
    write(tmp_path, {"a.html": "<p>x</p>"})
    assert "No page opens a stream." in sse_check(tmp_path, "map", "--format", "html").out
