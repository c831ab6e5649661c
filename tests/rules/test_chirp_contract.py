"""Where the contract's own checker cries wolf, or sees nothing: here it goes the right way."""

from pathlib import Path

import pytest

from tests.project.helpers import lines, run

STREAM = """from chirp import App, EventStream, Fragment, SSEEvent
app = App()
@app.route("/e")
async def events():
    async def stream():
        while True:
            {}
    return EventStream(stream())
"""


def page(body: str, attributes: str = "") -> str:
    return f"<!doctype html>\n<html><body{attributes}>\n{body}\n</body></html>\n"


def live(inner: str, attributes: str = "") -> str:
    return f'<div hx-ext="sse" sse-connect="/e"{attributes}>{inner}</div>'


LISTENER = '<p sse-swap="a" hx-target="this">-</p>'
BROAD = ' hx-boost="true" hx-target="#main"'
SEND_A = STREAM.format('yield SSEEvent(data="x", event="a")')

# What looks guilty to a pattern over the text, and is not.
INNOCENT: list[tuple[str, dict[str, str]]] = [
    ("a class that says sse-swap", {"t/a.html": page(live(LISTENER, ' class="no-sse-swap-here"'))}),
    ("in a script", {"t/a.html": page('<script>x = \'<div sse-connect="/e" sse-swap="a">\'</script>')}),
    ("in a textarea", {"t/a.html": page('<textarea><div sse-connect="/e" sse-swap="a"></textarea>')}),
    ("in a raw block, as text", {"t/a.html": page('{% raw %}&lt;div sse-connect="/e" sse-swap="a"&gt;{% endraw %}')}),
    ("in prose", {"t/a.html": page("<p>Write sse-connect and sse-swap on two elements.</p>")}),
    ("in another attribute", {"t/a.html": page('<p title=\'<div sse-connect="/e" sse-swap="a">\'>x</p>')}),
    ("a page of another layout", {
        "t/broad.html": page('<main id="main">{% block c %}{% endblock %}</main>', BROAD),
        "t/plain.html": page("{% block c %}{% endblock %}"),
        "t/a.html": '{% extends "plain.html" %}{% block c %}' + live(LISTENER) + "{% endblock %}",
    }),
    ("a broad body in a comment", {"t/a.html": "<!-- <body hx-target='#x'> -->" + page(live('<p sse-swap="a">-</p>'))}),
    ("a broad target on a sibling", {"t/a.html": page('<nav hx-target="#main"></nav><main id="main"></main>' + live('<p sse-swap="a">-</p>'))}),
    ("a target with blanks around its sign", {"t/a.html": page(live('<p sse-swap="a" hx-target = this>-</p>', ' hx-disinherit="*"') + '<main id="main"></main>', BROAD)}),
    ("a nearer ancestor shuts it out", {"t/a.html": page('<div hx-disinherit="*">' + live(LISTENER) + '</div><main id="main"></main>', BROAD)}),
    ("a nearer select", {"t/a.html": page('<div hx-select="unset"><button hx-post="/x" hx-target="this">x</button></div>', ' hx-select="#main"')}),
    ("a list of names", {"t/a.html": page(live('<p sse-swap="a, b">-</p>')), "app.py": STREAM.format('yield SSEEvent(data="x", event="a"); yield SSEEvent(data="y", event="b")')}),
    ("a name that is known later", {"t/a.html": page(live('<p sse-swap="{{ ev }}">-</p>')), "app.py": SEND_A}),
    ("two streams in one file", {
        "t/a.html": page(live('<p sse-swap="a">-</p>') + '<div hx-ext="sse" sse-connect="/f"><p sse-swap="b">-</p></div>'),
        "app.py": SEND_A + '@app.route("/f")\nasync def more():\n    async def stream():\n        while True:\n            yield SSEEvent(data="x", event="b")\n    return EventStream(stream())\n',
    }),
    ("a positional name", {"t/a.html": page(live('<p sse-swap="a">-</p>')), "app.py": STREAM.format('yield SSEEvent("x", "a")')}),
    ("a helper", {"t/a.html": page(live('<p sse-swap="a">-</p>')), "app.py": 'def send(name):\n    return SSEEvent(data="x", event=name)\n' + STREAM.format('yield send("a")')}),
    ("keyword arguments from elsewhere", {"t/a.html": page(live('<p sse-swap="a">-</p>')), "app.py": STREAM.format("yield SSEEvent(**message)")}),
    ("a plain string", {"t/a.html": page(live('<p sse-swap="message">-</p>')), "app.py": STREAM.format('yield "x"')}),
]  # fmt: skip

# What a pattern over the text does not see.
GUILTY: list[tuple[str, dict[str, str], str]] = [
    ("without quotes", {"t/a.html": page("<div hx-ext=sse sse-connect=/e sse-swap=a>-</div>")}, "t/a.html:3 error sse_self_swap certain"),
    ("behind a sign in a value", {"t/a.html": page('<div data-x="a > b" hx-ext="sse" sse-connect="/e" sse-swap="a">-</div>')}, "t/a.html:3 error sse_self_swap certain"),
    ("behind a sign in an expression", {"t/a.html": page('<div data-x="{{ a if a > b }}" hx-ext="sse" sse-connect="/e" sse-swap="a">-</div>')}, "t/a.html:3 error sse_self_swap certain"),
    ("through an include", {"t/a.html": page('<div hx-ext="sse" sse-connect="/e" {% include "attrs.html" %}>-</div>'), "t/attrs.html": 'sse-swap="a"'}, "t/attrs.html:1 error sse_self_swap certain"),
    ("a broad target `body`", {"t/a.html": page(live('<p sse-swap="a">-</p>'), ' hx-target="body"')}, "t/a.html:3 error sse_scope certain"),
    ("a broad target by class", {"t/a.html": page('<div class="main">' + live('<p sse-swap="a">-</p>') + "</div>", ' hx-target=".main"')}, "t/a.html:3 error sse_scope certain"),
    ("a broad target by `closest`", {"t/a.html": page("<section>" + live('<p sse-swap="a">-</p>') + "</section>", ' hx-target="closest section"')}, "t/a.html:3 error sse_scope certain"),
    ("boost and target on different elements", {"t/a.html": page('<main id="main" hx-target="#main"><button hx-post="/x">x</button></main>', ' hx-boost="true"')}, "t/a.html:3 warning swap_safety certain"),
    ("a mitigation that is none", {"t/a.html": page('<button hx-post="/x" hx-target="this" hx-disinherit="hx-select">x</button>', ' hx-select="#main"')}, "t/a.html:3 warning select_inheritance certain"),
    ("the second of two", {"t/a.html": page(live(LISTENER, ' hx-disinherit="hx-target"') + "\n" + '<div hx-ext="sse" sse-connect="/f"><p sse-swap="a">-</p></div><main id="main"></main>', BROAD)}, "t/a.html:4 error sse_scope certain"),
    ("a trigger's name", {"t/a.html": page(live('<p hx-get="/x" hx-trigger="sse:b">-</p>')), "app.py": SEND_A}, "t/a.html:3 error sse_crossref certain"),
    ("a closing name", {"t/a.html": page(live('<p sse-swap="a">-</p>', ' sse-close="b"')), "app.py": SEND_A}, "t/a.html:3 error sse_crossref certain"),
    ("in an included file", {"t/a.html": page(live('{% include "b.html" %}')), "t/b.html": '<p sse-swap="b">-</p>', "app.py": SEND_A}, "t/b.html:1 error sse_crossref certain"),
    ("a macro's argument", {"t/a.html": '{% from "m.html" import scope %}' + page('{{ scope("/e", swap="typo") }}'), "t/m.html": '{% macro scope(url, swap) %}<div hx-ext="sse" sse-connect="{{ url }}"><p sse-swap="{{ swap }}">-</p></div>{% endmacro %}', "app.py": SEND_A}, "t/m.html:1 error sse_crossref certain"),
    ("a generator of the module", {"t/a.html": page(live('<p sse-swap="b">-</p>')), "app.py": 'from chirp import App, EventStream, SSEEvent\napp = App()\nasync def stream():\n    while True:\n        yield SSEEvent(data="x", event="a")\n@app.route("/e")\nasync def events():\n    return EventStream(stream())\n'}, "t/a.html:3 error sse_crossref certain"),
    ("outside every connection", {"t/a.html": page(live(LISTENER) + "\n" + '<p sse-swap="a">-</p>')}, "t/a.html:4 error sse_orphan certain"),
    ("the old spelling", {"t/a.html": page('<script src="https://unpkg.com/htmx.org@1.9.12"></script><div hx-sse="connect:/e swap:a">-</div>')}, "t/a.html:3 error sse_self_swap certain"),
]  # fmt: skip


@pytest.mark.parametrize("files", [i[1] for i in INNOCENT], ids=[i[0] for i in INNOCENT])
def test_innocent(tmp_path: Path, files: dict[str, str]) -> None:
    found = [line for line in lines(run(tmp_path, files)) if " info " not in line]
    assert found == []


@pytest.mark.parametrize(("files", "finding"), [g[1:] for g in GUILTY], ids=[g[0] for g in GUILTY])
def test_guilty(tmp_path: Path, files: dict[str, str], finding: str) -> None:
    assert finding in lines(run(tmp_path, files))
