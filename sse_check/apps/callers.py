"""Who calls a function, and with what: the frames in which its body may run."""

import ast
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from sse_check.python.evaluate import Evaluator
from sse_check.python.module import Module, last_name
from sse_check.python.scope import Scope
from sse_check.python.values import Frame, FunctionValue, InstanceValue, Unknown, Value

_DEEPEST = 3
_MOST = 128
_COMMON = 40
_TOO_MANY = f"this is called in more than {_MOST} ways: what all of them give is not looked at"


class Callers:
    """Frames by function. `paths` are the files in which callers are looked for."""

    def __init__(self, evaluator: Evaluator, paths: Callable[[], Iterable[str]]) -> None:
        self.evaluator = evaluator
        self.paths = paths
        # Calls that may be of a function, on objects that cannot be told.
        self.doubtful: dict[int, list[tuple[Scope, ast.Call]]] = {}
        self._known: dict[tuple[int, int], list[Frame]] = {}
        self._asked: set[int] = set()
        # Names of functions that too many calls mention.
        self._common: set[str] = set()
        self._by_name: dict[str, list[tuple[Scope, ast.Call]]] = {}

    def frames(self, scope: Scope, depth: int = 0) -> list[Frame]:
        """The frames in which a scope may run; that of nobody in particular when none is seen."""
        key = (id(scope), depth)
        if key in self._known:
            return self._known[key]
        if id(scope) in self._asked or depth > _DEEPEST:
            return [self.evaluator.frame(scope)]
        self._asked.add(id(scope))
        found = list(islice(self._found(scope, depth), _MOST + 1)) or [self.evaluator.frame(scope)]
        if len(found) > _MOST:
            # As nobody in particular calls it: what the others give is not known.
            self.evaluator.stop(scope.module, scope.node, _TOO_MANY)
            found[_MOST:] = [self.evaluator.frame(scope)]
        self._asked.discard(id(scope))
        self._known[key] = found
        return found

    def _found(self, scope: Scope, depth: int) -> Iterator[Frame]:
        parent = scope.parent
        if not scope.is_function or parent is None:
            return
        if _takes_nothing(scope) and not parent.is_class:
            yield from self._within(scope, parent, depth)
            return
        calls = self._calls(scope.name)
        if scope.name in self._common:
            self.evaluator.stop(scope.module, scope.node, _TOO_MANY)
        if len(calls) > _COMMON:
            # A name as common as `get` says nothing of whom an object that is not known is.
            calls = [(caller, call) for caller, call in calls if self._is_told(caller, call)]
        seen = False
        for caller, call in calls:
            for frame in self.frames(caller, depth + 1):
                for entered in self._entered(scope, caller, call, frame):
                    seen = True
                    yield entered
        if not seen:
            # It is handed on, and called by another name.
            yield from self._within(scope, parent, depth)

    def _within(self, scope: Scope, parent: Scope, depth: int) -> Iterator[Frame]:
        """The frames of an inner function by what is known where it is made: who calls that."""
        if not parent.is_function:
            return
        for outer in self.frames(parent, depth + 1):
            if outer is not self.evaluator.frame(parent):
                function = FunctionValue(scope.module, scope, outer)
                yield self.evaluator.inside(function, None, None)

    def _is_told(self, caller: Scope, call: ast.Call) -> bool:
        values = self.evaluator.values(call.func, self.evaluator.frame(caller))
        return any(isinstance(value, FunctionValue) for value in values)

    def _entered(
        self, scope: Scope, caller: Scope, call: ast.Call, frame: Frame
    ) -> Iterator[Frame]:
        for value in self.evaluator.values(call.func, frame):
            if isinstance(value, FunctionValue) and value.scope is scope:
                yield self.evaluator.inside(value, call, frame)
            elif (
                isinstance(value, Unknown)
                and _is_method(scope)
                and _is_method_call(call)
                and last_name(call.func) == scope.name
            ):
                self.doubtful.setdefault(id(scope), []).append((caller, call))
                yield self._by_somebody(scope, call, frame)

    def _by_somebody(self, scope: Scope, call: ast.Call, frame: Frame) -> Frame:
        """The frame of a method that is called on an object that cannot be told."""
        generic = self.evaluator.frame(scope)
        owner = generic.instance if isinstance(generic.instance, InstanceValue) else None
        function = FunctionValue(scope.module, scope, generic.outer or generic, owner)
        return self.evaluator.inside(function, call, frame)

    def _calls(self, name: str) -> list[tuple[Scope, ast.Call]]:
        """Calls of something with this name, or with another name that a file gives it, and calls
        that are handed it to be called later."""
        if name not in self._by_name:
            found: list[tuple[Scope, ast.Call]] = []
            for path in self.evaluator.program.containing(self.paths(), name.encode()):
                module = self.evaluator.program.module(path)
                if module is not None:
                    found.extend(_calls_in(module, module.names_of(name)))
            # Of a name as common as that nobody can say who calls which function.
            if len(found) > _MOST:
                self._common.add(name)
            self._by_name[name] = found if len(found) <= _MOST else []
        return self._by_name[name]


def _calls_in(module: Module, names: tuple[str, ...]) -> Iterator[tuple[Scope, ast.Call]]:
    for scope in module.scopes_mentioning(*names):
        for call in scope.calls:
            if last_name(call.func) in names:
                yield scope, call
            else:
                later = handed_over(call, lambda node: last_name(node) in names)
                yield from ((scope, one) for one in later)


def handed_over(call: ast.Call, wanted: Callable[[ast.expr], bool]) -> list[ast.Call]:
    """Calls that another makes later: `add_task(f, x)`, `Thread(target=f, args=(x,))`."""
    found: list[ast.Call] = []
    for number, argument in enumerate(call.args):
        if isinstance(argument, ast.Name | ast.Attribute) and wanted(argument):
            found.append(_made(argument, call.args[number + 1 :], call.keywords, call))
    for keyword in call.keywords:
        node = keyword.value
        if isinstance(node, ast.Name | ast.Attribute) and wanted(node):
            given = [k.value for k in call.keywords if k.arg == "args"]
            arguments = list(getattr(given[0], "elts", ())) if given else []
            found.append(_made(node, arguments, [], call))
    return found


def _made(
    function: ast.expr, args: list[ast.expr], keywords: list[ast.keyword], at: ast.Call
) -> ast.Call:
    return ast.copy_location(ast.Call(function, args, keywords), at)


def _is_method(scope: Scope) -> bool:
    return scope.parent is not None and scope.parent.is_class


def _is_method_call(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute)


def _takes_nothing(scope: Scope) -> bool:
    node = scope.node
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return True
    given = node.args
    return not (given.posonlyargs or given.args or given.kwonlyargs or given.vararg or given.kwarg)


def same(one: Value, other: Value) -> bool:
    """Whether two values may be one object: made at one place, by one call as far as is known."""
    if one is other:
        return True
    if not isinstance(one, InstanceValue) or not isinstance(other, InstanceValue):
        return False
    if one.call is None or one.call is not other.call:
        return False
    return same_frame(one.frame, other.frame)


def same_frame(one: Frame, other: Frame) -> bool:
    """Whether two frames of a scope may be one: not when they are of two calls or two objects."""
    if one is other:
        return True
    first, second = one.instance, other.instance
    if isinstance(first, InstanceValue) and isinstance(second, InstanceValue):
        told = first.call is not None and second.call is not None
        if told and not same(first, second):
            return False
        if told and one.scope is other.scope and one.scope.name == "__init__":
            # An object is made once.
            return True
    return not (one.called and other.called and one.scope.is_function)
