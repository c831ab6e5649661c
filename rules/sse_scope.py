"""A connection inside an inherited target or swap that reaches its listeners."""

from collections.abc import Iterator

from sse_check.api import (
    HOLE,
    Context,
    Finding,
    Fix,
    Node,
    PageView,
    Related,
    Rule,
    Violation,
    add_attribute,
    connect_attribute,
    describe,
    is_page_wide,
)

# What a listener would do without what it inherits.
_OWN = {"hx-target": "this", "hx-swap": "innerHTML"}


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, judge)


def judge(view: PageView) -> Iterator[Violation]:
    if view.generation == "4":
        yield from _in_htmx_4(view)
        return
    for connection in view.connections:
        listeners = [one for one in view.listeners_under(connection) if one is not connection]
        around = {id(node) for node in connection.ancestors()} if listeners else set()
        for listener in listeners:
            hit = _through(view, connection, listener, around)
            if hit is not None:
                yield hit
                break


def _through(
    view: PageView, connection: Node, listener: Node, around: set[int]
) -> Violation | None:
    """What the listener inherits from above the connection, if that changes where it swaps."""
    target = view.inherited(listener, "hx-target")
    if view.dynamic(listener, "hx-swap") or (
        view.dynamic(listener, "hx-target") and not _is_named_alike(view, listener)
    ):
        return None
    swap = view.inherited(listener, "hx-swap")
    name = connect_attribute(connection) or "sse-connect"
    if (
        target is not None
        and id(target.holder) in around
        and view.target_of(listener) is not listener
    ):
        where = view.target_of(listener)
        shown = target.value.replace(HOLE, "*")
        lands = describe(where) if isinstance(where, Node) else f"`{shown}`"
        what = f'`hx-target="{shown}"`'
        harm = f"its events land in {lands}"
        inherited, attribute = target, "hx-target"
    elif swap is not None and id(swap.holder) in around and swap.value.split()[0] != "innerHTML":
        what = f'`hx-swap="{swap.value}"`'
        harm = f"its events are swapped with {swap.value.split()[0]}"
        inherited, attribute = swap, "hx-swap"
    else:
        return None
    own = f'{attribute}="{_OWN[attribute]}"'
    related = (
        Related(
            f"{attribute} is inherited from here",
            view.span(inherited.holder, attribute),
            is_cause=True,
        ),
        Related("and reaches this listener", view.span(listener, "sse-swap", "hx-sse")),
    )
    return Violation(
        connection,
        view.span(connection, name),
        f"inherited {what} reaches the listeners of this connection: {harm}",
        f"give each listener its own `{own}`, "
        'or stop it here with `hx-disinherit="hx-target hx-swap"`',
        related,
        fixes=_fixes(view, connection, attribute),
    )


def _is_named_alike(view: PageView, listener: Node) -> bool:
    """Whether a target that is known when rendered asks for an id written with the same words."""
    target = view.inherited(listener, "hx-target")
    return target is not None and HOLE in target.value and view.target_of(listener) != "?"


def _in_htmx_4(view: PageView) -> Iterator[Violation]:
    """The connection itself swaps what comes, and only what is marked `:inherited` reaches it."""
    for connection in () if view.stack.compat else view.connections:
        target = view.inherited(connection, "hx-target")
        if target is None or target.holder is connection or view.dynamic(connection, "hx-target"):
            continue
        for outcome in view.outcomes(connection):
            where = outcome.lands
            if outcome.verdict != "misrouted" or where is None:
                continue
            if not (is_page_wide(target.holder) or where.contains(connection)):
                # A target that is set for a few elements is most likely meant for this one.
                continue
            name = connect_attribute(connection) or "hx-sse:connect"
            span = view.span(connection, name)
            yield Violation(
                connection,
                span,
                f"this connection inherits the target `{target.value}`: "
                f"its messages land in {describe(where)}",
                'give the connection its own: `hx-target="this"`',
                (
                    Related(
                        "hx-target is inherited from here",
                        view.span(target.holder, "hx-target:inherited", "hx-target"),
                        is_cause=True,
                    ),
                ),
                fixes=add_attribute(
                    view, [connection], (name,), "hx-target", "this", "give it its own target"
                ),
                outcome=outcome,
            )


def _fixes(view: PageView, connection: Node, attribute: str) -> tuple[Fix, ...]:
    """Give each listener that is reached a value of its own."""
    around = {id(node) for node in connection.ancestors()}
    reached = [
        listener
        for listener in view.listeners_under(connection)
        if listener is not connection
        and (given := view.inherited(listener, attribute)) is not None
        and id(given.holder) in around
    ]
    value = _OWN[attribute]
    title = f'give each listener its own `{attribute}="{value}"`'
    return add_attribute(view, reached, ("sse-swap", "hx-sse"), attribute, value, title)


rule = Rule(
    name="sse_scope",
    summary="an inherited target or swap reaches the listeners of a connection",
    severity="error",
    check=check,
    fixes=("safe",),
)
