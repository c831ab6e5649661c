"""Scripts that wait for events of htmx that are never dispatched."""

import re
from collections.abc import Iterator
from difflib import get_close_matches

from sse_check.api import (
    Context,
    Finding,
    Node,
    PageView,
    Rule,
    Span,
    Violation,
    mark_of,
    trigger_specs,
)

_LISTENING = re.compile(
    r"(?:addEventListener|htmx\.on|\.on)\(\s*(?:[^,()'\"`]{1,60},\s*)?['\"`]((?:htmx:)?sse[\w:.-]*)['\"`]",
    re.IGNORECASE,
)
_DISPATCHED = {
    "1": ("htmx:sseOpen", "htmx:sseError", "htmx:sseBeforeMessage", "htmx:sseMessage"),
    "2": (
        "htmx:sseOpen",
        "htmx:sseError",
        "htmx:sseBeforeMessage",
        "htmx:sseMessage",
        "htmx:sseClose",
    ),
    "4": (
        "htmx:sse:before:connection",
        "htmx:sse:after:connection",
        "htmx:sse:before:message",
        "htmx:sse:after:message",
        "htmx:sse:close",
        "htmx:sse:error",
    ),
}


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, judge)


def judge(view: PageView) -> Iterator[Violation]:
    if not view.connections:
        return
    known = _DISPATCHED[view.generation]
    triggers = {
        word
        for node in view.htmx_elements
        for word, _, _ in trigger_specs(node.get("hx-trigger") or "")
    }
    for node in view.elements:
        if node.name != "script" or "src" in node.attributes:
            continue
        for name, span in _names(node):
            if name in known or (view.generation == "2" and name in triggers):
                continue
            if name in map(_with_hyphens, known):
                # htmx 1 and 2 dispatch each event under both spellings.
                continue
            yield Violation(node, span, _message(name, view.generation), _help(name, known))


def _names(node: Node) -> Iterator[tuple[str, Span]]:
    mark = mark_of(node)
    template = mark.template
    start = template.ends[mark.node]
    end = template.content_end(mark.node) or start
    for match in _LISTENING.finditer(template.text, start, end):
        yield match[1], Span(template.source, match.start(1), match.end(1))


def _with_hyphens(name: str) -> str:
    return re.sub(r"([a-z])([A-Z])", r"\1-\2", name).lower()


def _message(name: str, generation: str) -> str:
    return f"htmx {generation} never dispatches `{name}`: this script waits forever"


def _help(name: str, known: tuple[str, ...]) -> str:
    if name.lower().startswith("sse:"):
        return (
            "events of a stream are not DOM events; "
            "`htmx:sseMessage` comes after each swap, with the event in `detail`"
        )
    close = get_close_matches(name, known, n=1, cutoff=0.5)
    return f"did you mean `{close[0]}`?" if close else f"it dispatches {', '.join(known)}"


rule = Rule(
    name="sse_script_listener",
    summary="a script waits for an event that htmx never dispatches",
    severity="warning",
    check=check,
)
