"""A connection without an active SSE extension."""

from collections.abc import Iterator
from difflib import get_close_matches

from sse_check.api import (
    HOLE,
    Context,
    Edit,
    Finding,
    Fix,
    Hit,
    Node,
    Related,
    Rule,
    Span,
    View,
    extension_active,
    written,
)


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, judge)


def judge(view: View) -> Iterator[Hit]:
    if view.generation == "4":
        return
    for connection in view.connections:
        if connection.get("sse-connect") is None or view.is_inert(connection):
            continue
        if extension_active(connection) or not view.sees_all_above(connection):
            continue
        if any(HOLE in (node.get("hx-ext") or "") for node in connection.lineage()):
            continue
        near = next((node for node in connection.lineage() if node.get("hx-ext")), None)
        span = view.span(connection, "sse-connect")
        yield Hit(
            connection,
            span,
            f'no `hx-ext="sse"` is active here{_reason(near)}: no stream is opened',
            'write `hx-ext="sse"` on this element or above it',
            ()
            if near is None
            else (Related("this does not turn it on", view.span(near, "hx-ext")),),
            fixes=_fixes(connection),
        )


def _reason(near: Node | None) -> str:
    if near is None:
        return ""
    value = near.get("hx-ext") or ""
    names = [part.replace(" ", "") for part in value.split(",")]
    if any(name == "ignore:sse" for name in names):
        return " (`ignore:sse` turns it off)"
    if "sse" in value.split():
        return " (several names stand between commas, not blanks)"
    if get_close_matches("sse", [name.lower() for name in names], n=1, cutoff=0.6):
        return f" (`{value}` is another name)"
    return ""


def _fixes(connection: Node) -> tuple[Fix, ...]:
    attribute = written(connection, "sse-connect")
    if connection.get("hx-ext") is not None or attribute is None:
        return ()
    before = Span(attribute.span.source, attribute.span.start, attribute.span.start)
    return (Fix("turn the extension on", "safe", (Edit(before, 'hx-ext="sse" '),)),)


rule = Rule(
    name="sse_ext_missing",
    summary="a connection without an active SSE extension",
    severity="error",
    check=check,
)
