"""HTML that is sent as JSON, and JSON that is swapped into a page."""

import re
from collections.abc import Iterator

from sse_check.api import (
    Context,
    Emission,
    Finding,
    Node,
    PageView,
    Related,
    Rule,
    Violation,
    by_name,
)

_HIDING = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_QUOTED = "HTML quoted as a JSON string"
_FAULTS = {"json": "JSON", "quoted": _QUOTED, "perhaps quoted": _QUOTED}


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, lambda view: judge(context, view))


def judge(context: Context, view: PageView) -> Iterator[Violation]:
    for connection in view.connections:
        emissions = by_name(context.emissions_of(view, connection))
        for wait in context.event_listeners(view, connection):
            if wait.kind != "swap":
                continue
            for emission in emissions.get(wait.name, ()):
                kind = context.carries(emission)
                fault = _FAULTS.get(kind, "")
                # Where it lands is asked of few: to find that takes its time.
                effect = _effect(context, view, wait.node) if fault else ""
                if effect:
                    yield Violation(
                        wait.node,
                        wait.span,
                        f"`{wait.name}` carries {fault}: {effect}",
                        _help(fault, emission),
                        (Related("it is sent here", emission.span),),
                        sure=kind != "perhaps quoted",
                    )
                    break


def _effect(context: Context, view: PageView, listener: Node) -> str:
    """What comes of it. Nothing is wrong where nothing is swapped, nor with a hidden element that
    is there for a script to hear of the event."""
    swap = view.inherited(listener, "hx-swap")
    style = swap.value.split()[:1] if swap is not None else []
    if style == ["none"]:
        return ""
    target = view.target_of(listener)
    if not isinstance(target, Node) or not any(map(_hides, target.lineage())):
        return "visitors see it as text"
    if context.handled.may_read(view) or context.handled.names(view, target):
        return ""
    return "it is put into a hidden element, which no script reads"


def _hides(node: Node) -> bool:
    return "hidden" in node.attributes or bool(_HIDING.search(node.get("style") or ""))


def _help(fault: str, emission: Emission) -> str:
    if fault == _QUOTED and emission.as_is:
        return f"send the HTML as it is: {emission.as_is}"
    return "render the values into HTML, and send that"


rule = Rule(
    name="sse_payload_json",
    summary="JSON is swapped into a page",
    severity="error",
    check=check,
    of_swaps=True,
)
