"""The user is asked for inside a stream's loop, where the answer never changes."""

import ast
from collections.abc import Iterator

from sse_check.api import Context, Finding, Module, Rule, StreamRoute, last_name

_USERS = frozenset("current_user get_user get_current_user".split())


def check(context: Context) -> Iterator[Finding]:
    seen = set()
    for one in context.streams:
        if one.stream.ending == "ends":
            continue
        for module, loop in _loops(one):
            node = next((n for n in ast.walk(loop) if _reads_user(n)), None)
            if node is None or id(node) in seen:
                continue
            seen.add(id(node))
            yield Finding(
                rule.name,
                module.span(node),
                "the user is fixed when the stream opens, and reading it in the loop does not "
                "change it: someone who logs out keeps receiving events",
                "read the user once before the loop; in the loop check that the session is still "
                "valid, and end the stream when it is not",
            )


def _loops(one: StreamRoute) -> Iterator[tuple[Module, ast.stmt]]:
    """The loops of the view and of the generators inside it."""
    view = one.route.view
    for scope in view.scope.walk() if view is not None else ():
        for loop in scope.loops:
            yield scope.module, loop


def _reads_user(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute) and node.attr == "user":
        return isinstance(node.value, ast.Name) and node.value.id in ("request", "req")
    if isinstance(node, ast.Call):
        return last_name(node.func) in _USERS
    return isinstance(node, ast.Name) and node.id == "current_user"


rule = Rule(
    name="sse_auth_pinned",
    summary="the user is read inside a stream's loop",
    severity="warning",
    check=check,
    in_python=True,
)
