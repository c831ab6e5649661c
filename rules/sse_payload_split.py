"""Hand-written frames that the browser cuts or never dispatches."""

import ast
from collections.abc import Iterator

from sse_check.api import Context, Finding, Rule, Scope, Span, frame_text

_FIELDS = ("event:", "data:", "id:", "retry:", ":")


def check(context: Context) -> Iterator[Finding]:
    seen = set()
    for one in context.streams:
        by_function: dict[int, list[tuple[ast.expr, Scope, str]]] = {}
        for node, scope, pattern in one.stream.raw:
            key = id(scope.functions[0]) if scope.functions else 0
            by_function.setdefault(key, []).append((node, scope, frame_text(pattern)))
        for raw in by_function.values():
            for node, scope, message, help_ in _faults(raw):
                span = scope.module.span(node)
                if (span.source.path, span.start) not in seen:
                    seen.add((span.source.path, span.start))
                    yield Finding(rule.name, Span(*span), message, help_)


def _faults(
    raw: list[tuple[ast.expr, Scope, str]],
) -> Iterator[tuple[ast.expr, Scope, str, str]]:
    ended = any("\n\n" in text for _, _, text in raw)
    for node, scope, text in raw:
        if not ended and not text.startswith(":") and not text.endswith("\ue000"):
            yield (
                node,
                scope,
                "no blank line ends this event: the browser never dispatches it",
                r"end the frame with `\n\n`",
            )
        for line in text.strip("\n").split("\n"):
            if line and not line.startswith((*_FIELDS, "\ue000")):
                yield (
                    node,
                    scope,
                    f"the line `{line[:40]}` has no field name: the browser drops it",
                    "begin every line of the payload with `data: `",
                )
                break


rule = Rule(
    name="sse_payload_split",
    summary="a hand-written frame that is cut or never dispatched",
    severity="error",
    check=check,
)
