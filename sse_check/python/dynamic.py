"""Calls that lead elsewhere than to what they name: by a text (`importlib.import_module(name)`,
`getattr(module, name)`), or to what a decorator puts in its place."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from sse_check.python.decorated import in_its_place
from sse_check.python.module import Module
from sse_check.python.values import External, Frame, Unknown, Value
from sse_check.template.values import Pattern

if TYPE_CHECKING:
    from sse_check.python.evaluate import Evaluator


def called(
    evaluator: Evaluator, function: Value, call: ast.Call, frame: Frame
) -> Iterable[Value] | None:
    """What such a call gives; None for any other."""
    changed = in_its_place(evaluator, function, frame)
    if changed is not function:
        return evaluator.result(changed, call, frame)
    if not isinstance(function, External) or not call.args:
        return None
    if function.dotted == "importlib.import_module":
        return _imported(evaluator, call, frame)
    if function.dotted == "getattr" and len(call.args) > 1:
        return _attribute(evaluator, call, frame)
    return None


def _imported(evaluator: Evaluator, call: ast.Call, frame: Frame) -> Iterator[Value]:
    package = evaluator.argument(call, "package", 1)
    for name in evaluator.texts(call.args[0], frame):
        dotted = _absolute(evaluator, name, package, frame)
        if dotted is None:
            yield Unknown(call)
        elif dotted.literal is not None:
            yield from evaluator.imported(dotted.literal, frame.module)
        else:
            modules = list(_matching(evaluator, dotted, frame.module))
            for one in modules:
                yield from evaluator.imported(one, frame.module)
            if not modules:
                yield Unknown(call)


def _absolute(
    evaluator: Evaluator, name: Pattern, package: ast.expr | None, frame: Frame
) -> Pattern | None:
    """A name that begins with a dot is one of the package that is named with it."""
    first = name.parts[0] if name.parts else ""
    if first is None or not first.startswith("."):
        return name
    if isinstance(package, ast.Name) and package.id in ("__name__", "__package__"):
        home = f"/{frame.module.package}"
    else:
        known = evaluator.text(package, frame)
        if known is None:
            return None
        home = known
    return Pattern.of(home, *name.parts)


def _matching(evaluator: Evaluator, name: Pattern, module: Module) -> Iterator[str]:
    """The modules of one package whose names begin and end as is written: all of a folder are
    taken in where their names are only known when the program runs."""
    first = name.parts[0] if name.parts else None
    if first is None or "." not in first:
        return
    package = first.rpartition(".")[0]
    folder = package.strip("/").replace(".", "/")
    program = evaluator.program
    for path in program.paths:
        inner = path.removesuffix("/__init__.py").removesuffix(".py")
        home, _, stem = inner.rpartition("/")
        if home != folder and not home.endswith(f"/{folder}"):
            continue
        dotted = f"{package}.{stem}"
        if name.matches(Pattern.of(dotted)) and program.find(dotted, module.path) == path:
            yield dotted


def _attribute(evaluator: Evaluator, call: ast.Call, frame: Frame) -> Iterator[Value]:
    """`getattr(module, "router", None)`"""
    owner, name, *default = call.args
    text = evaluator.text(name, frame)
    if text is None:
        yield Unknown(call)
        return
    for value in evaluator.values(owner, frame):
        found = evaluator.attribute(value, text, call)
        known = [one for one in found if not isinstance(one, Unknown)]
        yield from known
        if known:
            continue
        if default:
            yield from evaluator.values(default[0], frame)
        else:
            yield Unknown(call)
