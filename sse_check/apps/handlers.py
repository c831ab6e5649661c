"""Handlers of Tornado: an answer that is written on `self`, by the view and by what it calls."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from sse_check.apps.doubts import OPEN_TYPE
from sse_check.apps.event_calls import CONTENT_TYPE, EventCall
from sse_check.python.evaluate import Evaluator
from sse_check.python.module import last_name
from sse_check.python.nodes import nodes_apart_from
from sse_check.python.scope import Scope
from sse_check.python.truth import reached
from sse_check.python.values import (
    ClassValue,
    External,
    Frame,
    FunctionValue,
    InstanceValue,
    Text,
    Unknown,
)

_WRITING = ("write", "finish")
_HEADER = "set_header"
# Methods that Tornado calls before the one of the request.
_BEFORE = ("set_default_headers", "initialize", "prepare")
# What is given the handler and writes nothing on it.
_IDLE = frozenset(
    """super isinstance id hasattr setattr print repr str type debug info warning error
    exception log""".split()
)
# The methods of a handler of Tornado: none of them sends an event by itself.
_KNOWN = frozenset(
    """add_header check_etag_header check_xsrf_cookie clear clear_all_cookies clear_cookie
    clear_header compute_etag create_signed_value create_template_loader data_received
    decode_argument delete finish flush get get_argument get_arguments get_body_argument
    get_body_arguments get_browser_locale get_cookie get_current_user get_login_url
    get_query_argument get_query_arguments get_secure_cookie get_secure_cookie_key_version
    get_signed_cookie get_signed_cookie_key_version get_status get_template_namespace
    get_template_path get_user_locale head initialize log_exception on_connection_close on_finish
    options patch post prepare put redirect render render_embed_css render_embed_js
    render_linked_css render_linked_js render_string require_setting reverse_url send_error
    set_cookie set_default_headers set_etag_header set_header set_secure_cookie set_signed_cookie
    set_status static_url write write_error xsrf_form_html detach""".split()
)
ELSEWHERE = "what is written on this answer from elsewhere cannot be told"
_BARE = frozenset(("object", "abc", "typing", "builtins"))
_DEEPEST = 6
_MOST = 300


class Part(NamedTuple):
    """A call that sends: a text, an event (`row`), or what the function that it calls sends."""

    call: ast.Call
    text: ast.expr | None = None
    inner: "Run | None" = None
    row: EventCall | None = None


class Run(NamedTuple):
    """A function that has the handler, in the frame of one call."""

    scope: Scope
    frame: Frame
    parts: list[Part]


class Why(NamedTuple):
    """Something that may send what is not known."""

    node: ast.AST
    frame: Frame
    why: str
    # Whether it is what a base from outside does, which may make a stream of the answer.
    foreign: bool = False


@dataclass(eq=False)
class Handling:
    """What is written on an answer: by a method of a handler of Tornado on itself, or by a view on
    what it has made for that."""

    run: Run
    # What runs at some other time: functions that are given to something else.
    later: list[Run] = field(default_factory=list)
    # The call that says that it is a stream.
    typed: ast.Call | None = None
    doubts: list[Why] = field(default_factory=list)
    open_type: Why | None = None
    # The bases of its class that are neither the project's nor Tornado's.
    bases: list[str] = field(default_factory=list)

    @property
    def sends(self) -> bool:
        return bool(self.run.parts or self.later)


def is_tornado(dotted: str) -> bool:
    return dotted.partition(".")[0] == "tornado"


def foreign(evaluator: Evaluator, owner: ClassValue) -> list[str]:
    """The bases of a class that are neither the project's nor Tornado's."""
    found: list[str] = []
    for one in evaluator.lineage(owner):
        if isinstance(one, External):
            if not is_tornado(one.dotted) and one.dotted.partition(".")[0] not in _BARE:
                found.append(one.dotted)
        elif isinstance(one.scope.node, ast.ClassDef):
            for base in one.scope.node.bases:
                values = evaluator.values(base, one.closure)
                if any(isinstance(value, Unknown) for value in values):
                    found.append(last_name(base))
    return found


def is_of_handler(evaluator: Evaluator, view: FunctionValue, *, surely: bool) -> bool:
    """Whether a view is a method of a handler of Tornado."""
    own = _class_of(view)
    if own is None:
        return False
    bases = evaluator.lineage(own)
    return surely or any(isinstance(one, External) and is_tornado(one.dotted) for one in bases)


def _class_of(view: FunctionValue) -> ClassValue | None:
    """The class of the project of which a view is a method."""
    owner = view.owner
    own = owner.of if isinstance(owner, InstanceValue) else None
    return own if isinstance(own, ClassValue) else None


def handling(evaluator: Evaluator, view: FunctionValue, frame: Frame) -> Handling:
    """What a view of a handler does with its answer, with what is done before it."""
    owner, own = view.owner, _class_of(view)
    walk = Walk(evaluator, foreign(evaluator, own) if own is not None else [])
    for name in _BEFORE:
        for method in evaluator.attribute(owner, name) if owner is not None else ():
            if isinstance(method, FunctionValue):
                walk.enter(method, None, None, 0)
    # What is done before says what the answer is; hardly anybody sends there.
    walk.later.clear()
    walk.doubts.clear()
    run = walk.run(view.scope, frame, _self_of(view.scope), 0)
    found = Handling(run, walk.later, walk.typed, walk.doubts, walk.open_type, walk.bases)
    if walk.spent > _MOST:
        why = "more is sent here than is looked at"
        found.doubts.append(Why(view.scope.node, frame, why))
    return found


def _self_of(scope: Scope) -> frozenset[str]:
    arguments = getattr(scope.node, "args", None)
    if not isinstance(arguments, ast.arguments):
        return frozenset()
    return frozenset(one.arg for one in (*arguments.posonlyargs, *arguments.args)[:1])


class Walk:
    """Goes through functions that have the handler, each in the frame of its call."""

    def __init__(self, evaluator: Evaluator, bases: list[str]) -> None:
        self.evaluator = evaluator
        self.bases = bases
        self.later: list[Run] = []
        self.typed: ast.Call | None = None
        self.open_type: Why | None = None
        self.doubts: list[Why] = []
        self.spent = 0
        self._inside: list[int] = []
        self._met: set[int] = set()

    def run(self, scope: Scope, frame: Frame, names: frozenset[str], depth: int) -> Run:
        """One function in which the handler has these names."""
        done = Run(scope, frame, [])
        self._inside.append(id(scope))
        self._met.add(id(scope))
        names = names.union(self._aliases(scope, names))
        places = self.evaluator.places(scope)
        for call in scope.calls:
            self.spent += 1
            if self.spent <= _MOST and reached(self.evaluator, places.of(call), frame):
                done.parts.extend(self._call(call, scope, frame, names, depth))
        self._given_away(scope, frame, names, depth)
        self._inside.pop()
        return done

    def enter(
        self, function: FunctionValue, call: ast.Call | None, frame: Frame | None, depth: int
    ) -> Run | None:
        """A method of the handler that is called."""
        if id(function.scope) in self._inside or depth > _DEEPEST:
            return None
        inner = self.evaluator.inside(function, call, frame)
        return self.run(function.scope, inner, _self_of(function.scope), depth + 1)

    @staticmethod
    def _aliases(scope: Scope, names: frozenset[str]) -> Iterator[str]:
        """`handler = self`"""
        for name, bindings in scope.bindings.items():
            for one in bindings:
                if isinstance(one.value, ast.Name) and one.value.id in names and not one.path:
                    yield name

    # Calls

    def _call(
        self, call: ast.Call, scope: Scope, frame: Frame, names: frozenset[str], depth: int
    ) -> Iterator[Part]:
        function = call.func
        if isinstance(function, ast.Attribute) and _is_handler(function.value, names):
            yield from self.method(call, function.attr, frame, depth)
            return
        if isinstance(function, ast.Attribute) and self._is_below(function, frame):
            self.doubts.append(Why(call, frame, ELSEWHERE))
        given = [*call.args, *(one.value for one in call.keywords)]
        has_it = any(isinstance(one, ast.Name) and one.id in names for one in given)
        nested = isinstance(function, ast.Name)
        if not has_it and not nested:
            return
        for value in self.evaluator.values(function, frame):
            if isinstance(value, FunctionValue):
                yield from self._function(value, call, scope, frame, names, depth)
            elif isinstance(value, External) and _writes(value) and call.args:
                # `write = self.write`
                yield Part(call, call.args[0])
            elif has_it and last_name(function) not in _IDLE:
                given_to = last_name(function)
                why = f"what is written on this answer by whom `{given_to}` gives it cannot be told"
                self.doubts.append(Why(call, frame, why))

    def method(self, call: ast.Call, name: str, frame: Frame, depth: int) -> Iterator[Part]:
        """`self.write(...)`, `self.emit(...)`"""
        own = self._own(call, name, frame)
        owner = getattr(call.func, "value", None)
        for function in own:
            run = self.enter(function, call, frame, depth)
            if run is not None and run.parts:
                yield Part(call, inner=run)
            elif run is None:
                why = "what this sends, which calls itself, cannot be told"
                self.doubts.append(Why(call, frame, why))
        if own:
            return
        if name in _WRITING:
            text = self.evaluator.argument(call, "chunk", 0)
            if text is not None:
                yield Part(call, text)
        elif name == _HEADER:
            self._header(call, frame)
        elif name == "detach":
            self.doubts.append(Why(call, frame, ELSEWHERE))
        elif self.bases and (name not in _KNOWN or not isinstance(owner, ast.Name)):
            why = f"what `{name}` of `{self.bases[0]}` writes on this answer cannot be told"
            self.doubts.append(Why(call, frame, why, foreign=True))

    def _is_below(self, function: ast.Attribute, frame: Frame) -> bool:
        """`self.request.connection.write(...)`"""
        written = function.attr == "write"
        return written and "().request.connection" in self.evaluator.dotted(function.value, frame)

    def _own(self, call: ast.Call, name: str, frame: Frame) -> list[FunctionValue]:
        """The methods of the project that a call of a handler's method may mean."""
        if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Call):
            return list(self._above(name, frame))
        found = self.evaluator.values(call.func, frame)
        return [one for one in found if isinstance(one, FunctionValue)]

    def _above(self, name: str, frame: Frame) -> Iterator[FunctionValue]:
        """The method that `super()` has, if it is one of the project."""
        around = next((one for one in frame.scope.around() if one.is_class), None)
        owner = frame.instance
        if around is None or not isinstance(owner, InstanceValue):
            return
        below = True
        for base in self.evaluator.lineage(owner.of) if isinstance(owner.of, ClassValue) else ():
            if not below and isinstance(base, ClassValue):
                method = base.scope.method(name)
                if method is not None:
                    closure = Frame(base.scope, base.closure, {}, owner)
                    yield FunctionValue(base.module, method, closure, owner)
                    return
            if isinstance(base, ClassValue) and base.scope is around:
                below = False

    def _function(
        self,
        function: FunctionValue,
        call: ast.Call,
        scope: Scope,
        frame: Frame,
        names: frozenset[str],
        depth: int,
    ) -> Iterator[Part]:
        """A function that is given the handler, or that stands where it is known."""
        inside = scope in function.scope.around()
        arguments = getattr(function.scope.node, "args", None)
        if not isinstance(arguments, ast.arguments) or depth > _DEEPEST:
            return
        places = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
        if function.owner is not None:
            places = places[1:]
        own = {name for name, one in zip(places, call.args, strict=False) if _is_name(one, names)}
        own |= {k.arg for k in call.keywords if k.arg and _is_name(k.value, names)}
        bound = {name for name in function.scope.bindings if name not in own}
        known = frozenset(own).union(names - bound if inside else ())
        given = [*call.args, *(one.value for one in call.keywords)]
        if sum(_is_name(one, names) for one in given) > len(own):
            self.doubts.append(Why(call, frame, ELSEWHERE))
        if not known or id(function.scope) in self._inside:
            return
        inner = self.evaluator.inside(function, call, frame)
        run = self.run(function.scope, inner, known, depth + 1)
        if run.parts:
            yield Part(call, inner=run)

    def _header(self, call: ast.Call, frame: Frame) -> None:
        """`self.set_header("Content-Type", "text/event-stream")`"""
        named = self.evaluator.argument(call, "name", 0)
        value = self.evaluator.argument(call, "value", 1)
        name = self.evaluator.text(named, frame)
        if value is None or (name is not None and name.lower() != "content-type"):
            return
        found = self.evaluator.values(value, frame)
        texts = [one.pattern for one in found if isinstance(one, Text)]
        if name is not None and any(CONTENT_TYPE in (p or "") for t in texts for p in t.parts):
            self.typed = call
        elif name is None or len(texts) < len(found) or any(t.parts == (None,) for t in texts):
            # Names of headers that are not known are those of a table, as a rule.
            self.open_type = self.open_type or Why(call, frame, OPEN_TYPE)

    # What others are given

    def _given_away(self, scope: Scope, frame: Frame, names: frozenset[str], depth: int) -> None:
        """The handler, its methods and functions that have it, where others call them."""
        own = {id(child.node) for child in scope.children.values()}
        nodes = list(nodes_apart_from(scope.node, own))
        usual = {id(one) for node in nodes for one in self.looked_at(node)}
        named = {id(b.value) for bound in scope.bindings.values() for b in bound}
        for node in nodes:
            if id(node) in usual or not isinstance(getattr(node, "ctx", None), ast.Load):
                continue
            if isinstance(node, ast.Attribute) and _is_handler(node.value, names):
                self.method_given(node, frame, depth, id(node) in named)
            elif _is_name(node, names) and id(node) not in named:
                self.doubts.append(Why(node, frame, ELSEWHERE))
        for child in scope.children.values():
            if child.is_function and id(child) not in self._met and depth <= _DEEPEST:
                bound = frozenset(child.bindings)
                inner = Frame(child, frame, {}, frame.instance, frame.depth + 1)
                run = self.run(child, inner, names - bound, depth + 1)
                if run.parts:
                    self.later.append(run)

    def looked_at(self, node: ast.AST) -> Iterator[ast.AST]:
        """What of an expression gives nobody the handler, or is looked at as a call."""
        match node:
            case ast.Attribute(value=ast.Name() as owner):
                yield owner
            case ast.Call():
                given = (node.func, *node.args, *(one.value for one in node.keywords))
                yield from (one for one in given if one is node.func or isinstance(one, ast.Name))
            case ast.Compare():
                yield from (node.left, *node.comparators)
            case ast.FormattedValue():
                yield node.value

    def method_given(self, node: ast.Attribute, frame: Frame, depth: int, named: bool) -> None:
        """`PeriodicCallback(self.send, 1000)`, `hub.listen(self.write)`"""
        for value in self.evaluator.values(node, frame):
            if isinstance(value, External) and _writes(value) and not named:
                self.doubts.append(Why(node, frame, ELSEWHERE))
            if isinstance(value, FunctionValue) and id(value.scope) not in self._met:
                run = self.enter(value, None, None, depth)
                if run is not None and run.parts:
                    self.later.append(run)


def _writes(value: External) -> bool:
    method = value.dotted.rpartition("().")[2]
    return is_tornado(value.dotted) and method in _WRITING


def _is_name(node: ast.AST, names: frozenset[str]) -> bool:
    return isinstance(node, ast.Name) and node.id in names


def _is_handler(node: ast.expr, names: frozenset[str]) -> bool:
    """`self`, or `super()`"""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id == "super"
    return _is_name(node, names)
