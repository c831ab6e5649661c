"""Names that are listened for and never sent, and names that are sent and nobody hears."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from sse_check.api import (
    OF_THE_BROWSER,
    Context,
    Edit,
    Emission,
    EventListener,
    Finding,
    Fix,
    Hearing,
    Node,
    PageView,
    Pattern,
    Related,
    Rule,
    Span,
    StreamRoute,
    Violation,
    connect_attribute,
    elements_with_id,
    is_in_own_tag,
    is_member,
    is_misnamed,
    is_spoken_of,
    nearest_name,
    pattern_of,
    told_listeners,
    unknown_in,
)

Streams = tuple[StreamRoute, ...]
_MOST_RELATED = 5


def check(context: Context) -> Iterator[Finding]:
    on_pages = list(context.each_view(rule, lambda view: _unsent(context, view)))
    yield from on_pages
    # Of what both wait for it is said once.
    known = {(finding.span, finding.message) for finding in on_pages}
    yield from (one for one in _unsent_to_scripts(context) if (one.span, one.message) not in known)
    if context.shows_python:
        yield from _unheard(context)


def _unsent(context: Context, view: PageView) -> Iterator[Violation]:
    for connection in view.connections:
        joined = context.joined(view, connection)
        if view.is_inert(connection) or not joined.streams or joined.is_open:
            continue
        yield from _only_named(context, view, connection, joined.streams)
        waits = list(told_listeners(context, view, connection))
        heard: Collection[str] = ()
        for wait in waits:
            sent = any(one.stream.sends(wait.name) for one in joined.streams)
            # Of a name with blanks in it, or a swap style, `sse_event_name` speaks.
            misnamed = wait.kind == "swap" and not wait.name.is_open and is_misnamed(str(wait.name))
            if sent or misnamed or str(wait.name) in OF_THE_BROWSER:
                continue
            # Of a line that the browser drops that rule speaks.
            told = context.shows_python and "sse_payload_split" in context.asked.asked
            if not told or not any(one.stream.drops(wait.name) for one in joined.streams):
                heard = heard or {str(one.name) for one in waits}
                yield _hit(context, wait, joined.streams, heard)
        if view.generation == "4":
            yield from _named(context, view, connection, joined.streams)


def _named(
    context: Context, view: PageView, connection: Node, reached: Streams
) -> Iterator[Violation]:
    """In htmx 4 a named event is an event of the page: only who listens at the connection means it.

    Elsewhere a script, or the header of an answer, may send one of the same name.
    """
    for outcome in view.played.outcomes:
        if outcome.connection is not connection or outcome.kind not in ("trigger", "script"):
            continue
        name = pattern_of(outcome.name)
        listens_here = outcome.listener is connection or outcome.is_aimed
        if not listens_here or any(one.stream.sends(name) for one in reached):
            continue
        span = view.span(outcome.listener, "hx-trigger", f"hx-on:{outcome.name}", "hx-on")
        yield _hit(context, EventListener(outcome.listener, outcome.kind, name, span), reached)


def _only_named(
    context: Context, view: PageView, connection: Node, reached: Streams
) -> Iterator[Violation]:
    """htmx 4 swaps events without a name; those with one are dispatched to the element."""
    messages = context.messages_of(view, connection)
    if not messages:
        return
    sent = {str(emission.name) for one in reached for emission in one.stream.emissions}
    for wait in messages:
        if not sent or any(one.stream.sends(wait.name) for one in reached):
            continue
        if any(is_spoken_of(context, view, name) for name in sent):
            continue
        listed = ", ".join(f"`{name}`" for name in sorted(sent)[:4])
        shown = [e for one in reached for e in one.stream.emissions[:_MOST_RELATED]]
        yield Violation(
            connection,
            wait.span,
            f"every event of `{reached[0].route.path}` has a name ({listed}), and htmx 4 swaps "
            "only those without: nothing is ever shown here",
            "send the events without a name, or listen with `hx-trigger` or `hx-on:NAME`",
            tuple(Related(f"`{e.name}` is sent here", e.span) for e in shown),
        )


def _unsent_to_scripts(context: Context) -> Iterator[Finding]:
    """Names that a script waits for and that none of the streams which it opens sends."""
    for script in context.scripts:
        if not script.streams or script.is_open:
            continue
        for heard in script.connection.listened:
            name = heard.name
            if name.parts == (None,) or str(name) in (*OF_THE_BROWSER, "message"):
                continue
            if not any(one.stream.sends(name) for one in script.streams):
                others = {str(one.name) for one in script.connection.listened}
                said = _said(context, name, "script", heard.span, script.streams, others)
                yield Finding(rule.name, *said[:3], related=said.related, fixes=said.fixes)


class _Said(NamedTuple):
    """What is said of a name that is never sent, and where."""

    span: Span
    message: str
    help: str
    related: tuple[Related, ...]
    fixes: tuple[Fix, ...]


def _hit(
    context: Context, wait: EventListener, reached: Streams, heard: Collection[str] = ()
) -> Violation:
    said = _said(context, wait.name, wait.kind, wait.span, reached, heard)
    fixes = said.fixes if is_in_own_tag(wait.node, said.span) else ()
    return Violation(wait.node, said.span, said.message, said.help, said.related, fixes=fixes)


def _said(
    context: Context, name: Pattern, kind: str, span: Span, reached: Streams, heard: Collection[str]
) -> _Said:
    route = " or ".join(dict.fromkeys(f"`{one.route.path}`" for one in reached))
    emissions = [emission for one in reached for emission in one.stream.emissions]
    sent = list(dict.fromkeys(str(emission.name) for emission in emissions))
    cut = ((e, e.name.strip()) for e in emissions)
    blank = next((e for e, bare in cut if bare != e.name and bare.matches(name)), None)
    if blank is not None and context.shows_python:
        return _blank(blank, name, span)
    near = nearest_name(str(name), tuple(sent), heard)
    harm = {"close": "the stream is never closed"}.get(kind, "nothing arrives here")
    if blank is not None:
        near, help_ = str(blank.name), f"`{blank.name}` is sent: remove {_edge(blank.name)}"
    elif is_member(near):
        help_ = f"a format writes `{near}` for this member of an enumeration: send its `.value`"
    elif near:
        help_ = f"did you mean `{near.strip()}`?"
    elif sent:
        help_ = f"{route} sends {', '.join(f'`{name}`' for name in sent[:8])}"
    else:
        help_ = f"{route} sends no event at all"
    shown = [e for e in emissions if str(e.name) == near] or emissions
    related = [Related(f"`{e.name}` is sent here", e.span) for e in shown[:_MOST_RELATED]]
    fixes = () if blank is not None else _fixes(str(name), span, near.strip())
    return _Said(span, f"`{name}` is never sent by {route}: {harm}", help_, tuple(related), fixes)


def _edge(name: Pattern) -> str:
    """The blank that a name begins or ends with, of which no page can speak: htmx cuts it off."""
    at = "end" if str(name).rstrip() != str(name) else "start"
    return f"the blank at its {at}, which is a part of the name"


def _blank(emission: Emission, name: Pattern, span: Span) -> _Said:
    cause = f"`{emission.name}` is sent with {_edge(emission.name)}"
    related = (Related(f"`{name}` is waited for here", span),)
    message, help_ = f"{cause}: what listens for `{name}` never gets it", f"send `{name}`"
    return _Said(emission.span, message, help_, related, ())


def _fixes(name: str, span: Span, near: str) -> tuple[Fix, ...]:
    """Write the name that was most likely meant, where it stands in full."""
    text = span.text
    if not near or is_member(near) or "*" in near + name or "{" in text or text.count(name) != 1:
        return ()
    start = span.start + text.index(name)
    edit = Edit(Span(span.source, start, start + len(name)), near)
    return (Fix(f"write `{near}`", "unsafe", (edit,)),)


def _unheard(context: Context) -> Iterator[Finding]:
    """Names that a stream sends and nothing on any page of its application waits for."""
    hearing = context.hearing
    for key, one in hearing.routes.items():
        if one.stream.open or key not in hearing.known:
            continue
        # Every stream in which an event comes must be opened by pages or scripts that are known.
        emissions = [
            emission
            for emission in one.stream.emissions
            if all(
                id(o.stream) in hearing.heard for o in context.wiring.with_the_same(one, emission)
            )
        ]
        # Where an event may have one of several names, one that is heard is enough.
        fine = {e.span for e in emissions if hearing.hears(one, e)}
        lost = [e for e in emissions if e.span not in fine]
        meant = _meant(one, hearing)
        unheard: dict[Span, list[str]] = {}
        for name, emission in {str(e.name): e for e in reversed(lost)}.items():
            if name not in meant:
                unheard.setdefault(emission.span, []).append(name)
        if unheard and any(unknown_in(context.project, *at) for at in hearing.opened.get(key, ())):
            # Something may listen there of which nothing is known: coverage says so.
            continue
        all_lost = len(lost) == len(one.stream.emissions)
        for span, names in unheard.items():
            yield _unheard_finding(context, hearing, one, span, names, all_lost=all_lost)


def _meant(one: StreamRoute, hearing: Hearing) -> set[str]:
    """Names of which another finding speaks already: a near miss, or an end nobody closes at."""
    sent = tuple(str(emission.name) for emission in one.stream.emissions)
    key = id(one.stream)
    # That a script waits for events without a name is not told by this rule.
    told = [n for n in hearing.heard[key] if str(n) != "message" or key in hearing.opened]
    heard = set(map(str, told))
    near = {nearest_name(str(n), sent, heard) for n in set(told) if not one.stream.sends(n)}
    if one.stream.ending == "ends":
        near.update(str(emission.name) for emission in one.stream.emissions if emission.at_end)
    return near


def _unheard_finding(
    context: Context,
    hearing: Hearing,
    one: StreamRoute,
    span: Span,
    names: list[str],
    *,
    all_lost: bool,
) -> Finding:
    name, listed = names[0], " or ".join(f"`{name}`" for name in names)
    opened = hearing.opened.get(id(one.stream), [])
    meant = next((at for at in (_named_so(context, *o, names) for o in opened) if at), None)
    if meant is not None:
        return Finding(
            rule.name,
            meant,
            f"`{one.route.path}` sends {listed}, which this element has as its id "
            "and does not listen for: the event is lost",
            f'write `sse-swap="{name}"` here, inside the connection',
            severity="warning",
            related=(Related("it is sent here", span),),
        )
    whole = f", nor for anything else that `{one.route.path}` sends" if all_lost else ""
    return Finding(
        rule.name,
        span,
        f"no page listens for {listed}{whole}",
        _listen_for(hearing, id(one.stream), name),
        severity="warning" if all_lost else "info",
        related=(*_opened_at(hearing, one), *_heard_elsewhere(context, hearing, one, name)),
    )


def _listen_for(hearing: Hearing, key: int, name: str) -> str:
    if name.strip() != name:
        return f"listen for `{name.strip()}`, and send it without {_edge(Pattern.of(name))}"
    if key in hearing.fourth:
        return (
            f'listen with `hx-trigger="{name} from:..."` or `hx-on:{name}`, '
            "or send it without a name"
        )
    listening = (
        f'sse-swap="{name}"' if key in hearing.opened else f'addEventListener("{name}", ...)'
    )
    return f"listen for it (`{listening}`), or stop sending it"


def _opened_at(hearing: Hearing, one: StreamRoute) -> list[Related]:
    """The connections of pages that get a stream, and the scripts that open it."""
    key = id(one.stream)
    opened = hearing.opened.get(key, ())
    spans = [view.span(node, connect_attribute(node) or "") for view, node in opened]
    found = [Related("this connection gets it", at) for at in dict.fromkeys(spans)]
    found += [
        Related("this script gets it", at) for at in dict.fromkeys(hearing.scripts.get(key, ()))
    ]
    return found[:_MOST_RELATED]


def _named_so(context: Context, view: PageView, connection: Node, names: list[str]) -> Span | None:
    """The element of a page that has the name of an event as its id, and is no listener."""
    if view.generation == "4":
        return None
    busy = {view.span(node) for node in (*view.listeners, connection)}
    found = (
        at for name in names for at in elements_with_id(context.project, view.page.files, name)
    )
    return next((at for at in found if at not in busy), None)


def _heard_elsewhere(
    context: Context, hearing: Hearing, one: StreamRoute, name: str
) -> list[Related]:
    """Where a page of the same application waits for a name like this, on another stream."""
    key = id(one.stream)
    apps = {id(context.app_of(view)) for view, _ in hearing.opened.get(key, ())}
    found = ((*place, *known) for place, known in hearing.places.items())
    others = {name: span for app, name, span, keys in found if app in apps and key not in keys}
    near = nearest_name(name, tuple(others))
    said = f"`{near}` is waited for here, on another stream"
    return [Related(said, others[near])] if near else []


rule = Rule(
    name="sse_crossref",
    summary="an event name that one side has and the other has not",
    severity="error",
    check=check,
    fixes=("unsafe",),
)
