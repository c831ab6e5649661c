"""The table that a person reads: what came, who took it, where it landed."""

from sse_check.htmx.titles import title_of
from sse_check.report.style import Style, visible
from sse_check.source.counted import counted
from sse_check.stream.actions import Did
from sse_check.stream.align import Alignment
from sse_check.stream.around import Node
from sse_check.stream.discretion import discreet
from sse_check.stream.landings import Row
from sse_check.stream.page_findings import loads_itself
from sse_check.stream.session import SeenStream, Session
from sse_check.stream.web import Reply

Cells = tuple[str, str, str, str, str, str]
HEAD: Cells = ("event", "count", "first", "listener", "lands in", "verdict")
_MOST_UNREAD = 3
_MOST_PLACES = 2
_KINDS = {
    "delivered": "help",
    "unheard": "info",
    "removed": "warning",
    "gone": "error",
    "misrouted": "error",
    "lost": "error",
}


def render(alignment: Alignment, style: Style) -> str:
    view = alignment.session.view
    page = style(visible(alignment.session.shown), "bold")
    how = alignment.session.told_by
    lines = [
        f"{page}  {title_of(view.loaded)} ({how}), landing places "
        + ("observed in Chromium" if alignment.watched else "predicted by the model of htmx"),
    ]
    lines.extend(style(visible(line), "dim") for line in _unread(alignment.session.unread_scripts))
    lines.extend(style(visible(line), "dim") for line in _unloaded(alignment.session))
    lines.append("")
    if not alignment.session.streams:
        lines.append("no stream is opened by this page")
    lines.extend(style(f"done   {visible(_done(did))}", "dim") for did in alignment.session.done)
    for stream in alignment.session.streams:
        lines.extend(_stream(alignment, stream, style))
    return "".join(line + "\n" for line in lines)


def _unread(scripts: dict[str, str]) -> list[str]:
    """Scripts of which it is not known what they are."""
    shown = [
        f"not read {discreet(url)}: {why}" for url, why in list(scripts.items())[:_MOST_UNREAD]
    ]
    more = len(scripts) - len(shown)
    return [*shown, f"not read {counted(more, 'more script')}"] if more > 0 else shown


def _unloaded(session: Session) -> list[str]:
    """Parts that the page asks for by itself: streams in them are not looked at."""
    parts = loads_itself(session)
    if not parts:
        return []
    more = f", and {counted(len(parts) - 1, 'more part')}" if len(parts) > 1 else ""
    return [f'not loaded {parts[0]}{more}: look at it with --do "{parts[0]}"']


def _done(did: Did) -> str:
    return discreet(f"{did.shown}: {did.told or did.failure or 'done'}")


def _stream(alignment: Alignment, stream: SeenStream, style: Style) -> list[str]:
    reply = stream.reply
    seconds = max(0.0, reply.seconds - stream.opened)
    head = f"{style('stream', 'dim')} {visible(stream.shown)}: {how(stream, seconds)}"
    table = [HEAD, *cells_of(alignment, stream)]
    widths = [max(len(line[n]) for line in table) for n in range(6)]
    lines = [head]
    for number, cells in enumerate(table):
        text = "  ".join(
            visible(cell).ljust(width) for cell, width in zip(cells, widths, strict=True)
        )
        kind = "dim" if number == 0 else _KINDS.get(cells[5], "warning")
        verdict = style(cells[5], kind)
        lines.append(f"  {text[: len(text) - widths[5]]}{verdict}".rstrip())
    lines.append("")
    return lines


def how(stream: SeenStream, seconds: float | None = None) -> str:
    """What a stream was answered with, what came, and what became of it."""
    reply = stream.reply
    status = str(reply.status) if reply.status else "no answer"
    if reply.status and not reply.is_stream:
        return f"{status}, no stream"
    within = f" in {seconds:.1f} s" if seconds is not None else ""
    return f"{status}, {counted(len(stream.events), 'event')}{within}, {_how_it_ended(reply)}"


def _how_it_ended(reply: Reply) -> str:
    if not reply.status:
        return "still awaited" if reply.is_awaited else "failed"
    if reply.failure:
        return "broke off"
    if reply.ended:
        return "ended by the server"
    return f"cut after {len(reply.body) // (1024 * 1024)} MB" if reply.cut else "still open"


def cells_of(alignment: Alignment, stream: SeenStream) -> list[Cells]:
    """The lines of a stream's table: what came, and what was waited for in vain."""
    rows = [row for row in alignment.rows if row.stream is stream]
    beyond = {str(wait.name): wait.node for wait in alignment.outside}
    lines = [cells for row in rows for cells in _cells(row, beyond.get(row.name))]
    came = {row.name for row in rows}
    for wait in alignment.waits[id(stream.connection)]:
        if str(wait.name) not in came:
            came.add(str(wait.name))
            lines.append((str(wait.name), "0", "-", named(wait.node), "-", "not seen"))
    return lines


def _cells(row: Row, beyond: Node | None) -> list[Cells]:
    """What became of a name; `beyond` is what waits for it outside of every connection."""
    count, first = str(row.count), f"{row.first:.2f} s"
    if not row.landings and beyond is not None:
        return [(row.name, count, first, named(beyond), "-", "out of reach")]
    if not row.landings:
        return [(row.name, count, first, "-", "-", row.verdict)]
    cells = []
    for landing in row.landings:
        where = _beside(landing.beside)
        if landing.lands is not None:
            where = "itself" if landing.lands is landing.listener else named(landing.lands)
        cells.append((row.name, count, first, named(landing.listener), where, landing.verdict))
        count, first = "", ""
    return cells


def _beside(places: tuple[Node, ...]) -> str:
    """Where parts went of a message that has nothing else."""
    shown = ", ".join(named(place) for place in places[:_MOST_PLACES])
    more = len(places) - _MOST_PLACES
    return f"{shown} and {more} more" if more > 0 else shown or "-"


def named(node: Node) -> str:
    ident = node.attributes.get("id")
    if ident:
        return f"{node.name}#{ident}"
    first = (node.attributes.get("class") or "").split()[:1]
    return f"{node.name}.{first[0]}" if first else node.name
