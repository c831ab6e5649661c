"""Queues: what comes out of one is what is put into it, wherever that is done."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from sse_check.apps.callers import Callers, handed_over, same, same_frame
from sse_check.apps.collected import key_of, names_at, place_of, root_of
from sse_check.apps.runs import positional
from sse_check.apps.splitting import GETTING
from sse_check.python.evaluate import Evaluator
from sse_check.python.module import last_name
from sse_check.python.questions import GivenUpError
from sse_check.python.scope import Binding, Scope
from sse_check.python.values import (
    ClassValue,
    External,
    Frame,
    FunctionValue,
    InstanceValue,
    MappingValue,
    SequenceValue,
    Text,
    Unknown,
    Value,
)
from sse_check.template.values import Pattern

_NO_LOOPS = ("Queue", "LifoQueue", "PriorityQueue", "SimpleQueue", "JoinableQueue")
_PUTTING = {
    **dict.fromkeys(_NO_LOOPS, ("put", "put_nowait")),
    "deque": ("append", "appendleft", "extend"),
    "create_memory_object_stream": ("send", "send_nowait"),
}
# One end of something: of a pair, of a queue of janus.
_ENDS = ("]", "().sync_q", "().async_q")
# Calls that give what they are handed, when it is there.
_WAITING = frozenset("wait_for shield ensure_future create_task".split())
# Calls that call what they are handed, by the place of it, and give what that gives.
_ELSEWHERE = {"to_thread": 0, "run_sync": 0, "run_in_threadpool": 0, "run_in_executor": 1}
_FILLING = frozenset("append add appendleft insert setdefault".split())
# How that looks for a name: on one line, or the line ends where it begins.
_FILLED = rb"\b%%s\b(?:[^\n]*(?:\.(?:%s)\(|\]\s*=[^=])|\s*[\[.(]\s*\n)" % b"|".join(
    sorted(name.encode() for name in _FILLING)
)
# The types of what may be a queue, and of what an event is put together of.
_QUEUES = re.compile(r"queue|stream|channel|event|\b(?:any|object|callable)\b", re.IGNORECASE)
_TEXTS = re.compile(r"\b(?:str|dict|bytes)\b")
_PUT_TOGETHER = (ast.Tuple, ast.List, ast.Dict, ast.JoinedStr, ast.BinOp)
# Each asks afresh, which takes room on the stack.
_DEEPEST = 2


class Queues:
    """Answers for the evaluator what comes out of queues and of collections filled elsewhere."""

    def __init__(self, evaluator: Evaluator, paths: Callable[[], Iterable[str]]) -> None:
        self.evaluator = evaluator
        self.paths = paths
        self.callers = Callers(evaluator, paths)
        # Puts on objects that cannot be told, by the path of the module in which they are.
        self.doubtful: list[tuple[Scope, ast.Call]] = []
        self._puts: dict[tuple[str, ...], list[tuple[Scope, ast.Call]]] = {}
        self._fills: dict[str, list[tuple[Scope, ast.expr, ast.expr]]] = {}
        self._known: dict[int, tuple[Value, ...]] = {}
        self._asked: set[int] = set()

    # What the evaluator asks

    def result(
        self, function: External, call: ast.Call | None, frame: Frame
    ) -> tuple[Value, ...] | None:
        """What a call of something external gives, if it comes out of a queue."""
        name = function.dotted.rpartition(".")[2]
        owner = function.owner
        if owner is not None and name in GETTING and is_queue(owner):
            return self.got(owner)
        if function.dotted.endswith("].clone") and owner is not None and is_queue(owner):
            # The same end once more, for another task: `send.clone()`.
            return (External(function.dotted.removesuffix(".clone"), owner),)
        if name in _WAITING and call is not None and call.args:
            return self.evaluator.values(call.args[0], frame)
        if name in _ELSEWHERE and call is not None and len(call.args) > _ELSEWHERE[name]:
            return self._called_elsewhere(call, _ELSEWHERE[name], frame)
        if name == "loads" and call is not None and call.args:
            return self._loaded(call.args[0], frame)
        return None

    def elements(self, value: Value) -> tuple[Value, ...] | None:
        """What a loop over a value gives, if that is filled elsewhere."""
        if isinstance(value, InstanceValue) and is_queue(value):
            # No loop goes through these: they are what a collection in a collection holds.
            return (value,) if made_by(value) in _NO_LOOPS else self.got(value)
        if isinstance(value, External) and value.owner is not None and is_queue(value.owner):
            return self.got(value.owner)
        if is_filled_elsewhere(value):
            return self._filled(value)
        return None

    def keys(self, value: Value) -> tuple[Value, ...]:
        """Under which keys something is added to a table that starts empty."""
        return self._filled(value, by_key=True) if is_filled_elsewhere(value) else ()

    # Queues

    def got(self, queue: InstanceValue) -> tuple[Value, ...]:
        """Everything that is put into a queue."""
        key = id(queue)
        if key in self._known:
            return self._known[key]
        if key in self._asked or len(self._asked) > _DEEPEST:
            return (Unknown(queue.call),)
        self._asked.add(key)
        with self.evaluator.afresh():
            found = dict.fromkeys(self._put_into(queue))
        self._asked.discard(key)
        self._known[key] = tuple(found) or (Unknown(queue.call),)
        return self._known[key]

    def _put_into(self, queue: InstanceValue) -> Iterator[Value]:
        if queue.call is None:
            yield Unknown(None)
            return
        for scope, call in self._puts_by(_PUTTING[made_by(queue)]):
            if not isinstance(call.func, ast.Attribute):
                continue
            if not self._may_put(queue, call.func.value, scope):
                continue
            for frame in self.callers.frames(scope):
                owners = self.evaluator.values(call.func.value, frame)
                if any(same(_end_of(owner), queue) for owner in owners):
                    if not self._hears(queue, call.func.value, frame):
                        continue
                    yield from self.evaluator.values(call.args[-1], frame)
                elif scope.module is queue.module and any(
                    isinstance(one, Unknown) for one in owners
                ):
                    self.doubtful.append((scope, call))
                    yield Unknown(call)

    def _may_put(self, queue: InstanceValue, receiver: ast.expr, scope: Scope) -> bool:
        """Whether what is put to may be a queue, before it is asked who calls the function."""
        for value in self.evaluator.values(receiver, self.evaluator.frame(scope)):
            if isinstance(value, Unknown):
                return True
            end = _end_of(value)
            if isinstance(end, InstanceValue) and end.call in (queue.call, None):
                return True
        return False

    def _hears(self, queue: InstanceValue, receiver: ast.expr, frame: Frame) -> bool:
        """Whether a put through a collection by key is for this queue, and not for another key."""
        put = self._keys(receiver, frame)
        if not put:
            return True
        for _, owner, item in _fills_in(queue.frame.scope):
            held = self.evaluator.values(item, queue.frame)
            if not any(same(value, queue) for value in held):
                continue
            kept = self._keys(owner, queue.frame)
            return not kept or any(one.matches(other) for one in kept for other in put)
        return True

    def _keys(self, node: ast.expr, frame: Frame) -> tuple[Pattern, ...]:
        """The keys by which something is taken out of, or kept in, a collection."""
        key = key_of(node)
        if key is not None:
            return self.evaluator.texts(key, frame)
        if isinstance(node, ast.Name):
            for binding in frame.scope.bindings.get(node.id, ()):
                if binding.kind in ("loop", "assign") and binding.value is not None:
                    return self._keys(binding.value, frame)
        return ()

    def _puts_by(self, methods: tuple[str, ...]) -> list[tuple[Scope, ast.Call]]:
        """The calls by which something is put into queues of one kind."""
        if methods not in self._puts:
            found = self._puts[methods] = []
            words = tuple(f".{name}".encode() for name in methods)
            is_put = partial(_is_put, methods)
            for path in self.evaluator.program.containing(self.paths(), *words):
                module = self.evaluator.program.module(path)
                for scope in module.scopes_mentioning(*methods) if module is not None else ():
                    for call in scope.calls:
                        if is_put(call.func) and call.args:
                            found.append((scope, call))
                        else:
                            # `loop.call_soon_threadsafe(queue.put_nowait, item)`
                            later = handed_over(call, is_put)
                            found.extend((scope, one) for one in later if one.args)
        return self._puts[methods]

    def _called_elsewhere(
        self, call: ast.Call, place: int, frame: Frame
    ) -> tuple[Value, ...] | None:
        """`await to_thread(queue.get, timeout)`: what a call in a thread gives."""
        called, args = call.args[place], call.args[place + 1 :]
        found: list[Value] = []
        for function in self.evaluator.values(called, frame):
            if isinstance(function, External | FunctionValue):
                inner = ast.copy_location(ast.Call(called, args, []), call)
                found.extend(self.evaluator.result(function, inner, frame))
        return tuple(found) or None

    def _loaded(self, node: ast.expr, frame: Frame) -> tuple[Value, ...]:
        """`json.loads(json.dumps(x))` is `x`."""
        found: list[Value] = []
        for value in self.evaluator.values(node, frame):
            dumped = value.node if isinstance(value, Text) and value.kind == "json" else None
            if isinstance(value, Text) and isinstance(dumped, ast.Call) and dumped.args:
                found.extend(self.evaluator.values(dumped.args[0], value.frame))
            else:
                found.append(Unknown(node))
        return tuple(found)

    # Collections that are filled elsewhere

    def _filled(self, value: Value, *, by_key: bool = False) -> tuple[Value, ...]:
        """What is added to a list, set or dict that starts empty, or under which keys."""
        place = place_of(value)
        if place is None or id(place[0]) in self._asked or len(self._asked) > _DEEPEST:
            return ()
        self._asked.add(id(place[0]))
        try:
            with self.evaluator.afresh(deciding=self.evaluator.is_deciding):
                return self._added(place, by_key)
        finally:
            self._asked.discard(id(place[0]))

    def _added(self, place: tuple[ast.AST, Frame], by_key: bool) -> tuple[Value, ...]:
        found: dict[Value, None] = {}
        fills = (fill for name in names_at(place) for fill in self._fills_of(name))
        for scope, owner, kept in fills:
            item = _key_in(owner) if by_key else kept
            if item is None:
                continue
            root, seen = root_of(owner), self._seen_from(scope, place[1])
            if not self._is_at(place, root, seen):
                continue
            for frame in self._frames_of(scope, seen, item):
                if frame is seen or self._is_at(place, root, frame):
                    for added in self.evaluator.values(item, frame):
                        found.setdefault(added)
        return tuple(found)

    def _is_at(self, place: tuple[ast.AST, Frame], node: ast.expr, frame: Frame) -> bool:
        """Whether an expression may be the collection that is made at a place."""
        others = (place_of(one) for one in self.evaluator.values(node, frame))
        return any(
            other is not None and other[0] is place[0] and same_frame(other[1], place[1])
            for other in others
        )

    def _frames_of(self, scope: Scope, seen: Frame, item: ast.expr) -> list[Frame]:
        """The frames in which something is added: those of the callers who hand it over. What is
        made there itself is the same for all of them."""
        itself = positional(scope)[:1] if scope.parent is not None and scope.parent.is_class else []
        given = [one for one in _behind(scope, item) if one.name not in itself]
        if scope.parent is None or scope.parent.is_function:
            # An inner function is handed on, and called by another name.
            return [seen]
        told = _is_put_together(given, item)
        if not any(one.kind == "parameter" and _may_bring(one, told) for one in given) or any(
            _has_queue(value)
            for one in given
            if one.kind == "assign" and one.value is not None
            for value in self.evaluator.values(one.value, seen)
        ):
            return [seen]
        if self.evaluator.is_deciding:
            # Whether something is in a table is shown by a run alone.
            raise GivenUpError(at_once=True)
        return self.callers.frames(scope)

    def _seen_from(self, scope: Scope, frame: Frame) -> Frame:
        """The frame of a method that works on the object that a frame belongs to."""
        owner = frame.instance
        generic = self.evaluator.frame(scope)
        if (
            isinstance(owner, InstanceValue)
            and isinstance(owner.of, ClassValue)
            and isinstance(generic.instance, InstanceValue)
            and generic.instance.of == owner.of
        ):
            closure = Frame(owner.of.scope, owner.of.closure, {}, owner)
            function = FunctionValue(scope.module, scope, closure, owner)
            return self.evaluator.inside(function, None, None)
        return generic

    def _fills_of(self, name: str) -> list[tuple[Scope, ast.expr, ast.expr]]:
        """Every `x.append(y)`, `x.add(y)`, `x[k] = y`: where, to what, what."""
        if name not in self._fills:
            found: list[tuple[Scope, ast.expr, ast.expr]] = []
            program = self.evaluator.program
            told = re.compile(_FILLED % re.escape(name.encode()))
            for path in program.containing(self.paths(), name.encode()):
                # Reading a file takes far longer than looking for what may fill something there.
                module = program.module(path) if told.search(program.data(path)) else None
                for scope in module.scopes_mentioning(name) if module is not None else ():
                    every = _fills_in(scope)
                    found.extend(fill for fill in every if last_name(root_of(fill[1])) == name)
            self._fills[name] = found
        return self._fills[name]


def _key_in(owner: ast.expr) -> ast.expr | None:
    """`k` of `x[k] = y` and `x[k].append(y)`, in a table that is in no other."""
    is_own = isinstance(owner, ast.Subscript) and root_of(owner) is owner.value
    return key_of(owner) if is_own else None


def _fills_in(scope: Scope) -> Iterator[tuple[Scope, ast.expr, ast.expr]]:
    for call in scope.calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr in _FILLING and call.args:
            yield scope, call.func.value, call.args[-1]
    for store in scope.stores:
        if isinstance(store.target, ast.Subscript):
            yield scope, store.target, store.value


def _behind(scope: Scope, node: ast.expr) -> Iterator[Binding]:
    """How the names in an expression get their values in a scope, and those in what is put
    together there: `entry = {"event": kind}`."""
    for one in ast.walk(node):
        for bound in scope.bindings.get(one.id, ()) if isinstance(one, ast.Name) else ():
            yield bound
            if isinstance(bound.value, ast.Dict | ast.Tuple | ast.List | ast.JoinedStr | ast.Call):
                for name in ast.walk(bound.value):
                    yield from scope.bindings.get(name.id, ()) if isinstance(name, ast.Name) else ()


def _may_bring(parameter: Binding, is_put_together: bool) -> bool:
    """Whether what callers give may be a queue, or tell of what goes through one: most of what a
    program keeps in its tables is something else, and says so."""
    annotation = getattr(parameter.node, "annotation", None)
    text = ast.unparse(annotation) if annotation is not None else "object"
    return bool(_QUEUES.search(text) or (is_put_together and _TEXTS.search(text)))


def _is_put_together(given: list[Binding], item: ast.expr) -> bool:
    """Whether what is added may be an event in pieces, rather than an object of a class."""
    values = [item, *(one.value for one in given if one.kind == "assign")]
    name = item.id if isinstance(item, ast.Name) else ""
    is_given = any(one.kind == "parameter" and one.name == name for one in given)
    return is_given or any(isinstance(one, _PUT_TOGETHER) for one in values)


def _has_queue(value: Value) -> bool:
    """Whether a value is a queue, or an object that is made with one."""
    if not isinstance(value, InstanceValue):
        return False
    made = [one for one in (value.call, getattr(value.of, "scope", None)) if one is not None]
    texts = [ast.unparse(getattr(one, "node", one)) for one in made]
    return is_queue(value) or any(word in text for word in _PUTTING for text in texts)


def is_queue(value: InstanceValue) -> bool:
    return made_by(value) in _PUTTING


def _end_of(value: Value) -> Value:
    """The pair of which a value is one end: `send, receive = create_memory_object_stream()`."""
    if isinstance(value, External) and value.owner is not None and value.dotted.endswith(_ENDS):
        return value.owner
    return value


def made_by(value: InstanceValue) -> str:
    """The last part of the name of what made something."""
    return value.dotted.removesuffix("()").rpartition(".")[2]


def is_filled_elsewhere(value: Value) -> bool:
    """Whether a value is a collection that starts empty."""
    if isinstance(value, SequenceValue | MappingValue):
        return not value.items
    if isinstance(value, InstanceValue):
        made = value.dotted.rpartition(".")[2]
        return made in ("defaultdict", "WeakSet", "deque", "OrderedDict", "WeakValueDictionary")
    return False


def _is_put(methods: tuple[str, ...], node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in methods
