"""Broken templates and broken Python end without a crash, whatever the rules make of them."""

import os
import random
from pathlib import Path

from sse_check.findings.check import check
from sse_check.findings.loader import load_rules
from sse_check.htmx.dom import Node
from sse_check.htmx.markup import fragment
from sse_check.project.discovery import Found
from sse_check.project.project import Project
from sse_check.project.settings import Settings
from tests.rules.pages import all_pages

RULES = list(load_rules().values())
SEEDS = [example.files for _, example in all_pages()]
_RUNS = int(os.environ.get("SSE_CHECK_SEEDS", "2000"))
PIECES = [
    "{% if a %}", "{% endif %}", "{% else %}", "{% for x in y %}", "{% endfor %}", "{{ x }}",
    "{% block b %}", "{% endblock %}", "<div>", "</div>", "<table>", "<tr>", "<p>", "<form>",
    "<template>", '"', "'", ">", "<", "{%", "%}", "{{", "}}", "{#", "#}", "<!--", "-->",
    '{% include "live.html" %}', '{% extends "base.html" %}', "{% macro m(a) %}", "{% endmacro %}",
    "{{ m(1) }}", "{% call m() %}", "{% endcall %}", "{{ caller() }}", "{{ super() }}",
    ' hx-target="this"', ' sse-swap="a"', ' hx-swap="outerHTML"', "\x00", "\ue000", "<body>",
    "<html>", "</body>", "{% set x %}", "{% endset %}", ' hx-trigger="sse:a[', "hx-target=next",
    ' hx-target="closest"', ' hx-target="#a:nth(2)"', "hx-ext=sse", "<noscript>", "<script>",
]  # fmt: skip
WORDS = [
    '"status"',
    "event",
    "yield",
    "stream",
    "return",
    "async ",
    "def ",
    "True",
    "(",
    ")",
    "app",
]
OTHERS = ["x", "None", "*a", "**k", "1", 'f"{x}"', "(lambda: 1)", "yield x", '"a" "b"']


def mutated_python(chance: random.Random, text: str) -> str:
    if chance.random() < 0.5:
        return text.replace(chance.choice(WORDS), chance.choice(OTHERS), 1)
    lines = text.split("\n")
    number = chance.randrange(len(lines))
    lines[number : number + 1] = chance.choice([[], [lines[number], chance.choice(lines)]])
    return "\n".join(lines)


def mutated_template(chance: random.Random, text: str) -> str:
    at, other = sorted((chance.randrange(len(text) + 1), chance.randrange(len(text) + 1)))
    kind = chance.random()
    if kind < 0.5:
        return text[:at] + chance.choice(PIECES) + text[at:]
    if kind < 0.75:
        return text[:at] + text[at + chance.randint(1, 20) :]
    return text[:other] + text[at:other][:80] + text[other:]


def test_mutated_examples(tmp_path: Path) -> None:
    found_any = 0
    for seed in range(_RUNS):
        chance = random.Random(seed)
        files = dict(chance.choice(SEEDS))
        if chance.random() < 0.3:
            files.update(chance.choice(SEEDS))
        found, texts = Found(), {}
        for name, original in files.items():
            text = original
            mutate = mutated_python if name.endswith(".py") else mutated_template
            for _ in range(chance.randint(0, 6)):
                text = mutate(chance, text)
            kept = found.python if name.endswith(".py") else found.templates
            kept.append(name)
            texts[name] = text.encode("utf-8", "replace")
            if name.endswith(".py"):
                (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
                (tmp_path / name).write_bytes(texts[name])
        settings = Settings(htmx=chance.choice(["auto", "1", "2", "4"]))
        project = Project.of(
            str(tmp_path), settings, found, replaced=texts, shown_from=str(tmp_path)
        )
        for finding in check(project, found.templates, RULES).findings:
            assert 0 <= finding.span.start <= finding.span.end <= len(finding.span.source.text) + 2
            found_any += 1
    assert found_any > _RUNS // 2


def test_depth_does_no_harm(tmp_path: Path) -> None:
    """Elements nested far deeper than Python's own stack, in templates and in payloads."""
    deep = 6_000
    page = (
        '<!doctype html><html><body hx-target="#x">' + "<div>" * deep
        + '<div hx-ext="sse" sse-connect="/e"><p sse-swap="a">-</p></div></body></html>'
    )  # fmt: skip
    (tmp_path / "a.html").write_text(page)
    project = Project.load(str(tmp_path), Settings(), shown_from=str(tmp_path))
    result = check(project, project.files.found.templates, RULES)
    assert {one.rule for one in result.findings} == {
        "sse_missing_target",
        "sse_scope",
        "swap_safety",
    }
    (content,) = fragment("<i>" * deep)
    assert isinstance(content, Node)
    # As deep as browsers nest: the others are side by side.
    copied = list(content.copy().subtree())
    assert len(copied) == deep
    assert 500 < max(len(list(node.ancestors())) for node in copied) <= 512
