"""An expression as a person reads it, for holes, conditions and loops."""

import ast
from contextlib import suppress

from sse_check.python.nodes import children

# What is nested deeper is nothing that a person reads; writing it out would nest as deep.
_DEEPEST = 50


def in_words(node: ast.AST) -> str:
    """The expression as it is written, in one spelling; a name of its own where there is none."""
    if _is_shallow(node):
        with suppress(ValueError):
            # Before Python 3.12 there is no way to write some f-strings.
            return ast.unparse(node)
    return f"a_value_{getattr(node, 'lineno', 1)}_{getattr(node, 'col_offset', 0)}"


def _is_shallow(node: ast.AST) -> bool:
    level = [node]
    for _ in range(_DEEPEST):
        level = [child for one in level for child in children(one)]
        if not level:
            return True
    return False
