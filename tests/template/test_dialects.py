"""A file gives its dialect away by its ending, its tags and its neighbours."""

import pytest

from sse_check.template.dialects import recognise


@pytest.mark.parametrize(
    ("path", "text", "neighbours", "expected"),
    [
        ("a.html", "<p>", None, "html"),
        ("a.jinja", "{% load x %}", None, "jinja"),
        ("a.html.j2", "<p>", None, "jinja"),
        ("a.kida", "<p>", None, "kida"),
        ("a.django", "<p>", None, "django"),
        ("a.html", "{% if x %}{% end %}", None, "kida"),
        ("a.html", "{% def m() %}", None, "kida"),
        ("a.html", "{{ a ?? b }}", None, "kida"),
        ("a.html", "{% raw text %}", None, "tornado"),
        ("a.html", "{% raw %}{% endraw %}", None, "jinja"),
        ("a.html", "{% module Row(1) %}{% if x %}{% end %}", None, "tornado"),
        ("a.html", "{% module xsrf_form_html() %}", None, "tornado"),
        ("a.html", "{% apply escape %}{% end %}", None, "tornado"),
        ("a.html", "{% apply upper %}{% endapply %}", None, "jinja"),
        ("a.html", "{% autoescape None %}", None, "tornado"),
        ("a.html", "{% autoescape off %}{% endautoescape %}", None, "jinja"),
        ("a.html", "{% load static %}", None, "django"),
        ("a.html", "{% url 'x' %}", None, "django"),
        ("a.html", "{{ x|date:'Y' }}", None, "django"),
        ("a.html", "{% macro m() %}", None, "jinja"),
        ("a.html", "{{ x }}", None, "jinja"),
        ("a.html", "{{ x }}", "django", "django"),
        ("a.html", "{{ x() }}", "django", "jinja"),
        ("a.html", "{{ x }}", "kida", "kida"),
        ("a.html", "{%- if x -%}", "django", "jinja"),
    ],
)
def test_recognition(path: str, text: str, neighbours: str | None, expected: str) -> None:
    assert recognise(text, path, neighbours).name == expected  # type: ignore[arg-type]
