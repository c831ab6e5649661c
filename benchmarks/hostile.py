"""Files that are made to keep a program busy: what a whole run on each takes.

    python benchmarks/hostile.py [NAME]...

Each case is a project in a folder of its own, checked by a process of its own that is stopped
after a minute of CPU. Beside it is what a bare Python takes that parses the same Python files: no
checker takes less. The status is 1 when a case takes more than its bound beside that.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.measure import taken  # noqa: E402 - the path is set first

MOST_SECONDS, MOST_MEGABYTES = 2.0, 300
P = '<p sse-swap="a">x</p>'
TOP = '<!doctype html><html><body hx-ext="sse" sse-connect="/e">'
TOP_4 = (
    '<!doctype html><script src="htmx.org@4.0.0/dist/htmx.js"></script>'
    '<script src="htmx.org@4.0.0/dist/ext/hx-sse.js"></script><body>'
)
FASTAPI = (
    "from fastapi import FastAPI\nfrom sse_starlette import EventSourceResponse\napp = FastAPI()\n"
)
DOMINATE = (
    "from dominate import document\nfrom dominate.tags import *\n"
    "def page():\n    d = document()\n    with d:\n"
)
PARSE = (
    "import ast, pathlib, sys\n"
    "for path in pathlib.Path('.').rglob('*.py'): ast.parse(path.read_bytes())"
)
STOPPED = (
    "import resource, sys; resource.setrlimit(resource.RLIMIT_CPU, (60, 60));"
    "from sse_check.cli.main import main; sys.argv = ['sse-check', '.', '--coverage']; main()"
)
Files = dict[str, str]


def row(text: str, times: int) -> str:
    """A text again and again, with `~` as its number."""
    return "".join(text.replace("~", str(number)) for number in range(times))


def page(text: str) -> Files:
    return {"a.html": TOP + text}


def python(text: str) -> Files:
    return {"app.py": text, "a.html": TOP + P}


def twice_each() -> Files:
    files = page('{% include "i0.html" %}')
    for level in range(40):
        below = f'{{% include "i{level + 1}.html" %}}'
        files[f"i{level}.html"] = f'<b sse-swap="a{level}"></b>{below}{below}'
    return {**files, "i40.html": P}


def rings() -> Files:
    block = f"{{% block x %}}{P}{{% endblock %}}"
    return {
        "a.html": f'{{% extends "b.html" %}}{block}',
        "b.html": f'{{% extends "a.html" %}}{block}{{{{ super() }}}}',
        "c.html": f'{TOP}{{% include "d.html" %}}{P}',
        "d.html": f'{P}{{% include "c.html" %}}{{% include "d.html" %}}',
        "e.kida": f'{{% embed "f.kida" %}}{block}{{% end %}}',
        "f.kida": f'{{% embed "e.kida" %}}{block}{{% end %}}',
        "base.html": f'{TOP}{{% block b %}}{{% include "part.html" %}}{{% endblock %}}',
        "part.html": '{% extends "base.html" %}{% block b %}{% include "two.html" %}{% endblock %}',
        "two.html": '{% extends "part.html" %}{% block b %}{{ super() }}{% endblock %}',
    }


def all_pairs() -> Files:
    rows = row('{% include "p~.html" ignore missing %}', 60)
    return {f"p{n}.html": f"{TOP}{P}{rows}" for n in range(60)}


def macros() -> Files:
    one = '{% macro a(x) %}<p sse-swap="{{ x }}">{{ a(x) }}{{ b(x) }}</p>{% endmacro %}'
    two = "{% macro b(x) %}<i>{{ a(x) }}{% call a(1) %}{{ b(2) }}{% endcall %}{% endmacro %}"
    return page(one + two + '{{ a("n") }}{{ b("m") }}')


def payloads(number: int) -> Files:
    """Events whose payload is a template: each is put on the page."""
    sent = row(
        "        yield {'event': 'm~', 'data': t.get_template('p~.html').render()}\n", number
    )
    server = (
        f"{FASTAPI}from fastapi.templating import Jinja2Templates\nt = Jinja2Templates('.')\n"
        "@app.get('/')\ndef page(request):\n    return t.TemplateResponse(request, 'a.html')\n"
        f"@app.get('/e')\ndef e():\n    def g():\n{sent}    return EventSourceResponse(g())\n"
    )
    live = {f"p{n}.html": f'<b sse-swap="z{n}"></b>' for n in range(number)}
    return {**page(row("<p sse-swap=m~></p>", number)), "app.py": server, **live}


def many_templates(number: int) -> Files:
    block = "{% block c %}x{% endblock %}"
    rest = {f"p{n}.html": f'{{% extends "a.html" %}}{block}' for n in range(number)}
    return {**page(P + "{% block c %}{% endblock %}"), **rest}


def three_deep(functions: int) -> str:
    leaf = f"def f0(x):\n    return '{P}'\n"
    return leaf + row("def g~(x):\n    return g0(x) + f0(x)\n", functions)


# Each by how large a part of it: what is linear takes that part of the work.
GROWING: dict[str, Callable[[int], Files]] = {
    "20,000 nested listeners": lambda part: page("<div sse-swap=a>" * (20_000 // part)),
    "20,000 listeners side by side": lambda part: page(P * (20_000 // part)),
    "20,000 deep, with paragraphs": lambda part: page(
        P + "<div>" * (20_000 // part) + P * (20_000 // part)
    ),
    "2,000 nested connections": lambda part: page(
        row('<div sse-connect="/e~">' + P, 2_000 // part)
    ),
    "2,000 equal ids": lambda part: page(
        '<p id=a sse-swap=a hx-target="#a">x</p>' * (2_000 // part)
    ),
    "2,000 rows with a listener": lambda part: page(
        "<table>" + "<tr><td sse-swap=r>" * (2_000 // part)
    ),
    "2,000 listeners, one target": lambda part: page(
        '<li sse-swap=m hx-target="#t">x</li>' * (2_000 // part) + "<p id=t></p>"
    ),
    "2,000 listeners, no target": lambda part: page(
        '<li sse-swap=m hx-target="#none">x</li>' * (2_000 // part)
    ),
    "2,000 targets by a class": lambda part: page(
        '<li sse-swap=m hx-target=".t">x</li>' * (2_000 // part) + "<p class=t></p>"
    ),
    "2,000 targets beside": lambda part: page(
        '<li sse-swap=m hx-target="next .t">x</li>' * (2_000 // part) + "<p class=t></p>"
    ),
    "2,000 triggers at one place": lambda part: page(
        row('<li hx-get=/x hx-trigger="sse:m~ from:#t">x</li>', 2_000 // part) + "<p id=t></p>"
    ),
    "2,000 triggers in one list": lambda part: page(
        f'<p hx-get=/x hx-trigger="{row("sse:m~, ", 2_000 // part)}"></p>'
    ),
    "2,000 triggers, all heard by all": lambda part: page(
        '<li hx-get=/x hx-trigger="sse:m from:body" hx-target="#t">x</li>' * (2_000 // part)
        + "<p id=t></p>"
    ),
    "2,000 connections of htmx 4": lambda part: {
        "a.html": TOP_4
        + row('<li hx-sse:connect="/e~" hx-target="#t">x</li>', 2_000 // part)
        + "<p id=t></p>"
    },
    "100 payloads that are templates": lambda part: payloads(100 // part),
    "500 calls of one macro": lambda part: page(
        '{% macro m(x) %}<p sse-swap="{{ x }}"></p>{% endmacro %}'
        + row('{{ m("n~") }}', 500 // part)
    ),
    "500 conditions": lambda part: page(row("{% if c~ %}" + P + "{% endif %}", 500 // part)),
    "2,000 elif": lambda part: page(
        "{% if x %}" + row("{% elif x~ %}" + P, 2_000 // part) + "{% endif %}"
    ),
    "2,000 nested conditions": lambda part: page(
        row("{% if x~ %}" + P, 2_000 // part) + "{% endif %}" * (2_000 // part)
    ),
    "2,000 nested loops": lambda part: page(
        row("{% for x~ in y %}" + P, 2_000 // part) + "{% endfor %}" * (2_000 // part)
    ),
    "1,000 loops over texts": lambda part: page(
        row("{% for a in ['x~', 'y~'] %}<p sse-swap=\"{{ a }}\"></p>{% endfor %}", 1_000 // part)
    ),
    "2,000 assignments and conditions": lambda part: page(
        row("{% set v~ = 1 %}{% if v~ %}" + P + "{% endif %}", 2_000 // part)
    ),
    "10,000 templates": lambda part: many_templates(10_000 // part),
    "3,000 suppressions on a line": lambda part: page(
        "<!-- sse-check: ignore[x] -->" * (3_000 // part)
    ),
    "100,000 unclosed includes": lambda part: page("{% include " * (100_000 // part)),
    "2,000 faults with fixes": lambda part: page(row('<p sse-swop="a~">x</p>\n', 2_000 // part)),
    "1,000 connections, 1,000 routes": lambda part: {
        "a.html": row('<div hx-ext=sse sse-connect="/e~">' + P + "</div>", 1_000 // part),
        "app.py": FASTAPI
        + row("@app.get('/x~')\ndef f~():\n    return EventSourceResponse(g())\n", 1_000 // part),
    },
    "2,000 strings": lambda part: python(row(f"S~ = '{P}'\n", 2_000 // part)),
    "a name bound 2,000 times": lambda part: python(
        f"P = '{P}'\n" * (2_000 // part) + "def page():\n    return P + P + P + P + P\n"
    ),
    "1,500 returns, called three times": lambda part: python(
        "def page(x):\n"
        + row("    if x == ~:\n        return '<p sse-swap=\"a~\">x</p>'\n", 1_500 // part)
        + "def b(x):\n    return page(1) + page(2) + page(3)\n"
    ),
    "600 ifs": lambda part: python(
        "def p(x):\n    h = ''\n"
        + row(f"    if x~:\n        h += '{P}'\n    else:\n        h = '<p>' + h\n", 600 // part)
        + "    return h\n"
    ),
    "5,000 times +=": lambda part: python(
        "def p(x):\n    h = ''\n" + f"    h += '{P}'\n" * (5_000 // part) + "    return h\n"
    ),
    "a page in itself, 2,000 times": lambda part: python(
        "def p(x):\n    h = ''\n"
        + f"    h = h + f'{P}{{h}}'\n" * (2_000 // part)
        + "    return h\n"
    ),
    "f-string of 20,000 fields": lambda part: python(
        "def p(x):\n    return f'''" + '<p sse-swap="a">{x}</p>' * (20_000 // part) + "'''\n"
    ),
    "the same, not ASCII": lambda part: python(
        "def p(x):\n    return f'''" + '<p sse-swap="a">é{x}</p>' * (20_000 // part) + "'''\n"
    ),
    "a row of 10,000 +": lambda part: python(
        "P = " + " + ".join([f"'{P}'"] * (10_000 // part)) + "\n"
    ),
    "a literal of 4 MB": lambda part: python("P = '''" + P + "x" * (3_990_000 // part) + "'''\n"),
    "a literal of 150,000 tags": lambda part: python("P = '''" + P * (150_000 // part) + "'''\n"),
    "dominate, 800 side by side": lambda part: python(
        DOMINATE
        + row(
            "        with div(sse_connect='/e~'):\n            p('x', sse_swap='a')\n", 800 // part
        )
        + "    return d.render()\n"
    ),
    "600 functions of FastHTML": lambda part: python(
        "from fasthtml.common import *\napp, rt = fast_app()\n"
        + row(
            "@rt('/x~')\ndef f~():\n    return Div(P('x', sse_swap='a'), sse_connect='/e~')\n",
            600 // part,
        )
    ),
    "300 functions in a ring": lambda part: python(three_deep(300 // part)),
}
# What has no end, or none that is worth waiting for.
ENDLESS: dict[str, Callable[[], Files]] = {
    "a partial twice, forty deep": twice_each,
    "rings of extends, include, embed": rings,
    "60 templates that include all": all_pairs,
    "recursive macros": macros,
    "a call 500 times, 500 times": lambda: python(
        f"def leaf():\n    return '{P}'\n"
        f"def mid():\n    return {' + '.join(['leaf()'] * 500)}\n"
        f"def page():\n    return {' + '.join(['mid()'] * 500)}\n"
    ),
    "forty functions that double": lambda: python(
        f"def f0(x):\n    return '{P}'\n"
        + "".join(f"def f{n}(x):\n    return f{n - 1}(x) + f{n - 1}(x)\n" for n in range(1, 40))
    ),
    "dominate, 18 deep": lambda: python(
        DOMINATE
        + "".join("    " * (n + 2) + f"with div(sse_connect='/e{n}'):\n" for n in range(18))
        + "    " * 20
        + "p('x', sse_swap='a')\n    return d.render()\n"
    ),
}
CASES: dict[str, Callable[[], Files]] = {
    **{name: partial(make, 1) for name, make in GROWING.items()},
    **ENDLESS,
}


def measured(name: str, folder: Path) -> bool:
    """Print one line; whether the case keeps to its bound."""
    for path, text in CASES[name]().items():
        (folder / path).write_text(text, encoding="utf-8")
    bare = taken([sys.executable, "-c", PARSE], folder)
    ours = taken([sys.executable, "-c", STOPPED], folder)
    keeps = ours.cpu - bare.cpu <= MOST_SECONDS and ours.size <= MOST_MEGABYTES
    cells = (name, f"{ours.cpu:.2f} s", f"{ours.size:.0f} MB", f"{bare.cpu:.2f} s")
    print("| " + " | ".join((*cells, "" if keeps else "over")) + " |", flush=True)
    return keeps


def main(names: list[str]) -> int:
    """The table; with names, those cases whose names hold one of them."""
    print("| case | CPU | memory | parsing alone | |\n|---|---|---|---|---|")
    good = True
    for name in CASES:
        if names and not any(one in name for one in names):
            continue
        with tempfile.TemporaryDirectory(prefix="sse-check-") as folder:
            good = measured(name, Path(folder)) and good
    return 0 if good else 1


if __name__ == "__main__":
    os.environ.setdefault("PYTHONHASHSEED", "0")
    sys.exit(main(sys.argv[1:]))
