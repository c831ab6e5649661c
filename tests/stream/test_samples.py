"""Samples: rendered where nothing can be run, told at the lines of their templates."""

import json
import os
from pathlib import Path

import pytest

from sse_check.stream.align import align
from sse_check.stream.record import record
from sse_check.stream.rendering import render
from sse_check.stream.samples import SampleSite
from sse_check.stream.session import look
from sse_check.stream.web import Limits, StreamError
from tests.cli.helpers import sse_check
from tests.project.helpers import write
from tests.stream.apps import PAGE

HOSTILE = [
    "{{ cycler.__init__.__globals__.os.system('touch ran') }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ lipsum.__globals__['os'].popen('touch ran').read() }}",
    "{{ self.__init__.__globals__ }}",
    "{{ joiner.__init__.__globals__.os.popen('touch ran').read() }}",
    "{% set x = namespace() %}{{ x.__init__.__globals__ }}",
    "{{ missing.__class__.__base__.__subclasses__() }}",
    "{{ data.append(1) }}",
]


@pytest.mark.parametrize("template", HOSTILE)
def test_templates_cannot_run_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, template: str
) -> None:
    monkeypatch.chdir(tmp_path)
    values: dict[str, object] = {"data": [0]}
    try:
        text = render(template, tmp_path, values, "page.html")
    except StreamError as error:
        text = str(error)
    assert not (tmp_path / "ran").exists()
    assert values == {"data": [0]}
    assert not any(word in text for word in ("<class", "subclasses__()", "<module", "builtin"))


def test_the_sandbox_says_that_it_was_the_sandbox(tmp_path: Path) -> None:
    with pytest.raises(StreamError, match="rendered in Jinja's sandbox"):
        render("{{ data.append(1) }}", tmp_path, {"data": [0]}, "page.html")


@pytest.mark.parametrize(
    "template",
    ["{{ range(100000000)|list }}", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "{{ 1 / 0 }}", "{{ 'x'.encode('none') }}", "{% for a in 5 %}{% endfor %}"],
)  # fmt: skip
def test_whatever_a_template_stumbles_over_is_told(tmp_path: Path, template: str) -> None:
    with pytest.raises(StreamError, match=r"page\.html"):
        render(template, tmp_path, {}, "page.html")


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "longer than 3 seconds"),
        ("{{ 'a' * 10**10 }}", "more than 1 GB of memory"),
        ("{{ 'a'|center(10**10) }}", "more than 1 GB of memory"),
        ("{% set n = namespace(x='a') %}{% for i in range(99) %}{% set n.x = n.x ~ n.x %}{% endfor %}", "more than 1 GB of memory"),
        ("{{ 'a' * 10**8 }}", "more than 64 MB come of it"),
        ("{{ 10**(10**10) }}", "(longer than 3 seconds|GB of memory)"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", ["page", "sample", "block"])
def test_a_template_has_an_end_in_time_and_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, template: str, why: str, place: str
) -> None:
    # Where memory is the end, time must not be: a busy machine fills a gigabyte slowly.
    seconds = 3.0 if "longer than 3 seconds" in why else 60.0
    monkeypatch.setattr("sse_check.stream.renderer._SECONDS", seconds)
    block = f"{{% block a %}}{template}{{% endblock %}}"
    events = '[{"event": "a", "template": "b.html", "block": "a"}]'
    files = {"plain.html": "<p>", "page.html": template, "a.html": template, "b.html": block}
    write(tmp_path, {**files, "a.json": events})
    page = "page.html" if place == "page" else "plain.html"
    samples = {"page": [], "sample": [tmp_path / "a.html"], "block": [tmp_path / "a.json"]}[place]
    with pytest.raises(StreamError, match=why) as raised:
        SampleSite(tmp_path / page, samples, {})
    named = {"page": "page.html", "sample": "a.html", "block": "b.html"}[place]
    assert str(raised.value).startswith((str(tmp_path / named), named))


def test_a_link_out_of_the_templates_is_not_read(tmp_path: Path) -> None:
    write(tmp_path, {"secret": "hunter2", "t/real.html": "<b>1</b>"})
    os.symlink(tmp_path / "secret", tmp_path / "t" / "link.html")
    os.symlink(tmp_path / "t" / "real.html", tmp_path / "t" / "inner.html")
    folder = tmp_path / "t"
    assert render("{% include 'inner.html' %}", folder, {}, "p.html") == "<b>1</b>"
    with pytest.raises(StreamError, match=r"`link\.html` leads out of the templates"):
        render("{% include 'link.html' %}", folder, {}, "p.html")


# Lines


FILES = {
    "pyproject.toml": "",
    "templates/base.html": (
        "<!doctype html>\n{# a comment\n   of two lines #}\n<html><body>\n"
        "{% block content %}{% endblock %}\n</body></html>\n"
    ),
    "templates/part.html": '{% macro row(id) %}\n\n<p id="p"\n   sse-swap="row-{{ id }}">-</p>{% endmacro %}\n',
    "templates/live.html": (
        '{% extends "base.html" %}{% from "part.html" import row %}\n{% block content %}\n'
        "{% set made_up = 1 %}\n\n"
        '<main id="x" hx-target="#x">\n'
        '<div hx-ext="sse" sse-connect="{{ url_for("events") }}">\n'
        "{% for one in [7, 8] %}{{ row(one) }}{% endfor %}\n"
        "{% raw %}{{ <i> }}{% endraw %}\n"
        '<P sse-swap="status">-</P>\n</div></main>\n{% endblock %}\n'
    ),
    "a.sse": "event: status\ndata: x\n\nevent: other\ndata: y\n\nevent: row-7\ndata: z\n\n",
}


def test_findings_stand_at_the_lines_of_the_templates(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    done = sse_check(
        tmp_path, "stream", "templates/live.html", "--sample", "a.sse", "--format", "json"
    )
    found = [
        (f["rule"], f["location"]["path"], f["location"]["start"]["line"], f["location"]["start"]["column"])
        for f in json.loads(done.out)["findings"]
    ]  # fmt: skip
    assert sorted(found) == [
        ("stream_misrouted", "templates/live.html", 9, 4),
        ("stream_not_sent", "templates/part.html", 4, 4),
        ("stream_unheard", "templates/live.html", 6, 19),
    ]
    related = [r for f in json.loads(done.out)["findings"] for r in f["related"]]
    assert {(r["location"]["path"], r["location"]["start"]["line"]) for r in related} == {
        ("templates/live.html", 5)
    }
    assert "data-sse-check" not in done.out


def test_the_page_is_what_it_is_without_marks(tmp_path: Path) -> None:
    write(
        tmp_path,
        {**FILES, "plain.html": '<p class=x sse-swap=a>{{ "<b>"|e }}</p><br/>\n<A HREF="x">'},
    )
    site = SampleSite(tmp_path / "plain.html", [], {})
    assert site.page == b'<p class=x sse-swap=a>&lt;b&gt;</p><br/>\n<A HREF="x">'


MARKED = [
    "{% macro m() %}<p sse-swap=a>x</p>{% endmacro %}<b>{{ m()|length }}</b>",
    "{% macro m() %}<p sse-swap=a>x</p>{% endmacro %}<script>var x = {{ m()|tojson }}</script>",
    "{% macro m() %}<p sse-swap=a>x</p>{% endmacro %}<a href='/{{ m()|urlencode }}'>{{ m()|e }}</a>",
    "{% filter upper %}<p sse-swap=a>x</p>{% endfilter %}",
    "<b>{{ 'é' }}</b><p {% if x %}sse-swap='a'{% endif %}>{% raw %}<i {{ }}>{% endraw %}",
    "{% set t %}<p sse-swap=a>{% endset %}{{ t|truncate(9) }}",
]


@pytest.mark.parametrize("template", MARKED)
def test_marks_never_change_the_page(tmp_path: Path, template: str) -> None:
    write(tmp_path, {"m.html": template})
    site = SampleSite(tmp_path / "m.html", [], {})
    assert site.page.decode() == render(template, tmp_path, {}, "m.html")
    assert "data-sse-check" not in site.page.decode()


# Streams apart


TWO = PAGE.replace(
    "</body>",
    '<div hx-ext="sse" sse-connect="/news?token=opensesame"><p sse-swap="n">-</p></div></body>',
)


def test_samples_for_one_stream_each(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"two.html": TWO, "a.sse": "event: a\ndata: 1\n\n", "n.sse": "event: n\ndata: 2\n\n"},
    )
    samples = [tmp_path / "a.sse", Path(f"/news={tmp_path / 'n.sse'}")]
    session = look(SampleSite(tmp_path / "two.html", samples, {}), "/", Limits())
    assert [[event.event for event in one.events] for one in session.streams] == [["a"], ["n"]]
    told = record(str(tmp_path / "seen.sse"), session.streams)
    assert told == [
        f"{tmp_path}/seen-events.sse: 18 bytes recorded; replay with --sample /events={tmp_path}/seen-events.sse",
        f"{tmp_path}/seen-news.sse: 18 bytes recorded; replay with --sample /news={tmp_path}/seen-news.sse",
    ]
    again = [Path(line.partition("--sample ")[2]) for line in told]
    replayed = look(SampleSite(tmp_path / "two.html", again, {}), "/", Limits())
    assert [[event.event for event in one.events] for one in replayed.streams] == [["a"], ["n"]]
    assert {f.rule for f in align(replayed).findings} == {"stream_not_sent"}


def test_equal_addresses_are_recorded_apart(tmp_path: Path) -> None:
    page = PAGE.replace("</body>", PAGE[PAGE.index("<div") : PAGE.index("</body>")] + "</body>")
    write(tmp_path, {"two.html": page, "a.sse": "event: a\ndata: 1\n\n"})
    session = look(SampleSite(tmp_path / "two.html", [tmp_path / "a.sse"], {}), "/", Limits())
    record(str(tmp_path / "seen.sse"), session.streams)
    assert sorted(p.name for p in tmp_path.glob("seen*")) == [
        "seen-events-2.sse",
        "seen-events.sse",
    ]


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ({"event": "a\nb", "data": "x"}, "has a line end"),
        ({"event": "a", "data": "\ud800"}, "half of a surrogate pair"),
        ({"data": "a\r\nb\rc"}, ""),
    ],
)
def test_what_no_frame_can_carry(tmp_path: Path, event: dict[str, str], message: str) -> None:
    write(tmp_path, {"p.html": PAGE, "l.json": json.dumps([event])})
    if message:
        with pytest.raises(StreamError, match=message):
            SampleSite(tmp_path / "p.html", [tmp_path / "l.json"], {})
    else:
        site = SampleSite(tmp_path / "p.html", [tmp_path / "l.json"], {})
        assert site.body == b"data: a\ndata: b\ndata: c\n\n"
