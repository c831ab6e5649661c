"""sse-close where it does nothing."""

from collections.abc import Iterator

from sse_check.api import (
    HOLE,
    Context,
    Finding,
    Node,
    PageView,
    Rule,
    Violation,
    connect_attribute,
    mark_of,
)


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, judge)


def judge(view: PageView) -> Iterator[Violation]:
    for node in view.htmx_elements:
        value = node.get("sse-close")
        if value is None or view.is_inert(node):
            continue
        said = _fault(view, node, value)
        if said is not None:
            yield Violation(node, view.span(node, "sse-close"), *said)


def _fault(view: PageView, node: Node, value: str) -> tuple[str, str] | None:
    if connect_attribute(node) is None and not mark_of(node).tag.may_gain("sse-connect"):
        return (
            "`sse-close` does nothing here: this element opens no connection",
            "move it to the element with `sse-connect`",
        )
    if view.generation == "1":
        return (
            "htmx 1 has no `sse-close`: when the stream ends, the browser opens it again",
            "upgrade to htmx 2, or remove the connecting element with the last swap",
        )
    if HOLE in value:
        return None
    if not value.strip():
        return ("an empty `sse-close` never closes the stream", "name the last event of the stream")
    if view.stack.splits_close:
        return None
    if "," in value or len(value.split()) > 1:
        return (
            f"`sse-close` takes one event name: no event is called `{value}`",
            "send one event at the end of every stream, and name it here",
        )
    if value != value.strip():
        return ("the spaces are part of the name, so it never matches", "remove the spaces")
    return None


rule = Rule(
    name="sse_close",
    summary="`sse-close` where it closes nothing",
    severity="error",
    check=check,
)
