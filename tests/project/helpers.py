"""Projects made of a few files, for tests."""

import re
from functools import cache
from pathlib import Path

from sse_check.findings.check import check
from sse_check.findings.loader import load_rules
from sse_check.findings.result import Result
from sse_check.project.elements import Reader
from sse_check.project.project import Project
from sse_check.project.settings import Settings
from sse_check.project.ways import Ways, ways_of

# Loading rules takes longer than most runs.
built_in = cache(load_rules)


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")


def load(folder: Path, files: dict[str, str], settings: Settings | None = None) -> Project:
    write(folder, files)
    return Project.load(str(folder), settings or Settings(), shown_from=str(folder))


def run(folder: Path, files: dict[str, str], *rules: str) -> Result:
    project = load(folder, files)
    chosen = [rule for name, rule in built_in().items() if not rules or name in rules]
    return check(project, project.files.found.templates, chosen)


def lines(result: Result) -> list[str]:
    return [
        f"{f.span.source.path}:{f.span.start_position.line} {f.level} {f.rule} {f.confidence}"
        for f in result.findings
    ]


def element(project: Project, path: str, sign: str) -> int:
    """The element whose start tag holds `sign`."""
    template = project.template(path)
    assert template is not None
    at = template.text.index(sign)
    found = [
        node
        for node, name in enumerate(template.names)
        if name[0] != "#" and template.starts[node] <= at < template.ends[node]
    ]
    assert found, f"no element with {sign}"
    return found[-1]


def ways(project: Project, path: str, sign: str) -> Ways:
    return ways_of(project, path, element(project, path, sign))


def chains(project: Project, path: str, sign: str) -> list[str]:
    """The ways of an element as text: `tag#id` from the element up."""
    found = []
    for way in ways(project, path, sign).ways:
        names = []
        for step in way.steps:
            tag = step.template.text[
                step.template.starts[step.node] : step.template.ends[step.node]
            ]
            mark = re.search(r"\bid=[\"']?([\w-]+)", tag)
            names.append(step.template.names[step.node] + (f"#{mark[1]}" if mark else ""))
        end = "" if way.top == "page" else " ?"
        found.append(" < ".join(names) + end)
    return found


def values(project: Project, path: str, sign: str, attribute: str) -> list[str]:
    """The values of an attribute over all ways of an element."""
    reader = Reader(project)
    found: set[str] = set()
    for way in ways(project, path, sign).ways:
        for one in reader.tag(way, way.steps[0]).attributes:
            if one.name == attribute:
                found.update(str(value.pattern) for value in one.values or ())
    return sorted(found)
