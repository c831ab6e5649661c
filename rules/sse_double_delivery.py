"""A listener that is served twice for every event."""

from collections.abc import Iterator

from sse_check.api import Context, Finding, PageView, Rule, Violation, event_names

_ADDING = frozenset("beforebegin afterbegin beforeend afterend".split())


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, judge)


def judge(view: PageView) -> Iterator[Violation]:
    for outcome in view.played.outcomes:
        if outcome.times < 2 or outcome.kind != "swap":
            continue
        listener = outcome.listener
        if event_names(listener).count(outcome.name) > 1:
            continue
        # What is added to a list is in it twice; what replaces the content looks right.
        adds = outcome.style in _ADDING
        yield Violation(
            listener,
            view.span(listener, "sse-swap", "hx-sse"),
            f"every `{outcome.name}` is {'added' if adds else 'swapped'} {outcome.times} times "
            "here: this version of the extension listens once more for each element on the way "
            "to the connection that has htmx attributes of its own",
            "use htmx 2 with htmx-ext-sse 2.2.2 or newer, or move hx-get, hx-trigger, hx-ext and "
            "forms out from between the connection and the listener",
            severity="error" if adds else None,
            outcome=outcome,
        )


rule = Rule(
    name="sse_double_delivery",
    summary="an event is swapped twice by older extensions",
    severity="warning",
    check=check,
    stacks=("1", "2"),
)
