"""Scripts that wait for events of htmx that are never dispatched, or for events without a name
where all have one."""

import re
from collections.abc import Iterator
from difflib import get_close_matches

from sse_check.api import (
    Context,
    Finding,
    Node,
    PageView,
    Related,
    Rule,
    ScriptJoined,
    Span,
    Violation,
    mark_of,
    pattern_of,
    trigger_specs,
)

_LISTENING = re.compile(
    r"(?:addEventListener|htmx\.on|\.on)\(\s*(?:[^,()'\"`]{1,60},\s*)?['\"`]((?:htmx:)?sse[\w:.-]*)['\"`]",
    re.IGNORECASE,
)
# `hx-on::sse-close`: an attribute has no capitals, whatever is written.
_ATTRIBUTE = re.compile(r"(?:data-)?hx-on(?::htmx)?:(:?sse[a-z:-]+)")
_MESSAGE = pattern_of("message")
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
    yield from context.each_view(rule, judge)
    for script in context.scripts:
        yield from _unnamed(context, script)


def judge(view: PageView) -> Iterator[Violation]:
    if not view.connections:
        return
    known = _DISPATCHED[view.generation]
    triggers = {
        word
        for node in view.htmx_elements
        for word, _, _ in trigger_specs(node.get("hx-trigger") or "")
    }
    yield from _in_attributes(view, known)
    for node in view.elements:
        if node.name != "script" or "src" in node.attributes:
            continue
        for name, span in _names(node):
            if name in known or (view.stack.dispatches and name in triggers):
                continue
            if name in map(_with_hyphens, known):
                # htmx 1 and 2 dispatch each event under both spellings.
                continue
            yield Violation(node, span, _message(name, view.generation), _help(name, known))


def _in_attributes(view: PageView, known: tuple[str, ...]) -> Iterator[Violation]:
    """`hx-on:htmx:sseClose`, which browsers read as `hx-on:htmx:sseclose`."""
    spelled = [_with_hyphens(name).removeprefix("htmx:") for name in known]
    plain = {one.replace("-", ""): one for one in spelled}
    for node in view.htmx_elements:
        for attribute in node.attributes:
            match = _ATTRIBUTE.fullmatch(attribute)
            name = match[1].lstrip(":") if match is not None else ""
            if not name or name in spelled:
                continue
            close = get_close_matches(name, plain, n=1, cutoff=0.6)
            yield Violation(
                node,
                view.span(node, attribute),
                f"`{attribute}` never runs: names of attributes have no capitals, and htmx "
                f"{view.generation} dispatches `htmx:{plain[name]}`"
                if name in plain
                else f"htmx {view.generation} never dispatches `htmx:{name}`: this never runs",
                f"write `hx-on::{plain[close[0]]}`" if close else _help(f"htmx:{name}", known),
            )


def _unnamed(context: Context, script: ScriptJoined) -> Iterator[Finding]:
    """A script that waits for events without a name, of which none is sent."""
    connection, reached = script.connection, script.streams
    known = bool(reached) and not script.is_open and all(end.streams for end in script.ends)
    if not known or any(one.stream.sends(_MESSAGE) for one in reached):
        return
    heard = {str(one.name) for one in connection.listened}
    sent = [emission for one in reached for emission in one.stream.emissions]
    missed = [one for one in sent if str(one.name) not in heard] or sent
    for wait in connection.unnamed:
        # What one function does for events with a name, and for all others, is a way to be sure.
        done = frozenset((wait.function,)) if wait.function else wait.calls
        if not wait.acts or (done and done <= connection.functions) or not missed:
            continue
        if not _is_heard(context, script):
            # That nobody listens for any of them is said where they are sent.
            return
        route = " or ".join(dict.fromkeys(f"`{one.route.path}`" for one in reached))
        name = missed[0].name
        yield Finding(
            rule.name,
            wait.span,
            f"every event of {route} has a name, and this waits for those without: "
            "it is never called",
            f'wait for it by its name: `addEventListener("{name}", ...)`',
            severity="warning",
            confidence="possible" if wait.function else "certain",
            related=(Related(f"`{name}` is sent here", missed[0].span),),
        )


def _is_heard(context: Context, script: ScriptJoined) -> bool:
    """Whether a script waits for an event that is sent, or a page opens the stream as well."""
    reached = {id(one.stream): one.stream for one in script.streams}
    if any(s.sends(one.name) for s in reached.values() for one in script.connection.listened):
        return True
    return any(
        id(one.stream) in reached
        for view in context.all_views
        for connection in view.connections
        for one in context.streams_of(view, connection)
    )


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
    summary="a script waits for an event that never comes",
    severity="warning",
    check=check,
)
