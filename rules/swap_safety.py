"""Swaps that go somewhere else because of what an element inherits."""

from collections.abc import Iterator

from sse_check.api import (
    HOLE,
    Context,
    Finding,
    Fix,
    Inherited,
    Node,
    PageView,
    Related,
    Rule,
    Violation,
    add_attribute,
    describe,
    insert_after,
    is_page_wide,
)

_SENDING = ("hx-post", "hx-put", "hx-patch", "hx-delete")


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, judge)


def judge(view: PageView) -> Iterator[Violation]:
    # In htmx 4 the connection itself swaps, which another rule looks at.
    for listener in view.listeners if view.generation != "4" else ():
        if not view.is_inert(listener) and view.connection_of(listener) is not None:
            yield from _listener(view, listener)
    for node in view.mutating_elements:
        if not view.is_inert(node):
            yield from _mutating(view, node)


def _listener(view: PageView, listener: Node) -> Iterator[Violation]:
    if listener.get("hx-target") or view.dynamic(listener, "hx-target"):
        return
    span = view.span(listener, "sse-swap", "hx-sse")
    target = view.inherited(listener, "hx-target")
    if target is None:
        shut_out = _shut_out(view, listener)
        if shut_out is not None:
            yield Violation(
                listener,
                span,
                "only `hx-disinherit` keeps an inherited target from this listener: without it, "
                f"events would land in `{shut_out.get('hx-target')}`",
                'write `hx-target="this"` here too',
                (Related("this target is not inherited", view.span(shut_out, "hx-target")),),
                severity="info",
                fixes=_own_target(view, listener),
                harmless=True,
            )
        return
    where = view.target_of(listener)
    if where is listener or where == "?" or _holds_back(view, listener, target):
        return
    lands = describe(where) if isinstance(where, Node) else f"`{target.value}`"
    yield Violation(
        listener,
        span,
        f"the events of this listener land in {lands}, through an inherited target",
        'give it a target of its own: `hx-target="this"`',
        (
            Related(
                "hx-target is inherited from here",
                view.span(target.holder, "hx-target"),
                is_cause=True,
            ),
        ),
        fixes=_own_target(view, listener),
    )


def _own_target(view: PageView, listener: Node) -> tuple[Fix, ...]:
    names = ("sse-swap", "hx-sse")
    return add_attribute(view, [listener], names, "hx-target", "this", "give it its own target")


def _holds_back(view: PageView, listener: Node, target: Inherited) -> bool:
    """A target on the connection itself or below it is another rule's matter."""
    connection = view.connection_of(listener)
    return (
        connection is not None
        and connection.contains(target.holder)
        and (target.holder is not listener)
    )


def _shut_out(view: PageView, listener: Node) -> Node | None:
    """The element above a connection whose target is shut out on the way to the listener."""
    connection = view.connection_of(listener)
    if connection is None or connection is listener or not view.sees_all_above(listener):
        return None
    for above in connection.ancestors():
        if above.get("hx-target"):
            return above if above.mark is not None else None
    return None


def _mutating(view: PageView, node: Node) -> Iterator[Violation]:
    if node.get("hx-target") or view.dynamic(node, "hx-target", "hx-swap"):
        return
    target, swap = view.inherited(node, "hx-target"), view.inherited(node, "hx-swap")
    if target is None or target.holder is node or HOLE in target.value:
        return
    if swap and swap.value.split()[0] == "none":
        return
    where = view.target_of(node)
    if not isinstance(where, Node) or not _is_broad(view, node, where, target):
        return
    span = view.span(node, *_SENDING)
    own = insert_after(node, _SENDING, 'hx-target="this"')
    yield Violation(
        node,
        span,
        f"the answer to this request replaces the content of {describe(where)}, "
        "through an inherited target",
        'give it a target of its own, or `hx-swap="none"` when the answer is not shown',
        (
            Related(
                "hx-target is inherited from here",
                view.span(target.holder, "hx-target", "hx-target:inherited"),
                is_cause=True,
            ),
        ),
        fixes=(Fix("give it its own target", "unsafe", (own,)),) if own else (),
        # A form that is only boosted goes to another page, as its links do.
        harmless=all(node.get(name) is None for name in _SENDING),
    )


def _is_broad(view: PageView, node: Node, where: Node, target: Inherited) -> bool:
    """Whether a target holds a page's content: the request's own element, or live parts."""
    if is_page_wide(where) or any(where.contains(one) for one in view.connections):
        return True
    page_wide = is_page_wide(target.holder) or target.holder.get("hx-boost") == "true"
    return page_wide and where is not node and where.contains(node)


rule = Rule(
    name="swap_safety",
    summary="a swap that goes somewhere else through an inherited target",
    severity="warning",
    check=check,
    fixes=("safe", "unsafe"),
)
