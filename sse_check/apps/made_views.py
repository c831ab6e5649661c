"""The object of a class-based view: what its route gives to it when it is made."""

import ast
from functools import cache

from sse_check.python.evaluate import Evaluator
from sse_check.python.values import ClassValue, External, InstanceValue

_AS_VIEW = "as_view"
_MAKING = ("flask", "quart")


def object_of(evaluator: Evaluator, made: InstanceValue, owner: ClassValue) -> InstanceValue | None:
    """The object that answers: `Events("a")`, or what `Events.as_view(...)` makes for a request."""
    if isinstance(made.of, ClassValue):
        return made
    call = made.call
    if call is None or not isinstance(call.func, ast.Attribute) or call.func.attr != _AS_VIEW:
        return None
    above = evaluator.lineage(owner)
    if any(isinstance(one, External) and one.dotted.startswith(_MAKING) for one in above):
        return evaluator.made(owner, _without_name(call), made.frame)
    return evaluator.made(owner, call, made.frame, (id(call), id(owner.scope)))


@cache
def _without_name(call: ast.Call) -> ast.Call:
    """What the class itself is called with: `as_view("name", ...)` begins with a name."""
    keywords = [one for one in call.keywords if call.args or one.arg != "name"]
    function = call.func.value if isinstance(call.func, ast.Attribute) else call.func
    return ast.copy_location(ast.Call(function, call.args[1:], keywords), call)
