"""A listener that is itself a boosted link or form."""

from collections.abc import Iterator

from sse_check.api import Context, Finding, Node, PageView, Related, Rule, Violation, loads_at_once


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, judge)


def judge(view: PageView) -> Iterator[Violation]:
    if view.generation == "4":
        yield from _without_end(view)
        return
    for listener in view.listeners:
        if not view.is_boosted(listener) or view.inherited(listener, "hx-target"):
            continue
        if view.dynamic(listener, "hx-boost", "hx-target"):
            continue
        yield Violation(
            listener,
            view.span(listener, "sse-swap"),
            f"this `<{listener.name}>` is boosted: each event replaces the whole page",
            'put `sse-swap` on an element inside it, or write `hx-target="this"`',
            _boosted_at(view, listener),
        )


def _without_end(view: PageView) -> Iterator[Violation]:
    """htmx 4 asks for a boosted form's stream by its trigger, again with every answer."""
    for connection in view.connections:
        if connection.name != "form" or not view.is_boosted(connection):
            continue
        if view.dynamic(connection, "hx-boost", "hx-trigger"):
            continue
        if "" in loads_at_once(connection.get("hx-trigger") or ""):
            yield Violation(
                connection,
                view.span(connection, "hx-trigger"),
                "this form is boosted and triggers itself: htmx 4 opens one stream after another",
                "remove the trigger (the stream opens on load anyway), "
                "or put the connection on an element inside the form",
                _boosted_at(view, connection),
            )


def _boosted_at(view: PageView, node: Node) -> tuple[Related, ...]:
    boost = view.inherited(node, "hx-boost")
    if boost is None:
        return ()
    at = view.span(boost.holder, "hx-boost", "hx-boost:inherited")
    return (Related("it is boosted here", at, is_cause=True),)


rule = Rule(
    name="sse_boosted_sink",
    summary="a listener or connection on a boosted link or form",
    severity="error",
    check=check,
)
