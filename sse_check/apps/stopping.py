"""What is put into a stream's queue to end it, and whether only a server that stops puts it there.

    while True:
        message = await queue.get()
        if message is None:
            break

A stream that ends with its server repeats no work. Where `None` is put by a job that is done, it
is opened again, and the job is run again.
"""

import ast
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from sse_check.python.evaluate import Evaluator
from sse_check.python.module import Module, last_name
from sse_check.python.scope import Scope

_PUTTING = ("put", "put_nowait", "send", "send_nowait")
# Functions that run when a server stops, by their names and by what they are registered with.
_STOPPING = tuple(
    """shutdown shut_down on_cleanup cleanup_ctx after_serving server_stop teardown atexit
    add_signal_handler signal.signal on_stop""".split()
)
# Other things have functions of these names too: a job is stopped, a file is closed.
_COMMON = frozenset("stop close aclose end finish cancel disconnect unsubscribe put send".split())
_CONTEXTS = ("asynccontextmanager", "contextmanager", "lifespan")
_DEEPEST = 3


class Stopping:
    """Knows the values that are put into queues when the server stops, and never else."""

    def __init__(self, evaluator: Evaluator, paths: Callable[[], Iterable[str]]) -> None:
        self.evaluator = evaluator
        self.paths = paths
        self._known: dict[tuple[str, str], bool] = {}

    def tells(self, module: Module, test: ast.expr) -> bool:
        """Whether a condition of a module compares with such a value."""
        marker = _marker(test)
        if marker is None:
            return False
        key = (module.path, marker)
        if key not in self._known:
            self._known[key] = False
            put = self._puts.get(marker, [])
            # Another queue elsewhere may have the same word for another end.
            near = [one for one in put if one[0].module is module] or put
            self._known[key] = bool(near) and all(self._stops(*one) for one in near)
        return self._known[key]

    @cached_property
    def _puts(self) -> dict[str, list[tuple[Scope, ast.Call]]]:
        """The calls that put something which has a name, or is one for itself."""
        found: dict[str, list[tuple[Scope, ast.Call]]] = {}
        words = tuple(f".{name}".encode() for name in _PUTTING)
        for module in self._modules(*words):
            for scope, call in module.calls_named(*_PUTTING):
                name = _name(call.args[-1]) if call.args else None
                if name is not None:
                    found.setdefault(name, []).append((scope, call))
        return found

    def _modules(self, *words: bytes) -> Iterator[Module]:
        program = self.evaluator.program
        for path in program.containing(list(self.paths()), *words):
            module = program.module(path)
            if module is not None:
                yield module

    def _stops(self, scope: Scope, node: ast.AST, depth: int = 0) -> bool:
        """Whether a place in the code is reached only when the server stops."""
        around: Scope | None = scope
        while around is not None and around.is_function:
            if _is_stopping(around) or _is_after_lifespan(around, node):
                return True
            node, around = around.node, around.parent
        function = scope.name if scope.is_function else ""
        return depth < _DEEPEST and bool(function) and self._is_used_for_it(function, depth)

    def _is_used_for_it(self, function: str, depth: int) -> bool:
        """Whether a function is called, or handed over, where the server stops: everywhere, or
        somewhere where its name is a common one."""
        uses = [
            _names(scope, use) or self._stops(scope, use, depth + 1)
            for module in self._modules(function.encode())
            for scope, use in _uses(module, function)
        ]
        return any(uses) if function in _COMMON else bool(uses) and all(uses)


def _marker(test: ast.expr) -> str | None:
    """What a condition compares with, as it is put somewhere else."""
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return None
    if not isinstance(test.ops[0], ast.Is | ast.IsNot | ast.Eq | ast.NotEq):
        return None
    return _name(test.comparators[0])


def _name(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant):
        return repr(node.value)
    name = last_name(node) if isinstance(node, ast.Name | ast.Attribute) else ""
    return name if name.isupper() else None


def _is_stopping(scope: Scope) -> bool:
    """By its name, and by its decorators."""
    decorators = getattr(scope.node, "decorator_list", [])
    said = [scope.name, *map(ast.unparse, decorators)]
    return any(word in text.lower() for text in said for word in _STOPPING)


def _is_after_lifespan(scope: Scope, node: ast.AST) -> bool:
    """Whether a place follows the `yield` of a context that surrounds the server."""
    decorators = getattr(scope.node, "decorator_list", [])
    is_context = any(last_name(one) in _CONTEXTS for one in decorators)
    at = getattr(node, "lineno", 0)
    return (is_context or "lifespan" in scope.name) and any(one.lineno < at for one in scope.yields)


def _uses(module: Module, name: str) -> Iterator[tuple[Scope, ast.expr]]:
    """Where a function is called, or handed to a call, with the scope of each place."""
    for scope in module.scopes_mentioning(name):
        for call in scope.calls:
            for node in (call.func, *call.args, *(given.value for given in call.keywords)):
                for one in node.elts if isinstance(node, ast.List | ast.Tuple) else (node,):
                    if isinstance(one, ast.Name | ast.Attribute) and last_name(one) == name:
                        yield scope, one


def _names(scope: Scope, node: ast.expr) -> bool:
    """Whether the line in which something stands is about the end of the server."""
    line = scope.module.source.line_text(node.lineno).lower()
    return any(word in line for word in _STOPPING)
