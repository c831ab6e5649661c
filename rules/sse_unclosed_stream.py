"""A stream that ends, on a page that does not close it, or not on every way to its end."""

import re
from collections.abc import Iterator

from sse_check.api import (
    HOLE,
    Context,
    Emission,
    Finding,
    Fix,
    Node,
    PageView,
    Related,
    Rule,
    StreamRoute,
    Violation,
    connect_attribute,
    insert_after,
)

_CONNECTING = re.compile(r"sse[-_]connect|hx[-_]sse")
_OUT_OF_BAND = re.compile(r"hx[-_]swap[-_]oob")
# What takes the place of an element, or removes it, on the way as well.
_REPLACING = re.compile(
    r"hx[-_]swap[-_]oob[\"'\s=:]{1,8}(?:true|outer|delete|morph)", re.IGNORECASE
)


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, lambda view: judge(context, view))


def judge(context: Context, view: PageView) -> Iterator[Violation]:
    for connection in view.connections:
        if view.is_inert(connection):
            continue
        if connection.get("sse-close") is not None or "hx-sse:close" in connection.attributes:
            yield from _left_early(context, view, connection)
            continue
        if view.dynamic(connection, "sse-close") or context.handled.may_close(view, connection):
            continue
        reached = context.streams_of(view, connection)
        if not reached or any(one.stream.ending != "ends" for one in reached):
            continue
        stream = reached[0].stream
        last = _last(stream.emissions)
        if _is_taken_away(context, view, connection, reached[0], last):
            continue
        attribute = {"4": "hx-sse:close"}.get(view.generation, "sse-close")
        if view.generation == "1":
            help_ = "htmx 1 cannot close a stream: let its last event remove the connecting element"
        elif last:
            help_ = f'write `{attribute}="{last[-1].name}"` here'
        else:
            help_ = f'send a last event, such as `done`, and write `{attribute}="done"` here'
        related = [Related("this is the last event", e.span) for e in last[-1:]]
        name = connect_attribute(connection) or ""
        opened = view.span(connection, name)
        fixes: tuple[Fix, ...] = ()
        if last and view.generation != "1" and last[-1].name.literal:
            edit = insert_after(connection, (name,), f'{attribute}="{last[-1].name}"')
            title = "close the stream at its last event"
            fixes = (Fix(title, "unsafe", (edit,)),) if edit else ()
        yield Violation(
            connection,
            opened,
            f"`{reached[0].route.path}` ends, and is opened again and again: "
            "the server repeats its work as long as the page is open",
            help_,
            tuple(related),
            fixes=fixes,
        )


def _last(emissions: list[Emission]) -> list[Emission]:
    """The events at the end of a stream whose names nothing before the end has as well: a page
    that closed at one of the others would close at the first."""
    before = {one.name for one in emissions if not one.at_end}
    return [one for one in emissions if one.at_end and one.name not in before]


def _is_taken_away(
    context: Context,
    view: PageView,
    connection: Node,
    reached: StreamRoute,
    last: list[Emission],
) -> bool:
    """Whether some event takes the connecting element away, which closes the stream as well: so
    may the last one where it cannot be told."""
    stream = reached.stream
    if stream.open and not last:
        return True
    return any(_removes(context, view, connection, one) for one in stream.emissions) or any(
        _replaces(context, view, connection, one) for one in last
    )


def _removes(context: Context, view: PageView, connection: Node, sent: Emission) -> bool:
    """Whether an event may take the connecting element away, out of band. Of a part of a page
    nobody knows what is above it."""
    ids = {node.get("id") or "" for node in connection.lineage()} - {""}
    is_part = not any(node.name in ("html", "head", "body") for node in view.elements)
    if not ids and not is_part:
        return False
    swaps = _OUT_OF_BAND if sent.at_end else _REPLACING
    known = [str(text) for text in context.payload_texts(sent)]
    if known:
        return any(swaps.search(text) and (is_part or _names_one(text, ids)) for text in known)
    paths = [path for path, emissions in context.payload_templates.items() if sent in emissions]
    templates = [t.source.text for path in paths if (t := context.project.template(path))]
    written = (sent.span.text, *templates, *context.written_of(sent))
    return any(swaps.search(text) for text in written)


def _replaces(context: Context, view: PageView, connection: Node, sent: Emission) -> bool:
    """Whether an event takes the connecting element away where it is swapped, and brings no
    other in its place."""
    outcomes = (
        outcome
        for wait in context.event_listeners(view, connection)
        if wait.kind == "swap" and wait.name == sent.name
        for outcome in view.outcomes(wait.node)
        if outcome.connection is connection
    )
    if not any(connection in one.destroys and connection not in one.keeps for one in outcomes):
        return False
    return not any(_CONNECTING.search(str(text)) for text in context.payload_texts(sent))


def _names_one(text: str, ids: set[str]) -> bool:
    return any(
        HOLE in one or re.search(rf"(?<![\w-]){re.escape(one)}(?![\w-])", text) for one in ids
    )


def _left_early(context: Context, view: PageView, connection: Node) -> Iterator[Violation]:
    """The page closes at an event that is the last on some ways through the stream only."""
    closing = [wait for wait in context.event_listeners(view, connection) if wait.kind == "close"]
    for one in context.streams_of(view, connection):
        last = [e for e in one.stream.emissions if e.at_end]
        meant = [e for e in last if any(wait.name == e.name for wait in closing)]
        others = [
            e
            for e in (one.stream.ends_after if meant else ())
            if not any(wait.name.matches(e.name) for wait in closing)
            and not _is_closed_at(context, view, connection, e)
        ]
        if not meant or not (one.stream.leaves_early or others):
            continue
        yield Violation(
            connection,
            closing[0].span,
            f"`{one.route.path}` may end without `{meant[0].name}`: the stream is then opened "
            "again, and the server repeats its work",
            f"send `{meant[0].name}` before every end of the stream",
            (
                Related("this end is the one that closes it", meant[0].span),
                *(Related(_other_end(e, meant[0]), e.span) for e in others[:1]),
            ),
            severity="warning",
            sure=False,
        )


def _other_end(sent: Emission, meant: Emission) -> str:
    """What is said of an event after which a stream may end, apart from the one that is meant."""
    if sent.span == meant.span:
        return f"it ends here with `{sent.name}` in other cases"
    return "it may end after this event as well"


def _is_closed_at(context: Context, view: PageView, connection: Node, sent: Emission) -> bool:
    """Whether an event may end the stream on the page, though no closing name says so."""
    if sent.name.literal is None or context.handled.may_close(view, connection):
        return True
    return _removes(context, view, connection, sent) or any(
        outcome.connection is connection
        and outcome.name == sent.name.literal
        and connection in outcome.destroys
        for node in view.listeners
        for outcome in view.outcomes(node)
    )


rule = Rule(
    name="sse_unclosed_stream",
    summary="a finite stream that is opened again and again",
    severity="error",
    check=check,
    fixes=("unsafe",),
)
