"""Producers that go on when the client has gone."""

import ast
from collections.abc import Iterator

from sse_check.api import Context, Finding, Rule, last_name

_STARTING = ("create_task", "ensure_future")


def check(context: Context) -> Iterator[Finding]:
    seen = set()
    for one in context.streams:
        function, module = one.route.function, one.route.module
        if id(function) in seen:
            continue
        seen.add(id(function))
        words = {n.attr for n in ast.walk(function) if isinstance(n, ast.Attribute)}
        for node in ast.walk(function):
            if (
                isinstance(node, ast.Call)
                and last_name(node.func) in _STARTING
                and "cancel" not in words
            ):
                yield Finding(
                    rule.name,
                    module.span(node),
                    "this task keeps running when the client leaves: every visit adds another",
                    "keep a reference, and cancel it in a `finally` around the generator's loop",
                )
        calls = (n for n in ast.walk(function) if isinstance(n, ast.Call))
        subscribed = next((call for call in calls if last_name(call.func) == "register"), None)
        if subscribed is not None and "unregister" not in words:
            yield Finding(
                rule.name,
                module.span(subscribed),
                "this subscription stays when the client has gone",
                "remove it in a `finally`: `broker.unregister(channel, stream)`",
            )


rule = Rule(
    name="sse_producer_leak",
    summary="a producer or subscription that outlives its client",
    severity="warning",
    check=check,
)
