"""Chirp apps that stream in a worker mode that cannot."""

import ast
from collections.abc import Iterator

from sse_check.api import Context, Finding, Rule


def check(context: Context) -> Iterator[Finding]:
    chirp = any(_is_chirp(one.route.module.names) for one in context.streams)
    for module in context.modules if chirp else ():
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Call) or not _is_chirp(module.names):
                continue
            for keyword in node.keywords:
                mode = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
                if keyword.arg != "worker_mode" or not isinstance(mode, str) or mode == "async":
                    continue
                yield Finding(
                    rule.name,
                    module.span(keyword.value),
                    f"streams hold a worker of the mode `{mode}` for as long as a "
                    "page is open: a few visitors use them all up",
                    'set `worker_mode="async"`',
                )


def _is_chirp(names: dict[str, str]) -> bool:
    return any(name == "chirp" or name.startswith("chirp.") for name in names.values())


rule = Rule(
    name="sse_worker_mode",
    summary="a Chirp app streams without asynchronous workers",
    severity="warning",
    check=check,
)
