"""A listener without a connection above it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from sse_check.api import (
    HOLE,
    Context,
    Finding,
    Node,
    PageView,
    Related,
    Rule,
    Span,
    mark_of,
    trail,
)

_TRIGGERED = re.compile(r"(?:^|,)\s*sse:")
_TRIGGERS = re.compile(r"(?:^|,)\s*(sse:[^\s,\[]+)")
_CONNECTING = ("sse-connect", "hx-sse:connect", "hx-sse")

Seen = tuple[PageView, Node]
Place = tuple[str, int]


@dataclass(slots=True)
class _Pages:
    """The pages with a listener, by what stands above it on them."""

    right: set[str] = field(default_factory=set)
    bare: dict[str, Seen] = field(default_factory=dict)
    unknown: dict[str, Seen] = field(default_factory=dict)
    dynamic: bool = False
    # Renderings with it, and those in which one copy is inside a connection and another is not.
    renderings: int = 0
    copies: list[Seen] = field(default_factory=list)


def check(context: Context) -> Iterator[Finding]:
    by_span: dict[Span, _Pages] = {}
    heard, fourth = _played(context)
    for view in context.views:
        if view.page.path in context.payload_templates:
            # It is put where an event is swapped: inside a connection.
            continue
        for span, nodes in _by_span(view).items():
            pages = by_span.setdefault(span, _Pages())
            pages.renderings += 1
            pages.copies += _dead_copies(view, nodes)
        for node, span in _listeners(view):
            place = mark_of(node).place
            if (
                place in fourth
                or _is_dispatched(context, view, node)
                or _is_in_template(view, node)
            ):
                continue
            pages = by_span[span]
            if (view.page.path, place) in heard:
                pages.right.add(view.page.path)
            else:
                _note(pages, view, node)
    for span, pages in by_span.items():
        finding = _judged(context, span, pages)
        if finding is not None:
            yield finding


def _listeners(view: PageView) -> Iterator[tuple[Node, Span]]:
    for node in view.listeners:
        yield node, view.span(node, "sse-swap", "hx-sse")
    for node in view.htmx_elements:
        if _TRIGGERED.search(node.get("hx-trigger") or ""):
            yield node, view.span(node, "hx-trigger")


def _is_dispatched(context: Context, view: PageView, node: Node) -> bool:
    """Whether a script may dispatch what a trigger waits for: `sse:name` is a name like others,
    but for htmx 1, which asks for a connection."""
    names = _TRIGGERS.findall(node.get("hx-trigger") or "")
    if view.generation == "1" or not names or node in view.listeners:
        return False
    return all(context.dispatched.may_be(name) for name in names)


def _is_in_template(view: PageView, node: Node) -> bool:
    """Whether it is no part of the page until a script puts a copy somewhere: where is not known,
    and `sse_parser_moved` speaks of it."""
    return view.is_inert(node) and any(above.name == "template" for above in node.ancestors())


def _by_span(view: PageView) -> dict[Span, list[Node]]:
    """The listeners of a rendering by where they are written: a partial may be used twice."""
    found: dict[Span, list[Node]] = {}
    for node, span in _listeners(view):
        found.setdefault(span, []).append(node)
    return found


def _dead_copies(view: PageView, nodes: list[Node]) -> list[Seen]:
    """The first copy of a listener that is inside no connection, while another one is."""
    if len(nodes) < 2 or not view.page.closed:
        return []
    if all(view.connection_of(node) is None for node in nodes):
        return []
    heard = {id(one.listener) for one in view.played.outcomes if one.verdict != "lost"}
    dead = (
        node
        for node in nodes
        if view.connection_of(node) is None
        and id(node) not in heard
        and not view.is_inert(node)
        and view.sees_around(node)
        and not view.may_gain(node, *_CONNECTING)
    )
    first = next(dead, None)
    return [(view, first)] if first is not None else []


def _note(pages: _Pages, view: PageView, node: Node) -> None:
    """A page is right when the listener has a connection in one of its renderings."""
    page = view.page.path
    if view.connection_of(node) is not None:
        pages.right.add(page)
    elif view.may_gain(node, *_CONNECTING):
        pages.dynamic = True
    elif view.page.closed and view.sees_around(node):
        pages.bare.setdefault(page, (view, node))
    elif view.page.closed:
        # A tag or a macro that cannot be followed may put a connection around it.
        pages.dynamic = True
    else:
        pages.unknown.setdefault(page, (view, node))


def _judged(context: Context, span: Span, pages: _Pages) -> Finding | None:
    bare = [seen for page, seen in pages.bare.items() if page not in pages.right]
    unknown = [seen for page, seen in pages.unknown.items() if page not in pages.right]
    if pages.dynamic or not (bare or (unknown and not pages.right)):
        return _copied(context, span, pages)
    certain = not (unknown or pages.right)
    view, node = min(bare or unknown, key=lambda seen: _told_first(context, seen))
    number = len(bare) + len(unknown)
    where_all = f" on any of its {number} pages" if number > 1 else ""
    listener = f"this listener{_named(node, span)}"
    message = f"{listener} is inside no connection{where_all}: its events never arrive"
    help_ = 'connect on this element or one around it: `hx-ext="sse" sse-connect="..."`'
    if pages.right:
        where = context.project.files.display_path(view.page.path)
        message = f"on `{where}` {listener} is inside no connection: its events never arrive"
        help_ = "connect around it there too, or leave the listener out of that page"
    elif not certain:
        message = f"no known template puts {listener} inside a connection"
        help_ = "render this partial inside an element that connects"
    way = trail(context.project, node, view.page.path, whole=view.page.closed)
    return Finding(
        rule.name,
        span,
        message,
        help_,
        severity=None if certain else "warning" if pages.right or bare else "info",
        confidence="certain" if certain else "possible",
        related=tuple(Related(*place) for place in way),
    )


def _named(node: Node, span: Span) -> str:
    """The event that a function is given to wait for, which is not written where it listens."""
    name = node.get("sse-swap") or ""
    if not name or HOLE in name:
        return ""
    is_written = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", span.real.text)
    return "" if is_written else f" for `{name}`"


def _told_first(context: Context, seen: Seen) -> tuple[int, bytes]:
    """Of several pages one is told of, whatever their names: the shortest."""
    data = context.project.files.data(seen[0].page.path)
    return len(data), data


def _copied(context: Context, span: Span, pages: _Pages) -> Finding | None:
    """A listener that a page takes in twice, once outside its connection."""
    if not pages.copies:
        return None
    certain = len(pages.copies) == pages.renderings
    view, node = min(pages.copies, key=lambda seen: _told_first(context, seen))
    where = context.project.files.display_path(view.page.path)
    way = trail(context.project, node, view.page.path, whole=False)
    return Finding(
        rule.name,
        span,
        f"one copy of this listener on `{where}` is inside no connection: its events never arrive",
        "bring that copy inside the connection as well, or leave it out",
        severity=None if certain else "warning",
        confidence="certain" if certain else "possible",
        related=tuple(Related(*place) for place in way),
    )


def _played(context: Context) -> tuple[set[tuple[str, Place]], set[Place]]:
    """Elements that hear an event all the same, and those that stand on pages of htmx 4 alone.

    A trigger of htmx 2 is an event that bubbles: who waits above it, or with `from:`, hears it.
    In htmx 4 such listeners are dead wherever they stand, which `sse_stack` and `sse_trigger` say.
    """
    heard: set[tuple[str, Place]] = set()
    fourth: set[tuple[str, int]] = set()
    others: set[tuple[str, int]] = set()
    for view in context.views:
        heard.update(
            (view.page.path, mark_of(one.listener).place)
            for one in view.played.outcomes
            if one.verdict != "lost"
        )
        known = view.generation == "4" and view.loaded.known
        (fourth if known else others).update(mark_of(node).place for node in view.htmx_elements)
    return heard, fourth - others


rule = Rule(
    name="sse_orphan",
    summary="a listener with no connection at or above it",
    severity="error",
    check=check,
)
