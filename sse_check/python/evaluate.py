"""The values of an expression: names, attributes, calls and texts are followed, nothing is run."""

import ast
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sse_check.python import bound, choices, collections, dispatch, dynamic, fields, lookup, objects
from sse_check.python import read_off as read
from sse_check.python import texts as text_rules
from sse_check.python.alike import Alike
from sse_check.python.depends import Replaced, names_in
from sse_check.python.filled import Change
from sse_check.python.module import Module
from sse_check.python.places import Places
from sse_check.python.program import Program
from sse_check.python.questions import DEEPEST, NEVER, GivenUpError, Questions
from sse_check.python.rebound import Rebindings
from sse_check.python.relay import Relay
from sse_check.python.scope import Binding, Scope, Store
from sse_check.python.steps import Step, steps_of
from sse_check.python.truth import handed_on, reached
from sse_check.python.values import (
    ClassValue,
    External,
    Frame,
    FunctionValue,
    GeneratorValue,
    InstanceValue,
    MappingValue,
    Unknown,
    Value,
)
from sse_check.template.values import Pattern

# How many expressions are looked at for one question, which may lead through many calls.
_MOST_STEPS = 2_000
_DEEPEST_CALLS = 8
_TOO_MUCH = "working this out takes more steps than are spent on one question"
_TOO_DEEP = "calls within calls are not followed any deeper here"


class Evaluator(Questions):
    """Answers what expressions may be. What was asked once in a frame is remembered."""

    def __init__(self, program: Program) -> None:
        super().__init__()
        self.program = program
        self._frames: dict[int, Frame] = {}
        self._known: dict[tuple[int, int], tuple[Value, ...]] = {}
        self._instances: dict[tuple[int, int], InstanceValue] = {}
        # Names whose assignments have been looked for in all files.
        self.looked_for: set[tuple[str, bool]] = set()
        self.all_stores: dict[str, tuple[int, list[tuple[Scope, Store]]]] = {}
        self.stores_by_class: dict[int, dict[str, list[tuple[Scope, Store]]]] = {}
        self.set_by_name: dict[int, bool] = {}
        self.changes: dict[int, tuple[int, list[Change]]] = {}
        self.method_frames: dict[tuple[int, int], Frame] = {}
        self.importing: set[tuple[str, str]] = set()  # Each a name, and a file.
        self.declared: dict[tuple[int, int], fields.Declared] = {}
        self._calls: dict[tuple[int, ...], Frame] = {}
        self.relay: Relay | None = None
        self._places: dict[int, Places] = {}
        self._steps: dict[int, dict[str, list[Step]]] = {}
        self.handed_over: dict[int, dict[str, list[Step]]] = {}
        self._handed_on: dict[int, frozenset[str]] = {}
        self.rebound: dict[str, Rebindings] = {}
        self.replaced = Replaced()
        self.alike = Alike(self)

    # Frames

    def frame(self, scope: Scope) -> Frame:
        """The frame of a scope that nobody in particular calls."""
        key = id(scope)
        if key not in self._frames:
            outer = self.frame(scope.parent) if scope.parent is not None else None
            instance: InstanceValue | ClassValue | None = None
            if scope.is_function and scope.parent is not None and scope.parent.is_class:
                instance = self.some_instance(scope.parent, outer)
            elif outer is not None:
                instance = outer.instance
            self._frames[key] = Frame(scope, outer, {}, instance)
        return self._frames[key]

    def some_instance(self, owner: Scope, frame: Frame | None) -> InstanceValue:
        """Some instance of a class: what `self` is where a method is looked at by itself."""
        closure = frame.outer if frame is not None and frame.outer is not None else frame
        closure = closure or self.frame(owner.module.scope)
        made = (id(owner), 0)
        if made not in self._instances:
            value = ClassValue(owner.module, owner, closure)
            self._instances[made] = InstanceValue(value, None, closure)
        return self._instances[made]

    def enter(
        self, function: FunctionValue, call: ast.Call | None = None, frame: Frame | None = None
    ) -> Frame:
        """The frame inside a function that is called with these arguments from `frame`."""
        depth = (frame.depth if frame is not None else 0) + 1
        inner = Frame(function.scope, function.closure, {}, function.closure.instance, depth)
        node = function.scope.node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            return inner
        names = [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
        if function.owner is not None and names and not lookup.is_static(node):
            inner.instance = function.owner
            names = names[1:]
        if call is not None and frame is not None:
            self._give(inner, names, call, frame, {a.arg for a in node.args.posonlyargs})
            inner.given.update(lookup.gathered(node, names, call, frame))
        return inner

    @staticmethod
    def _give(
        inner: Frame, names: list[str], call: ast.Call, frame: Frame, by_place: set[str]
    ) -> None:
        for name, value in zip(names, call.args, strict=False):
            if isinstance(value, ast.Starred):
                break
            inner.given[name] = (value, frame)
        for keyword in call.keywords:
            if keyword.arg is not None and keyword.arg not in by_place:
                inner.given[keyword.arg] = (keyword.value, frame)
        starred = any(isinstance(argument, ast.Starred) for argument in call.args)
        inner.called = not starred and all(k.arg is not None for k in call.keywords)

    def places(self, scope: Scope) -> Places:
        """Where the statements of a scope stand."""
        key = id(scope)
        if key not in self._places:
            self._places[key] = Places(scope)
        return self._places[key]

    def steps(self, scope: Scope) -> dict[str, list[Step]]:
        """The changes that a scope makes to its names step by step."""
        key = id(scope)
        if key not in self._steps:
            self._steps[key] = steps_of(scope)
        return self._steps[key]

    def handed_on(self, scope: Scope) -> frozenset[str]:
        """The names of a scope that it gives to other code."""
        key = id(scope)
        if key not in self._handed_on:
            self._handed_on[key] = handed_on(scope)
        return self._handed_on[key]

    def bound_values(self, binding: Binding, frame: Frame) -> Iterable[Value]:
        """What one binding gives a name."""
        return lookup.binding_values(self, binding, frame)

    # Values

    def values(self, node: ast.expr, frame: Frame) -> tuple[Value, ...]:
        """Everything that an expression may be; `Unknown` is among it when not all is known."""
        while frame.base is not None and frame.touched.isdisjoint(names_in(node)):
            frame = frame.base
        key = (id(node), id(frame))
        known = self._known.get(key) or self._meanwhile.get(key)
        if known is not None:
            return known
        place = self._asked.get(key, -1)
        if not self._asked and not self.begins(frame.module, node):
            return (Unknown(node),)
        self._spent += 1
        if self._spent > self._bound:
            raise GivenUpError
        if place < 0 and (len(self._asked) > DEEPEST or self._spent > _MOST_STEPS):
            self.stop(frame.module, node, _TOO_MUCH)
        if place >= 0 or len(self._asked) > DEEPEST or self._spent > _MOST_STEPS:
            # A circle, or too much: what waits for this answer has not got all of its own.
            self._cut = min(self._cut, max(place, 0))
            return (Unknown(node),)
        depth = self._asked[key] = len(self._asked)
        try:
            found = tuple(dict.fromkeys(self._values(node, frame))) or (Unknown(node),)
        finally:
            del self._asked[key]
        if len(found) > lookup.MOST:
            self.stop(frame.module, node, f"this may be more than {lookup.MOST} different things")
            found = (*found[: lookup.MOST], Unknown(node))
        self._kept.append((node, frame))
        if self._cut >= depth:
            self._cut = NEVER
            self._known[key] = found
        else:
            # Good enough for the question that is being answered, which stays within bounds so.
            self._meanwhile[key] = found
        if not self._asked:
            self._meanwhile.clear()
        return found

    def _values(self, node: ast.expr, frame: Frame) -> Iterable[Value]:
        handler = _HANDLERS.get(type(node))
        return handler(self, node, frame) if handler is not None else (Unknown(node),)

    def lambda_(self, node: ast.Lambda, frame: Frame) -> Iterable[Value]:
        scope = frame.module.scope_for(node, frame.scope)
        return (FunctionValue(frame.module, scope, frame),)

    def one(self, node: ast.expr, frame: Frame) -> Value | None:
        """The value of an expression when there is exactly one and it is known."""
        found = self.values(node, frame)
        return found[0] if len(found) == 1 and not isinstance(found[0], Unknown) else None

    def texts(self, node: ast.expr, frame: Frame) -> tuple[Pattern, ...]:
        """The texts that an expression may be; a hole alone for what is not known."""
        return tuple(dict.fromkeys(self.as_text(v) for v in self.values(node, frame)))

    def put_in(self, node: ast.expr, frame: Frame) -> tuple[Pattern, ...]:
        """What becomes of an expression in an f-string or by `format`."""
        found = self.values(node, frame)
        return tuple(dict.fromkeys(text_rules.put_in(self, value) for value in found))

    def as_text(self, value: Value) -> Pattern:
        """A value put into a text."""
        return text_rules.as_text(self, value)

    def text(self, node: ast.expr | None, frame: Frame) -> str | None:
        """The one text of an expression, when it is known in full."""
        if node is None:
            return None
        found = self.texts(node, frame)
        return found[0].literal if len(found) == 1 else None

    def dotted(self, node: ast.expr, frame: Frame) -> str:
        """The full name of something external that an expression names, else ""."""
        for value in self.values(node, frame):
            if isinstance(value, External):
                return value.dotted
        return ""

    def argument(
        self, call: ast.Call, keyword: str | tuple[str, ...], position: int = -1
    ) -> ast.expr | None:
        """An argument by keyword or place."""
        names = (keyword,) if isinstance(keyword, str) else keyword
        for given in call.keywords:
            if given.arg in names:
                return given.value
        if 0 <= position < len(call.args):
            before = call.args[: position + 1]
            if not any(isinstance(argument, ast.Starred) for argument in before):
                return call.args[position]
        return None

    # Names, attributes and collections, each in a module of its own

    def name(self, name: str, frame: Frame, at: ast.expr | None = None) -> tuple[Value, ...]:
        """What a name means in a frame, as Python looks it up."""
        return lookup.look_up(self, name, frame, at)

    def imported(self, dotted: str, module: Module, depth: int = 0) -> tuple[Value, ...]:
        """What an imported name means: followed through the project's modules."""
        return lookup.imported(self, dotted, module, depth)

    def elements(
        self, node: ast.expr, frame: Frame, path: tuple[int, ...] = ()
    ) -> tuple[Value, ...]:
        """What a loop goes through, unpacked by `path`."""
        return collections.elements(self, node, frame, path)

    def attribute(self, owner: Value, name: str, node: ast.expr | None = None) -> tuple[Value, ...]:
        """An attribute of a value."""
        return objects.attribute(self, owner, name, node)

    def bases(self, owner: ClassValue) -> tuple[Value, ...]:
        """The classes that a class is derived from, of the project or external."""
        return objects.bases(self, owner)

    def lineage(self, owner: ClassValue) -> Iterator[ClassValue | External]:
        """A class and everything above it, external names included."""
        return objects.lineage(self, owner)

    def stores(self, name: str) -> list[tuple[Scope, Store]]:
        """Every assignment to an attribute of this name (`[key]` for items) in parsed modules."""
        return objects.stores(self, name)

    # Calls

    def called(self, node: ast.Call, frame: Frame) -> Iterable[Value]:
        special = text_rules.called(self, node, frame)
        if special is None:
            special = collections.stepped(self, node, frame)
        if special is not None:
            return special
        found: list[Value] = []
        for function in self.values(node.func, frame):
            asked = dynamic.called(self, function, node, frame)
            found.extend(self.result(function, node, frame) if asked is None else asked)
        return found

    def result(
        self, function: Value, call: ast.Call | None = None, frame: Frame | None = None
    ) -> tuple[Value, ...]:
        """What calling a value gives: a generator, for a function that yields."""
        match function:
            case ClassValue():
                return (self.made(function, call, frame or function.closure),)
            case External():
                return self._outside(function, call, frame)
            case FunctionValue():
                several = dispatch.all_of(function)
                given = (v for one in several for v in self._returned(one, call, frame))
                return tuple(dict.fromkeys(given))
            case InstanceValue() if isinstance(function.of, ClassValue):
                methods = objects.of_class(self, function.of, "__call__", function)
                return tuple(v for m in methods for v in self.result(m, call, frame))
            case InstanceValue() if frame is not None:
                # `cache_page(60)(view)`: what an external thing gives, called once more.
                found = bound.called(self, function, call, frame) if call is not None else None
                once_more = External(f"{function.dotted}()", function)
                return found if found is not None else (self.made(once_more, call, frame),)
        return (Unknown(call),)

    def _outside(
        self, function: External, call: ast.Call | None, frame: Frame | None
    ) -> tuple[Value, ...]:
        """What something external gives: an object of its own, or what was put into it."""
        if frame is None:
            return (Unknown(call),)
        handed = self.relay.result(function, call, frame) if self.relay is not None else None
        return handed if handed is not None else (self.made(function, call, frame),)

    def made(
        self,
        of: ClassValue | External,
        call: ast.Call | None,
        frame: Frame,
        key: tuple[int, int] | None = None,
    ) -> InstanceValue:
        key = key or (id(call) if call is not None else id(of), id(frame))
        if key not in self._instances:
            self._instances[key] = InstanceValue(of, call, frame)
        return self._instances[key]

    def _returned(
        self, function: FunctionValue, call: ast.Call | None, frame: Frame | None
    ) -> tuple[Value, ...]:
        if (frame.depth if frame is not None else 0) > _DEEPEST_CALLS:
            if frame is not None and call is not None:
                self.stop(frame.module, call, _TOO_DEEP)
            return (Unknown(call),)
        return self.alike.returned(function, call, frame)

    def worked_out(
        self, function: FunctionValue, call: ast.Call | None, frame: Frame | None
    ) -> tuple[Value, ...]:
        """What a function returns in the frame of one call."""
        inner, node = self.inside(function, call, frame), function.scope.node
        if isinstance(node, ast.Lambda):
            return self.values(node.body, inner)
        if function.scope.yields:
            return (GeneratorValue(function, inner),)
        found: dict[Value, None] = {}
        places = self.places(function.scope)
        for statement in function.scope.returns:
            if statement.value is not None and reached(self, places.of(statement), inner):
                found.update(dict.fromkeys(self.values(statement.value, inner)))
        return tuple(found) or (Unknown(call),)

    def inside(self, function: FunctionValue, call: ast.Call | None, frame: Frame | None) -> Frame:
        """The frame of one call, the same for the same call: instances made in it are the same."""
        key = (*map(id, (function.scope, function.owner, call, frame, function.closure)),)
        if key not in self._calls:
            self._calls[key] = self.enter(function, call, frame)
            self.keep((function, call, frame), self._calls[key])
        return self._calls[key]


_HANDLERS: dict[type[ast.expr], Callable[[Evaluator, Any, Frame], Iterable[Value]]] = {
    ast.Constant: lambda _, node, frame: (choices.constant(node, frame),),
    ast.Name: lambda ev, node, frame: ev.name(node.id, frame, node),
    ast.Attribute: read.attribute,
    ast.Call: Evaluator.called,
    ast.Await: lambda ev, node, frame: ev.values(node.value, frame),
    ast.NamedExpr: lambda ev, node, frame: (
        frame.fixed.get(node.target.id) or ev.values(node.value, frame)
    ),
    ast.Starred: lambda ev, node, frame: ev.values(node.value, frame),
    ast.IfExp: choices.conditional,
    ast.BoolOp: choices.choices,
    **dict.fromkeys((ast.List, ast.Tuple, ast.Set), choices.sequence),
    ast.Dict: lambda _, n, frame: (MappingValue(tuple(n.keys), tuple(n.values), frame, n),),
    ast.ListComp: choices.each,
    ast.GeneratorExp: choices.each,
    ast.SetComp: choices.each,
    ast.Subscript: read.item,
    ast.Lambda: Evaluator.lambda_,
    ast.JoinedStr: text_rules.values,
    ast.BinOp: text_rules.values,
}
