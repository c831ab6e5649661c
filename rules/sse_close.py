"""sse-close where it does nothing."""

from collections.abc import Iterator

from sse_check.api import (
    HOLE,
    Context,
    Finding,
    Hit,
    Node,
    Rule,
    View,
    connect_attribute,
    mark_of,
)


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, judge)


def judge(view: View) -> Iterator[Hit]:
    for node in view.speaking:
        value = node.get("sse-close")
        if value is None or view.is_inert(node):
            continue
        said = _fault(view, node, value)
        if said is not None:
            yield Hit(node, view.span(node, "sse-close"), *said)


def _fault(view: View, node: Node, value: str) -> tuple[str, str] | None:
    if connect_attribute(node) is None and not mark_of(node).tag.may_gain("sse-connect"):
        return (
            "`sse-close` does nothing on an element that does not connect",
            "put it on the element with `sse-connect`",
        )
    if view.generation == "1":
        return (
            "htmx 1 does not know `sse-close`: the stream stays open and is reopened when it ends",
            "move to htmx 2, or swap the connecting element away",
        )
    if HOLE in value:
        return None
    if not value.strip():
        return ("an empty `sse-close` closes nothing", "name the last event of the stream")
    if "," in value or len(value.split()) > 1:
        return (
            f"`{value}` is taken as one name: `sse-close` holds no list",
            "let the server end every stream with one event, and name that",
        )
    if value != value.strip():
        return ("the blanks around the name belong to it: it never matches", "remove the blanks")
    return None


rule = Rule(
    name="sse_close",
    summary="`sse-close` where it closes nothing",
    severity="warning",
    check=check,
)
