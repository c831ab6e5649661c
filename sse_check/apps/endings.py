"""Whether going through an expression comes to an end by itself, whatever its values are."""

import ast

from sse_check.python.module import last_name
from sse_check.python.values import Frame

_FINITE = frozenset("range sorted reversed list tuple set dict zip loads".split())
_WRAPPERS = {"enumerate": 0, "filter": 1, "map": 1, "iter": 0, "tqdm": 0}
_FINITE_METHODS = frozenset(
    """split rsplit splitlines items values keys json loads findall readlines fetchall fetchmany
    all order_by values_list""".split()
)
# What a language model answers, piece by piece: by the name of the method alone, or when it is
# asked for a stream.
_ANSWERING = frozenset(
    """astream astream_events astream_log stream_chat astream_chat generate_content_stream
    send_message_stream stream_text text_stream response_gen async_response_gen""".split()
)
_ASKING = frozenset(
    """create chat completion acompletion complete acomplete generate generate_content
    generate_content_async send_message predict invoke""".split()
)
_DEEPEST = 4


def is_finite(node: ast.expr, frame: Frame, depth: int = 0) -> bool:
    """Whether it certainly ends; a name does when all that is assigned to it does."""
    while isinstance(node, ast.Await):
        node = node.value
    match node:
        case ast.List() | ast.Tuple() | ast.Set() | ast.Dict() | ast.Constant():
            return True
        case ast.ListComp() | ast.SetComp() | ast.DictComp():
            return True
        case ast.Subscript(slice=ast.Slice()):
            return True
        case ast.Attribute():
            return node.attr in _ANSWERING
        case ast.Name():
            return depth < _DEEPEST and _is_bound_to_finite(node.id, frame, depth)
        case ast.Call():
            return _is_finite_call(node, frame, depth)
    return False


def gone_through(node: ast.expr) -> ast.expr:
    """What is gone through: `rows` in `enumerate(rows)`, which ends as these do."""
    while isinstance(node, ast.Call):
        place = _WRAPPERS.get(last_name(node.func))
        if place is None or len(node.args) <= place or isinstance(node.func, ast.Attribute):
            break
        if last_name(node.func) == "iter" and len(node.args) > 1:
            break
        node = node.args[place]
    return node


def _is_finite_call(node: ast.Call, frame: Frame, depth: int) -> bool:
    name = last_name(node.func)
    if name in _ANSWERING or (name in _ASKING and _asks_for_stream(node)):
        return True
    if isinstance(node.func, ast.Attribute):
        return name in _FINITE_METHODS
    wrapped = _WRAPPERS.get(name)
    if wrapped is not None:
        return len(node.args) > wrapped and is_finite(node.args[wrapped], frame, depth)
    return name in _FINITE


def _asks_for_stream(node: ast.Call) -> bool:
    return any(
        given.arg == "stream"
        and isinstance(given.value, ast.Constant)
        and given.value.value is True
        for given in node.keywords
    )


def _is_bound_to_finite(name: str, frame: Frame, depth: int) -> bool:
    current: Frame | None = frame
    while current is not None:
        bound = current.scope.bindings.get(name)
        if bound and not current.scope.is_class:
            return all(
                one.kind == "assign"
                and not one.path
                and one.value is not None
                and is_finite(one.value, current, depth + 1)
                for one in bound
            )
        current = current.outer
    return False
