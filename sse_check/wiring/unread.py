"""Files that speak of SSE and that nobody here reads: named, so that silence is not mistaken."""

import ast
import re
from bisect import bisect_left
from collections.abc import Iterator

from sse_check.markup.openings import SIGN, is_opening
from sse_check.project.project import Project
from sse_check.python.module import Module
from sse_check.python.program import Program
from sse_check.source import Span
from sse_check.wiring.coverage import Coverage, UnreadFile
from sse_check.wiring.speaks import foreign_files, may_open, streams

_MARKUP = re.compile(rb"""(?<![\w-])(?:sse-(?:connect|swap)|hx-sse(?::connect)?)\s*=""")
_TEXT = re.compile(r"""<[^>]*\s(?:data-)?(?:sse-(?:connect|swap)|hx-sse(?::connect)?)\s*=""")
# Without one of these no file writes such markup.
_SIGN = re.compile(r"sse_connect|sse_swap|hx_sse|sse_close|(?:sse-(?:connect|swap)|hx-sse)\W")
_SPEAKING = re.compile(rf"sse[-_]|hx[-_]sse|{SIGN.decode()}")
_KEYWORDS = frozenset(("sse_connect", "sse_swap", "hx_sse", "sse_close"))
_TEST = re.compile(r"(?:^|/)(?:tests?/|test_[^/]*$|conftest\.py$|[^/]*_test\.\w+$)")
_LARGEST = 2 * 1024 * 1024


def unread_files(project: Project, program: Program) -> list[UnreadFile]:
    """Markup in template languages that are not read, and in Python source."""
    may_listen = streams(project)
    found = [*_foreign(project, may_listen), *_cut(project)]
    read = _read(project)
    for path in project.files.found.python:
        if _TEST.search(path) or project.files.inner_at(path) is not None:
            continue
        speaks = bool(program.containing((path,), b"sse-", b"sse_", b"hx-sse", b"hx_sse"))
        # What a script opens is a stream of the project where that has one.
        if not speaks and not (may_listen and may_open(project, path)):
            continue
        module = program.module(path)
        why = _unread_in(module, read.get(path, []), may_listen) if module is not None else ""
        if why:
            found.append(UnreadFile(project.files.display_path(path), why))
    return found


def unread_alone(project: Project) -> Coverage | None:
    """What is said of a project in which nothing that is read speaks of events."""
    files = project.files
    unread = unread_files(
        project, Program(tuple(files.found.python), files.data, files.display_path)
    )
    return Coverage(unread=unread) if unread else None


def _foreign(project: Project, may_listen: bool) -> Iterator[UnreadFile]:
    scripts = frozenset((*project.files.found.scripts, *project.files.found.sources))
    for path in foreign_files(project):
        is_script = path in scripts
        data = project.files.data(path)
        if len(data) > _LARGEST or (is_script and _TEST.search(path)):
            continue
        what = "SSE markup" if _MARKUP.search(data) else ""
        # What opens a stream in a script itself is read.
        if not what and may_listen and not is_script and may_open(project, path):
            what = "a script that opens a stream"
        if what:
            why = f"{what} in a `.{path.rpartition('.')[2]}` file, which is not read"
            yield UnreadFile(project.files.display_path(path), why)


def _cut(project: Project) -> Iterator[UnreadFile]:
    for path in sorted(project.files.markup_cut):
        why = "more markup is written in Python here than is followed; what is beyond is not read"
        yield UnreadFile(project.files.display_path(path), why)


def _read(project: Project) -> dict[str, list[Span]]:
    """What of each Python file was read as markup."""
    found: dict[str, list[Span]] = {}
    paths = project.files.paths_shown
    for inner in (project.files.inner or {}).values():
        for stretch in inner.source.stretches:
            path = paths.get(stretch.origin.source.path)
            if path is not None:
                found.setdefault(path, []).append(stretch.origin)
    return found


def _unread_in(module: Module, read: list[Span], may_listen: bool) -> str:
    """What of a Python file was not read; docstrings and comments do not count."""
    opens = may_listen and is_opening(module.source.text)
    if not opens and not _SIGN.search(module.source.text):
        return ""
    nodes = [node for node, _ in module.nodes_on(_SPEAKING)]
    documents = _docstrings(nodes)
    starts = sorted(span.start for span in read)
    for node in nodes:
        is_attribute = isinstance(node, ast.keyword) and node.arg in _KEYWORDS
        if is_attribute and not _has_one(starts, module.span(node).start):
            return "SSE markup as calls of functions that are not known to make elements"
        if not isinstance(node, ast.Constant) or id(node) in documents:
            continue
        what = _what(node.value, opens)
        span = module.span(node)
        if what and not _has_one(starts, span.start, span.end):
            return f"{what} in a Python string of which it is not known what becomes of it"
    return ""


def _what(value: object, opens: bool) -> str:
    """What of events a string speaks of."""
    text = value.decode("latin-1") if isinstance(value, bytes) else value
    if not isinstance(text, str):
        return ""
    if _TEXT.search(text):
        return "SSE markup"
    return "a script that opens a stream" if opens and is_opening(text) else ""


def _has_one(ordered: list[int], start: int, end: int = -1) -> bool:
    """Whether a place is at `start`, or between it and `end`."""
    at = bisect_left(ordered, start)
    return at < len(ordered) and ordered[at] < max(end, start + 1)


def _docstrings(nodes: list[ast.AST]) -> set[int]:
    return {
        id(statement.value)
        for node in nodes
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        for statement in node.body[:1]
        if isinstance(statement, ast.Expr)
    }
