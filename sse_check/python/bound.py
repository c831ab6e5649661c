"""Functions of which some arguments are given beforehand: `tick = partial(frame, "tick")`."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING

from sse_check.python.depends import names_in
from sse_check.python.values import Frame, InstanceValue, Value

if TYPE_CHECKING:
    from sse_check.python.evaluate import Evaluator


def called(
    evaluator: Evaluator, function: InstanceValue, call: ast.Call, frame: Frame
) -> tuple[Value, ...] | None:
    """What calling a `partial` gives; None for anything else, and where an argument of it would
    mean something else at the call."""
    made = function.call
    if function.dotted != "functools.partial" or made is None or not made.args:
        return None
    given = (*made.args[1:], *(keyword.value for keyword in made.keywords))
    for name in (name for one in given for name in names_in(one)):
        if frame.module is not function.module or name in frame.scope.bindings:
            return None
    whole = _whole(made, call)
    targets = evaluator.values(made.args[0], function.frame)
    return tuple(dict.fromkeys(v for one in targets for v in evaluator.result(one, whole, frame)))


@lru_cache(maxsize=1024)
def _whole(made: ast.Call, call: ast.Call) -> ast.Call:
    """The call with all that it is given: one node, so that what it gives is one object."""
    later = {keyword.arg for keyword in call.keywords}
    before = [one for one in made.keywords if one.arg not in later]
    whole = ast.Call(call.func, [*made.args[1:], *call.args], [*before, *call.keywords])
    return ast.copy_location(whole, call)
