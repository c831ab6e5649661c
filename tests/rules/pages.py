"""Rule pages and cases, as they are read: a heading starts an example, titled fences are its files."""

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from sse_check.findings.check import check
from sse_check.findings.fixes import apply_fixes
from sse_check.findings.loader import built_in_folder
from sse_check.findings.result import Result
from sse_check.findings.rule import Rule
from sse_check.findings.suppress import Asked
from sse_check.project.project import Project
from sse_check.project.settings import Settings, read_settings
from tests.project.helpers import built_in, write
from tests.rules.marks import plain

MOST_ROUNDS = 8
CASES = Path(__file__).with_name("cases")
SETTINGS = "sse-check.toml"
_HEADING = re.compile(r"#{2,3} (.+)")
_FENCE = re.compile(r"```(\w+) ?(.*)")


@dataclass
class Example:
    title: str
    section: str
    # As they are written: in cases with marks, which `plain` takes out.
    files: dict[str, str] = field(default_factory=dict)
    output: str | None = None

    @property
    def sources(self) -> dict[str, str]:
        return {path: plain(text) for path, text in self.files.items()}


def examples(page: str) -> list[Example]:
    """Every heading starts an example; its titled fences are files, `output` what is printed."""
    found: list[Example] = []
    section = ""
    lines = iter(page.splitlines())
    for line in lines:
        heading = _HEADING.match(line)
        if heading:
            section = heading[1] if line.startswith("## ") else section
            found.append(Example(heading[1], section))
            continue
        fence = _FENCE.match(line)
        if not fence:
            continue
        body = []
        for inner in lines:
            if inner == "```":
                break
            body.append(inner)
        text = "\n".join(body) + "\n"
        if fence[2].startswith("title="):
            found[-1].files[fence[2].removeprefix("title=")] = text
        elif fence[2] == "output":
            found[-1].output = text
    return [example for example in found if example.files]


def _read(folder: Path) -> list[tuple[str, Example]]:
    return [
        (path.stem, example)
        for path in sorted(folder.glob("*.md"))
        for example in examples(path.read_text(encoding="utf-8"))
    ]


def all_pages() -> list[tuple[str, Example]]:
    return _read(built_in_folder())


def all_cases() -> list[tuple[str, Example]]:
    return _read(CASES)


def played(folder: Path, example: Example, *rules: str) -> Result:
    """What rules (all, when none is named) say of an example, under its settings if it has some."""
    sources = example.sources
    write(folder, sources)
    path = folder / SETTINGS
    settings = read_settings(str(path)) if SETTINGS in sources else Settings()
    project = Project.load(str(folder), settings, shown_from=str(folder))
    chosen = [rule for name, rule in built_in().items() if not rules or name in rules]
    every = frozenset(built_in())
    return check(project, project.files.found.templates, chosen, asked=Asked(every, every))


def fixed(folder: Path, example: Example, *, unsafe: bool = False) -> tuple[Result, Result]:
    """What all rules say of an example before and after its fixes, which must come to an end."""
    before = result = played(folder, example)
    current = Example(example.title, example.section, dict(example.sources))
    for _ in range(MOST_ROUNDS):
        changes = apply_fixes(result.findings, unsafe=unsafe, templates=result.templates)
        assert changes.left_out == []
        if not changes.texts:
            return before, result
        current.files.update({source.path: text for source, text in changes.texts.values()})
        result = played(folder, current)
    raise AssertionError("fixes do not come to an end")


def said(result: Result) -> Counter[str]:
    """How often each rule spoke: fixes move places, and may change what there is to say of one."""
    return Counter(finding.rule for finding in result.findings)


def strays(rule: Rule, result: Result) -> bool:
    """Whether a rule spoke of a page of an htmx to which it says that it does not apply."""
    generations = {name.removeprefix("htmx")[0] for name, _, _ in result.stacks}
    return bool(result.findings) and len(generations) == 1 and generations.isdisjoint(rule.stacks)
