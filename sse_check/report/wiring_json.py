"""The wiring as data, as `map_schema` describes it."""

from collections.abc import Iterable
from typing import Any

from sse_check.htmx.dom import Node
from sse_check.htmx.outcomes import Again, Request, Same, selector_of
from sse_check.pages.marks import mark_of
from sse_check.report.json import location
from sse_check.report.wiring import Landing, MapConnection, MapEvent, MapPage

SCHEMA_VERSION = 2


def as_data(pages: Iterable[MapPage]) -> dict[str, Any]:
    return {"schema_version": SCHEMA_VERSION, "pages": [_page(page) for page in pages]}


def _page(page: MapPage) -> dict[str, Any]:
    return {
        "path": page.path,
        "stack": page.stack,
        "connections": [_connection(connection) for connection in page.connections],
    }


def _connection(connection: MapConnection) -> dict[str, Any]:
    how = connection.how
    return {
        "location": location(connection.span),
        "url": connection.url,
        "opens": connection.opens,
        "times": how.times if how else 0,
        "on": how.on if how else "",
        "open": how.open if how else 0,
        "waits": how.waits if how else False,
        "reconnects": how.reconnects._asdict() if how and how.reconnects else None,
        "pauses": how.pauses if how else False,
        "events": [_event(event) for event in connection.events],
    }


def _event(event: MapEvent) -> dict[str, Any]:
    return {
        "name": event.name,
        "unnamed": event.unnamed,
        "emitted_by": [
            {"route": route, "location": location(span)} for route, span in event.emitted_by
        ],
        "streams": {
            "opened": list(event.opened),
            "closed": list(event.closed),
            "leaked": list(event.leaked),
            "again": {"opened": list(event.opened_again), "closed": list(event.closed_again)},
        },
        "brings": [{"kind": one.kind, "what": one.what, "swap": one.style} for one in event.brings],
        "listeners": [
            {
                "kind": listener.kind,
                "location": location(listener.span),
                "element": location(mark_of(listener.node).span),
                "outcomes": [_landing(landing) for landing in listener.landings],
            }
            for listener in event.listeners
        ],
    }


def _landing(landing: Landing) -> dict[str, Any]:
    return {
        "ways": landing.ways,
        "verdict": landing.verdict,
        "why": landing.why,
        "lands": _element(landing.lands),
        "also": [_element(node) for node in landing.also],
        "swap": landing.swap,
        "select": landing.select,
        "strip": landing.strip,
        "times": landing.times,
        "timing": list(landing.timing),
        "requests": _requests(landing.requests),
        "destroys": [location(mark_of(node).span) for node in landing.destroys],
        "closes": landing.closes,
        "repeats": landing.repeats,
        "again": _again(landing.again),
        "same": _same(landing.same),
    }


def _again(again: Again | None) -> dict[str, Any] | None:
    if again is None:
        return None
    return {
        "verdict": again.verdict,
        "why": again.failure,
        "lands": _element(again.lands),
        "swap": again.style,
        "requests": _requests(again.requests),
    }


def _same(same: Same | None) -> dict[str, Any] | None:
    if same is None:
        return None
    return {
        "keeps": [location(mark_of(node).span) for node in same.keeps],
        "opened": list(same.opened),
        "closed": list(same.closed),
        "requests": same.requests,
    }


def _requests(requests: Iterable[Request]) -> list[dict[str, Any]]:
    return [
        {"method": one.method, "address": one.address, "target": _element(one.target)}
        for one in requests
    ]


def _element(node: Node | None) -> dict[str, Any] | None:
    if node is None or node.mark is None:
        return None
    return {"selector": selector_of(node), "location": location(mark_of(node).span)}
