"""Content that is put out as it is may hold anything: what is missing cannot be told then."""

from pathlib import Path

import pytest

from tests.project.helpers import lines, run

PAGE = (
    '<!doctype html><html><head><script src="https://unpkg.com/htmx.org@2.0.11"></script>'
    '<script src="https://unpkg.com/htmx-ext-sse@2.2.4"></script></head><body>\n'
    '<div hx-ext="sse" sse-connect="/e"><p sse-swap="a" hx-target="#far">-</p></div>\n'
    "{}\n</body></html>\n"
)
MISSING = ["t/a.html:2 error sse_missing_target certain"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", MISSING),
        ("{{ body|safe }}", []),
        ("<main>{{ page.body | safe }}</main>", []),
        ("{{ body|escape }}", MISSING),
        ("<b title='{{ body|safe }}'></b>", MISSING),
        ("<script>x = {{ data|tojson|safe }}</script>", MISSING),
        ("<script>x = 1</script>{{ render(page)|safe }}", []),
        ("{{ widget(page) }}", []),
        ("{{ page.widget() }}", []),
        ("{{ 'Total (all)' }} {{ name | truncate(30) }} {{ name |default('-') }}", MISSING),
        ("{{ name if (name is not sameas(none)) else (other) }}", MISSING),
        ("{{ name.upper() }} {{ '%.2f'|format(sum) }} {{ at.strftime('%H:%M') }}", MISSING),
        ("{% import 'm.html' as name %}{{ name.upper() }}", []),
        ("{{ ('<b>' ~ widget(page)) | truncate(30) }}", []),
    ],
)
def test_a_target_that_is_not_there(tmp_path: Path, content: str, expected: list[str]) -> None:
    page = PAGE.format("{% block main %}" + content + "{% endblock %}")
    found = run(tmp_path, {"t/a.html": page}, "sse_missing_target")
    assert lines(found) == expected


def test_a_block_that_is_shown_twice(tmp_path: Path) -> None:
    page = PAGE.format("{% block main %}<b>1</b>{% endblock %}{{ self.main() }}")
    found = run(tmp_path, {"t/a.html": page}, "sse_missing_target")
    assert lines(found) == MISSING
