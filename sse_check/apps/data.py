"""Answers that are surely data: most views of an application give some, and what is in it takes
long to tell."""

import ast
import re

from sse_check.python.evaluate import Evaluator
from sse_check.python.scope import Scope
from sse_check.python.values import Frame, FunctionValue

# How functions say that they give what becomes JSON.
_DATA = re.compile(r"(?:typing\.)?(?:[Dd]ict|[Ll]ist|int|bool|float)(?:\[.*\])?(?: \| None)?")


def is_data(evaluator: Evaluator, node: ast.expr, frame: Frame, name: str = "") -> bool:
    """Whether something is put together as data, or given by functions of the project that say
    so; also by a name that stands for nothing else."""
    match node:
        case ast.Dict() | ast.DictComp() | ast.List() | ast.ListComp():
            return True
        case ast.Await(value=inner):
            return is_data(evaluator, inner, frame, name)
        case ast.Call(func=function):
            called = evaluator.values(function, frame)
            return bool(called) and all(
                isinstance(one, FunctionValue) and _gives_data(one.scope) for one in called
            )
        case ast.Name() if not name:
            bound = frame.scope.bindings.get(node.id, ())
            return bool(bound) and all(
                one.kind == "assign"
                and not one.path
                and one.value is not None
                and is_data(evaluator, one.value, frame, node.id)
                for one in bound
            )
    return False


def _gives_data(scope: Scope) -> bool:
    """`-> dict[str, int]`, `-> list[Row] | None`"""
    said = getattr(scope.node, "returns", None)
    return said is not None and _DATA.fullmatch(ast.unparse(said)) is not None
