"""A connection without an active SSE extension."""

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from functools import cache
from typing import Literal

from sse_check.api import (
    DISABLING,
    HOLE,
    Context,
    Edit,
    Finding,
    Fix,
    Node,
    PageView,
    Related,
    Rule,
    Span,
    Violation,
    extension_active,
    is_disabled,
    own_attribute,
)

_OFF = "ignore:sse"


def check(context: Context) -> Iterator[Finding]:
    nowhere = cache(lambda: _is_nowhere(context))
    yield from context.each_view(rule, lambda view: judge(context, view, nowhere))
    for finding in context.each_view(rule, lambda view: _disabled(context, view)):
        # What a condition turns off is meant to be off.
        if finding.confidence == "certain":
            yield finding


def judge(context: Context, view: PageView, nowhere: Callable[[], bool]) -> Iterator[Violation]:
    if view.generation == "4":
        return
    for connection in view.connections:
        if connection.get("sse-connect") is None or view.is_inert(connection):
            continue
        if is_disabled(connection):
            continue
        if extension_active(connection):
            yield from _by_version(view, connection)
            opens = context.handled.may_open(view)
            if not view.sees_around(connection) and not opens and nowhere():
                yield _in_no_page(view, connection)
            continue
        if not view.sees_all_above(connection) or context.handled.may_open(view):
            continue
        if any(HOLE in (node.get("hx-ext") or "") for node in connection.lineage()):
            continue
        near = next((node for node in connection.lineage() if node.get("hx-ext")), None)
        span = view.span(connection, "sse-connect")
        # Who turned it off may have meant that.
        off = near is not None and _OFF in _names(near)
        yield Violation(
            connection,
            span,
            f'no `hx-ext="sse"` is active here{_reason(near)}: no stream is opened',
            'write `hx-ext="sse"` on this element or above it',
            ()
            if near is None
            else (
                Related(
                    f"this {'turns it off' if off else 'does not activate it'}",
                    view.span(near, "hx-ext"),
                ),
            ),
            fixes=_fixes(connection, "unsafe" if off else "safe"),
        )


def _disabled(context: Context, view: PageView) -> Iterator[Violation]:
    """Connections for which htmx is turned off, and listeners below those that it opens."""
    if view.generation == "4":
        return
    for connection in view.connections:
        if view.is_inert(connection) or context.handled.may_open(view):
            continue
        if is_disabled(connection):
            yield _turned_off(view, connection, "no stream is opened")
        elif connection in view.played.opened:
            for listener in view.listeners_under(connection):
                if is_disabled(listener) and not view.outcomes(listener):
                    yield _turned_off(view, listener, "it hears nothing")


def _turned_off(view: PageView, node: Node, harm: str) -> Violation:
    near = next(one for one in node.lineage() if one.has_any(DISABLING))
    where = "here" if near is node else "above this"
    return Violation(
        node,
        view.span(node, "sse-connect", "hx-sse", "sse-swap"),
        f"`hx-disable` {where} turns htmx off: {harm}",
        "take `hx-disable` away; `hx-disabled-elt` is what disables a button during a request",
        () if near is node else (Related("it is turned off here", view.span(near, "hx-disable")),),
        # Who turned it off may have meant that.
        severity="warning",
    )


def _is_nowhere(context: Context) -> bool:
    """Whether the pages of a project are known that load htmx, and none of its files turns an
    extension on."""
    if context.handled.speaks_of_extensions:
        return False
    pages = [view for view in context.all_views if view.page.closed]
    loading = [view for view in pages if view.loaded.script("core") is not None]
    return (
        bool(loading)
        and all(view in loading or view.complete for view in pages)
        and not any(
            node.get("hx-ext") or view.may_gain(node, "hx-ext")
            for view in pages
            for node in view.elements
        )
    )


def _in_no_page(view: PageView, connection: Node) -> Violation:
    return Violation(
        connection,
        view.span(connection, "sse-connect"),
        'no page of this project has an `hx-ext="sse"`: no stream is opened',
        'write `hx-ext="sse"` on this element or above it',
        sure=False,
        fixes=_fixes(connection),
    )


def _by_version(view: PageView, connection: Node) -> Iterator[Violation]:
    """What an `hx-ext` above the connection comes to in htmx 1 before 1.9.11."""
    if view.stack.reach == "each" or not view.loaded.known:
        return
    if not view.sees_all_above(connection):
        return
    if connection not in view.played.opened:
        harm = "up to htmx 1.9.9 no stream is opened"
    else:
        below = [n for n in view.listeners_under(connection) if not view.outcomes(n)]
        if not below:
            return
        harm = "in htmx 1.9.10 the stream is opened, and `sse-swap` hears nothing"
    above = next((n for n in connection.lineage() if n.get("hx-ext")), connection)
    yield Violation(
        connection,
        view.span(connection, "sse-connect"),
        f'`hx-ext="sse"` is above the connection: {harm}',
        "write it on this element, or load htmx 1.9.12",
        (Related("it is here", view.span(above, "hx-ext")),),
    )


def _reason(near: Node | None) -> str:
    if near is None:
        return ""
    value, names = near.get("hx-ext") or "", _names(near)
    if _OFF in names:
        return " (`ignore:sse` turns it off)"
    if "sse" in value.split():
        return " (names are separated by commas, not spaces)"
    if get_close_matches("sse", [name.lower() for name in names], n=1, cutoff=0.6):
        return f" (`{value}` is another name)"
    return ""


def _names(node: Node) -> list[str]:
    return [part.replace(" ", "") for part in (node.get("hx-ext") or "").split(",")]


def _fixes(connection: Node, safety: Literal["safe", "unsafe"] = "safe") -> tuple[Fix, ...]:
    attribute = own_attribute(connection, "sse-connect")
    if connection.get("hx-ext") is not None or attribute is None:
        return ()
    before = Span(attribute.span.source, attribute.span.start, attribute.span.start)
    return (Fix("activate the extension", safety, (Edit(before, 'hx-ext="sse" '),)),)


rule = Rule(
    name="sse_ext_missing",
    summary="a connection without an active SSE extension",
    severity="error",
    check=check,
    stacks=("1", "2"),
    fixes=("safe", "unsafe"),
)
