"""The wiring as a tree that a person reads in a terminal."""

from sse_check.htmx.outcomes import selector_of
from sse_check.report import wiring_words
from sse_check.report.style import Style, visible
from sse_check.report.wiring import Landing, MapConnection, MapEvent, MapListener, MapPage
from sse_check.source import Span

_MOST_SENDERS = 3


def render(pages: list[MapPage], style: Style, *, incomplete: bool = False) -> str:
    """The tree; `incomplete` says that there are pages which could not be looked at."""
    if not pages:
        which = "no page that could be looked at" if incomplete else "no page"
        return f"{which} opens a stream\n"
    lines: list[str] = []
    for page in pages:
        lines += [""] if lines else []
        source = visible(f" ({page.stack_source})")
        lines.append(f"{style(visible(page.path), 'bold')}  {style(page.title + source, 'dim')}")
        lines += [style(visible(text), "dim") for text in wiring_words.of_page(page)]
        for number, connection in enumerate(page.connections):
            lines.extend(_connection(connection, style, last=number == len(page.connections) - 1))
    return "".join(line + "\n" for line in lines)


def _connection(connection: MapConnection, style: Style, *, last: bool) -> list[str]:
    opens = "".join(f", {text}" for text in wiring_words.of_connection(connection))
    head = f"{'└─' if last else '├─'} {style(visible(connection.url), 'bold')}"
    lines = [f"{head}  {style(_place(connection.span) + opens, 'dim')}"]
    margin = "   " if last else "│  "
    for number, event in enumerate(connection.events):
        end = number == len(connection.events) - 1
        lines.extend(margin + line for line in _event(event, style, last=end))
    return lines


def _event(event: MapEvent, style: Style, *, last: bool) -> list[str]:
    # One line may send for several addresses, or with several names.
    senders = dict.fromkeys(f"{visible(route)} {_place(span)}" for route, span in event.emitted_by)
    sent = ", ".join([*senders][:_MOST_SENDERS])
    note = style(f"{'perhaps ' if event.doubtful else ''}sent by {sent}", "dim") if sent else ""
    if event.unsent:
        note = style("never sent", "error")
    elif not event.listeners:
        note += style("  nobody listens", "warning")
    note += "".join("  " + style(text, "warning") for text in wiring_words.of_event(event))
    shown = visible(event.name) + (" (without a name)" if event.unnamed else "")
    lines = [f"{'└─' if last else '├─'} {shown}  {note}".rstrip()]
    margin = "   " if last else "│  "
    for listener in event.listeners:
        lines.extend(margin + line for line in _listener(listener, style))
    return lines


def _listener(listener: MapListener, style: Style) -> list[str]:
    where = visible(f"{listener.kind} on {selector_of(listener.node)}")
    lines = []
    for landing in listener.landings:
        some = "" if landing.ways == "all" else "  (on some ways)"
        lines.append(
            f"· {where} -> {_landing(landing, listener, style)}{some}  "
            f"{style(_place(listener.span), 'dim')}"
        )
    return lines


def _landing(landing: Landing, listener: MapListener, style: Style) -> str:
    if landing.closes:
        return style("closes the stream", "help")
    if landing.verdict in ("lost", "unknown"):
        why = f" ({landing.why})" if landing.why else ""
        return style(
            f"nowhere{why}" if landing.verdict == "lost" else "not known",
            "error" if landing.verdict == "lost" else "warning",
        )
    where = "itself" if landing.lands is listener.node else "somewhere"
    if landing.lands is not None and landing.lands is not listener.node:
        where = visible(selector_of(landing.lands))
    if listener.kind == "script":
        return style("a script", "help")
    text = style(
        f"{where} [{visible(landing.swap or 'request')}]",
        "help" if landing.verdict == "delivered" else "error",
    )
    if landing.verdict == "misrouted":
        text += style(" misrouted", "error")
    for word in wiring_words.of_landing(landing):
        text += style(f" {word}", "error" if word.startswith("removes") else "warning")
    repetition = wiring_words.of_repetition(landing, listener)
    return text + (style(f" {repetition}", "warning") if repetition else "")


def _place(span: Span) -> str:
    position = span.start_position
    return f"{visible(span.real.source.path)}:{position.line}"
