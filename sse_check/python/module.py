"""One Python file as an index: its scopes, what each binds, calls and yields.

A scope is walked when it is first asked about, once; a file is searched by its text first, so
that the functions of a large module that have nothing to do with a question are never walked.
"""

import ast
import re
import warnings
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from sse_check.source import DecodingError, Source, Span, decode

Function = ast.FunctionDef | ast.AsyncFunctionDef
ScopeNode = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
Loop = ast.For | ast.AsyncFor | ast.While

_LARGEST = 4 * 1024 * 1024
_WORD = re.compile(r"\w+")


class UnreadableError(Exception):
    """A file that is no Python here; `line` is where, as far as it is known."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


class Binding(NamedTuple):
    """One way in which a name gets a value in a scope.

    `kind` is "import", "def", "class", "parameter", "assign", "augment", "loop" or "with". `value`
    is what is assigned, gone through or entered; `path` is where the name stands in a tuple on
    the left. `dotted` is what an import means, absolute. `block` are the first and last line of
    the statements among which it stands: what comes later among them sees this binding alone.
    """

    name: str
    kind: str
    node: ast.AST
    value: ast.expr | None = None
    path: tuple[int, ...] = ()
    dotted: str = ""
    block: tuple[int, int] = (0, 0)


class Store(NamedTuple):
    """An assignment to an attribute or an item: `self.queue = ...`, `app.state.hub = ...`."""

    target: ast.Attribute | ast.Subscript
    value: ast.expr
    node: ast.AST


@dataclass(eq=False)
class Scope:
    """The body of a module, a function, a class or a lambda, without the scopes inside it."""

    module: "Module"
    node: ScopeNode
    parent: "Scope | None"

    @property
    def name(self) -> str:
        return getattr(self.node, "name", "")

    @property
    def is_function(self) -> bool:
        return isinstance(self.node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)

    @property
    def is_class(self) -> bool:
        return isinstance(self.node, ast.ClassDef)

    @cached_property
    def contents(self) -> "Contents":
        return Contents.of(self)

    @property
    def bindings(self) -> dict[str, list[Binding]]:
        return self.contents.bindings

    @property
    def calls(self) -> list[ast.Call]:
        """Calls of this scope in the order of the text; decorators belong to the scope around."""
        return self.contents.calls

    @property
    def yields(self) -> list[ast.Yield | ast.YieldFrom]:
        return self.contents.yields

    @property
    def returns(self) -> list[ast.Return]:
        return self.contents.returns

    @property
    def loops(self) -> list[Loop]:
        return self.contents.loops

    @property
    def stores(self) -> list[Store]:
        return self.contents.stores

    @property
    def children(self) -> "dict[int, Scope]":
        """The scopes inside this one, by the identity of their nodes."""
        return self.contents.children

    def child(self, node: ast.AST) -> "Scope | None":
        return self.contents.children.get(id(node))

    def method(self, name: str) -> "Scope | None":
        """The function with this name that a class or a function holds."""
        for binding in reversed(self.bindings.get(name, [])):
            if binding.kind == "def":
                return self.child(binding.node)
        return None

    def walk(self) -> "Iterator[Scope]":
        """This scope and all scopes inside it."""
        yield self
        for child in self.children.values():
            yield from child.walk()

    def around(self) -> "Iterator[Scope]":
        """This scope and those around it, from the inside out."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent


@dataclass(eq=False, slots=True)
class Contents:
    """What stands in one scope, gathered in one walk."""

    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    calls: list[ast.Call] = field(default_factory=list)
    yields: list[ast.Yield | ast.YieldFrom] = field(default_factory=list)
    returns: list[ast.Return] = field(default_factory=list)
    loops: list[Loop] = field(default_factory=list)
    stores: list[Store] = field(default_factory=list)
    children: dict[int, Scope] = field(default_factory=dict)

    @staticmethod
    def of(scope: Scope) -> "Contents":
        found = Contents()
        _Walk(scope, found).run()
        return found


class _Walk:
    """Fills the contents of a scope."""

    def __init__(self, scope: Scope, found: Contents) -> None:
        self.scope = scope
        self.found = found
        self.block = (0, 0)

    def run(self) -> None:
        node = self.scope.node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            self._parameters(node.args)
        if isinstance(node, ast.Lambda):
            self._expression(node.body)
        else:
            self._statements(node.body)

    def _parameters(self, args: ast.arguments) -> None:
        every = [*args.posonlyargs, *args.args, *args.kwonlyargs]
        every += [arg for arg in (args.vararg, args.kwarg) if arg is not None]
        for arg in every:
            self._bind(arg.arg, "parameter", arg)

    def _bind(self, name: str, kind: str, node: ast.AST, **more: object) -> None:
        binding = Binding(name, kind, node, block=self.block, **more)  # type: ignore[arg-type]
        self.found.bindings.setdefault(name, []).append(binding)

    def _statements(self, body: list[ast.stmt]) -> None:
        if not body:
            return
        outer = self.block
        self.block = (body[0].lineno, body[-1].end_lineno or body[-1].lineno)
        for statement in body:
            self._statement(statement)
        self.block = outer

    def _statement(self, node: ast.stmt) -> None:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                self._definition(node)
            case ast.Import():
                for alias in node.names:
                    local = alias.asname or alias.name.partition(".")[0]
                    dotted = alias.name if alias.asname else local
                    self._bind(local, "import", node, dotted=dotted)
            case ast.ImportFrom():
                base = self.scope.module.absolute(node)
                for alias in node.names:
                    dotted = f"{base}.{alias.name}"
                    self._bind(alias.asname or alias.name, "import", node, dotted=dotted)
            case ast.Assign():
                self._expression(node.value)
                for target in node.targets:
                    self._target(target, "assign", node, node.value)
            case ast.AnnAssign():
                if node.value is not None:
                    self._expression(node.value)
                    self._target(node.target, "assign", node, node.value)
            case ast.AugAssign():
                self._expression(node.value)
                self._target(node.target, "augment", node, node.value)
            case ast.For() | ast.AsyncFor():
                self.found.loops.append(node)
                self._expression(node.iter)
                self._target(node.target, "loop", node, node.iter)
                self._statements(node.body)
                self._statements(node.orelse)
            case ast.While():
                self.found.loops.append(node)
                self._expression(node.test)
                self._statements(node.body)
                self._statements(node.orelse)
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    self._expression(item.context_expr)
                    if item.optional_vars is not None:
                        self._target(item.optional_vars, "with", node, item.context_expr)
                # What is bound inside holds after it too.
                for statement in node.body:
                    self._statement(statement)
            case ast.Return():
                self.found.returns.append(node)
                if node.value is not None:
                    self._expression(node.value)
            case _:
                self._other(node)

    def _other(self, node: ast.AST) -> None:
        """A statement (or a part of one) without a meaning of its own here."""
        for _, value in ast.iter_fields(node):
            if isinstance(value, ast.expr):
                self._expression(value)
            elif isinstance(value, list) and value:
                if isinstance(value[0], ast.stmt):
                    self._statements(value)
                    continue
                for item in value:
                    if isinstance(item, ast.expr):
                        self._expression(item)
                    elif isinstance(item, ast.AST):
                        self._other(item)

    def _definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        for decorator in node.decorator_list:
            self._expression(decorator)
        if isinstance(node, ast.ClassDef):
            for expression in (*node.bases, *(k.value for k in node.keywords)):
                self._expression(expression)
        else:
            defaults = (*node.args.defaults, *node.args.kw_defaults)
            for default in defaults:
                if default is not None:
                    self._expression(default)
        kind = "class" if isinstance(node, ast.ClassDef) else "def"
        self._bind(node.name, kind, node)
        self.found.children[id(node)] = self.scope.module.scope_for(node, self.scope)

    def _target(self, target: ast.expr, kind: str, node: ast.AST, value: ast.expr) -> None:
        stack: list[tuple[ast.expr, tuple[int, ...]]] = [(target, ())]
        while stack:
            one, path = stack.pop()
            if isinstance(one, ast.Name):
                self._bind(one.id, kind, node, value=value, path=path)
            elif isinstance(one, ast.Tuple | ast.List):
                stack.extend((inner, (*path, at)) for at, inner in enumerate(one.elts))
            elif isinstance(one, ast.Starred):
                stack.append((one.value, (*path, -1)))
            elif isinstance(one, ast.Attribute | ast.Subscript):
                self._expression(one.value)
                if not path and kind == "assign":
                    self.found.stores.append(Store(one, value, node))

    def _expression(self, node: ast.expr) -> None:
        """Gather the calls and yields of an expression; lambdas are scopes of their own."""
        found = self.found
        stack: list[ast.AST] = [node]
        while stack:
            one = stack.pop()
            kind = type(one)
            if kind is ast.Name or kind is ast.Constant:
                continue
            if kind is ast.Call:
                found.calls.append(one)  # type: ignore[arg-type]
            elif kind is ast.Lambda:
                found.children[id(one)] = self.scope.module.scope_for(one, self.scope)  # type: ignore[arg-type]
                continue
            elif kind is ast.Yield or kind is ast.YieldFrom:
                found.yields.append(one)  # type: ignore[arg-type]
            elif kind is ast.NamedExpr:
                self._target(one.target, "assign", one, one.value)  # type: ignore[attr-defined]
            elif kind is ast.comprehension:
                self._target(one.target, "loop", one, one.iter)  # type: ignore[attr-defined]
            inner = list(ast.iter_child_nodes(one))
            inner.reverse()
            stack.extend(inner)


class Module:
    """One parsed file. `dotted` is its name as seen from the top of the project."""

    def __init__(self, path: str, source: Source, tree: ast.Module) -> None:
        self.path = path
        self.source = source
        self.tree = tree
        self._scopes: dict[int, Scope] = {}
        self.scope = self.scope_for(tree, None)

    @property
    def package(self) -> str:
        """The folder of the file, which relative imports start from."""
        return self.path.rpartition("/")[0]

    def scope_for(self, node: ScopeNode, parent: Scope | None) -> Scope:
        key = id(node)
        if key not in self._scopes:
            self._scopes[key] = Scope(self, node, parent)
        return self._scopes[key]

    def absolute(self, node: ast.ImportFrom) -> str:
        """What `from X import` means: a dotted name, or a folder of the project for dots.

        A relative import is spelled `/folder/of/package.module`: it never leaves the project.
        """
        if not node.level:
            return node.module or ""
        folder = self.package
        for _ in range(node.level - 1):
            folder = folder.rpartition("/")[0]
        return f"/{folder}" + (f".{node.module}" if node.module else "")

    # Searching

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word of the text: what is not among them is nowhere in the file."""
        return frozenset(_WORD.findall(self.source.text))

    def mentions(self, *names: str) -> bool:
        return not self.words.isdisjoint(names)

    @cached_property
    def imports(self) -> tuple[str, ...]:
        """What the file imports anywhere, as dotted names (see `absolute`)."""
        found: dict[str, None] = {}
        for node in _imports_in(self.tree):
            if isinstance(node, ast.Import):
                found.update((alias.name, None) for alias in node.names)
            else:
                base = self.absolute(node)
                found.setdefault(base)
                found.update((f"{base}.{alias.name}", None) for alias in node.names)
        return tuple(found)

    def calls_named(self, *names: str) -> list[tuple[Scope, ast.Call]]:
        """Calls of something whose last name is one of these, with the scope of each.

        Only scopes in whose text such a name stands are walked.
        """
        wanted = frozenset(names)
        if self.words.isdisjoint(wanted):
            return []
        return [
            (scope, call)
            for scope in self._scopes_with(wanted)
            for call in scope.calls
            if last_name(call.func) in wanted
        ]

    def scopes_mentioning(self, *names: str) -> list[Scope]:
        """The scopes in whose own or inner text one of these words stands, outer ones first."""
        wanted = frozenset(names)
        return [] if self.words.isdisjoint(wanted) else self._scopes_with(wanted)

    def _scopes_with(self, names: frozenset[str]) -> list[Scope]:
        pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(names)))})\b")
        starts = self.source.line_starts
        text = self.source.text
        lines = sorted({bisect_right(starts, m.start()) for m in pattern.finditer(text)})
        found: list[Scope] = []
        pending = [self.scope]
        while pending:
            scope = pending.pop()
            found.append(scope)
            for child in scope.children.values():
                first = getattr(child.node, "lineno", 1)
                last = getattr(child.node, "end_lineno", None) or first
                at = bisect_right(lines, first - 1)
                if at < len(lines) and lines[at] <= last:
                    pending.append(child)
        return found

    # Places

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


def _imports_in(tree: ast.Module) -> Iterator[ast.Import | ast.ImportFrom]:
    """Imports, also those inside functions: statements alone are looked at."""
    stack: list[ast.stmt] = list(tree.body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
            continue
        for name in ("body", "orelse", "finalbody"):
            stack.extend(getattr(node, name, ()))
        for handler in getattr(node, "handlers", ()):
            stack.extend(handler.body)


def parse_module(path: str, data: bytes, shown: str) -> Module:
    """The module of a file; raises `UnreadableError` when it is no Python."""
    if len(data) > _LARGEST:
        raise UnreadableError("the file is larger than 4 MB")
    try:
        text, encoding = decode(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except DecodingError as error:
        raise UnreadableError(str(error)) from None
    except SyntaxError as error:
        raise UnreadableError(f"no valid Python: {error.msg}", error.lineno or 1) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise UnreadableError(f"cannot be parsed: {error}") from None
    return Module(path, Source(shown, text, encoding), tree)


def last_name(node: ast.expr) -> str:
    """The last part of a dotted name: `render` of `templates.render`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
