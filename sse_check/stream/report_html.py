"""The harness's report as one self-contained page: what `streams.html.jinja` is given."""

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

from sse_check.findings.model import Finding
from sse_check.findings.result import Result
from sse_check.htmx.titles import title_of
from sse_check.project.settings import LEVELS
from sse_check.report import pages as html
from sse_check.report.pages import Place
from sse_check.source.counted import counted
from sse_check.stream.align import Alignment
from sse_check.stream.landings import Row
from sse_check.stream.session import SeenStream
from sse_check.stream.table import HEAD, cells_of, how

_KINDS = {
    "delivered": "ok",
    "library's own": "ok",
    "unheard": "warn",
    "removed": "warn",
    "not seen": "warn",
}
_LEVELS = {"error": "bad", "warning": "warn", "info": "info"}
_MOST_DOTS = 400
_LONGEST_EXCERPT = 120
# With fewer lines everything is seen at once.
_FILTERED_FROM = 12


def render(alignment: Alignment, result: Result) -> str:
    view = alignment.session.view
    how = "observed in Chromium" if alignment.watched else "predicted by the model of htmx"
    streams = [_stream(alignment, stream) for stream in alignment.session.streams]
    return html.render(
        "streams",
        title="Streams",
        page=alignment.session.shown,
        lead=f"{title_of(view.loaded)} ({alignment.session.told_by}). Where events land is {how}.",
        verdict=_verdict(result),
        filtered=sum(len(stream["rows"]) for stream in streams) >= _FILTERED_FROM,
        head=HEAD,
        streams=streams,
        pictures=_pictures(alignment),
        findings=[
            _finding(finding)
            for finding in sorted(result.findings, key=lambda one: LEVELS.index(one.level))
        ],
    )


def _verdict(result: Result) -> dict[str, str]:
    levels = [finding.level for finding in result.findings]
    kind = next((_LEVELS[level] for level in ("error", "warning") if level in levels), "ok")
    text = "the page and its streams agree" if kind == "ok" else _counted(levels)
    return {"kind": kind, "text": text}


def _counted(levels: Sequence[str]) -> str:
    counts = [(levels.count(level), level) for level in ("error", "warning", "info")]
    return ", ".join(counted(count, level) for count, level in counts if count)


def _stream(alignment: Alignment, stream: SeenStream) -> dict[str, Any]:
    longest = max((stream.time_of(event) for event in stream.events), default=0.0) or 0.001
    return {
        "shown": stream.shown,
        "how": how(stream),
        "lanes": _lanes(stream, [r for r in alignment.rows if r.stream is stream], longest),
        "ticks": [f"{share * longest:.2f} s" for share in (0, 0.5, 1)],
        "rows": [
            {"cells": cells, "kind": _KINDS.get(cells[5], "bad")}
            for cells in cells_of(alignment, stream)
        ],
    }


def _lanes(stream: SeenStream, rows: list[Row], longest: float) -> list[dict[str, Any]]:
    """A lane for each name, a dot for each event."""
    lanes: dict[str, dict[str, Any]] = {
        row.name: {"name": row.name, "kind": _KINDS.get(row.verdict, "bad"), "dots": []}
        for row in rows
    }
    for event in stream.events[:_MOST_DOTS]:
        at = stream.time_of(event)
        excerpt = " ".join(event.data.split())[:_LONGEST_EXCERPT]
        dot = {"percent": f"{100 * at / longest:.1f}", "title": f"{at:.2f} s: {excerpt}"}
        lanes[event.event]["dots"].append(dot)
    return list(lanes.values())


def _pictures(alignment: Alignment) -> list[dict[str, str]]:
    if alignment.watched is None:
        return []
    taken = (
        ("before the first event", alignment.watched.before),
        ("after the last event", alignment.watched.after),
    )
    return [{"what": what, "data": b64encode(data).decode()} for what, data in taken]


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "kind": _LEVELS[finding.level],
        "level": finding.level,
        "rule": finding.rule,
        "message": finding.message,
        "help": finding.help,
        "place": Place.of(finding.span),
        "related": [(one.message, Place.of(one.span)) for one in finding.related],
    }
