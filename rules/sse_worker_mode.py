"""Chirp apps that stream in a worker mode that cannot."""

import ast
from collections.abc import Iterator

from sse_check.api import Context, Finding, Module, Rule


def check(context: Context) -> Iterator[Finding]:
    for app in {
        id(one): one for one in context.streaming_apps if one.framework == "chirp"
    }.values():
        for module in context.modules_of(app, "worker_mode"):
            for keyword, mode in _modes(module):
                yield Finding(
                    rule.name,
                    module.span(keyword.value),
                    f"streams hold a worker of the mode `{mode}` for as long as a "
                    "page is open: a few visitors use them all up",
                    'set `worker_mode="async"`',
                )


def _modes(module: Module) -> Iterator[tuple[ast.keyword, str]]:
    """Worker modes that are set and cannot stream."""
    for scope in module.scopes_mentioning("worker_mode"):
        for call in scope.calls:
            for keyword in call.keywords:
                mode = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
                if keyword.arg == "worker_mode" and isinstance(mode, str) and mode != "async":
                    yield keyword, mode


rule = Rule(
    name="sse_worker_mode",
    summary="a Chirp app streams without asynchronous workers",
    severity="warning",
    check=check,
    in_python=True,
)
