"""What other code puts later under a name of an object, or under a key of a dict."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from sse_check.python.scope import Scope
from sse_check.python.suites import is_test_code
from sse_check.python.values import (
    ClassValue,
    InstanceValue,
    MappingValue,
    ModuleValue,
    Text,
    Unknown,
    Value,
)
from sse_check.template.values import Pattern

if TYPE_CHECKING:
    from sse_check.python.evaluate import Evaluator

Owner = InstanceValue | MappingValue | ModuleValue
# `setattr(self, key, x)`, `self.__dict__.update(x)`
_BY_NAME = re.compile(r"\bsetattr\(\s*self\s*,(?!\s*[\"'])|\bself\.__dict__\b|\bvars\(\s*self\s*\)")
# More places than this that assign to one name are not told apart.
_MOST_PLACES = 24


def and_later(evaluator: Evaluator, owner: Owner, name: str, found: list[Value]) -> list[Value]:
    """The texts or tables that something has at first, with those that are put in their place
    later: a state such as `job.status`, `job["status"]` (the name is `[status]` then) changes."""
    if not found or not all(isinstance(value, Text | MappingValue) for value in found):
        return found
    may_grow = any(isinstance(one, Text) and one.kind in ("text", "bytes") for one in found)
    if may_grow and isinstance(owner, InstanceValue) and grows(evaluator, owner, name):
        return [_longer(one) if isinstance(one, Text) else one for one in found]
    if isinstance(owner, InstanceValue) and _is_set_by_name(evaluator, owner):
        return [*found, Unknown()]
    # Of a table, or a module, nobody means any by a name of which nothing is known.
    is_module = isinstance(owner, ModuleValue)
    guessed = not is_module and all(isinstance(value, Text) for value in found)
    return [*found, *_put_later(evaluator, owner, name, guessed=guessed)]


def _put_later(evaluator: Evaluator, owner: Owner, name: str, *, guessed: bool) -> Iterator[Value]:
    if guessed:
        _read_assigning(evaluator, name, in_tests=_is_in_tests(owner))
    places = evaluator.stores(name)
    if len(places) > _MOST_PLACES:
        if guessed:
            yield Unknown()
        return
    for scope, store in places:
        is_method = scope.parent is not None and scope.parent.is_class
        if is_method and is_self(store.target.value, scope):
            # A class's own methods are read with it.
            continue
        if is_test_code(scope.module.path) and not _is_in_tests(owner):
            # What tests put there is a sample.
            continue
        frame = evaluator.frame(scope)
        owners = evaluator.values(store.target.value, frame)
        if any(_may_be(o, owner) for o in owners if guessed or not isinstance(o, Unknown)):
            yield from evaluator.values(store.value, frame)


def _is_in_tests(owner: Owner) -> bool:
    module = owner.frame.module if isinstance(owner, MappingValue) else owner.module
    return is_test_code(module.path)


def _read_assigning(evaluator: Evaluator, name: str, *, in_tests: bool) -> None:
    """Parse the files that may assign to the name."""
    if (name, in_tests) in evaluator.looked_for:
        return
    evaluator.looked_for.add((name, in_tests))
    program = evaluator.program
    for path in program.containing(None, name.strip("[]").encode()):
        if is_test_code(path) and not in_tests:
            continue
        data = program.data(path)
        if _assigning(name, b"setattr" in data).search(data):
            program.module(path)


def grows(evaluator: Evaluator, owner: InstanceValue, name: str) -> bool:
    """Whether methods of an object's class add to what it has under a name: `self.lines.append`."""
    if not isinstance(owner.of, ClassValue):
        return False
    for base in evaluator.lineage(owner.of):
        if isinstance(base, ClassValue) and _growing(name).search(_text_of(base)):
            return True
    return False


def _longer(value: Text) -> Text:
    """A text with what comes behind it."""
    return value._replace(pattern=Pattern.of(*value.pattern.parts, None))


def _is_set_by_name(evaluator: Evaluator, owner: InstanceValue) -> bool:
    """Whether a class sets attributes of which it does not say which: `setattr(self, key, x)`."""
    if not isinstance(owner.of, ClassValue):
        return False
    key, known = id(owner.of.scope), evaluator.set_by_name
    if key not in known:
        above = (one for one in evaluator.lineage(owner.of) if isinstance(one, ClassValue))
        known[key] = any(_BY_NAME.search(_text_of(one)) is not None for one in above)
    return known[key]


def _text_of(owner: ClassValue) -> str:
    node, source = owner.scope.node, owner.module.source
    starts = source.line_starts
    first = starts[getattr(node, "lineno", 1) - 1]
    last = getattr(node, "end_lineno", 0)
    return source.text[first : starts[last] if last < len(starts) else len(source.text)]


@cache
def _growing(name: str) -> re.Pattern[str]:
    words = "append|appendleft|extend|insert|write|add|update"
    return re.compile(rf"\.{re.escape(name)}\s*(?:\+=|\.(?:{words})\()")


def is_self(node: ast.expr, method: Scope) -> bool:
    """Whether an expression is the first parameter of a function: `self` in a method."""
    arguments = getattr(method.node, "args", None)
    every = [*arguments.posonlyargs, *arguments.args] if arguments is not None else []
    return isinstance(node, ast.Name) and bool(every) and every[0].arg == node.id


def _may_be(one: Value, owner: Owner) -> bool:
    """Whether what is changed may be this very thing: it is, or nobody knows which it is."""
    if isinstance(owner, ModuleValue):
        return isinstance(one, ModuleValue) and one.module is owner.module
    if isinstance(one, MappingValue):
        return isinstance(owner, MappingValue) and one.node is owner.node
    if isinstance(one, InstanceValue) and isinstance(owner, InstanceValue):
        return one.of == owner.of if one.call is None else one.call is owner.call
    return isinstance(one, Unknown)


@cache
def _assigning(name: str, by_text: bool) -> re.Pattern[bytes]:
    """Where something is assigned to an attribute or an item of this name."""
    word = re.escape(name.strip("[]")).encode()
    if name.startswith("["):
        return re.compile(rb"""\[["']%b["']\]\s*=(?!=)""" % word)
    # Alone the first of these is found many times as fast.
    by_call = rb"""|\bsetattr\([^()\n]*,\s*["']%b["']""" % word if by_text else b""
    return re.compile(rb"\.%b\s*=(?!=)" % word + by_call)
