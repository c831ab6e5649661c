"""Coverage: whose event names were compared, and whose were not and why."""

from pathlib import Path

import pytest

from tests.findings.test_outside import APP, CORE, EXTENSION, page
from tests.project.helpers import run

HEAD = CORE + EXTENSION
DJANGO = {
    "manage.py": "",
    "site/urls.py": (
        "from django.http import StreamingHttpResponse\n"
        "from django.shortcuts import render\n"
        "from django.urls import path\n"
        "def page(request):\n"
        "    return render(request, 'a.html', {'mine': request.GET['x'], 'told': 'a'})\n"
        "def events(request):\n"
        "    def stream():\n"
        "        while True:\n"
        "            yield 'event: a\\ndata: 1\\n\\n'\n"
        "    return StreamingHttpResponse(stream(), content_type='text/event-stream')\n"
        "urlpatterns = [path('', page), path('e', events)]\n"
    ),
}


def live(inner: str, attributes: str = "") -> str:
    return page(HEAD, f'<div hx-ext="sse" sse-connect="/e"{attributes}>\n{inner}\n</div>')


def listener(name: str) -> str:
    return f'<p sse-swap="{name}">-</p>'


def not_compared(folder: Path, files: dict[str, str]) -> list[str]:
    coverage = run(folder, files).coverage
    assert coverage is not None
    assert coverage.connections
    assert coverage.is_complete is not any(not one.is_understood for one in coverage.connections)
    return [one.joined.why for one in coverage.connections if not one.is_understood]


RENDERED = "the name that `templates/a.html:2` waits for is known only when rendered"


@pytest.mark.parametrize(
    ("inner", "attributes", "why"),
    [
        (listener("a"), "", ""),
        ('{% set n = "a" %}' + listener("{{ n }}"), "", ""),
        ('{% for n in ["a", "b"] %}' + listener("{{ n }}") + "{% endfor %}", "", ""),
        # Of what is partly known that part is compared.
        (listener("a{{ n }}"), "", ""),
        (listener("{{ mine }}"), "", RENDERED),
        (listener("a,{{ mine }}"), "", RENDERED),
        (listener("{{ kind }}-{{ mine }}"), "", RENDERED),
        ("{% for n in names %}" + listener("{{ n }}") + "{% endfor %}", "", RENDERED),
        ('<p hx-get="/" hx-trigger="sse:{{ mine }}">-</p>', "", RENDERED),
        (
            listener("a"),
            ' sse-close="{{ mine }}"',
            RENDERED.replace("html:2", "html:1"),
        ),
        ("{% macro m() %}" + listener('{{ caller("a") }}') + "{% endmacro %}{{ m() }}", "", RENDERED),
    ],
)  # fmt: skip
def test_names_of_listeners(inner: str, attributes: str, why: str, tmp_path: Path) -> None:
    inner = inner.replace("\n", "")
    files = {"app.py": APP, "templates/a.html": live(inner, attributes)}
    assert not_compared(tmp_path, files) == ([why] if why else [])


def test_a_name_that_one_of_two_uses_leaves_open(tmp_path: Path) -> None:
    """A connection in a macro is one place: it is compared where all its uses are."""
    macro = '{% macro m() %}<div sse-connect="/e">{{ caller() }}</div>{% endmacro %}'
    uses = "".join(
        "{% call m() %}" + listener(name) + "{% endcall %}" for name in ("a", "{{ mine }}")
    )
    files = {"app.py": APP, "templates/a.html": page(HEAD, f'{macro}<b hx-ext="sse">{uses}</b>')}
    assert not_compared(tmp_path, files) == [RENDERED.replace("html:2", "html:1")]


@pytest.mark.parametrize(("listens", "is_told"), [('"a"', False), ("name", True)])
def test_names_in_scripts(listens: str, is_told: bool, tmp_path: Path) -> None:
    script = f"<script>new EventSource('/e').addEventListener({listens}, f)</script>"
    files = {"app.py": APP, "templates/a.html": page("", f"\n{script}")}
    why = "the name that `templates/a.html:2` waits for is computed"
    assert not_compared(tmp_path, files) == ([why] if is_told else [])


WITH = '{% with n="a" %}'
END = "{% endwith %}"
SITE = "the name that `site/templates/a.html:2` waits for is known only when rendered"
PART = "the name that `site/templates/part.html:1` waits for is known only when rendered"
INCLUDED = '{% include "part.html" %}'


@pytest.mark.parametrize(
    ("inner", "why"),
    [
        (WITH + listener("{{ n }}") + END, ""),
        ('{% with "a" as n %}' + listener("{{ n }}") + END, ""),
        ('{% with n="b" %}' + WITH + listener("{{ n }}") + END + END, ""),
        ('{% with m="a" %}{% with n=m %}' + listener("{{ n }}") + END + END, ""),
        (WITH + INCLUDED + END, ""),
        (WITH + '{% include "part.html" with n=n only %}' + END, ""),
        ('{% include "part.html" with n="a" %}', ""),
        # Of a name that comes from elsewhere, and of one whose `with` is over, nothing is known.
        (WITH + END + listener("{{ n }}"), SITE),
        (WITH + END + INCLUDED, PART),
        ("{% with n=mine %}" + listener("{{ n }}") + END, SITE),
        (WITH + "{% with n=mine %}" + listener("{{ n }}") + END + END, SITE),
    ],
)
def test_names_that_with_gives(inner: str, why: str, tmp_path: Path) -> None:
    files = {
        **DJANGO,
        "site/templates/a.html": "{% load static %}" + live(inner),
        "site/templates/part.html": listener("{{ n }}"),
    }
    assert not_compared(tmp_path, files) == ([why] if why else [])


def test_with_of_jinja(tmp_path: Path) -> None:
    inner = '{% with x = 1, n = "a" %}' + listener("{{ n }}") + END + listener("{{ n }}")
    files = {"app.py": APP, "templates/a.html": live(inner)}
    assert not_compared(tmp_path, files) == [RENDERED]
    files["templates/a.html"] = live(inner.removesuffix(listener("{{ n }}")))
    assert not_compared(tmp_path, files) == []
