"""Streams that htmx 4 with htmx-2-compat opens once more."""

from collections.abc import Iterator

from sse_check.api import Context, Finding, PageView, Rule, Violation, connect_attribute


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, judge)


def judge(view: PageView) -> Iterator[Violation]:
    if not view.stack.compat:
        return
    for node in view.listeners:
        connection = view.connection_of(node)
        if connection is None or connection is node or connect_attribute(node) is not None:
            continue
        yield Violation(
            node,
            view.span(node, "sse-swap"),
            "with htmx-2-compat every `sse-swap` inherits the connection and opens a stream of its "
            "own",
            "use `hx-sse:connect` and unnamed messages, or stay on htmx 2",
        )


rule = Rule(
    name="sse_compat_leak",
    summary="htmx-2-compat opens a stream for every listener",
    severity="error",
    check=check,
    stacks=("4",),
    first=True,
)
