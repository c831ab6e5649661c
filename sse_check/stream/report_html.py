"""The harness's report as one self-contained page: verdicts, a timeline, findings, pictures."""

import re
from base64 import b64encode
from collections.abc import Sequence
from html import escape

from sse_check.findings.model import Finding
from sse_check.findings.result import Result
from sse_check.report import page_style
from sse_check.source import Span
from sse_check.stream.align import Alignment
from sse_check.stream.landings import Row
from sse_check.stream.session import SeenStream
from sse_check.stream.table import HEAD, cells_of, how_it_ended

_WIDTH, _LANE, _LEFT = 760, 26, 150
_KINDS = {
    "delivered": "ok",
    "library's own": "ok",
    "unheard": "warn",
    "removed": "warn",
    "not seen": "warn",
}
_LEVELS = {"error": "bad", "warning": "warn", "info": "info"}
_MOST_DOTS = 400
_STYLE = """
table { border-collapse: collapse; margin: .8rem 0; width: 100%; }
th { text-align: left; color: var(--dim); font-weight: 500; font-size: .85em; }
th, td { padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); }
td.ok { color: var(--ok); } td.warn { color: var(--warn); } td.bad { color: var(--bad); }
td:last-child { font-weight: 600; }
.verdict { display: inline-block; padding: .3rem .8rem; border-radius: 99px; font-weight: 600;
  margin-bottom: 1.2rem; }
.verdict.ok { background: var(--okbg); color: var(--ok); }
.verdict.bad { background: var(--badbg); color: var(--bad); }
.verdict.warn { background: var(--warnbg); color: var(--warn); }
svg { display: block; max-width: 100%; height: auto; } svg text { fill: var(--ink);
  font: 12px ui-monospace, monospace; } svg text.tick { fill: var(--dim); font-size: 11px; }
svg line { stroke: var(--line); } svg circle { stroke: var(--card); stroke-width: 1.5; }
svg .ok { fill: var(--ok); } svg .warn { fill: var(--warn); } svg .bad { fill: var(--bad); }
.finding { border-left: 4px solid var(--dim); padding: .2rem 0 .2rem .9rem; margin: 1rem 0; }
.finding.bad { border-color: var(--bad); } .finding.warn { border-color: var(--warn); }
.finding.info { border-color: var(--accent); }
.finding h3 { font-size: 1rem; margin: 0; } .finding p { margin: .2rem 0; }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 1rem; }
figure { margin: 0; } figcaption { color: var(--dim); font-size: .85em; margin-bottom: .3rem; }
img { width: 100%; border: 1px solid var(--line); border-radius: 8px; display: block; }
"""


def render(alignment: Alignment, result: Result) -> str:
    view = alignment.session.view
    how = "observed in Chromium" if alignment.watched else "predicted by the model of htmx"
    lead = f"{escape(view.stack.name)} ({escape(view.loaded.source)}). Where events land is {how}."
    body = (
        f"<h1>{escape(alignment.session.shown)} and its streams</h1>"
        f'<p class="lead">{lead}</p>{_verdict(result)}'
        + "".join(_stream(alignment, stream) for stream in alignment.session.streams)
        + _pictures(alignment)
        + _findings(result)
    )
    return page_style.page("Streams", _STYLE, body)


def _verdict(result: Result) -> str:
    levels = [finding.level for finding in result.findings]
    if "error" in levels:
        return f'<div class="verdict bad">{_counted(levels)}</div>'
    if "warning" in levels:
        return f'<div class="verdict warn">{_counted(levels)}</div>'
    return '<div class="verdict ok">the page and its streams agree</div>'


def _counted(levels: Sequence[str]) -> str:
    counts = [(levels.count(level), level) for level in ("error", "warning", "info")]
    return ", ".join(f"{count} {level}{'s' * (count > 1)}" for count, level in counts if count)


def _stream(alignment: Alignment, stream: SeenStream) -> str:
    rows = [row for row in alignment.rows if row.stream is stream]
    reply = stream.reply
    end = how_it_ended(reply)
    lines = [(cells, _KINDS.get(cells[5], "bad")) for cells in cells_of(alignment, stream)]
    head = "".join(f"<th>{name}</th>" for name in HEAD)
    body = "".join(
        "<tr>"
        + "".join(
            f"<td{f' class={kind}' if number == 5 else ''}>{escape(cell)}</td>"
            for number, cell in enumerate(cells)
        )
        + "</tr>"
        for cells, kind in lines
    )
    return (
        f'<section class="page"><h2><code>{escape(stream.shown)}</code></h2>'
        f'<p class="dim">{reply.status}, {len(stream.events)} events, {end}</p>'
        f"{_timeline(stream, rows)}<table><tr>{head}</tr>{body}</table></section>"
    )


def _timeline(stream: SeenStream, rows: list[Row]) -> str:
    """A lane for each name, a dot for each event."""
    if not stream.events:
        return ""
    longest = max(stream.time_of(event) for event in stream.events) or 0.001
    lanes = {row.name: number for number, row in enumerate(rows)}
    kinds = {row.name: _KINDS.get(row.verdict, "bad") for row in rows}
    height = _LANE * len(rows) + 24
    parts = []
    for name, lane in lanes.items():
        y = lane * _LANE + 16
        parts.append(f'<line x1="{_LEFT}" x2="{_WIDTH}" y1="{y}" y2="{y}"/>')
        shown = name if len(name) <= 18 else name[:17] + "…"
        parts.append(f'<text x="0" y="{y + 4}">{escape(shown)}</text>')
    for event in stream.events[:_MOST_DOTS]:
        at = stream.time_of(event)
        x = _LEFT + 10 + (at / longest) * (_WIDTH - _LEFT - 20)
        y = lanes[event.event] * _LANE + 16
        excerpt = " ".join(event.data.split())[:120]
        parts.append(
            f'<circle class="{kinds[event.event]}" cx="{x:.1f}" cy="{y}" r="6">'
            f"<title>{escape(event.event)} at {at:.2f} s: {escape(excerpt)}</title></circle>"
        )
    for share, anchor in ((0, "start"), (0.5, "middle"), (1, "end")):
        x = _LEFT + 10 + share * (_WIDTH - _LEFT - 20)
        parts.append(
            f'<text class="tick" text-anchor="{anchor}" x="{x:.0f}" y="{height - 2}">'
            f"{share * longest:.2f} s</text>"
        )
    return f'<svg viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}">{"".join(parts)}</svg>'


def _pictures(alignment: Alignment) -> str:
    if alignment.watched is None:
        return ""
    figures = "".join(
        f"<figure><figcaption>{what}</figcaption>"
        f'<img alt="the page {what}" src="data:image/png;base64,{b64encode(data).decode()}">'
        "</figure>"
        for what, data in (
            ("before the first event", alignment.watched.before),
            ("after the last event", alignment.watched.after),
        )
    )
    return (
        '<section class="page"><h2>In the browser</h2>'
        f'<div class="pictures">{figures}</div></section>'
    )


def _findings(result: Result) -> str:
    if not result.findings:
        return ""
    found = "".join(_finding(finding) for finding in result.findings)
    return f'<section class="page"><h2>What does not align</h2>{found}</section>'


def _finding(finding: Finding) -> str:
    related = "".join(
        f'<p class="dim">{_prose(one.message)}</p>{_frame(one.span)}' for one in finding.related
    )
    help_ = f"<p>{_prose(finding.help)}</p>" if finding.help else ""
    return (
        f'<div class="finding {_LEVELS[finding.level]}"><h3>{_prose(finding.message)}</h3>'
        f'<p class="dim">{finding.level}, {escape(finding.rule)}</p>{_frame(finding.span)}'
        f"{related}{help_}</div>"
    )


def _prose(text: str) -> str:
    """A message, with what stands between backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def _frame(span: Span) -> str:
    """The source line with the place marked."""
    start = span.start_position
    line = span.source.line_text(start.line)
    first = start.column - 1
    last = max(first + 1, min(len(line), first + span.end - span.start))
    marked = (
        f"{escape(line[:first])}<mark>{escape(line[first:last])}</mark>{escape(line[last:])}"
    ).strip()
    place = f"{span.source.path}:{start.line}:{start.column}"
    return f'<div class="dim">{escape(place)}</div><pre>{marked}</pre>'
