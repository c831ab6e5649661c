"""The nodes of a tree, faster than `ast.walk`: a file that speaks is gone through several times.

What says only how a name is used (`ast.Load`) is no node here, and neither is an operator.
"""

import ast
from bisect import bisect_left
from collections.abc import Iterator

# What never holds a node that anybody asks for.
_OTHERS = frozenset(("ctx", "op", "ops", "id", "attr", "kind", "type_comment", "module"))
_LEAVES = (ast.Constant, ast.Name)
_FIELDS: dict[type[ast.AST], tuple[str, ...]] = {}


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes in a node, in the order of the text."""
    kind = type(node)
    fields = _FIELDS.get(kind)
    if fields is None:
        fields = _FIELDS[kind] = _fields(kind)
    found: list[ast.AST] = []
    for name in fields:
        value = getattr(node, name, None)
        if value.__class__ is list:
            # Keys that are not there (`{**more}`), and the names of `global`.
            found += [one for one in value if isinstance(one, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


def nodes_of(tree: ast.AST) -> list[ast.AST]:
    """A tree and all nodes in it, outer ones first."""
    found = [tree]
    for node in found:
        found += children(node)
    return found


def children_on(lines: list[int], node: ast.AST) -> Iterator[ast.AST]:
    """The nodes in a node, without the statements that reach over none of some lines."""
    for child in children(node):
        if isinstance(child, ast.stmt):
            above = getattr(child, "decorator_list", ())
            at = bisect_left(lines, above[0].lineno if above else child.lineno)
            if at == len(lines) or lines[at] > (child.end_lineno or child.lineno):
                continue
        yield child


def _fields(kind: type[ast.AST]) -> tuple[str, ...]:
    return () if kind in _LEAVES else tuple(n for n in kind._fields if n not in _OTHERS)


def nodes_apart_from(node: ast.AST, apart: set[int]) -> Iterator[ast.AST]:
    """What stands in a function, without the functions inside it."""
    pending = list(getattr(node, "body", ())) if not isinstance(node, ast.Lambda) else [node.body]
    while pending:
        one = pending.pop()
        if id(one) in apart:
            continue
        yield one
        pending.extend(ast.iter_child_nodes(one))


def bare(node: ast.expr | None) -> ast.expr | None:
    """An expression without what awaits it."""
    while isinstance(node, ast.Await):
        node = node.value
    return node
