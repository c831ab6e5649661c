"""Python files of a project as syntax trees: their functions, imports and constants."""

import ast
import os
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field

from sse_check.project.files import Files
from sse_check.source import DecodingError, Source, Span, decode

Function = ast.FunctionDef | ast.AsyncFunctionDef

# Words without which a file neither streams, nor routes, nor names events.
_SIGNS = re.compile(
    rb"event-stream|EventStream|EventSource|Server-?Sent|SSE|Sse|\bsse|send_event|event:|data:"
    rb"|\.publish\(|\.broadcast\(|Enum\b|APIRouter|Blueprint|urlpatterns|include_router"
    rb"|\.signal\(|\.derived\("
)
_LARGEST = 4 * 1024 * 1024


@dataclass(eq=False, slots=True)
class Module:
    """One parsed file. `names` says what each imported name means, as a dotted path."""

    path: str
    dotted: str
    source: Source
    tree: ast.Module
    names: dict[str, str] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    classes: dict[str, ast.ClassDef] = field(default_factory=dict)
    assigned: dict[str, list[ast.expr]] = field(default_factory=dict)
    owners: dict[int, ast.ClassDef] = field(default_factory=dict)
    _line_bytes: list[bytes] | None = None

    def span(self, node: ast.AST) -> Span:
        """Where a node is written. The parser counts columns in bytes."""
        line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        end_line = getattr(node, "end_lineno", None) or line
        end_column = getattr(node, "end_col_offset", None) or column
        return Span(self.source, self._offset(line, column), self._offset(end_line, end_column))

    def _offset(self, line: int, column: int) -> int:
        starts = self.source.line_starts
        if line > len(starts):
            return len(self.source.text)
        text = self.source.line_text(line)
        if text.isascii():
            return starts[line - 1] + column
        return starts[line - 1] + len(text.encode()[:column].decode(errors="ignore"))

    def meaning(self, node: ast.expr) -> str:
        """The dotted path that an expression names: `sse.EventStream` becomes its full name."""
        if isinstance(node, ast.Name):
            return self.names.get(node.id, node.id)
        if isinstance(node, ast.Attribute):
            return f"{self.meaning(node.value)}.{node.attr}"
        if isinstance(node, ast.Call):
            return f"{self.meaning(node.func)}()"
        return ""


def parse_module(path: str, data: bytes, shown: str, file: str = "") -> Module | None:
    """The module of a file; None when it is no Python."""
    if len(data) > _LARGEST:
        return None
    try:
        text, encoding = decode(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (DecodingError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    module = Module(path, dotted_of(path), Source(shown, text, encoding, file), tree)
    _index(module)
    return module


def dotted_of(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _index(module: Module) -> None:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                local = alias.asname or alias.name.split(".")[0]
                module.names[local] = alias.name if alias.asname else local
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(module, node)
            for alias in node.names:
                module.names[alias.asname or alias.name] = f"{base}.{alias.name}".lstrip(".")
        elif isinstance(node, ast.ClassDef):
            module.classes.setdefault(node.name, node)
            methods = (inner for inner in node.body if isinstance(inner, Function))
            module.owners.update((id(method), node) for method in methods)
    for statement in _top_level(module.tree.body):
        _define(module, statement)


def _define(module: Module, statement: ast.stmt) -> None:
    if isinstance(statement, Function):
        module.functions[statement.name] = statement
        return
    targets: list[ast.expr] = []
    value: ast.expr | None = None
    if isinstance(statement, ast.Assign):
        targets, value = statement.targets, statement.value
    elif isinstance(statement, ast.AnnAssign):
        targets, value = [statement.target], statement.value
    for target in targets:
        if isinstance(target, ast.Name) and value is not None:
            module.assigned.setdefault(target.id, []).append(value)


def _top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements of a module, with those inside its conditions."""
    for statement in body:
        yield statement
        if isinstance(statement, ast.If | ast.Try | ast.With):
            yield from _top_level(statement.body)
            for rest in ("orelse", "finalbody"):
                yield from _top_level(getattr(statement, rest, []))


def _absolute(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = module.dotted.split(".")
    is_package = module.path.endswith("__init__.py")
    up = node.level - 1 if is_package else node.level
    base = package[: len(package) - up] if up else package
    return ".".join([*base, *([node.module] if node.module else [])])


def last_name(node: ast.expr) -> str:
    """The last part of a dotted name: `render` of `templates.render`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


class Modules:
    """The modules of a project, found by file and by dotted name."""

    def __init__(self, files: Files) -> None:
        self.all: list[Module] = []
        self._files = files
        self._parsed: dict[str, Module | None] = {}
        self._by_tail: dict[str, list[str]] = {}
        for path in files.found.python:
            data = files.data(path)
            self._by_tail.setdefault(dotted_of(path).rsplit(".", 1)[-1], []).append(path)
            module = self._parse(path) if _SIGNS.search(data) else None
            if module is not None:
                self.all.append(module)

    def _parse(self, path: str) -> Module | None:
        if path not in self._parsed:
            files = self._files
            file = os.path.join(files.root, path)
            self._parsed[path] = parse_module(path, files.data(path), files.shown(path), file)
        return self._parsed[path]

    def named(self, dotted: str) -> Module | None:
        """The module with a dotted name; folders such as `src` may stand before it.

        A file that says nothing of streams itself is parsed when another one imports it.
        """
        for path in self._by_tail.get(dotted.rsplit(".", 1)[-1], ()):
            own = dotted_of(path)
            if own == dotted or own.endswith("." + dotted):
                return self._parse(path)
        return None

    def definition(self, module: Module, name: str) -> tuple[Module, str]:
        """The module in which a name is defined, and its name there."""
        for _ in range(6):
            meant = module.names.get(name)
            if meant is None or "." not in meant:
                break
            home, _, original = meant.rpartition(".")
            found = self.named(home)
            if found is None:
                break
            module, name = found, original
        return module, name

    def function(self, module: Module, node: ast.expr) -> tuple[Module, Function] | None:
        """The project's function that an expression names, if it does."""
        if isinstance(node, ast.Name):
            home, name = self.definition(module, node.id)
            found = home.functions.get(name)
            return (home, found) if found is not None else None
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            meant = module.names.get(node.value.id)
            other = self.named(meant) if meant else None
            if other is not None and node.attr in other.functions:
                return other, other.functions[node.attr]
        return None

    def class_(self, module: Module, name: str) -> tuple[Module, ast.ClassDef] | None:
        home, name = self.definition(module, name)
        found = home.classes.get(name)
        return (home, found) if found is not None else None
