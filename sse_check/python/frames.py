"""Frames: the scopes of a program as they are when somebody calls them, and what is in them."""

import ast

from sse_check.python import lookup
from sse_check.python.places import Places
from sse_check.python.scope import Scope
from sse_check.python.steps import Step, steps_of
from sse_check.python.truth import handed_on
from sse_check.python.values import ClassValue, Frame, FunctionValue, InstanceValue


class Frames:
    """Makes frames, each once, and knows where the statements of their scopes stand."""

    def __init__(self) -> None:
        self._frames: dict[int, Frame] = {}
        self._instances: dict[tuple[int, int], InstanceValue] = {}
        self._places: dict[int, Places] = {}
        self._steps: dict[int, dict[str, list[Step]]] = {}
        self._handed_on: dict[int, frozenset[str]] = {}

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
            self._give(inner, names, call, frame)
            inner.given.update(lookup.gathered(node, names, call, frame))
        return inner

    @staticmethod
    def _give(inner: Frame, names: list[str], call: ast.Call, frame: Frame) -> None:
        for name, value in zip(names, call.args, strict=False):
            if isinstance(value, ast.Starred):
                break
            inner.given[name] = (value, frame)
        for keyword in call.keywords:
            if keyword.arg is not None:
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
