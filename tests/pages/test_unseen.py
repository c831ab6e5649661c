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
    ],
)
def test_a_target_that_is_not_there(tmp_path: Path, content: str, expected: list[str]) -> None:
    found = run(tmp_path, {"t/a.html": PAGE.format(content)}, "sse_missing_target")
    assert lines(found) == expected
