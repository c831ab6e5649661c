"""Scopes: what the body of a module, function or class binds, calls and yields, in one walk."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from sse_check.python.nodes import children

if TYPE_CHECKING:
    from sse_check.python.module import Module

ScopeNode = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
Loop = ast.For | ast.AsyncFor | ast.While


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

    module: Module
    node: ScopeNode
    parent: Scope | None

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
    def contents(self) -> Contents:
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
    def declared(self) -> dict[str, str]:
        """The names that belong to a scope around this one: how each is said to."""
        return self.contents.declared

    @property
    def children(self) -> dict[int, Scope]:
        """The scopes inside this one, by the identity of their nodes."""
        return self.contents.children

    def child(self, node: ast.AST) -> Scope | None:
        return self.contents.children.get(id(node))

    def method(self, name: str) -> Scope | None:
        """The function with this name that a class or a function holds."""
        for binding in reversed(self.bindings.get(name, [])):
            if binding.kind == "def":
                return self.child(binding.node)
        return None

    def walk(self) -> Iterator[Scope]:
        """This scope and all scopes inside it."""
        pending = [self]
        while pending:
            scope = pending.pop()
            yield scope
            pending.extend(reversed(scope.children.values()))

    def around(self) -> Iterator[Scope]:
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
    declared: dict[str, str] = field(default_factory=dict)

    @staticmethod
    def of(scope: Scope) -> Contents:
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
            self._bind(Binding(arg.arg, "parameter", arg))

    def _bind(self, binding: Binding) -> None:
        placed = binding._replace(block=self.block)
        self.found.bindings.setdefault(binding.name, []).append(placed)

    def _statements(self, body: list[ast.stmt]) -> None:
        if not body:
            return
        outer = self.block
        self.block = (body[0].lineno, body[-1].end_lineno or body[-1].lineno)
        for statement in body:
            self._statement(statement)
        self.block = outer

    def _statement(self, node: ast.stmt) -> None:
        handler = _HANDLERS.get(type(node))
        if handler is not None:
            handler(self, node)
        else:
            self._other(node)

    def import_(self, node: ast.Import) -> None:
        for alias in node.names:
            local = alias.asname or alias.name.partition(".")[0]
            dotted = alias.name if alias.asname else local
            self._bind(Binding(local, "import", node, dotted=dotted))

    def import_from(self, node: ast.ImportFrom) -> None:
        base = self.scope.module.absolute(node)
        for alias in node.names:
            dotted = f"{base}.{alias.name}"
            self._bind(Binding(alias.asname or alias.name, "import", node, dotted=dotted))

    def assign(self, node: ast.Assign) -> None:
        self._expression(node.value)
        for target in node.targets:
            self._target(target, "assign", node, node.value)

    def annotated(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._expression(node.value)
            self._target(node.target, "assign", node, node.value)

    def augmented(self, node: ast.AugAssign) -> None:
        self._expression(node.value)
        self._target(node.target, "augment", node, node.value)

    def for_(self, node: ast.For | ast.AsyncFor) -> None:
        self.found.loops.append(node)
        self._expression(node.iter)
        self._target(node.target, "loop", node, node.iter)
        self._statements(node.body)
        self._statements(node.orelse)

    def while_(self, node: ast.While) -> None:
        self.found.loops.append(node)
        self._expression(node.test)
        self._statements(node.body)
        self._statements(node.orelse)

    def if_(self, node: ast.If) -> None:
        """Each `elif` stands in the `else` of the one before: a row of them nests without end."""
        outer = self.block
        current = node
        while True:
            self._expression(current.test)
            self._statements(current.body)
            match current.orelse:
                case [ast.If() as current]:
                    self.block = (current.lineno, current.end_lineno or current.lineno)
                case rest:
                    self._statements(rest)
                    break
        self.block = outer

    def with_(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            self._expression(item.context_expr)
            if item.optional_vars is not None:
                self._target(item.optional_vars, "with", node, item.context_expr)
        # What is bound inside holds after it too.
        for statement in node.body:
            self._statement(statement)

    def return_(self, node: ast.Return) -> None:
        self.found.returns.append(node)
        if node.value is not None:
            self._expression(node.value)

    def declaration(self, node: ast.Global | ast.Nonlocal) -> None:
        kind = "global" if isinstance(node, ast.Global) else "nonlocal"
        self.found.declared.update(dict.fromkeys(node.names, kind))

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

    def definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
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
        self._bind(Binding(node.name, kind, node))
        self.found.children[id(node)] = self.scope.module.scope_for(node, self.scope)

    def _target(self, target: ast.expr, kind: str, node: ast.AST, value: ast.expr) -> None:
        stack: list[tuple[ast.expr, tuple[int, ...]]] = [(target, ())]
        while stack:
            one, path = stack.pop()
            if isinstance(one, ast.Name):
                self._bind(Binding(one.id, kind, node, value, path))
            elif isinstance(one, ast.Tuple | ast.List):
                stack.extend((inner, (*path, at)) for at, inner in enumerate(one.elts))
            elif isinstance(one, ast.Starred):
                stack.append((one.value, (*path, -1)))
            elif isinstance(one, ast.Attribute | ast.Subscript):
                self._expression(one.value)
                if not path and kind == "assign":
                    self.found.stores.append(Store(one, value, node))

    def _set(self, call: ast.Call) -> None:
        """`setattr(thing, "name", value)` is an assignment."""
        if getattr(call.func, "id", "") == "setattr" and len(call.args) == 3:
            owner, name, value = call.args
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                target = ast.copy_location(ast.Attribute(owner, name.value, ast.Store()), call)
                self.found.stores.append(Store(target, value, call))

    def _expression(self, node: ast.expr) -> None:
        """Gather the calls and yields of an expression; lambdas are scopes of their own."""
        found = self.found
        stack: list[ast.AST] = [node]
        while stack:
            one = stack.pop()
            match one:
                case ast.Name() | ast.Constant():
                    continue
                case ast.Call():
                    found.calls.append(one)
                    self._set(one)
                case ast.Lambda():
                    found.children[id(one)] = self.scope.module.scope_for(one, self.scope)
                    continue
                case ast.Yield() | ast.YieldFrom():
                    found.yields.append(one)
                case ast.NamedExpr():
                    self._target(one.target, "assign", one, one.value)
                case ast.comprehension():
                    self._target(one.target, "loop", one, one.iter)
            stack += reversed(children(one))


_HANDLERS: dict[type[ast.stmt], Callable[[_Walk, Any], None]] = {
    ast.FunctionDef: _Walk.definition,
    ast.AsyncFunctionDef: _Walk.definition,
    ast.ClassDef: _Walk.definition,
    ast.Import: _Walk.import_,
    ast.ImportFrom: _Walk.import_from,
    ast.Assign: _Walk.assign,
    ast.AnnAssign: _Walk.annotated,
    ast.AugAssign: _Walk.augmented,
    ast.For: _Walk.for_,
    ast.AsyncFor: _Walk.for_,
    ast.While: _Walk.while_,
    ast.If: _Walk.if_,
    ast.With: _Walk.with_,
    ast.AsyncWith: _Walk.with_,
    ast.Return: _Walk.return_,
    ast.Global: _Walk.declaration,
    ast.Nonlocal: _Walk.declaration,
}
