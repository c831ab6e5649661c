"""The wiring as one self-contained page: no network, no scripts but its own few lines."""

from html import escape

from sse_check.htmx.outcomes import selector_of
from sse_check.report import page_style, wiring_words
from sse_check.report.wiring import Landing, MapConnection, MapEvent, MapListener, MapPage
from sse_check.source import Span
from sse_check.source.counted import counted

_STYLE = """
.page > header { display: flex; gap: .8rem; align-items: baseline; flex-wrap: wrap;
  margin-bottom: .8rem; }
.wire { display: grid; grid-template-columns: minmax(11rem, 15rem) 1fr; margin-top: .6rem; }
.node { border: 1px solid var(--line); border-radius: 9px; padding: .4rem .7rem;
  background: var(--bg); width: fit-content; max-width: 100%; }
.connection { align-self: start; border-left: 4px solid var(--accent); width: auto;
  position: relative; }
.connection::after { content: ""; position: absolute; left: 100%; top: 1.25rem; width: 1.2rem;
  border-top: 2px solid var(--line); }
.events { border-left: 2px solid var(--line); margin-left: 1.2rem; }
.event { display: grid; grid-template-columns: minmax(9rem, 13rem) 1fr; align-items: start;
  padding: .3rem 0; position: relative; }
.event::before, .landing::before { content: ""; display: inline-block; width: 1.4rem;
  border-top: 2px solid var(--line); position: absolute; left: 0; top: 1.25rem; }
.event > .node { margin-left: 1.5rem; width: auto; }
.landing { position: relative; display: flex; gap: .6rem; align-items: center;
  padding-left: 1.6rem; margin-bottom: .35rem; }
.landing::before { top: 50%; }
.arrow { color: var(--dim); }
.ok { border-color: var(--ok); background: var(--okbg); } .ok b { color: var(--ok); }
.bad { border-color: var(--bad); background: var(--badbg); } .bad b { color: var(--bad); }
.warn { border-color: var(--warn); background: var(--warnbg); } .warn b { color: var(--warn); }
details { display: inline-block; } summary { cursor: pointer; color: var(--dim); font-size: .85em; }
summary:hover { color: var(--accent); }
"""


def render(pages: list[MapPage]) -> str:
    body = "".join(_page(page) for page in pages) or "<p>No page opens a stream.</p>"
    connections = sum(len(page.connections) for page in pages)
    total = f"{counted(len(pages), 'page')}, {counted(connections, 'connection')}"
    lead = f"{total}. What goes astray is red."
    return page_style.page(
        "Wiring", _STYLE, f'<h1>Where every event lands</h1><p class="lead">{lead}</p>{body}'
    )


def _page(page: MapPage) -> str:
    wires = "".join(_connection(connection) for connection in page.connections)
    return (
        f'<section class="page"><header><h2>{escape(page.path)}</h2>'
        f'<span class="dim">{escape(page.stack)}, {escape(page.stack_source)}</span></header>'
        f"{wires}</section>"
    )


def _connection(connection: MapConnection) -> str:
    words = wiring_words.of_connection(connection)
    opens = "".join(f'<div class="dim">{escape(text)}</div>' for text in words)
    events = "".join(_event(event) for event in connection.events)
    kind = " bad" if connection.opens == "never" else ""
    return (
        f'<div class="wire"><div class="node connection{kind}">'
        f"<code>{escape(connection.url)}</code>"
        f"{opens}<div>{_place(connection.span)}</div></div>"
        f'<div class="events">{events}</div></div>'
    )


def _event(event: MapEvent) -> str:
    kind, note = "", ""
    if event.unsent:
        kind, note = " bad", "<div><b>never sent</b></div>"
    elif not event.listeners:
        kind, note = " warn", "<div><b>nobody listens</b></div>"
    sent = "".join(
        f'<div class="dim">from {escape(route)} {_place(span)}</div>'
        for route, span in event.emitted_by[:4]
    )
    note += "".join(f"<div>{escape(text)}</div>" for text in wiring_words.of_event(event))
    note = ("<div class='dim'>without a name</div>" if event.unnamed else "") + note
    listeners = "".join(_listener(listener) for listener in event.listeners)
    return (
        f'<div class="event"><div class="node{kind}"><code>{escape(event.name)}</code>{note}{sent}'
        f"</div><div>{listeners}</div></div>"
    )


def _listener(listener: MapListener) -> str:
    out = ""
    name = escape(selector_of(listener.node))
    for landing in listener.landings:
        kind, text = _landing(landing, listener)
        some = "" if landing.ways == "all" else '<span class="dim">on some ways</span>'
        out += (
            f'<div class="landing"><div class="node"><code>{name}</code> '
            f'<span class="dim">{listener.kind}</span><div>{_place(listener.span)}</div></div>'
            f'<span class="arrow">&#10132;</span><div class="node {kind}">{text}</div>{some}</div>'
        )
    return out


def _landing(landing: Landing, listener: MapListener) -> tuple[str, str]:
    if landing.closes:
        return "ok", "<b>closes the stream</b>"
    if landing.verdict == "lost":
        why = f"<div class='dim'>{escape(landing.why)}</div>" if landing.why else ""
        return "bad", f"<b>nowhere</b>{why}"
    if listener.kind == "script":
        return "ok", "<b>a script</b>"
    if landing.verdict == "unknown" or landing.lands is None:
        return (
            ("warn", "<b>not known</b>") if landing.verdict == "unknown" else ("ok", "<b>taken</b>")
        )
    itself = landing.lands is listener.node
    where = "itself" if itself else f"<code>{escape(selector_of(landing.lands))}</code>"
    text = f"<b>{where}</b> <span class='dim'>{escape(landing.swap or 'request')}</span>"
    if landing.verdict == "misrouted":
        text += "<div><b>misrouted</b></div>"
    for word in wiring_words.of_landing(landing):
        shown = f"<b>{escape(word)}</b>" if word.startswith("removes") else escape(word)
        text += f"<div>{shown}</div>"
    repetition = wiring_words.of_repetition(landing, listener)
    text += f"<div class='dim'>{escape(repetition)}</div>" if repetition else ""
    bad = landing.verdict == "misrouted" or bool(landing.destroys)
    return ("bad" if bad else "ok" if landing.repeats else "warn"), text


def _place(span: Span) -> str:
    """A place that opens to its source line."""
    span = span.real
    start, end = span.start_position, span.end_position
    line = span.source.line_text(start.line)
    last = end.column - 1 if end.line == start.line else len(line)
    first = start.column - 1
    path = escape(span.source.path)
    code = f"{escape(line[:first])}<mark>{escape(line[first:last])}</mark>{escape(line[last:])}"
    return (
        f'<details><summary title="{path}:{start.line}">{path.rpartition("/")[2]}:{start.line}'
        f"</summary><pre>{path}\n{start.line}  {code}</pre></details>"
    )
