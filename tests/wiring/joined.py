"""What a small project comes to: where its connections lead, and what the rules say."""

from pathlib import Path
from textwrap import dedent

from sse_check.findings.check import check
from sse_check.findings.loader import load_rules
from sse_check.findings.result import Result
from sse_check.project.project import Project
from sse_check.project.settings import Settings

SCRIPTS = (
    '<script src="https://unpkg.com/htmx.org@2.0.4"></script>'
    '<script src="https://unpkg.com/htmx-ext-sse@2.2.3"></script>'
)


def checked(folder: Path, files: dict[str, str]) -> Result:
    """The result for a folder that holds these files."""
    for path, text in files.items():
        full = folder / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_text(dedent(text), encoding="utf-8")
    project = Project.load(str(folder), Settings(), shown_from=str(folder))
    return check(project, project.files.found.templates, list(load_rules(()).values()))


def joined(result: Result) -> list[str]:
    """Each connection: where it is written, its route or the reason why there is none."""
    assert result.coverage is not None
    found = []
    for one in result.coverage.connections:
        end = one.joined
        to = end.route.path if end.state == "route" and end.route is not None else end.state
        found.append(f"{one.span.source.path}: {one.shown} -> {to}")
    return found


def said(result: Result, *rules: str) -> list[str]:
    """What these rules found: where, and the message."""
    return [
        f"{one.span.source.path}:{one.span.start_position.line} {one.message}"
        for one in result.findings
        if one.rule in rules
    ]
