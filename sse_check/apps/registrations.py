"""What is registered on apps and routers, anywhere in the source: decorators and calls.

`@app.get("/x")`, `router.add_api_route("/x", view)`, `app.include_router(router)`: each is kept
under the place that made the app or router, which is what tells two of them apart.
"""

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from sse_check.apps.makers import FRAMEWORKS
from sse_check.apps.runs import Runs, positional
from sse_check.python.evaluate import Evaluator
from sse_check.python.module import Module, last_name
from sse_check.python.scope import Scope
from sse_check.python.sequences import Sequences
from sse_check.python.values import (
    ClassValue,
    External,
    Frame,
    FunctionValue,
    InstanceValue,
    Unknown,
    Value,
)

# Methods that register something when they are called, not used as a decorator.
CALLS = frozenset(
    """include_router include_routes mount host add_route add_api_route add_websocket_route
    add_url_rule register_blueprint blueprint register_api add_resource add_namespace
    add_get add_post add_put add_delete add_patch add_head add_options add_view add_routes
    add_subapp add_static static view include group register add_sink add_static_route
    add_static_files add_directory serve_static serve_files mount_pages mount_app lazy_pages
    include_blueprint add_asgi_sink init_app static_route_exts static_route add_app mount_static
    websocket_group sub_route to_app add_handlers add_rules merge add_router""".split()
)
# Lists of routes that grow: `app.router.routes.append(Route(...))`.
_GROWING = ("append", "extend", "insert")
# Where else something may be registered: decorators, and calls of what a call gives.
_DECORATORS = re.compile(r"^[ \t]*@[\w.]|\)\(\w", re.MULTILINE)
_WORDS = (*CALLS, "add", "attach", "routes", "callback")
# These register the function that they are given: `app.route("/x", callback=view)`.
_WITH_CALLBACK = frozenset("route get post put patch delete".split())
_IDLE_DECORATORS = frozenset(
    """property cached_property staticmethod classmethod dataclass fixture wraps contextmanager
    asynccontextmanager lru_cache cache parametrize overload abstractmethod setter task
    shared_task override validator field_validator model_validator total_ordering""".split()
)
# Methods of this name have many other things too: only files of a framework's users are asked.
_AMBIGUOUS = frozenset(
    "merge mount host blueprint static view include group register add append extend insert".split()
)


class Registration(NamedTuple):
    """One call on an app or router.

    `name` is what is called, seen from the maker: `get`, `router.add_get`. `target` is what a
    decorator stands on. `call` is None for a decorator without parentheses.
    """

    name: str
    call: ast.Call | None
    frame: Frame
    target: FunctionValue | ClassValue | None
    node: ast.AST

    @property
    def module(self) -> Module:
        return self.frame.module


@dataclass(eq=False)
class Registrations:
    """Everything that is registered in some modules, by what it is registered on."""

    evaluator: Evaluator
    sequences: Sequences
    runs: Runs
    by_owner: dict[int, list[Registration]] = field(default_factory=dict)
    # Decorators of functions that belong to no app yet: litestar's `@get("/x")`.
    marks: dict[int, list[Registration]] = field(default_factory=dict)
    # Calls of functions of a package that has an app of its own: bottle's `route("/x", ...)`.
    free: list[Registration] = field(default_factory=list)
    # Those whose owner cannot be told.
    lost: list[Registration] = field(default_factory=list)
    owners: dict[int, InstanceValue] = field(default_factory=dict)
    # Those of them of which somebody has asked what is registered.
    asked: set[int] = field(default_factory=set)
    _seen: set[str] = field(default_factory=set)
    # Decorators of the project's own, each in the frame of one use.
    _applied: list[tuple[Scope, Frame]] = field(default_factory=list)
    _waiting: list[tuple[Scope, ast.Call]] = field(default_factory=list)

    def read(self, modules: Iterable[Module]) -> None:
        """Take in what is registered in these modules."""
        new = [module for module in modules if module.path not in self._seen]
        self._seen.update(module.path for module in new)
        for module in new:
            uses = module.mentions(*FRAMEWORKS)
            for scope in module.scopes_with(_DECORATORS, *_WORDS):
                self._decorators(scope)
                for call in scope.calls:
                    if _registers(call) and (uses or last_name(call.func) not in _AMBIGUOUS):
                        self._waiting.append((scope, call))
        waiting, self._waiting = self._waiting, []
        for scope, frame in self._applied:
            self._inside(scope, frame)
        for scope, call in waiting:
            if id(scope) not in self.runs.given:
                self._call(scope, call)

    def of(self, owner: InstanceValue) -> list[Registration]:
        """What is registered on an app or router, evaluated as the one that is meant."""
        found: dict[tuple[int, int], Registration] = {}
        met: set[int] = set()
        self.asked.add(id(owner.call))
        for one in self.by_owner.get(id(owner.call), ()):
            scope = one.frame.scope
            if owner.frame.scope is scope and scope.is_function:
                # Made by the same run of the same code: what that run gives counts here too.
                if id(one.node) not in met:
                    met.add(id(one.node))
                    for frame in self.sequences.turns(one.node, owner.frame):
                        found[id(one.node), id(frame)] = _moved(one, frame)
            else:
                found.setdefault((id(one.node), id(one.frame)), one)
        return list(found.values())

    def run(self, scope: Scope, frame: Frame) -> None:
        """Take in what a function registers when a framework calls it with these arguments."""
        self.runs.given.setdefault(id(scope), []).append(frame)
        self._decorators(scope)
        self._inside(scope, frame)

    def _inside(self, scope: Scope, frame: Frame) -> None:
        for call in scope.calls:
            if _registers(call):
                for turn in self.sequences.turns(call, frame):
                    self._called(call, turn)

    def unasked(self) -> list[Registration]:
        """What is registered on something that no framework knows: an extension, most likely."""
        return [one for key, some in self.by_owner.items() if key not in self.asked for one in some]

    def made_by(self, call: ast.Call) -> list[Registration]:
        """What is registered on what a call gives: `app.router.add_resource("/x")`."""
        return self.by_owner.get(id(call), [])

    # Decorators

    def _decorators(self, scope: Scope) -> None:
        for child in scope.children.values():
            self._attached(scope, child)
            for decorator in getattr(child.node, "decorator_list", ()):
                called = decorator.func if isinstance(decorator, ast.Call) else decorator
                if last_name(called) not in _IDLE_DECORATORS:
                    self._decorator(scope, child, decorator)

    def _attached(self, scope: Scope, child: Scope) -> None:
        """`class Users(HTTPMethodView, attach=app, uri="/users")`."""
        node = child.node
        if not isinstance(node, ast.ClassDef) or not node.keywords:
            return
        frame = self.evaluator.frame(scope)
        for keyword in node.keywords:
            if keyword.arg == "attach":
                call = ast.copy_location(ast.Call(keyword.value, [], node.keywords), node)
                for owner in self.evaluator.values(keyword.value, frame):
                    if isinstance(owner, InstanceValue):
                        of = External(f"{owner.dotted}().attach", owner)
                        self._keep(owner, of, call, frame, _target(child, frame), node)

    def _decorator(self, scope: Scope, child: Scope, decorator: ast.expr) -> None:
        for frame in self.runs.frames(scope, decorator):
            target = _target(child, frame)
            for value in self.evaluator.values(decorator, frame):
                self._decorated(value, decorator, frame, target)

    def _decorated(
        self,
        value: Value,
        decorator: ast.expr,
        frame: Frame,
        target: FunctionValue | ClassValue,
    ) -> None:
        if isinstance(value, InstanceValue) and not isinstance(decorator, ast.Call):
            # `@router` alone: the router itself is called with the function.
            of = External(f"{value.dotted}()", value)
            self._keep(value, of, None, frame, target, decorator)
        elif isinstance(value, InstanceValue) and isinstance(value.of, External):
            self._decorated_with(value, value.of, target, decorator)
        elif isinstance(value, External):
            if value.owner is not None:
                self._keep(value.owner, value, None, frame, target, decorator)
            elif "." in value.dotted:
                mark = Registration(value.dotted, None, frame, target, decorator)
                self.marks.setdefault(id(target.scope), []).append(mark)
        elif isinstance(value, FunctionValue):
            self._own_decorator(value, frame, target)
        elif isinstance(decorator, ast.Call) and isinstance(value, Unknown):
            name = last_name(decorator.func)
            self.lost.append(Registration(name, decorator, frame, target, decorator))

    def _own_decorator(
        self,
        function: FunctionValue,
        frame: Frame,
        target: FunctionValue | ClassValue,
    ) -> None:
        """A decorator of the project's own that registers what it stands on."""
        names = positional(function.scope)
        if not names:
            return
        inner = self.evaluator.inside(function, None, frame)
        inner = Frame(
            inner.scope,
            inner.outer,
            {**inner.given, names[0]: (target,)},
            inner.instance,
            inner.depth,
        )
        self.runs.given.setdefault(id(function.scope), []).append(inner)
        self._applied.append((function.scope, inner))

    # Calls

    def _call(self, scope: Scope, call: ast.Call) -> None:
        for frame in self.runs.frames(scope, call):
            self._called(call, frame)

    def _called(self, call: ast.Call, frame: Frame) -> None:
        if isinstance(call.func, ast.Call):
            self._applied_to(call, frame)
            return
        met = False
        for value in self.evaluator.values(call.func, frame):
            if isinstance(value, External) and value.owner is not None:
                met = True
                self._keep(value.owner, value, call, frame, None, call)
            elif isinstance(value, External) and value.dotted.startswith("bottle."):
                met = True
                self.free.append(Registration(value.dotted, call, frame, None, call))
            elif isinstance(value, FunctionValue):
                # The project's own, of the same name.
                met = True
        if not met:
            self.lost.append(Registration(last_name(call.func), call, frame, None, call))

    def _applied_to(self, call: ast.Call, frame: Frame) -> None:
        """`app.get("/x")(view)`: what a decorator does, written as a call."""
        for value in self.evaluator.values(call.func, frame):
            if not isinstance(value, InstanceValue) or not isinstance(value.of, External):
                continue
            for target in self.evaluator.values(call.args[0], frame):
                if isinstance(target, FunctionValue | ClassValue):
                    self._decorated_with(value, value.of, target, call)

    def _decorated_with(
        self,
        value: InstanceValue,
        of: External,
        target: FunctionValue | ClassValue,
        node: ast.expr,
    ) -> None:
        if of.owner is not None:
            self._keep(of.owner, of, value.call, value.frame, target, node)
            return
        mark = Registration(of.dotted, value.call, value.frame, target, node)
        self.marks.setdefault(id(target.scope), []).append(mark)

    def _keep(
        self,
        owner: InstanceValue,
        of: External,
        call: ast.Call | None,
        frame: Frame,
        target: FunctionValue | ClassValue | None,
        node: ast.AST,
    ) -> None:
        name = of.dotted.rpartition("()")[2].removeprefix("[0]").lstrip(".")
        one = Registration(name, call, frame, target, node)
        if owner.call is None:
            self.lost.append(one)
            return
        self.owners.setdefault(id(owner.call), owner)
        self.by_owner.setdefault(id(owner.call), []).append(one)


def _moved(one: Registration, frame: Frame) -> Registration:
    """The same registration in another run of the code around it."""
    target = one.target
    if target is not None:
        target = target._replace(closure=frame)
    return one._replace(frame=frame, target=target)


def _registers(call: ast.Call) -> bool:
    if isinstance(call.func, ast.Call):
        return len(call.args) == 1 and isinstance(call.func.func, ast.Attribute | ast.Name)
    if last_name(call.func) in _WITH_CALLBACK:
        named = any(keyword.arg == "callback" for keyword in call.keywords)
        return named or (last_name(call.func) == "route" and len(call.args) == 3)
    if isinstance(call.func, ast.Name):
        # `add_route = app.router.add_route`
        return call.func.id in CALLS and call.func.id not in _AMBIGUOUS
    if not isinstance(call.func, ast.Attribute):
        return False
    name = call.func.attr
    if name in _GROWING:
        return last_name(call.func.value) == "routes"
    # `router.add("GET", "/x", view)`, which sets and lists are not asked with.
    return name in CALLS or (name == "add" and len(call.args) == 3)


def _target(child: Scope, frame: Frame) -> FunctionValue | ClassValue:
    if child.is_class:
        return ClassValue(frame.module, child, frame)
    owner = frame.instance if frame.scope.is_class else None
    return FunctionValue(frame.module, child, frame, owner)
