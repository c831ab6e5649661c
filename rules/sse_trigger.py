"""hx-trigger with events of a stream, written so that it never fires."""

from collections.abc import Iterator
from typing import NamedTuple

from sse_check.api import (
    HOLE,
    Context,
    Finding,
    Hit,
    Node,
    Rule,
    Severity,
    View,
    event_names,
    swap_attribute,
    trigger_specs,
)


class _Fault(NamedTuple):
    message: str
    help: str
    severity: Severity | None = None


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, judge)


def judge(view: View) -> Iterator[Hit]:
    for node in view.speaking:
        value = node.get("hx-trigger")
        if value is None or "sse:" not in value.lower():
            continue
        if HOLE in value or view.is_inert(node) or view.generation == "4":
            continue
        fault = _fault(view, node, value)
        if fault is not None:
            yield Hit(
                node,
                view.span(node, "hx-trigger"),
                fault.message,
                fault.help,
                severity=fault.severity,
            )


def _fault(view: View, node: Node, value: str) -> _Fault | None:
    specs = trigger_specs(value)
    for word, _, modifiers in specs:
        if word == "sse:":
            rest = modifiers[0] if modifiers else "name"
            return _Fault(
                "`sse:` without a name after it waits for no event",
                f"write the name without a space: `sse:{rest}`",
            )
        if word.lower().startswith("sse:") and not word.startswith("sse:"):
            return _Fault(f"`{word}` never fires: the prefix is `sse:`", f"write `sse:{word[4:]}`")
    waited = [word[4:] for word, _, _ in specs if word.startswith("sse:")]
    if not waited:
        return None
    if not view.requests(node) and not view.dynamic(node, "hx-get", "hx-post"):
        if view.is_boosted(node):
            return None
        return _Fault(
            "this trigger sends no request: it needs `hx-get` or another verb on its element",
            "add the request, or use `sse-swap` to show the event itself",
        )
    both = [name for name in waited if swap_attribute(node) and name in event_names(node)]
    if both:
        return _Fault(
            f"`{both[0]}` is both swapped and a trigger here: the answer overwrites the payload",
            "keep one of the two",
            "warning",
        )
    return _by_stack(view, node, value, specs)


def _by_stack(
    view: View, node: Node, value: str, specs: list[tuple[str, str, list[str]]]
) -> _Fault | None:
    more = next((s for s in specs if s[0].startswith("sse:") and (s[1] or s[2])), None)
    if view.generation == "1":
        if view.connection_of(node) is node:
            return _Fault(
                "htmx 1 never fires a trigger on the element that connects",
                "put the trigger on a child of the connection",
            )
        if more is not None:
            return _Fault(
                "htmx 1 ignores filters and modifiers after an event of a stream",
                "remove them, or upgrade to htmx 2",
                "warning",
            )
    if view.stack.name == "htmx2-ext210" and (len(specs) > 1 or more is not None):
        return _Fault(
            f"`{value}` never fires: htmx-ext-sse before 2.2 reads only a trigger of one event",
            "upgrade to htmx-ext-sse 2.2.2 or newer",
        )
    return None


rule = Rule(
    name="sse_trigger",
    summary="a trigger on an event of a stream that never fires",
    severity="error",
    check=check,
    stacks=("1", "2"),
)
