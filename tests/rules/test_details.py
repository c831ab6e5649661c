"""All that a rule says of its examples: help, related places, fixes. Kept in `details.json`.

python -m tests.rules.test_details      writes it anew; read the difference before you keep it
"""

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest

from sse_check.findings.model import Finding
from sse_check.findings.result import Result
from sse_check.source import Span
from tests.project.helpers import run
from tests.rules.cases import CASES
from tests.rules.pages import all_pages

KEPT = Path(__file__).with_name("details.json")
EXAMPLES = [
    *(
        (f"{rule}: {example.title}", rule, example.files)
        for rule, example in all_pages()
        if example.output
    ),
    *(
        (f"case {number}", rule, files)
        for number, (rule, files, expected) in enumerate(CASES)
        if expected
    ),
]


def place(span: Span) -> str:
    return f"{span.source.path}:{span.start}-{span.end}"


def detail(finding: Finding) -> dict[str, Any]:
    return {
        "at": place(finding.span),
        "help": finding.help,
        "related": [f"{related.message} {place(related.span)}" for related in finding.related],
        "fixes": [
            [fix.title, fix.safety, *(f"{place(edit.span)} {edit.text}" for edit in fix.edits)]
            for fix in finding.fixes
        ],
        "harmless": finding.harmless,
    }


def details(result: Result) -> list[dict[str, Any]]:
    return [detail(finding) for finding in result.findings]


@pytest.mark.parametrize(("title", "rule", "files"), EXAMPLES, ids=[e[0] for e in EXAMPLES])
def test_details(tmp_path: Path, title: str, rule: str, files: dict[str, str]) -> None:
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    assert details(run(tmp_path, files, rule)) == kept[title]


def main() -> None:
    found = {}
    for title, rule, files in EXAMPLES:
        with tempfile.TemporaryDirectory() as folder:
            found[title] = details(run(Path(folder), files, rule))
    KEPT.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
