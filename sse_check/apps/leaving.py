"""Conditions and handlers that tell of an end from outside: the client or the server goes."""

import ast

from sse_check.python.module import last_name
from sse_check.python.scope import Loop

_GONE = frozenset(
    "CancelledError GeneratorExit ClientDisconnect ClientDisconnected BrokenPipeError "
    "ConnectionResetError ConnectionError StopAsyncIteration StreamClosedError".split()
)
_DISCONNECT = ("disconnect", "is_connected", "is_closing", "is_client_connected")
# A server that stops ends its streams, and does not repeat their work.
_STOPPING = ("shutdown", "should_exit", "shutting_down")
# What goes on as long as somebody listens: what is sent after it is sent when the server stops.
_LISTENING = tuple(
    """listen subscri pubsub watch broadcast follow monitor queue updates notif running alive
    active connected open closed stop""".split()
)

# What tells of work that it is done.
_OVER = frozenset("over done finished complete completed ended ready exhausted".split())


def is_gone(node: ast.expr | None) -> bool:
    """Whether a handler is for a client that has gone."""
    names = node.elts if isinstance(node, ast.Tuple) else [node] if node is not None else []
    return bool(names) and all(last_name(one) in _GONE for one in names)


def tells_of_disconnect(test: ast.expr) -> bool:
    """Whether a condition asks if the client has gone, or the server stops."""
    return any(
        any(word in name for word in (*_DISCONNECT, *_STOPPING))
        for one in ast.walk(test)
        if (name := _word(one).lower())
    )


def comes_to_an_end(test: ast.expr) -> bool:
    """Whether a condition asks if some work or game is over, which is bound to come:
    `while not match.over`, `while not job.ready()`."""
    if not isinstance(test, ast.UnaryOp) or not isinstance(test.op, ast.Not):
        return False
    asked = test.operand.value if isinstance(test.operand, ast.Await) else test.operand
    asked = asked.func if isinstance(asked, ast.Call) else asked
    if not isinstance(asked, ast.Attribute):
        return False
    return asked.attr.lower().removeprefix("is_") in _OVER


def listens(node: Loop) -> bool:
    """Whether a loop goes on as long as somebody listens, or something runs."""
    asked = node.test if isinstance(node, ast.While) else node.iter
    names = (_word(one).lower() for one in ast.walk(asked))
    return any(word in name for name in names for word in _LISTENING)


def _word(node: ast.AST) -> str:
    """A name, or a text with which something is compared: `message["type"] == "shutdown"`."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    name = getattr(node, "attr", getattr(node, "id", ""))
    return name if isinstance(name, str) else ""


def negated(test: ast.expr) -> bool:
    """Whether a condition about the client holds while it is there."""
    negated = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
    if isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.IsNot | ast.NotEq):
        negated = not negated
    says_connected = "is_connected" in ast.dump(test) or "is_client_connected" in ast.dump(test)
    return negated is not says_connected
