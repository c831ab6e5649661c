"""Swap styles that remove the listener, or show nothing."""

from collections.abc import Iterator

from sse_check.api import Context, Finding, Hit, Node, Related, Rule, View, event_names, mark_of

_REMOVING = {
    "outerHTML": "replaces the listener itself: only the first event arrives, "
    "unless its payload contains the listener",
    "delete": "removes the listener at the first event, and shows nothing",
}


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, lambda view: judge(context, view))


def judge(context: Context, view: View) -> Iterator[Hit]:
    # In htmx 4 the connection itself swaps what comes.
    new = view.generation == "4" and not view.stack.compat
    for listener in view.connections if new else view.listeners:
        swap = view.inherited(listener, "hx-swap")
        if (
            swap is None
            or view.dynamic(listener, "hx-swap", "hx-target")
            or view.is_inert(listener)
        ):
            continue
        style = (swap.value.split() or ["innerHTML"])[0]
        own = swap.holder is listener
        related = (
            ()
            if own
            else (
                Related(
                    "hx-swap is inherited from here",
                    view.span(swap.holder, "hx-swap", "hx-swap:inherited"),
                    is_cause=True,
                ),
            )
        )
        names = (
            ("hx-swap", "hx-swap:inherited") if own else ("sse-swap", "hx-sse", "hx-sse:connect")
        )
        span = view.span(listener, *names)
        if style == "none" and not own:
            yield Hit(
                listener,
                span,
                '`hx-swap="none"` is inherited: this listener receives events and shows none',
                "give the listener its own `hx-swap`",
                related,
                severity="error",
            )
        if style not in _REMOVING or view.target_of(listener) is not listener:
            continue
        if view.connection_of(listener) is None or _stands_for_itself(listener):
            continue
        if style == "outerHTML" and _comes_again(context, view, listener):
            continue
        yield Hit(
            listener,
            span,
            f"`{style}` {_REMOVING[style]}",
            "use `innerHTML` (the default), or `beforeend` to add to what is there",
            related,
            severity="error" if style == "delete" else None,
            sure=style == "delete",
        )


def _comes_again(context: Context, view: View, listener: Node) -> bool:
    """Whether what the events bring is known, and holds the listener again."""
    connection = view.connection_of(listener)
    if connection is None:
        return False
    waits = [one for one in context.waits_of(view, connection) if one.node is listener]
    names = {wait.name for wait in waits if wait.kind == "swap"}
    brought = {
        id(emission): path
        for path, emissions in context.payload_templates.items()
        for emission in emissions
    }
    emissions = [e for e in context.emissions_of(view, connection) if e.name in names]
    return bool(emissions) and all(
        id(one) in brought and _listens_in(context, brought[id(one)], str(one.name))
        for one in emissions
    )


def _listens_in(context: Context, path: str, name: str) -> bool:
    """Whether a template has a listener for an event."""
    return any(
        name in event_names(node)
        for view in context.all_views
        for node in view.listeners
        if path in (view.page.path, mark_of(node).path)
    )


def _stands_for_itself(listener: Node) -> bool:
    """A listener that is the whole of a partial: what is sent is most likely that partial."""
    mark = mark_of(listener)
    return mark.template.parent(mark.node) in mark.template.roots


rule = Rule(
    name="sse_swap_style",
    summary="a swap style that removes the listener or shows nothing",
    severity="warning",
    check=check,
)
