"""A listener that is served twice for every event."""

from collections.abc import Iterator

from sse_check.api import Context, Finding, Hit, Rule, View, event_names

_ADDING = frozenset("beforebegin afterbegin beforeend afterend".split())


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, judge)


def judge(view: View) -> Iterator[Hit]:
    for outcome in view.played.outcomes:
        if outcome.times < 2 or outcome.kind != "swap":
            continue
        listener = outcome.listener
        if event_names(listener).count(outcome.name) > 1:
            continue
        yield Hit(
            listener,
            view.span(listener, "sse-swap", "hx-sse"),
            f"`{outcome.name}` is swapped {outcome.times} times here: this version of the "
            "extension registers a listener again for each element around it that htmx handles "
            "by itself",
            "move to htmx 2 with htmx-ext-sse 2.2.2 or newer, or take hx-get, hx-trigger, hx-ext "
            "and forms out of the way between the connection and the listener",
            # What is added to a list stands in it twice; what replaces the content looks right.
            severity="error" if outcome.style in _ADDING else None,
            outcome=outcome,
        )


rule = Rule(
    name="sse_double_delivery",
    summary="an event is swapped twice by older extensions",
    severity="warning",
    check=check,
    stacks=("1", "2"),
)
