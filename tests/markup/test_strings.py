"""What is wrong with markup in Python strings is found in its very place."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from sse_check.findings.check import check
from sse_check.findings.loader import load_rules
from sse_check.findings.model import Finding
from sse_check.project.project import Project
from sse_check.project.settings import Settings

SAMPLES = Path(__file__).parent / "samples.md"
STREAM = """

@app.get("/events")
def events():
    def stream():
        while True:
            yield "event: tick\\ndata: 1\\n\\n"

    return Response(stream(), mimetype="text/event-stream")
"""
_SAMPLE = re.compile(r"^## ([^\n]+)\n\n```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


class Sample(NamedTuple):
    title: str
    # The rule whose finding is expected; empty where there is none.
    rule: str
    text: str
    marked: tuple[int, int]


def samples() -> list[Sample]:
    found = []
    for title, code in _SAMPLE.findall(SAMPLES.read_text(encoding="utf-8")):
        name, _, rule = title.partition(": ")
        start = code.find("«")
        end = code.replace("«", "").find("»")
        found.append(Sample(name, rule, code.replace("«", "").replace("»", ""), (start, end)))
    return found


def findings(folder: Path, text: str) -> list[Finding]:
    (folder / "app.py").write_text(text + STREAM, encoding="utf-8")
    project = Project.load(str(folder), Settings(profile="browser"), shown_from=str(folder))
    rules = [rule for rule in load_rules().values() if rule.name != "sse_response"]
    result = check(project, ("app.py",), rules)
    assert not result.failures
    return list(result.findings)


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.title)
def test_a_sample(tmp_path: Path, sample: Sample) -> None:
    found = findings(tmp_path, sample.text)
    expected = [sample.rule] if sample.rule else []
    assert [one.rule for one in found] == expected, [one.message for one in found]
    for one in found:
        assert one.span.source.path == "app.py"
        assert (one.span.start, one.span.end) == sample.marked, one.span.text


def test_a_file_with_other_content_is_read_anew(tmp_path: Path) -> None:
    sample = next(one for one in samples() if one.rule == "sse_crossref")
    (tmp_path / "app.py").write_text(sample.text + STREAM, encoding="utf-8")
    project = Project.load(str(tmp_path), Settings(profile="browser"), shown_from=str(tmp_path))
    rules = [rule for rule in load_rules().values() if rule.name == "sse_crossref"]
    assert len(check(project, ("app.py",), rules).findings) == 1
    start, end = sample.marked
    right = sample.text[:start] + sample.text[start:end].replace("tock", "tick") + sample.text[end:]
    project.changed("app.py", (right + STREAM).encode())
    assert not check(project, ("app.py",), rules).findings


def test_conditions_that_cannot_be_written_down_are_not_the_same(tmp_path: Path) -> None:
    body = (
        'a = "<p sse-swap=\'tock\'></p>" if {1: x}[1] else ""\n'
        '    b = "" if {2: x}[2] else "<div sse-connect=\'/events\'>"\n'
        "    return HEAD + b + a"
    )
    head = "HEAD = '<script src=\"https://unpkg.com/htmx.org@2.0.4\"></script>'\n"
    text = "from flask import Flask, Response\napp = Flask(__name__)\n" + head
    text += f'@app.get("/")\ndef index(x):\n    {body}\n'
    (tmp_path / "app.py").write_text(text + STREAM, encoding="utf-8")
    project = Project.load(str(tmp_path), Settings(), shown_from=str(tmp_path))
    check(project, ("app.py",), [])
    (inner,) = (project.files.inner or {}).values()
    conditions = [part.split(" %}")[0] for part in inner.source.text.split("{% if ")[1:]]
    assert len(set(conditions)) == 2
