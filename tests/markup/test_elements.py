"""Apps that make elements, each clean or with one fault, which is found in its very place."""

import re
from pathlib import Path

import pytest

from sse_check.findings.check import check
from sse_check.findings.loader import load_rules
from sse_check.findings.model import Finding
from sse_check.project.project import Project
from sse_check.project.settings import Settings

SAMPLES = Path(__file__).parent / "elements.md"
_SAMPLE = re.compile(r"^## ([^\n]+)\n\n```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def samples() -> list[tuple[str, str]]:
    return _SAMPLE.findall(SAMPLES.read_text(encoding="utf-8"))


def findings(folder: Path, text: str) -> list[Finding]:
    (folder / "main.py").write_text(text, encoding="utf-8")
    project = Project.load(str(folder), Settings(profile="browser"), shown_from=str(folder))
    result = check(project, ("main.py",), list(load_rules().values()))
    assert not result.failures
    return list(result.findings)


@pytest.mark.parametrize(("title", "code"), samples(), ids=lambda value: value[:60])
def test_an_app(tmp_path: Path, title: str, code: str) -> None:
    rules = title.partition(": ")[2].split()
    text = code.replace("«", "").replace("»", "")
    found = findings(tmp_path, text)
    assert [one.rule for one in found] == rules, [one.message for one in found]
    if rules:
        span = found[0].span.real
        assert span.source.path == "main.py"
        assert text[span.start : span.end] == code.partition("«")[2].partition("»")[0]
