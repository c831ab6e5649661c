"""Producers that go on when the client has gone."""

import ast
from collections.abc import Iterator

from sse_check.api import Context, Finding, ModuleScope, Rule, last_name

_STARTING = ("create_task", "ensure_future")


def check(context: Context) -> Iterator[Finding]:
    seen = set()
    for one in context.streams:
        view = one.route.view
        if view is None or id(view.scope) in seen or not one.stream.emissions:
            # What sends no event that is known may be no stream.
            continue
        module = view.module
        seen.add(id(view.scope))
        calls = [call for scope in view.scope.walk() for call in scope.calls]
        words = {n.attr for n in ast.walk(view.scope.node) if isinstance(n, ast.Attribute)}
        for node in calls:
            if last_name(node.func) in _STARTING and "cancel" not in words:
                yield Finding(
                    rule.name,
                    module.span(node),
                    "this task keeps running when the client leaves: every visit adds another",
                    "keep a reference, and cancel it in a `finally` around the generator's loop",
                )
        own = set(_made_here(view.scope))
        subscribed = next((call for call in calls if _subscribes(call, own)), None)
        if subscribed is not None and "unregister" not in words:
            yield Finding(
                rule.name,
                module.span(subscribed),
                "this subscription stays when the client has gone",
                "remove it in a `finally`: `broker.unregister(channel, stream)`",
            )


def _made_here(scope: ModuleScope) -> Iterator[str]:
    """The names of objects that a view makes for itself: they go with the request."""
    for inner in scope.walk():
        for name, bindings in inner.bindings.items():
            made = (binding.value for binding in bindings)
            if any(isinstance(v, ast.Call) and last_name(v.func)[:1].isupper() for v in made):
                yield name


def _subscribes(call: ast.Call, own: set[str]) -> bool:
    if last_name(call.func) != "register":
        return False
    holder = call.func.value if isinstance(call.func, ast.Attribute) else None
    return not (isinstance(holder, ast.Name) and holder.id in own)


rule = Rule(
    name="sse_producer_leak",
    summary="a producer or subscription that outlives its client",
    severity="warning",
    check=check,
    in_python=True,
)
