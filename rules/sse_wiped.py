"""A swap that removes other listeners, or the connection."""

import re
from collections.abc import Iterator

from sse_check.api import (
    Context,
    Finding,
    Node,
    Outcome,
    PageView,
    Related,
    Rule,
    Span,
    Violation,
    connect_attribute,
    describe,
    foreign_attribute,
    is_preserved,
    mark_of,
)

# What holds the content of a page, whichever that is.
_WHOLE = ("main", "body")


_OWN_ADDRESS = re.compile(
    r"\{\{-?\s*[\w.]*(?:request\.(?:path|url|full_path|get_full_path|build_absolute_uri)"
    r"|current_(?:url|path)|\bRelativeURL)\b"
)


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, lambda view: judge(context, view))


def judge(context: Context, view: PageView) -> Iterator[Violation]:
    yield from _swapped(view)
    closing: dict[int, set[str | None]] = {}
    for outcome in view.played.outcomes:
        if outcome.kind != "trigger":
            continue
        ends = closing.get(id(outcome.connection))
        if ends is None:
            ends = closing[id(outcome.connection)] = _ends(context, view, outcome.connection)
        # Where the page closes the stream at this event, what takes it away comes after its end.
        if outcome.name not in ends:
            yield from _reloaded(view, outcome)


def _ends(context: Context, view: PageView, connection: Node) -> set[str | None]:
    """The events at which the page closes a stream."""
    waits = context.event_listeners(view, connection)
    return {one.name.literal for one in waits if one.kind == "close"}


def _reloaded(view: PageView, outcome: Outcome) -> Iterator[Violation]:
    """An event asks for what the connection stands in: its answer takes the stream away."""
    listener, connection = outcome.listener, outcome.connection
    if outcome.morphs or connection in outcome.keeps:
        return
    place = ""
    if outcome.verdict == "delivered" and connection in outcome.destroys and outcome.requests:
        target = outcome.requests[0].target
        place = describe(target) if target is not None else ""
    elif not (view.page.closed or is_preserved(connection)) and _asks_for_itself(listener):
        target_ = view.inherited(listener, "hx-target")
        place = f"`{target_.value}`" if target_ is not None and target_.value in _WHOLE else ""
    if not place:
        return
    yield Violation(
        listener,
        view.span(listener, "hx-trigger"),
        f"every event reloads {place} with the connection in it: the stream is closed and opened "
        "again each time, and what is sent meanwhile is lost",
        "connect on an element outside of what is reloaded, or reload only what changes",
        (Related("this connection is replaced", _opened(view, connection)),),
        sure=view.page.closed,
    )


def _asks_for_itself(listener: Node) -> bool:
    """Whether a request is for the page that it stands on."""
    given = mark_of(listener).attributes.get("hx-get")
    if given is None:
        return False
    text = given.attribute.value_span.text
    return not text or _OWN_ADDRESS.match(text) is not None


def _opened(view: PageView, connection: Node) -> Span:
    return view.span(connection, connect_attribute(connection) or "sse-connect")


def _swapped(view: PageView) -> Iterator[Violation]:
    for outcome in view.played.outcomes:
        if outcome.kind != "swap" or outcome.verdict != "delivered":
            continue
        if outcome.same is not None and outcome.same.leaks:
            yield _opened_again(view, outcome)
            continue
        if outcome.morphs:
            # It keeps what the payload has as well, and nobody knows that here.
            continue
        victims = [
            node
            for node in outcome.destroys
            if node is not outcome.listener
            and node not in outcome.keeps
            and foreign_attribute(node, view.generation) is None
        ]
        if _is_to_go(outcome.listener):
            # It takes with it what is inside: that is what it asks for.
            if outcome.listener.get("hx-target") is not None:
                continue
            if outcome.lands is outcome.listener:
                victims = [one for one in victims if connect_attribute(one) is not None]
        if not victims or outcome.lands is None:
            continue
        victim = next((v for v in victims if connect_attribute(v) is not None), victims[0])
        what = "the connection" if victim is outcome.connection else "what listens inside"
        if connect_attribute(victim) is not None and victim is not outcome.connection:
            what = "the connection inside"
        yield Violation(
            outcome.listener,
            view.span(outcome.listener, "sse-swap", "hx-sse", "hx-sse:connect", "sse-connect"),
            f"the first event swaps {describe(outcome.lands)} and removes {what}",
            "swap into an element that holds nothing live, "
            "or let every payload bring these elements again",
            (
                Related(
                    "this is removed",
                    view.span(victim, "sse-connect", "sse-swap", "hx-trigger"),
                ),
            ),
            outcome=outcome,
        )


def _is_to_go(listener: Node) -> bool:
    """Whether a listener asks that something be removed at its event: itself, or its target."""
    return (listener.get("hx-swap") or "").split()[:1] == ["delete"]


def _opened_again(view: PageView, outcome: Outcome) -> Violation:
    """What is kept connects once more: by the new element, or as htmx takes up the old one."""
    victim = next(n for n in outcome.destroys if connect_attribute(n) is not None)
    kept = "the morph" if outcome.morphs else "`hx-preserve`"
    return Violation(
        outcome.listener,
        view.span(outcome.listener, "sse-swap", "hx-sse", "hx-sse:connect", "sse-connect"),
        f"the first event removes a connection; where its payload has that again, {kept} keeps it, "
        "and each event opens one more stream beside it",
        "connect on an element outside of what is swapped",
        (Related("this connects once more", _opened(view, victim)),),
        outcome=outcome,
    )


rule = Rule(
    name="sse_wiped",
    summary="a swap removes other listeners or the connection",
    severity="warning",
    check=check,
    of_swaps=True,
)
