"""The wiring as one self-contained page: what the template `html/map.html.jinja` is given."""

from collections.abc import Iterator
from typing import Any

from sse_check.htmx.outcomes import selector_of
from sse_check.report import pages as html
from sse_check.report import wiring_words
from sse_check.report.pages import Place
from sse_check.report.wiring import Landing, MapConnection, MapEvent, MapListener, MapPage
from sse_check.source.counted import counted

# With fewer events everything is seen at once.
_FILTERED_FROM = 8
_MOST_SENDERS = 4


def render(pages: list[MapPage]) -> str:
    connections = [connection for page in pages for connection in page.connections]
    events = sum(len(connection.events) for connection in connections)
    total = f"{counted(len(pages), 'page')}, {counted(len(connections), 'connection')}"
    return html.render(
        "map",
        title="Wiring",
        lead=f"{total}, {counted(events, 'event')}.",
        filtered=events >= _FILTERED_FROM,
        pages=[_page(page) for page in pages],
    )


def _page(page: MapPage) -> dict[str, Any]:
    return {
        "path": page.path,
        "stack": f"{page.title} ({page.stack_source})",
        "also": wiring_words.of_page(page),
        "connections": [_connection(connection) for connection in page.connections],
    }


def _connection(connection: MapConnection) -> dict[str, Any]:
    return {
        "url": connection.url,
        "never": connection.opens == "never",
        "words": wiring_words.of_connection(connection),
        "place": Place.of(connection.span),
        "events": [_event(event) for event in connection.events],
    }


def _event(event: MapEvent) -> dict[str, Any]:
    kind, note = "", ""
    if event.unsent:
        kind, note = "bad", "never sent"
    elif not event.listeners:
        kind, note = "warn", "nobody listens"
    elif event.doubtful:
        note = "perhaps sent here"
    listeners = [_listener(listener) for listener in event.listeners]
    if event.unsent:
        # Where it would land is told, but nothing does.
        for listener in listeners:
            listener["landings"] = [{**one, "kind": ""} for one in listener["landings"]]
    verdicts = {landing["kind"] for listener in listeners for landing in listener["landings"]}
    return {
        "name": event.name,
        "unnamed": event.unnamed,
        "kind": kind,
        "note": note,
        "words": wiring_words.of_event(event),
        "sent": _senders(event),
        "verdicts": [kind] if kind else sorted(verdicts) or ["ok"],
        "listeners": listeners,
    }


def _senders(event: MapEvent) -> list[tuple[str, Place]]:
    """The places that send an event, each line once."""
    found: dict[tuple[str, str, int], Place] = {}
    for route, span in event.emitted_by:
        place = Place.of(span)
        found.setdefault((route, place.path, place.line), place)
    return [(route, place) for (route, *_), place in found.items()][:_MOST_SENDERS]


def _listener(listener: MapListener) -> dict[str, Any]:
    return {
        "name": selector_of(listener.node),
        "kind": listener.kind,
        "place": Place.of(listener.span),
        "landings": list(_landings(listener)),
    }


def _landings(listener: MapListener) -> Iterator[dict[str, Any]]:
    for landing in listener.landings:
        shown = {"is_code": False, "how": "", "misrouted": False, "words": [], "note": ""}
        yield {**shown, "sometimes": landing.ways != "all", **_landing(landing, listener)}


def _landing(landing: Landing, listener: MapListener) -> dict[str, Any]:
    if landing.closes:
        return {"kind": "ok", "where": "closes the stream"}
    if landing.verdict == "lost":
        return {"kind": "bad", "where": "nowhere", "note": landing.why}
    if listener.kind == "script":
        return {"kind": "ok", "where": "a script"}
    if landing.verdict == "unknown":
        return {"kind": "warn", "where": "not known"}
    if landing.lands is None:
        return {"kind": "ok", "where": "taken"}
    itself = landing.lands is listener.node
    bad = landing.verdict == "misrouted" or bool(landing.destroys)
    return {
        "kind": "bad" if bad else "ok" if landing.repeats else "warn",
        "where": "itself" if itself else selector_of(landing.lands),
        "is_code": not itself,
        "how": landing.swap or "request",
        "misrouted": landing.verdict == "misrouted",
        "words": wiring_words.of_landing(landing),
        "note": wiring_words.of_repetition(landing, listener),
    }
