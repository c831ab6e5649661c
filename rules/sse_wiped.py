"""A swap that removes other listeners, or the connection."""

from collections.abc import Iterator

from sse_check.api import (
    Context,
    Finding,
    Hit,
    Related,
    Rule,
    View,
    connect_attribute,
    described,
    foreign_attribute,
    is_preserved,
)


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, judge)


def judge(view: View) -> Iterator[Hit]:
    for outcome in view.played.outcomes:
        if outcome.kind != "swap" or outcome.verdict != "delivered":
            continue
        if outcome.morphs:
            # It keeps what the payload has as well, and nobody knows that here.
            continue
        victims = [
            node
            for node in outcome.destroys
            if node is not outcome.listener
            and not is_preserved(node)
            and foreign_attribute(node, view.generation) is None
        ]
        if not victims or outcome.lands is None:
            continue
        victim = next((v for v in victims if connect_attribute(v) is not None), victims[0])
        what = "the connection" if victim is outcome.connection else "what listens inside"
        if connect_attribute(victim) is not None and victim is not outcome.connection:
            what = "the connection inside"
        yield Hit(
            outcome.listener,
            view.span(outcome.listener, "sse-swap", "hx-sse", "hx-sse:connect", "sse-connect"),
            f"the first event swaps {described(outcome.lands)} and removes {what}",
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


rule = Rule(
    name="sse_wiped",
    summary="a swap removes other listeners or the connection",
    severity="warning",
    check=check,
)
