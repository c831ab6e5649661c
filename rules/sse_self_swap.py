"""sse-swap on the element that opens the connection."""

from collections.abc import Iterator

from sse_check.api import Context, Finding, Related, Rule, Span


def check(context: Context) -> Iterator[Finding]:
    for listener in context.listeners:
        if listener.kind != "swap":
            continue
        for way, step, given in context.above(listener).found:
            if step != way.steps[0]:
                continue
            written = given.attribute.written
            connecting = Span(written.template.source, written.start, written.end)
            related = (
                ()
                if written == listener.attribute
                else (Related("the connection is opened here", connecting),)
            )
            yield Finding(
                rule.name,
                listener.span,
                f"`{listener.attribute.name}` stands on the element that opens the connection",
                "put it on a child of this element, so that a swap cannot replace "
                "what the connection holds",
                related=related,
            )
            break


rule = Rule(
    name="sse_self_swap",
    summary="`sse-swap` on the same element as `sse-connect`",
    severity="error",
    check=check,
)
