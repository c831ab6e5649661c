"""Paths that the source builds: `Path(__file__).parent / "templates"`, `os.path.join(...)`.

A path is a text from the top of the project. One that starts at the file it stands in is marked
as such; others are relative to the folder in which the program is started, which nobody can see.
"""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from sse_check.python.module import last_name
from sse_check.python.values import (
    External,
    Frame,
    FunctionValue,
    InstanceValue,
    Text,
    Unknown,
    Value,
)
from sse_check.python.written import assigned
from sse_check.source.numbers import count_of

if TYPE_CHECKING:
    from sse_check.python.evaluate import Evaluator

HERE = "/"
"""What a path starts with that is known from the top of the project."""
_SAME = (
    "resolve",
    "absolute",
    "expanduser",
    "as_posix",
    "joinpath",
    "__str__",
    "realpath",
    "abspath",
)
_DEEPEST = 12

# No module lies deeper in its project.
_MOST_LEVELS = 30


class Paths:
    """Answers what paths expressions may be; a path that cannot be told is None."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator

    def of(self, node: ast.expr, frame: Frame) -> list[str]:
        """The paths that an expression may be, those that are known."""
        return [path for path in dict.fromkeys(self._of(node, frame, 0)) if path is not None]

    def known(self, node: ast.expr, frame: Frame) -> bool:
        found = list(self._of(node, frame, 0))
        return bool(found) and None not in found

    def existing(self, path: str, asking: str, folders: frozenset[str]) -> list[str]:
        """The folders of the project that a path means, for code in the file `asking`.

        A relative path starts where the program is started: the folder of the file and those
        above it are tried, the nearest first.
        """
        if path.startswith(HERE):
            inner = posixpath.normpath(path).strip("/")
            inner = "" if inner == "." else inner
            return [inner] if inner in folders else []
        base = asking.rpartition("/")[0]
        while True:
            candidate = posixpath.normpath(posixpath.join(base, path))
            candidate = "" if candidate == "." else candidate
            if candidate in folders:
                return [candidate]
            if not base:
                return []
            base = base.rpartition("/")[0]

    def _of(self, node: ast.expr, frame: Frame, depth: int) -> Iterator[str | None]:
        if depth > _DEEPEST:
            yield None
            return
        match node:
            case ast.BinOp(op=ast.Div()):
                yield from _joined(
                    self._of(node.left, frame, depth + 1), self._of(node.right, frame, depth + 1)
                )
            case ast.Name(id="__file__"):
                yield HERE + frame.module.path
            case ast.Attribute(attr="parent"):
                for path in self._of(node.value, frame, depth + 1):
                    yield None if path is None else posixpath.dirname(path) or "."
            case ast.Subscript() if last_name(node.value) == "parents":
                yield from self._parents(node, frame, depth)
            case ast.Call():
                yield from self._called(node, frame, depth)
            case ast.IfExp():
                yield from self._of(node.body, frame, depth + 1)
                yield from self._of(node.orelse, frame, depth + 1)
            case ast.Name() | ast.Attribute():
                yield from self._bound(node, frame, depth)
            case _:
                yield from self._valued(self.evaluator.values(node, frame))

    def _parents(self, node: ast.Subscript, frame: Frame, depth: int) -> Iterator[str | None]:
        assert isinstance(node.value, ast.Attribute | ast.Name)  # noqa: S101 - has a last name
        times = self.evaluator.text(node.slice, frame)
        levels = count_of(times or "")
        if levels is None or levels > _MOST_LEVELS or isinstance(node.value, ast.Name):
            yield None
            return
        for path in self._of(node.value.value, frame, depth + 1):
            above = path
            for _ in range(levels + 1):
                above = None if above is None else posixpath.dirname(above) or "."
            yield above

    def _called(self, node: ast.Call, frame: Frame, depth: int) -> Iterator[str | None]:
        name = last_name(node.func)
        if name in ("Path", "PurePath", "str", "PosixPath", "join", "joinpath", "safe_join"):
            parts: list[ast.expr] = list(node.args)
            if name == "joinpath" and isinstance(node.func, ast.Attribute):
                parts.insert(0, node.func.value)
            found: list[str | None] = ["."] if name == "Path" and not parts else [""]
            for part in parts:
                found = list(_joined(found, self._of(part, frame, depth + 1)))
            yield from found
        elif name == "dirname" and node.args:
            for path in self._of(node.args[0], frame, depth + 1):
                yield None if path is None else posixpath.dirname(path)
        elif name in ("abspath", "realpath", "normpath", "fspath", "expanduser") and node.args:
            yield from self._of(node.args[0], frame, depth + 1)
        elif name in _SAME and isinstance(node.func, ast.Attribute):
            yield from self._of(node.func.value, frame, depth + 1)
        elif name in ("cwd", "getcwd"):
            yield "."
        else:
            yield from self._returned(node, frame, depth)

    def _returned(self, node: ast.Call, frame: Frame, depth: int) -> Iterator[str | None]:
        """What a function of the project gives."""
        met = False
        for function in self.evaluator.values(node.func, frame):
            if isinstance(function, FunctionValue):
                inner = self.evaluator.inside(function, node, frame)
                for statement in function.scope.returns:
                    if statement.value is not None:
                        met = True
                        yield from self._of(statement.value, inner, depth + 1)
        if not met:
            yield None

    def _bound(
        self, node: ast.Name | ast.Attribute, frame: Frame, depth: int
    ) -> Iterator[str | None]:
        """A name or attribute: what gives it its value is looked at, not only the value, which
        does not know what a path is."""
        written = assigned(self.evaluator, node, frame)
        if written:
            for expression, home in written:
                yield from self._of(expression, home, depth + 1)
            return
        for value in self.evaluator.values(node, frame):
            if isinstance(value, Text):
                yield value.pattern.literal
            elif isinstance(value, InstanceValue) and value.call is not None:
                yield from self._of(value.call, value.frame, depth + 1)
            elif isinstance(value, Unknown) and isinstance(value.node, ast.BinOp) and value.frame:
                yield from self._of(value.node, value.frame, depth + 1)
            elif isinstance(value, External):
                yield from self._external(value)
            else:
                yield None

    @staticmethod
    def _external(value: External) -> Iterator[str | None]:
        yield HERE if value.dotted.endswith("settings.BASE_DIR") else None

    @staticmethod
    def _valued(values: Iterable[Value]) -> Iterator[str | None]:
        for value in values:
            yield value.pattern.literal if isinstance(value, Text) else None


def _joined(left: Iterable[str | None], right: Iterable[str | None]) -> Iterator[str | None]:
    ends = list(right)
    for start in left:
        for end in ends:
            if start is None or end is None:
                yield None
            else:
                yield posixpath.join(start, end) if not end.startswith("/") or not start else end
