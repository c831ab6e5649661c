"""What a route emits: its function and whatever it calls are read, never run."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from sse_check.server.adapters import (
    CONTENT_TYPE,
    MESSAGE,
    RAW_RESPONSES,
    RESPONSES,
    SUBSCRIBING,
    EventCall,
)
from sse_check.apps.frames import frames, is_frame
from sse_check.server.modules import Function, Module, Modules, last_name
from sse_check.server.texts import UNKNOWN, Scope, enter, resolve, texts
from sse_check.source import Span
from sse_check.template.values import Pattern

_DEEPEST = 6
# Methods of a response that send what they are given, in sanic and aiohttp.
_WRITING = frozenset(("send", "write"))
_MOST_FUNCTIONS = 60

Ending = Literal["ends", "endless", "unknown"]


@dataclass(frozen=True, slots=True, eq=False)
class Emission:
    """An event that a route sends: its name, where that is written, and what it carries."""

    name: Pattern
    span: Span
    module: Module
    payload: ast.expr | None = None
    scope: Scope | None = None
    encodes_json: bool = False
    # True when it stands after every loop of its generator: the last thing that is sent.
    at_end: bool = False


@dataclass(slots=True)
class Stream:
    """The stream that a route answers with."""

    emissions: list[Emission] = field(default_factory=list)
    # Names that cannot be known are sent as well.
    open: bool = False
    ending: Ending = "unknown"
    # Frames that are written by hand.
    raw: list[tuple[ast.expr, Scope, Pattern]] = field(default_factory=list)
    subscribes: bool = False
    content_type: bool = False
    response: ast.Call | None = None
    module: Module | None = None


class Reading:
    """Reads one route's function."""

    def __init__(self, modules: Modules, calls: tuple[EventCall, ...]) -> None:
        self.modules = modules
        self.calls = calls
        self.stream = Stream()
        self.visited: set[int] = set()
        self.streams = False
        self.endings: list[Ending] = []

    def route(self, module: Module, function: Function) -> Stream | None:
        """The stream of a route, or None when it does not answer with one."""
        self.stream.module = module
        for decorator in function.decorator_list:
            if isinstance(decorator, ast.Call):
                for keyword in decorator.keywords:
                    if keyword.arg != "response_class":
                        continue
                    if _called(module, keyword.value) in RESPONSES:
                        self.streams = True
        self._function(Scope(module, (function,)), function, 0)
        if not self.streams:
            return None
        if self.endings and all(ending == "ends" for ending in self.endings):
            self.stream.ending = "ends"
        elif "endless" in self.endings:
            self.stream.ending = "endless"
        return self.stream

    # Functions

    def _function(self, scope: Scope, function: Function, depth: int) -> None:
        if id(function) in self.visited or depth > _DEEPEST or len(self.visited) > _MOST_FUNCTIONS:
            return
        self.visited.add(id(function))
        imported = set(scope.module.names.values())
        yields = False
        for node in _own(function):
            yields = yields or isinstance(node, ast.Yield | ast.YieldFrom)
            if isinstance(node, ast.Call):
                self._call(node, scope, imported, depth)
            else:
                self._other(node, scope, function, depth)
        for nested in _nested_functions(function):
            self._function(Scope(scope.module, (nested,), {}, scope), nested, depth)
        if yields:
            self.endings.append(_ending(function))

    def _other(self, node: ast.AST, scope: Scope, function: Function, depth: int) -> None:
        if isinstance(node, ast.Yield) and node.value is not None:
            self._yielded(node.value, scope, function)
        elif isinstance(node, ast.YieldFrom):
            self._passed_on(node.value, scope, depth)
        elif isinstance(node, ast.For | ast.AsyncFor):
            self._passed_on(node.iter, scope, depth)
        elif isinstance(node, ast.Constant) and node.value == CONTENT_TYPE:
            self.streams = self.stream.content_type = True
        elif isinstance(node, ast.Assign):
            self._assigned(node)

    def _assigned(self, node: ast.Assign) -> None:
        """`resp.sse = generator()` is how falcon is told."""
        if any(isinstance(t, ast.Attribute) and t.attr == "sse" for t in node.targets):
            self.streams = True

    def _passed_on(self, node: ast.expr, scope: Scope, depth: int) -> None:
        """A generator whose values are passed on."""
        if isinstance(node, ast.Await):
            node = node.value
        if isinstance(node, ast.Call):
            self._enter(node.func, node, scope, depth)
            if isinstance(node.func, ast.Attribute) and node.func.attr in SUBSCRIBING:
                self.stream.subscribes = True

    def _enter(self, function: ast.expr, call: ast.Call | None, scope: Scope, depth: int) -> bool:
        called = resolve(self.modules, function, scope)
        if called is None:
            return False
        self._function(enter(called, call, scope), called[1], depth + 1)
        return True

    # Calls

    def _call(self, node: ast.Call, scope: Scope, imported: set[str], depth: int) -> None:
        name = _called(scope.module, node.func)
        if name == "SseStream":
            # Cello sends what was added and ends.
            self.endings.append("ends")
        if name in RESPONSES and not (name == "sse" and not _is_response_sse(node.func)):
            self.streams = True
            self.stream.response = self.stream.response or node
            self._default_name(node, scope)
        elif name in RAW_RESPONSES:
            self.stream.response = self.stream.response or node
        event = self._event_call(node, name, imported)
        if event is not None:
            self._emit(node, event, scope)
            return
        if name in _WRITING and node.args:
            self._written(node, scope)
        for argument in (*node.args, *(k.value for k in node.keywords)):
            # A generator that is handed over, called or not.
            if isinstance(argument, ast.Name | ast.Attribute):
                self._enter(argument, None, scope, depth)
            elif isinstance(argument, ast.Call):
                self._enter(argument.func, argument, scope, depth)
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("register", "subscribe"):
            self.stream.subscribes = True
        self._enter(node.func, node, scope, depth)

    def _written(self, node: ast.Call, scope: Scope) -> None:
        """A frame that is sent on a response by hand: `await response.send("event: ...")`."""
        function = scope.functions[0] if scope.functions else None
        for pattern in texts(self.modules, node.args[0], scope):
            if function is None or not is_frame(pattern):
                continue
            self.endings.append(_ending(function))
            self.stream.raw.append((node.args[0], scope, pattern))
            self._frames(node.args[0], pattern, scope, _stands_last(function, node))

    def _default_name(self, node: ast.Call, scope: Scope) -> None:
        """`event_type=` names events that have no name of their own."""
        for keyword in node.keywords:
            if keyword.arg == "event_type":
                for name in texts(self.modules, keyword.value, scope):
                    self.stream.emissions.append(
                        Emission(name, scope.module.span(keyword.value), scope.module)
                    )

    def _event_call(self, node: ast.Call, name: str, imported: set[str]) -> EventCall | None:
        for call in self.calls:
            if call.name != name or not _is_imported(call, imported):
                continue
            is_method = isinstance(node.func, ast.Attribute)
            if is_method or not call.sends or not call.modules or name == "send_event":
                return call
        return None

    def _emit(self, node: ast.Call, event: EventCall, scope: Scope) -> None:
        given = _argument(node, event.event, event.position)
        span = scope.module.span(given if given is not None else node)
        payload = _argument(node, "data", event.data)
        names = [Pattern.of(event.unnamed)]
        if given is not None:
            names = texts(self.modules, given, scope)
            if isinstance(given, ast.Constant) and given.value is None:
                names = [Pattern.of(event.unnamed)]
        elif any(keyword.arg is None for keyword in node.keywords):
            names = [UNKNOWN]
        for name in names:
            if name == UNKNOWN:
                self.stream.open = True
            json = event.encodes_json and not _is_raw(node)
            at_end = bool(scope.functions) and _stands_last(scope.functions[0], node)
            self.stream.emissions.append(
                Emission(name, span, scope.module, payload, scope, json, at_end)
            )

    # Values that are yielded

    def _yielded(self, value: ast.expr, scope: Scope, function: Function) -> None:
        if isinstance(value, ast.Await):
            value = value.value
        if isinstance(value, ast.Dict):
            self._yielded_dict(value, scope, function)
            return
        if isinstance(value, ast.Call) and self._event_call(
            value, _called(scope.module, value.func), set(scope.module.names.values())
        ):
            return
        if isinstance(value, ast.Tuple):
            return
        found = texts(self.modules, value, scope)
        at_end = _stands_last(function, value)
        for pattern in found:
            if is_frame(pattern):
                self.stream.raw.append((value, scope, pattern))
                self._frames(value, pattern, scope, at_end)
            elif pattern == UNKNOWN:
                self._unknown(value, scope, function)
            elif self._yields_data():
                self.stream.emissions.append(
                    Emission(
                        Pattern.of(MESSAGE), scope.module.span(value), scope.module, value, scope
                    )
                )

    def _unknown(self, value: ast.expr, scope: Scope, function: Function) -> None:
        """Something is sent that cannot be seen, unless it comes from a generator that can."""
        if isinstance(value, ast.Name):
            for node in _own(function):
                if isinstance(node, ast.For | ast.AsyncFor) and _names(node.target, value.id):
                    source = node.iter.func if isinstance(node.iter, ast.Call) else node.iter
                    if resolve(self.modules, source, scope) is not None:
                        return
                    if isinstance(source, ast.Attribute) and source.attr in SUBSCRIBING:
                        # Whatever is published: looked up when all of the project is read.
                        self.stream.subscribes = True
                        return
        self.stream.open = True

    def _yields_data(self) -> bool:
        """Whether a plain string that is yielded is data, rather than part of a frame."""
        return not self.stream.content_type

    def _yielded_dict(self, value: ast.Dict, scope: Scope, function: Function) -> None:
        fields: dict[str, ast.expr] = {}
        for key, item in zip(value.keys, value.values, strict=True):
            if isinstance(key, ast.Constant):
                fields[str(key.value)] = item
            else:
                self.stream.open = True
        event = fields.get("event")
        names = [Pattern.of(MESSAGE)]
        if event is not None:
            names = texts(self.modules, event, scope)
        at_end = _stands_last(function, value)
        for name in names:
            if name == UNKNOWN:
                self.stream.open = True
            span = scope.module.span(event or value)
            self.stream.emissions.append(
                Emission(name, span, scope.module, fields.get("data"), scope, at_end=at_end)
            )

    def _frames(self, value: ast.expr, pattern: Pattern, scope: Scope, at_end: bool) -> None:
        for frame in frames(pattern):
            name = frame.name
            if name is None:
                # The event's line may have been sent by a yield before.
                if self._is_continued(scope):
                    continue
                name = Pattern.of(MESSAGE)
            if name == UNKNOWN:
                self.stream.open = True
            self.stream.emissions.append(
                Emission(name, scope.module.span(value), scope.module, value, scope, at_end=at_end)
            )

    def _is_continued(self, scope: Scope) -> bool:
        """Whether another yield of the function sends a lone `event:` line."""
        for raw, where, pattern in self.stream.raw:
            del raw
            text = "".join(p or "" for p in pattern.parts)
            same = where.functions[:1] == scope.functions[:1]
            if same and text.startswith("event:") and "\n\n" not in text:
                return True
        return False


# Small questions about syntax


def _own(function: Function) -> Iterator[ast.AST]:
    """The nodes of a function without those of functions inside it, in order."""
    stack: list[ast.AST] = list(reversed(function.body))
    while stack:
        node = stack.pop()
        if isinstance(node, Function | ast.ClassDef | ast.Lambda):
            continue
        yield node
        stack.extend(reversed(list(ast.iter_child_nodes(node))))


def _nested_functions(function: Function) -> Iterator[Function]:
    stack: list[ast.AST] = list(reversed(function.body))
    while stack:
        node = stack.pop()
        if isinstance(node, Function):
            yield node
            continue
        stack.extend(reversed(list(ast.iter_child_nodes(node))))


def _called(module: Module, node: ast.expr) -> str:
    """The last part of what a call names, whatever it was imported as."""
    return module.meaning(node).rsplit(".", 1)[-1]


def _is_response_sse(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and last_name(node.value) == "Response"


def _is_imported(call: EventCall, imported: set[str]) -> bool:
    if not call.modules:
        return True
    return any(
        name == package or name.startswith(package + ".")
        for package in call.modules
        for name in imported
    )


def _argument(node: ast.Call, keyword: str, position: int) -> ast.expr | None:
    for given in node.keywords:
        if given.arg == keyword and keyword:
            return given.value
    if 0 <= position < len(node.args) and not any(
        isinstance(a, ast.Starred) for a in node.args[: position + 1]
    ):
        return node.args[position]
    return None


def _is_raw(node: ast.Call) -> bool:
    """Whether a call asks for its data to be sent as it is."""
    for given in node.keywords:
        if given.arg == "raw_data":
            return True
        if given.arg == "json_encode" and isinstance(given.value, ast.Constant):
            return given.value.value is False
    return False


def _names(target: ast.expr, name: str) -> bool:
    return isinstance(target, ast.Name) and target.id == name


def _ending(function: Function) -> Ending:
    """Whether a generator ends by itself."""
    ending: Ending = "ends"
    for node in _own(function):
        if isinstance(node, ast.While):
            forever = isinstance(node.test, ast.Constant) and bool(node.test.value)
            leaves = any(isinstance(inner, ast.Break | ast.Return) for inner in ast.walk(node))
            if forever and not leaves:
                return "endless"
            ending = "unknown"
        elif isinstance(node, ast.AsyncFor) or (
            isinstance(node, ast.For) and not _is_short(node.iter)
        ):
            ending = "unknown"
    return ending


def _is_short(node: ast.expr) -> bool:
    """Whether a loop's iterable certainly ends."""
    if isinstance(node, ast.List | ast.Tuple | ast.Set | ast.Dict | ast.ListComp | ast.Constant):
        return True
    if isinstance(node, ast.Name | ast.Attribute):
        return True
    if isinstance(node, ast.Call):
        name = last_name(node.func)
        short = ("range", "enumerate", "zip", "sorted", "reversed", "split", "splitlines", "items")
        return name in short or name in ("values", "keys")
    return False


def _stands_last(function: Function, node: ast.AST) -> bool:
    """Whether something is sent after every loop of its function."""
    loops = [n for n in _own(function) if isinstance(n, ast.For | ast.AsyncFor | ast.While)]
    line = getattr(node, "lineno", 0)
    return bool(loops) and all((loop.end_lineno or 0) < line for loop in loops)
