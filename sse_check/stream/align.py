"""Do the page and its streams agree? Every event is played on the model of the page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from sse_check.findings.model import Finding, Related, Severity
from sse_check.htmx.dom import Node
from sse_check.htmx.markup import fragment
from sse_check.htmx.model import open_page
from sse_check.htmx.outcomes import copied, speaks_of_events
from sse_check.htmx.page import Effect
from sse_check.htmx.selectors import UnknownSelectorError
from sse_check.htmx.view import View, connect_attribute, described
from sse_check.server.wiring import Wait, waits_of
from sse_check.source import Source, Span
from sse_check.stream.session import SeenStream, Session
from sse_check.stream.web import Limits
from sse_check.stream.wire import WireEvent

_JSON = re.compile(r"\s*(?:\{\s*\"|\[\s*[\[{\"]|\"(?:[^\"\\]|\\.)*<)")
_ESCAPED = re.compile(r"&lt;/?[a-zA-Z]")
_OF_THE_BROWSER = ("error", "open")


# Names that server libraries send of their own accord, for scripts of their own.
_OF_THE_LIBRARY = frozenset(
    ("stream-open", "keep-alive", "stream-reset", "stream-error", "chirp:sse:meta")
)
# Proxies cut connections that are silent for a minute, some sooner.
_LONG_SILENCE = 30.0


@dataclass(slots=True)
class Landing:
    """Where an event went at one listener."""

    listener: Node
    verdict: str
    lands: Node | None
    style: str
    removed: bool = False


@dataclass(slots=True)
class Row:
    """All events of one name on one stream."""

    stream: SeenStream
    name: str
    count: int
    first: float
    event: WireEvent
    landings: list[Landing] = field(default_factory=list)
    # Whether something on the page as it was served waits for the name.
    waited: bool = False

    @property
    def verdict(self) -> str:
        if not self.landings:
            if self.name in _OF_THE_LIBRARY:
                return "library's own"
            return "gone" if self.waited else "unheard"
        verdicts = {landing.verdict for landing in self.landings}
        for worst in ("lost", "misrouted", "removed"):
            if worst in verdicts:
                return worst
        return "delivered"


@dataclass(slots=True)
class Alignment:
    """What the harness found."""

    session: Session
    rows: list[Row]
    waits: dict[int, list[Wait]]
    findings: list[Finding]

    @property
    def aligned(self) -> bool:
        return not any(finding.level == "error" for finding in self.findings)


def align(session: Session, expected: tuple[str, ...] = ()) -> Alignment:
    """Compare what the streams brought with what the page waits for."""
    view = session.view
    rows = _played(session)
    waits = {id(s.connection): list(waits_of(view, s.connection)) for s in session.streams}
    for row in rows:
        names = {str(wait.name) for wait in waits[id(row.stream.connection)]}
        row.waited = row.name in names
    alignment = Alignment(session, rows, waits, [])
    found = [
        _finding("stream_not_opened", view, node, f"this stream was not read: {why}", "", "info")
        for node, why in session.left_out
    ]
    for stream in session.streams:
        found.extend(_answer(session, stream))
        if stream.reply.status == 200:
            found.extend(_missing(session, stream, rows, waits[id(stream.connection)], expected))
            found.extend(_frames(stream))
    for row in rows:
        found.extend(_of_row(view, row))
    alignment.findings = list(dict.fromkeys(found))
    return alignment


# Playing


def _played(session: Session) -> list[Row]:
    """Send every event to the page, in the order of each stream."""
    view = session.view
    twin, origin = copied(view.root)
    page = open_page(twin, view.stack, view.config, lambda *_: "", fragment)
    rows: dict[tuple[int, str], Row] = {}
    for stream in session.streams:
        for event in stream.events:
            key = (id(stream.connection), event.event)
            if key not in rows:
                rows[key] = Row(stream, event.event, 0, stream.time_of(event), event)
            row = rows[key]
            row.count += 1
            name = None if event.event == "message" else event.event
            try:
                effects = page.event(name, event.data, stream.url)
            except UnknownSelectorError:
                continue
            for effect in effects:
                _note(row, effect, origin)
    return list(rows.values())


def _note(row: Row, effect: Effect, origin: dict[int, Node]) -> None:
    listener = origin.get(id(effect.listener))
    if listener is None or any(landing.listener is listener for landing in row.landings):
        return
    lands = origin.get(id(effect.lands)) if effect.lands is not None else None
    verdict = "delivered"
    own = bool(listener.get("hx-target")) or effect.kind != "swap"
    if (effect.kind == "swap" and effect.lands is None and effect.style != "none") or (
        effect.kind == "trigger" and effect.failure
    ):
        verdict = "lost"
    elif effect.kind == "swap" and lands is not listener and not own and effect.style != "none":
        verdict = "misrouted"
    gone = [origin[id(n)] for top in effect.removed for n in top.subtree() if id(n) in origin]
    removed = any(node is listener for node in gone)
    brought = lands is None or speaks_of_events(listener)
    if removed and verdict == "delivered" and brought and effect.style == "outerHTML":
        verdict = "delivered" if _brings_again(row.event.data, listener) else "removed"
    row.landings.append(Landing(listener, verdict, lands, effect.style, removed))


def _brings_again(data: str, listener: Node) -> bool:
    value = listener.get("sse-swap")
    return any(
        node.get("sse-swap") == value
        for child in fragment(data)
        if isinstance(child, Node)
        for node in child.subtree()
    )


# Judging


def _finding(
    rule: str,
    view: View,
    node: Node,
    message: str,
    help_: str = "",
    level: Severity = "error",
    related: tuple[Related, ...] = (),
) -> Finding:
    span = view.span(node, "sse-swap", "hx-sse", "sse-connect", "hx-sse:connect", "hx-trigger")
    return Finding(rule, span, message, help_, severity=level, related=related)


def _connection(view: View, stream: SeenStream) -> Span:
    return view.span(stream.connection, connect_attribute(stream.connection) or "")


def _answer(session: Session, stream: SeenStream) -> Iterator[Finding]:
    view, reply, node = session.view, stream.reply, stream.connection
    kind = reply.headers.get("content-type", "none")
    if reply.status != 200:
        yield _finding(
            "stream_answer", view, node,
            f"`{stream.path}` answers {reply.status}: no stream opens",
            "the address in `sse-connect` must be that of the route that streams",
        )  # fmt: skip
        return
    if not kind.lower().startswith("text/event-stream"):
        yield _finding(
            "stream_answer", view, node,
            f"`{stream.path}` is sent as `{kind}`: the browser refuses it",
            "send it with the content type `text/event-stream`",
        )  # fmt: skip
    if "cache-control" not in reply.headers:
        yield _finding(
            "stream_headers", view, node,
            f"`{stream.path}` has no `Cache-Control`: a proxy may keep a copy",
            "send `Cache-Control: no-cache`", "info",
        )  # fmt: skip
    if reply.headers.get("content-encoding"):
        yield _finding(
            "stream_headers", view, node,
            f"`{stream.path}` is compressed: events wait until the compressor's buffer is full",
            "leave event streams out of compression", "warning",
        )  # fmt: skip
    silence = _longest_silence(stream, session.limits)
    if silence >= _LONG_SILENCE:
        yield _finding(
            "stream_silent", view, node,
            f"`{stream.path}` said nothing for {silence:.0f} seconds: "
            "proxies take silent connections for dead",
            "send a comment (`: ping`) every 15 seconds", "warning",
        )  # fmt: skip
    if reply.ended and not node.get("sse-close") and "hx-sse:close" not in node.attributes:
        yield _finding(
            "stream_ended", view, node,
            f"`{stream.path}` ended after {len(stream.events)} events, and nothing closes it: "
            "the browser opens it again every three seconds",
            "name its last event in `sse-close`", "warning",
        )  # fmt: skip


def _longest_silence(stream: SeenStream, limits: Limits) -> float:
    """The longest time in which nothing came, not even a comment."""
    times = [0.0, *(at for at, _ in stream.reply.times)]
    if not stream.reply.ended and len(stream.events) < limits.events:
        times.append(limits.seconds)
    return max((later - earlier for earlier, later in pairwise(times)), default=0.0)


def _missing(
    session: Session,
    stream: SeenStream,
    rows: list[Row],
    waits: list[Wait],
    expected: tuple[str, ...],
) -> Iterator[Finding]:
    """Names that are waited for and did not come."""
    sent = [row.name for row in rows if row.stream is stream]
    for wait in waits:
        name = str(wait.name)
        if name in sent or name in _OF_THE_BROWSER:
            continue
        certain = stream.reply.ended or name in expected
        looked = (
            "before it ended"
            if stream.reply.ended
            else (f"within {session.limits.seconds:g} seconds and {len(stream.events)} events")
        )
        others = (
            f"it sent {', '.join(f'`{one}`' for one in sent[:8])}" if sent else "it sent nothing"
        )
        yield _finding(
            "stream_not_sent", session.view, wait.node,
            f"`{name}` was not sent by `{stream.path}` {looked}",
            f"{others}; --expect {name} makes this an error, --timeout looks longer"
            if not certain else others,
            "error" if certain else "warning",
        )  # fmt: skip


def _frames(stream: SeenStream) -> Iterator[Finding]:
    source = Source(f"{stream.path.lstrip('/')}.sse", stream.reply.text)
    for problem in stream.problems:
        end = min(problem.offset + 1, len(source.text))
        yield Finding(
            "stream_frame", Span(source, min(problem.offset, end), end),
            f"byte {problem.offset}: {problem.message}",
            "see `sse-check stream --decode`", severity="error",
        )  # fmt: skip


def _of_row(view: View, row: Row) -> Iterator[Finding]:
    path = row.stream.path
    if "chirp-block-error" in row.event.data:
        yield _finding(
            "stream_error_event", view, row.stream.connection,
            f"`{path}` reports that a block failed: {_short(row.event.data)}",
            "see the server's log: the fragment could not be rendered",
        )  # fmt: skip
        return
    if row.verdict == "unheard" and view.generation != "4":
        yield _finding(
            "stream_unheard", view, row.stream.connection,
            f"`{row.name}` is sent by `{path}` and nothing waits for it",
            f'add `sse-swap="{row.name}"` under the connection, or stop sending it', "info",
        )  # fmt: skip
    for landing in row.landings:
        yield from _of_landing(view, row, landing)


def _of_landing(view: View, row: Row, landing: Landing) -> Iterator[Finding]:
    node = landing.listener
    if landing.verdict == "misrouted":
        where = described(landing.lands) if landing.lands is not None else "new content"
        target = view.inherited(node, "hx-target")
        related: tuple[Related, ...] = ()
        if target is not None and target.holder.mark is not None:
            at = view.span(target.holder, "hx-target")
            related = (Related("hx-target is inherited from here", at),)
        yield _finding(
            "stream_misrouted", view, node, f"`{row.name}` landed in {where}",
            'give the listener `hx-target="this"`', related=related,
        )  # fmt: skip
    elif landing.verdict == "lost":
        yield _finding(
            "stream_lost", view, node, f"`{row.name}` came and went nowhere",
            "its target is not on the page, or it has no request to send",
        )  # fmt: skip
    elif landing.verdict == "removed":
        yield _finding(
            "stream_wiped", view, node, f"`{row.name}` removed the listener that took it",
            "send the element with its `sse-swap` again, or use `innerHTML`",
        )  # fmt: skip
    if landing.verdict == "delivered" and node.get("sse-swap") is not None:
        if _JSON.match(row.event.data):
            yield _finding(
                "stream_payload", view, node,
                f"`{row.name}` brings JSON, which is shown as text: {_short(row.event.data)}",
                "send HTML", "warning",
            )  # fmt: skip
        elif _ESCAPED.search(row.event.data):
            yield _finding(
                "stream_payload", view, node,
                f"`{row.name}` brings escaped HTML, shown as text: {_short(row.event.data)}",
                "mark the rendered fragment as safe", "warning",
            )  # fmt: skip


def _short(data: str) -> str:
    flat = " ".join(data.split())
    return flat if len(flat) <= 60 else flat[:57] + "..."
