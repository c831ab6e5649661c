"""What is registered on apps and routers, anywhere in the source: decorators and calls.

`@app.get("/x")`, `router.add_api_route("/x", view)`, `app.include_router(router)`: each is kept
under the place that made the app or router, which is what tells two of them apart.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from sse_check.apps.makers import FRAMEWORKS
from sse_check.python.evaluate import Evaluator
from sse_check.python.module import Module, last_name
from sse_check.python.objects import method_frame
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
    websocket_group sub_route to_app""".split()
)
# Lists of routes that grow: `app.router.routes.append(Route(...))`.
_GROWING = ("append", "extend", "insert")
_PLACES = re.compile(
    rf"^[ \t]*@[\w.]+|\b(?:{'|'.join(sorted(CALLS))})\(|\)\(\w|\.routes\.\w+\(|\.add\("
    r"|\battach=",
    re.MULTILINE,
)
_IDLE_DECORATORS = frozenset(
    """property cached_property staticmethod classmethod dataclass fixture wraps contextmanager
    asynccontextmanager lru_cache cache parametrize overload abstractmethod setter task
    shared_task override validator field_validator model_validator total_ordering""".split()
)
_DEEPEST = 4
# A function whose name is called in more files than this is not followed to its callers.
_COMMON = 40
# Methods of this name have many other things too: only files of a framework's users are asked.
_AMBIGUOUS = frozenset(
    "mount host blueprint static view include group register add append extend insert".split()
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
    # The files among which callers of functions are looked for.
    paths: tuple[str, ...]
    by_owner: dict[int, list[Registration]] = field(default_factory=dict)
    # Decorators of functions that belong to no app yet: litestar's `@get("/x")`.
    marks: dict[int, list[Registration]] = field(default_factory=dict)
    # Those whose owner cannot be told.
    lost: list[Registration] = field(default_factory=list)
    owners: dict[int, InstanceValue] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)
    _runs: dict[int, list[Frame]] = field(default_factory=dict)
    # Decorators of the project's own, each in the frame of one use.
    _applied: list[tuple[Scope, Frame]] = field(default_factory=list)
    _called_by_name: dict[str, list[tuple[Scope, ast.Call]]] = field(default_factory=dict)
    _waiting: list[tuple[Scope, ast.Call]] = field(default_factory=list)

    def read(self, modules: Iterable[Module]) -> None:
        """Take in what is registered in these modules."""
        new = [module for module in modules if module.path not in self._seen]
        self._seen.update(module.path for module in new)
        for module in new:
            uses = module.mentions(*FRAMEWORKS)
            for scope in module.scopes_matching(_PLACES):
                self._decorators(scope)
                for call in scope.calls:
                    if _registers(call) and (uses or last_name(call.func) not in _AMBIGUOUS):
                        self._waiting.append((scope, call))
        waiting, self._waiting = self._waiting, []
        for scope, frame in self._applied:
            self._inside(scope, frame)
        for scope, call in waiting:
            if id(scope) not in self._runs:
                self._call(scope, call)

    def of(self, owner: InstanceValue) -> list[Registration]:
        """What is registered on an app or router, evaluated as the one that is meant."""
        found: dict[tuple[int, int], Registration] = {}
        met: set[int] = set()
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
        self._runs.setdefault(id(scope), []).append(frame)
        self._decorators(scope)
        self._inside(scope, frame)

    def _inside(self, scope: Scope, frame: Frame) -> None:
        for call in scope.calls:
            if _registers(call):
                for turn in self.sequences.turns(call, frame):
                    self._called(call, turn)

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
        for frame in self._frames(scope, decorator):
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
        self._runs.setdefault(id(function.scope), []).append(inner)
        self._applied.append((function.scope, inner))

    # Calls

    def _call(self, scope: Scope, call: ast.Call) -> None:
        for frame in self._frames(scope, call):
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

    # In which frames a piece of code is run

    def _frames(self, scope: Scope, node: ast.expr) -> list[Frame]:
        """The frames in which a registration is evaluated: turns of loops, and callers when it
        depends on what they give."""
        frames: list[Frame] = []
        for frame in self.runs(scope, node):
            frames.extend(self.sequences.turns(node, frame))
        return frames

    def runs(self, scope: Scope, node: ast.expr | None = None, depth: int = 0) -> list[Frame]:
        plain = self.evaluator.frame(scope)
        if not _depends_on_parameters(scope, node):
            return (self._instances(scope, node) if node is not None else []) or [plain]
        given = self._runs.get(id(scope))
        if given:
            return given
        found = list(self._callers(scope, depth)) if depth < _DEEPEST else []
        return found or [plain]

    def _callers(self, scope: Scope, depth: int) -> Iterator[Frame]:
        """The frames of a function as it is called in the modules that are read."""
        if scope.parent is not None and scope.parent.is_function and not _has_parameters(scope):
            for outer in self.runs(scope.parent, None, depth + 1):
                yield Frame(scope, outer, {}, outer.instance, outer.depth)
            return
        wanted = scope.name
        if wanted == "__init__" and scope.parent is not None:
            wanted = scope.parent.name
        if not wanted:
            return
        for around, call in self._calls_of(wanted):
            for frame in self._run_of_caller(around, call, depth):
                for value in self.evaluator.values(call.func, frame):
                    if isinstance(value, FunctionValue) and value.scope is scope:
                        yield self.evaluator.inside(value, call, frame)

    def _calls_of(self, name: str) -> list[tuple[Scope, ast.Call]]:
        """Calls of something with this name, anywhere; none of a name that is too common."""
        if name not in self._called_by_name:
            program = self.evaluator.program
            paths = program.containing(self.paths, f"{name}(".encode())
            modules = map(program.module, paths if len(paths) <= _COMMON else ())
            self._called_by_name[name] = [
                call
                for module in modules
                if module is not None
                for call in module.calls_named(name)
            ]
        return self._called_by_name[name]

    def _instances(self, scope: Scope, node: ast.expr) -> list[Frame]:
        """The frames of a method for each object of its class that is made somewhere, when what
        is registered on hangs on the object: `self.app.get("/x")`."""
        owner = scope.parent
        if owner is None or not owner.is_class or not _uses_self(scope, node):
            return []
        plain = self.evaluator.frame(scope)
        called = node.func if isinstance(node, ast.Call) else node
        if any(
            isinstance(value, External) and value.owner is not None and value.owner.call is not None
            for value in self.evaluator.values(called, plain)
        ):
            return []
        found: list[Frame] = []
        for around, call in self._calls_of(owner.name):
            for value in self.evaluator.values(call, self.evaluator.frame(around)):
                if isinstance(value, InstanceValue) and isinstance(value.of, ClassValue):
                    found.extend(
                        method_frame(self.evaluator, base, scope, value)
                        for base in self.evaluator.lineage(value.of)
                        if isinstance(base, ClassValue) and base.scope is owner
                    )
        return found

    def _run_of_caller(self, scope: Scope, call: ast.Call, depth: int) -> list[Frame]:
        frames: list[Frame] = []
        for frame in self.runs(scope, call, depth + 1):
            frames.extend(self.sequences.turns(call, frame))
        return frames


def _uses_self(scope: Scope, node: ast.AST) -> bool:
    names = positional(scope)
    return bool(names) and any(
        isinstance(one, ast.Name) and one.id == names[0] for one in ast.walk(node)
    )


def _moved(one: Registration, frame: Frame) -> Registration:
    """The same registration in another run of the code around it."""
    target = one.target
    if target is not None:
        target = target._replace(closure=frame)
    return one._replace(frame=frame, target=target)


def _registers(call: ast.Call) -> bool:
    if isinstance(call.func, ast.Call):
        return len(call.args) == 1 and isinstance(call.func.func, ast.Attribute | ast.Name)
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


def positional(scope: Scope) -> list[str]:
    """The names of the parameters of a function that are given by place."""
    arguments = getattr(scope.node, "args", None)
    if not isinstance(arguments, ast.arguments):
        return []
    return [a.arg for a in (*arguments.posonlyargs, *arguments.args)]


def _has_parameters(scope: Scope) -> bool:
    return any(b.kind == "parameter" for bound in scope.bindings.values() for b in bound)


def _depends_on_parameters(scope: Scope, node: ast.expr | None) -> bool:
    """Whether some name of an expression may be a parameter of a function around it, or made
    from one."""
    if not scope.is_function:
        return False
    names = (
        {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
        if node is not None
        else None
    )
    for around in scope.around():
        if not around.is_function:
            continue
        parameters = {
            name
            for name, bound in around.bindings.items()
            if any(b.kind == "parameter" for b in bound)
        } - {"self", "cls"}
        if not parameters:
            continue
        if names is None or names & parameters:
            return True
        for name in names & around.bindings.keys():
            for binding in around.bindings[name]:
                made = binding.value
                if made is not None and any(
                    isinstance(one, ast.Name) and one.id in parameters for one in ast.walk(made)
                ):
                    return True
    return False
