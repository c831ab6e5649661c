"""What the readers of all frameworks share: values of arguments, views, and where routes go."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from sse_check.apps.addresses import EMPTY, holes, takes_slashes
from sse_check.apps.made_views import object_of
from sse_check.apps.model import Route, Slash, Step, Unread
from sse_check.apps.registrations import Registration, Registrations
from sse_check.python.evaluate import Evaluator
from sse_check.python.module import last_name
from sse_check.python.sequences import Item, Sequences
from sse_check.python.values import (
    ClassValue,
    Frame,
    FunctionValue,
    InstanceValue,
    MappingValue,
    Text,
    Value,
)
from sse_check.template.values import Pattern

ANY = Pattern((None,))

VERBS = ("get", "post", "put", "patch", "delete", "head", "options")
_DEEPEST = 6


@dataclass(eq=False)
class Reading:
    """One app while it is read: what is known goes in, step by step."""

    evaluator: Evaluator
    registrations: Registrations
    sequences: Sequences
    # Every folder of the project that holds a file that counts here.
    folders: frozenset[str] = frozenset()
    routes: list[Route] = field(default_factory=list)
    outside: list[Route] = field(default_factory=list)
    # What answers alone at all addresses below its own.
    mounts: list[Route] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    # What may stand before every address.
    roots: list[str] = field(default_factory=list)
    # The files in which something of the app is written.
    modules: dict[str, None] = field(default_factory=dict)
    # The places that make what the app takes in: routers and other apps.
    taken: set[int] = field(default_factory=set)
    # The apps that answer for it, by what makes them.
    inside: dict[int, InstanceValue] = field(default_factory=dict)
    complete: bool = True
    # The way from the app to what is being read, where its routes are asked in their order.
    steps: list[Step] = field(default_factory=list)
    _rows: set[tuple[object, ...]] = field(default_factory=set)
    _told: set[Unread] = field(default_factory=set)
    _around: list[int] = field(default_factory=list)

    # What is found

    def add(
        self,
        path: Pattern,
        methods: tuple[str, ...],
        name: str | None,
        view: "View",
        node: ast.AST,
        frame: Frame,
        slash: Slash = "exact",
        pattern: Pattern | None = None,
        call: ast.Call | None = None,
    ) -> None:
        """A route; one with the same address, methods and view is kept once."""
        row = (str(path), methods, name, id(view.function and view.function.scope), id(node))
        if row in self._rows:
            return
        self._rows.add(row)
        self.touch(frame)
        if view.function is not None:
            self.modules.setdefault(view.function.module.path)
        self.routes.append(
            Route(
                str(path),
                pattern if pattern is not None else holes(path),
                methods,
                name,
                view.function,
                frame.module.span(node),
                self.complete,
                slash,
                call if call is not None or not isinstance(node, ast.Call) else node,
                frame,
                view.of_class,
                takes_slashes(path),
                tuple(self.steps),
            )
        )

    def add_outside(
        self, path: Pattern, name: str | None, node: ast.AST, frame: Frame, *, below: bool = True
    ) -> None:
        """An address (and all below it) that answers with something from outside the project."""
        self.touch(frame)
        self.outside.append(self._answering_below(path, name, node, frame, below=below))

    def add_mount(self, path: Pattern, node: ast.AST, frame: Frame) -> None:
        """An address below which nothing answers but what is put there."""
        self.mounts.append(self._answering_below(path, None, node, frame, below=True))

    def _answering_below(
        self, path: Pattern, name: str | None, node: ast.AST, frame: Frame, *, below: bool
    ) -> Route:
        pattern = holes(path)
        if below:
            pattern = Pattern.of(*pattern.parts, None)
        return Route(
            str(path),
            pattern,
            (),
            name,
            None,
            frame.module.span(node),
            self.complete,
            "either",
            takes_slashes=True,
            steps=tuple(self.steps),
        )

    def cannot_tell(self, why: str, node: ast.AST, frame: Frame) -> None:
        self.touch(frame)
        found = Unread(frame.module.span(node), why)
        if found not in self._told:
            self._told.add(found)
            self.unread.append(found)

    def touch(self, frame: Frame) -> None:
        self.modules.setdefault(frame.module.path)

    def take(self, instance: InstanceValue) -> bool:
        """Go into a router; false when it is one that we are inside of."""
        key = id(instance.call)
        if key in self._around or len(self._around) > 12:
            return False
        self._around.append(key)
        self.taken.add(key)
        self.touch(instance.frame)
        return True

    def leave(self) -> None:
        self._around.pop()

    # What arguments are

    def argument(
        self, call: ast.Call | None, keyword: str | tuple[str, ...], position: int = -1
    ) -> ast.expr | None:
        return self.evaluator.argument(call, keyword, position) if call is not None else None

    def patterns(self, node: ast.expr | None, frame: Frame) -> tuple[Pattern, ...]:
        """The texts that an argument may be; the empty one when it is not given, or None."""
        if node is None:
            return (EMPTY,)
        found: dict[Pattern, None] = {}
        for value in self.evaluator.values(node, frame):
            if isinstance(value, Text) and value.kind == "none":
                found.setdefault(EMPTY)
            else:
                found.setdefault(self.evaluator.as_text(value))
        return tuple(found)

    def text(self, node: ast.expr | None, frame: Frame) -> str | None:
        found = self.evaluator.text(node, frame)
        return None if found == "None" and node is not None and self.is_none(node, frame) else found

    def is_none(self, node: ast.expr, frame: Frame) -> bool:
        return any(
            isinstance(v, Text) and v.kind == "none" for v in self.evaluator.values(node, frame)
        )

    def flag(self, node: ast.expr | None, frame: Frame, default: bool) -> bool | None:
        """A boolean argument; None when it cannot be told."""
        if node is None:
            return default
        known = self.evaluator.text(node, frame)
        return {"True": True, "False": False, "None": default}.get(str(known))

    def methods(
        self, node: ast.expr | None, frame: Frame, default: tuple[str, ...] = ("GET",)
    ) -> tuple[str, ...]:
        """A list of methods; all (the empty tuple) when it cannot be told."""
        if node is None or self.is_none(node, frame):
            return default
        one = self.evaluator.text(node, frame)
        if one is not None:
            return (one.rpartition(".")[2].upper(),)
        found: list[str] = []
        for item in self.sequences.items(node, frame):
            text = self.evaluator.text(item.node, item.frame) if item.whole else None
            if text is None:
                name = last_name(item.node).upper()
                if name.lower() not in VERBS:
                    return ()
                text = name
            found.append(text.upper())
        return tuple(dict.fromkeys(found))

    def items(self, node: ast.expr | None, frame: Frame) -> list[Item]:
        return list(self.sequences.items(node, frame)) if node is not None else []

    def keywords(self, call: ast.Call, frame: Frame) -> dict[str, tuple[ast.expr, Frame]]:
        """Arguments by keyword, also those of `**table` where the table is written down."""
        found: dict[str, tuple[ast.expr, Frame]] = {}
        for keyword in call.keywords:
            if keyword.arg is not None:
                found[keyword.arg] = (keyword.value, frame)
                continue
            for value in self.evaluator.values(keyword.value, frame):
                if isinstance(value, MappingValue):
                    for key, item in zip(value.keys, value.items, strict=True):
                        name = self.evaluator.text(key, value.frame) if key else None
                        if name is not None:
                            found[name] = (item, value.frame)
        return found

    # Views

    def view(self, node: ast.expr | None, frame: Frame) -> "View":
        """What answers: the function or class behind a view, wrappers taken off."""
        if node is None:
            return View()
        for value in self.evaluator.values(node, frame):
            found = self._unwrapped(value, node, frame, 0)
            if found is not None:
                return found
        return View()

    def _unwrapped(self, value: Value, node: ast.expr, frame: Frame, depth: int) -> "View | None":
        if depth > _DEEPEST:
            return None
        wrapped = self._wrapped(node, frame)
        if wrapped is not None:
            for inner in self.evaluator.values(wrapped, frame):
                found = self._unwrapped(inner, wrapped, frame, depth + 1)
                if found is not None:
                    return found
        if isinstance(value, FunctionValue):
            return View(unwrapped(self.evaluator, value))
        if isinstance(value, ClassValue):
            return View(None, value)
        if isinstance(value, InstanceValue):
            if isinstance(value.of, ClassValue):
                return View(None, value.of, value)
            return self._made_view(value, depth)
        return None

    def _made_view(self, value: InstanceValue, depth: int) -> "View | None":
        """`View.as_view()`, `partial(view, x)`, `login_required(view)`: what is inside."""
        call = value.call
        if call is None:
            return None
        if isinstance(call.func, ast.Attribute) and call.func.attr == "as_view":
            for owner in self.evaluator.values(call.func.value, value.frame):
                if isinstance(owner, ClassValue):
                    return View(None, owner, made=value)
            # A view of the framework itself: `TemplateView.as_view(...)`.
            return View(made=value)
        for argument in call.args[:1]:
            for inner in self.evaluator.values(argument, value.frame):
                found = self._unwrapped(inner, argument, value.frame, depth + 1)
                if found is not None:
                    # An object of functools.partial has no name but that of its class.
                    is_partial = value.dotted == "functools.partial"
                    return replace(found, named="partial") if is_partial else found
        return None

    def _wrapped(self, node: ast.expr, frame: Frame) -> ast.expr | None:
        """The view that a decorator of the project's own is applied to: `timed(view)`."""
        if not isinstance(node, ast.Call) or len(node.args) != 1 or node.keywords:
            return None
        functions = self.evaluator.values(node.func, frame)
        if not any(isinstance(f, FunctionValue) for f in functions):
            return None
        inner = self.evaluator.values(node.args[0], frame)
        known = any(isinstance(v, FunctionValue | ClassValue) for v in inner)
        return node.args[0] if known else None

    def method(self, of: "ClassValue | View", *names: str) -> FunctionValue | None:
        """The first of these methods that a class of the project (or a base of it) has."""
        instance = self._object(of)
        for name in names:
            for value in self.evaluator.attribute(instance, name) if instance is not None else ():
                if isinstance(value, FunctionValue):
                    return value
        return None

    def _object(self, of: "ClassValue | View") -> InstanceValue | None:
        """An object of a class: that of a view, with what its route gives to it, or just some."""
        owner = of.of_class if isinstance(of, View) else of
        if owner is None:
            return None
        made = of.made if isinstance(of, View) else None
        given = object_of(self.evaluator, made, owner) if made is not None else None
        return given or self.evaluator.some_instance(owner.scope, self.evaluator.frame(owner.scope))

    def verbs_of(self, of: "ClassValue | View", prefix: str = "") -> dict[str, FunctionValue]:
        """The methods of a class that answer HTTP methods, by verb."""
        found: dict[str, FunctionValue] = {}
        for verb in VERBS:
            method = self.method(of, prefix + verb)
            if method is not None:
                found[verb.upper()] = method
        return found

    # Owners

    def instances(self, node: ast.expr | None, frame: Frame) -> list[InstanceValue]:
        if node is None:
            return []
        return [v for v in self.evaluator.values(node, frame) if isinstance(v, InstanceValue)]

    def registered(self, owner: InstanceValue) -> list[Registration]:
        return self.registrations.of(owner)

    def made_with(
        self, owner: InstanceValue, keyword: str | tuple[str, ...], position: int = -1
    ) -> tuple[ast.expr | None, Frame]:
        """An argument with which an app or router is made, and where it is evaluated."""
        if isinstance(owner.of, ClassValue):
            # A class of the project that is derived from the framework's: what it gives to it.
            for call, frame in self.super_calls(owner):
                found = self.argument(call, keyword, position)
                if found is not None:
                    return found, frame
        if owner.call is None:
            return None, owner.frame
        names = (keyword,) if isinstance(keyword, str) else keyword
        found = self.argument(owner.call, names, position)
        if found is None:
            more = self.keywords(owner.call, owner.frame)
            for name in names:
                if name in more:
                    return more[name]
        return found, owner.frame

    def super_calls(self, owner: InstanceValue) -> Iterator[tuple[ast.Call, Frame]]:
        """The calls by which a class of the project makes what it is derived from."""
        assert isinstance(owner.of, ClassValue)  # noqa: S101 - asked by those who know
        for base in self.evaluator.lineage(owner.of):
            init = base.scope.method("__init__") if isinstance(base, ClassValue) else None
            if init is None or not isinstance(base, ClassValue):
                continue
            function = FunctionValue(base.module, init, self.evaluator.frame(base.scope), owner)
            frame = self.evaluator.inside(function, owner.call, owner.frame)
            for call in init.calls:
                if isinstance(call.func, ast.Attribute) and call.func.attr == "__init__":
                    yield call, frame
            return


@dataclass(frozen=True, slots=True)
class View:
    """What answers at a route: a function, or a class with the instance or call that made it."""

    function: FunctionValue | None = None
    of_class: ClassValue | None = None
    made: InstanceValue | None = None
    named: str = ""

    @property
    def name(self) -> str:
        if self.named:
            return self.named
        scope = self.function or self.of_class
        return scope.scope.name if scope is not None else ""


def unwrapped(evaluator: Evaluator, function: FunctionValue) -> FunctionValue:
    """The function that another says it wraps: `@functools.wraps(view)`."""
    for decorator in getattr(function.scope.node, "decorator_list", ()):
        if isinstance(decorator, ast.Call) and last_name(decorator.func) == "wraps":
            for value in evaluator.values(decorator.args[0], function.closure):
                if isinstance(value, FunctionValue) and value.scope is not function.scope:
                    return value
    return function


def target_view(target: FunctionValue | ClassValue | None) -> View:
    if isinstance(target, FunctionValue):
        return View(target)
    return View(None, target)
