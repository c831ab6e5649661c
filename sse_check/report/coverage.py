"""What of a project was understood: a few lines of the text report, and all of it as JSON."""

from collections.abc import Iterator
from typing import Any

from sse_check.report.json import location
from sse_check.report.style import Style, visible
from sse_check.source.counted import counted
from sse_check.wiring.coverage import ConnectionCoverage, Coverage

_MOST = 5
_NAMES_OPEN = "the events that its route sends are not all known"


def summary(coverage: Coverage, style: Style, *, whole: bool = False) -> list[str]:
    """How many connections are joined to their routes, and which are not and why."""
    lines: list[str] = []
    if coverage.connections:
        text = f"{counted(coverage.connecting, 'connection')}: {coverage.joined} joined to a route"
        if coverage.joined:
            text += f", event names compared for {coverage.compared}"
        lines.append(text)
    open_ = [one for one in coverage.connections if not one.is_understood]
    rows = list(dict.fromkeys(_connection(one) for one in open_))
    lines += _listed(rows, style, whole=whole)
    unread = [f"{visible(one.path)}: {one.why}" for one in coverage.unread]
    if unread:
        lines.append(f"{counted(len(unread), 'file')} with SSE markup or routes not read:")
        lines += _listed(unread, style, whole=whole)
    if whole:
        lines += _apps(coverage)
    return lines


def _listed(rows: list[str], style: Style, *, whole: bool) -> Iterator[str]:
    shown = rows if whole else rows[:_MOST]
    for row in shown:
        yield f"  {style('-', 'dim')} {row}"
    if len(rows) > len(shown):
        more = style("--coverage", "bold")
        yield f"  {style('-', 'dim')} and {len(rows) - len(shown)} more ({more} shows all)"


def _connection(one: ConnectionCoverage) -> str:
    place = f"{visible(one.span.source.path)}:{one.span.start_position.line}"
    fault = one.joined.fault
    why = one.joined.why or (fault.message if fault is not None else _NAMES_OPEN)
    return f"{place} `{visible(one.shown)}`: {visible(why)}"


def _apps(coverage: Coverage) -> Iterator[str]:
    for app in coverage.apps:
        place = f"{visible(app.span.source.path)}:{app.span.start_position.line}"
        kind = " (a test)" if app.is_test else " (part of an application)" if app.part else ""
        yield f"{app.framework} at {place}{kind}: {counted(len(app.routes), 'route')}"
        for note in app.unread:
            at = f"{visible(note.span.source.path)}:{note.span.start_position.line}"
            yield f"  - {at}: {visible(note.why)}"


def as_data(coverage: Coverage) -> dict[str, Any]:
    """The `coverage` of the JSON report."""
    numbers = {id(app): number for number, app in enumerate(coverage.apps)}
    return {
        "apps": [
            {
                "framework": app.framework,
                "location": location(app.span),
                "routes": len(app.routes),
                "streams": coverage.streams.get(id(app), 0),
                "pages": coverage.pages.get(id(app), 0),
                "unread": [
                    {"location": location(note.span), "why": note.why} for note in app.unread
                ],
            }
            for app in coverage.apps
        ],
        "connections": [
            {
                "location": location(one.span),
                "url": one.shown,
                "app": numbers.get(id(one.joined.app)),
                "joined": one.joined.state,
                "route": one.joined.route.path if one.joined.route is not None else None,
                "names": one.joined.names,
                "why": one.joined.why,
            }
            for one in coverage.connections
        ],
        "unread": [{"path": one.path, "why": one.why} for one in coverage.unread],
    }
