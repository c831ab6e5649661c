"""Loops that count, or look at the clock, until a number is reached: they end by themselves."""

import ast
from collections.abc import Iterator

from sse_check.python.module import last_name

_CLOCKS = frozenset("time monotonic perf_counter now utcnow".split())
# Bounds that no count reaches: `sys.maxsize`, `math.inf`.
_NEVER_REACHED = frozenset(("maxsize", "inf"))
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
# How each comparison reads with its sides exchanged.
_TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
    ast.NotEq: ast.NotEq,
}


def counts_to_an_end(node: ast.While) -> bool:
    """Whether every turn brings the end of a loop nearer, and nothing in it takes that back."""
    whole = isinstance(node.test, ast.BoolOp) and isinstance(node.test.op, ast.And)
    parts = node.test.values if whole and isinstance(node.test, ast.BoolOp) else [node.test]
    stored = {name for one in _inside(node) for name in _stored(one)}
    steps = dict(_steps(node.body)) if not any(map(_skips, node.body)) else {}
    return any(_ends(part, steps, stored) for part in parts)


def _ends(test: ast.expr, steps: dict[str, int], stored: set[str]) -> bool:
    if isinstance(test, ast.Name):
        # `while left: left -= 1`
        return steps.get(test.id, 0) < 0
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return False
    return _nears(test.left, type(test.ops[0]), test.comparators[0], steps, stored) or _nears(
        test.comparators[0],
        _TURNED.get(type(test.ops[0]), ast.Is),
        test.left,
        steps,
        stored,
    )


def _nears(
    moving: ast.expr,
    op: type[ast.cmpop],
    bound: ast.expr,
    steps: dict[str, int],
    stored: set[str],
) -> bool:
    """Whether one side comes to the other, which stays as it is."""
    if not _stays(bound, stored):
        return False
    if isinstance(moving, ast.Name):
        step = steps.get(moving.id, 0)
        up, down = op in (ast.Lt, ast.LtE), op in (ast.Gt, ast.GtE)
        return (step > 0 and up) or (step < 0 and down) or (abs(step) == 1 and op is ast.NotEq)
    clock = moving.left if isinstance(moving, ast.BinOp) else moving
    rest = moving.right if isinstance(moving, ast.BinOp) else bound
    is_clock = isinstance(clock, ast.Call) and last_name(clock.func) in _CLOCKS
    return is_clock and _stays(rest, stored) and op in (ast.Lt, ast.LtE)


def _stays(bound: ast.expr, stored: set[str]) -> bool:
    """Whether a side is a number, or names and fields that nothing in the loop writes."""
    for one in ast.walk(bound):
        name = last_name(one) if isinstance(one, ast.Name | ast.Attribute) else ""
        if name in stored or name in _NEVER_REACHED:
            return False
        if isinstance(one, ast.Call | ast.Subscript | ast.Await):
            return False
    return True


def _steps(body: list[ast.stmt]) -> Iterator[tuple[str, int]]:
    """By how much each turn changes a name: in which direction is all that matters, or by one."""
    changed: dict[str, list[int]] = {}
    for statement in body:
        if isinstance(statement, ast.Try | ast.With | ast.AsyncWith):
            for name, step in _steps(statement.body):
                changed.setdefault(name, []).append(step)
            continue
        name, step = _step(statement)
        if step:
            changed.setdefault(name, []).append(step)
    everything = [one for statement in body for one in ast.walk(statement)]
    for name, found in changed.items():
        if len(found) == sum(name in _stored(one) for one in everything) == 1:
            yield name, found[0]


def _step(statement: ast.stmt) -> tuple[str, int]:
    """`i += 1`, `i = i + 1`: the name, and its step."""
    match statement:
        case ast.AugAssign(target=ast.Name(id=name), op=op, value=ast.Constant(value=int(step))):
            pass
        case ast.Assign(
            targets=[ast.Name(id=name)],
            value=ast.BinOp(left=ast.Name(id=before), op=op, right=ast.Constant(value=int(step))),
        ) if before == name:
            pass
        case _:
            return "", 0
    if isinstance(op, ast.Add):
        return name, step
    return (name, -step) if isinstance(op, ast.Sub) else ("", 0)


def _stored(node: ast.AST) -> list[str]:
    """The name, or the field, that a node writes."""
    if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
        return [last_name(node)]
    return []


def _inside(node: ast.While) -> Iterator[ast.AST]:
    for statement in (*node.body, node.test):
        yield from ast.walk(statement)


def _skips(node: ast.AST) -> bool:
    """Whether a turn may be left before its step."""
    if isinstance(node, (*_FUNCTIONS, ast.For, ast.AsyncFor, ast.While)):
        return False
    return isinstance(node, ast.Continue) or any(map(_skips, ast.iter_child_nodes(node)))
