"""What `sse-check init` sees of a project: its servers, templates, htmx and profile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sse_check.findings.check import check
from sse_check.findings.result import Result
from sse_check.findings.rule import Rule
from sse_check.project.project import Project
from sse_check.report.style import visible
from sse_check.source.counted import counted

_MOST = 6
_TEMPLATE_FOLDERS = ("templates", "template", "jinja2", "jinja", "pages", "views", "kida")


@dataclass(frozen=True, slots=True)
class Seen:
    """A project as a check with no settings of its own sees it."""

    result: Result
    rows: tuple[tuple[str, str], ...]
    # Whether there is a template or a Python file at all.
    is_project: bool

    @property
    def assumes_htmx(self) -> bool:
        """Whether there are live pages, and nothing tells which htmx they load."""
        return bool(self.result.stacks) and all(
            one.source == "assumed" for one in self.result.stacks
        )


def look(project: Project, rules: list[Rule]) -> Seen:
    """Check a project, and tell what it was taken for."""
    found = project.files.found
    result = check(project, (*found.templates, *found.python), rules)
    rows = [
        *(("framework", text) for text in _frameworks(result)),
        ("templates", _templates(project, result)),
        *(("htmx", text) for text in _stacks(result)),
        *(("profile", f"{name}: {why}") for name, why in result.profiles),
        *(("connections", text) for text in _connections(result)),
    ]
    return Seen(result, tuple(rows), bool(found.templates or found.python))


def _frameworks(result: Result) -> Iterator[str]:
    apps = [app for app in result.coverage.apps if not app.is_test] if result.coverage else []
    if not apps:
        yield "no server that sends events was found"
        return
    streams = result.coverage.streams if result.coverage else {}
    for app in apps[:_MOST]:
        place = f"{visible(app.span.source.path)}:{app.span.start_position.line}"
        sent = counted(streams.get(id(app), 0), "stream")
        part = ", part of an application" if app.part else ""
        yield f"{app.framework} at {place}{part}: {counted(len(app.routes), 'route')}, {sent}"
    if len(apps) > _MOST:
        yield f"and {len(apps) - _MOST} more (sse-check --coverage lists them)"


def _templates(project: Project, result: Result) -> str:
    """The folders with templates, and the Python files that have markup in them."""
    inner = project.files.inner or {}
    paths = [path for path in project.files.found.templates if path not in inner]
    python = list(dict.fromkeys(visible(one.file) for one in inner.values()))
    written = ", ".join(python[:_MOST]) + (" and others" if len(python) > _MOST else "")
    if not paths:
        return f"written in {written}" if python else "none were found"
    return _folders(paths, result) + (f", and written in {written}" if python else "")


def _folders(paths: list[str], result: Result) -> str:
    apps = result.coverage.apps if result.coverage else []
    named = [folder for app in apps if not app.is_test for folder in app.folders.paths]
    folders = dict.fromkeys(_folder_of(path, named) for path in paths)
    shown = [visible(f"{folder}/" if folder else "the top folder") for folder in folders]
    more = f" and {len(shown) - _MOST} more folders" if len(shown) > _MOST else ""
    return f"{counted(len(paths), 'file')} in {', '.join(shown[:_MOST])}{more}"


def _folder_of(path: str, named: Iterable[str]) -> str:
    """The folder from which a template is named: one that an app says, else by its name."""
    inside = [folder for folder in named if path.startswith(f"{folder}/")]
    if inside:
        return max(inside, key=len)
    *folders, _ = path.split("/")
    for at, name in enumerate(folders):
        if name in _TEMPLATE_FOLDERS:
            return "/".join(folders[: at + 1])
    return folders[0] if folders else ""


def _stacks(result: Result) -> Iterator[str]:
    how = {"assumed": "assumed: no script tells which"}
    shown = [
        f"{one.title.removeprefix('htmx ')} ({how.get(one.source, visible(one.source))})"
        for one in result.stacks
    ]
    yield from dict.fromkeys(shown)


def _connections(result: Result) -> Iterator[str]:
    coverage = result.coverage
    if coverage is None or not coverage.connections:
        yield "none: no template opens a stream"
        return
    yield f"{coverage.connecting}, joined to a route: {coverage.joined}"
