"""Hand-written frames that the browser cuts or never dispatches."""

import ast
from collections.abc import Iterator

from sse_check.api import Context, Finding, Frame, Rule, Span, frame_text

_FIELDS = ("event:", "data:", "id:", "retry:", ":")


def check(context: Context) -> Iterator[Finding]:
    seen = set()
    for one in context.streams:
        by_function: dict[int, list[tuple[ast.expr, Frame, str]]] = {}
        for node, frame, pattern in one.stream.raw:
            text = frame_text(pattern)
            by_function.setdefault(id(frame.scope), []).append((node, frame, text))
        for raw in by_function.values():
            for node, frame, message, help_ in _faults(raw):
                span = frame.module.span(node)
                if (span.source.path, span.start) not in seen:
                    seen.add((span.source.path, span.start))
                    yield Finding(rule.name, Span(*span), message, help_)


def _faults(
    raw: list[tuple[ast.expr, Frame, str]],
) -> Iterator[tuple[ast.expr, Frame, str, str]]:
    # A blank line of its own ends what is sent line by line.
    ended = any("\n\n" in text or text.startswith("\n") for _, _, text in raw)
    for node, frame, text in raw:
        if not ended and not text.startswith(":") and not text.endswith("\ue000"):
            yield (
                node,
                frame,
                "no blank line ends this event: the browser never dispatches it",
                r"end the frame with `\n\n`",
            )
        for line in text.strip("\n").split("\n"):
            if line and not line.startswith((*_FIELDS, "\ue000")):
                yield (
                    node,
                    frame,
                    f"the line `{line[:40]}` has no field name: the browser drops it",
                    "begin every line of the payload with `data: `",
                )
                break


rule = Rule(
    name="sse_payload_split",
    summary="a hand-written frame that is cut or never dispatched",
    severity="error",
    check=check,
    in_python=True,
)
