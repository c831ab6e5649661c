"""Whether an event has one of several names by a choice that is made there and then, so that each
of them may be the one that comes."""

import ast
from collections.abc import Iterable, Iterator

from sse_check.python.evaluate import Evaluator
from sse_check.python.scope import Binding
from sse_check.python.values import Frame
from sse_check.template.values import Pattern

_DEEPEST = 4


def is_choice(evaluator: Evaluator, node: ast.expr, frame: Frame, names: Iterable[Pattern]) -> bool:
    """Whether all the names of what an expression sends come of one choice in it.

    What a loop goes through, or what somebody else has set, has one of its values at the end.
    """
    wanted = set(names)
    return any(wanted <= set(texts) for texts in _choices(evaluator, node, frame, 0))


def _choices(
    evaluator: Evaluator, node: ast.expr, frame: Frame, depth: int
) -> Iterator[tuple[Pattern, ...]]:
    for one in ast.walk(node):
        if isinstance(one, ast.IfExp):
            yield evaluator.texts(one, frame)
        elif isinstance(one, ast.Name) and depth < _DEEPEST:
            bound = frame.scope.bindings.get(one.id, [])
            if not all(_is_set(binding) for binding in bound):
                continue
            if len(bound) == 1 and bound[0].value is not None:
                yield from _choices(evaluator, bound[0].value, frame, depth + 1)
            elif _are_branches(evaluator, bound, frame):
                yield evaluator.texts(one, frame)


def _is_set(binding: Binding) -> bool:
    return binding.kind == "assign" and binding.value is not None and not binding.path


def _are_branches(evaluator: Evaluator, bound: list[Binding], frame: Frame) -> bool:
    """Whether a name is set in branches alone, once in each, outside of all loops."""
    places = [evaluator.places(frame.scope).of(one.node) for one in bound]
    return bool(bound) and all(
        place is not None and not place.loops and any(guard.encloses for guard in place.guards)
        for place in places
    )
