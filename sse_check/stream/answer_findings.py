"""What is wrong with the answer that a stream is: its status, its headers, its end."""

from collections.abc import Iterator
from itertools import pairwise

from sse_check.findings.model import Finding, Severity
from sse_check.source.counted import counted, in_seconds
from sse_check.stream.around import EventListener
from sse_check.stream.discretion import discreet
from sse_check.stream.frame_findings import lost_in
from sse_check.stream.page_findings import at_connection
from sse_check.stream.session import SeenStream, Session
from sse_check.stream.web import LOCAL

_CLOSED_BY = {
    "1": "htmx 1 cannot close a stream: let its last event remove the connecting element",
    "2": "name its last event in `sse-close`",
    "4": "name its last event in `hx-sse:close`",
}
# Proxies cut connections that are silent for a minute, some sooner.
_LONG_SILENCE = 30.0
_REFUSED = (401, 403)
_LOG_IN = "log in with --cookie NAME=VALUE, or --header"
_NO_MORE = 204
_PAGES = ("text/html", "application/xhtml+xml")


def of_answer(
    session: Session, stream: SeenStream, waits: list[EventListener]
) -> Iterator[Finding]:
    """Everything about one answer, but not about the events in it."""
    reply = stream.reply
    if session.interrupted and not reply.status:
        return
    if reply.is_awaited:
        yield _unanswered(session, stream, waits)
    elif not reply.is_stream:
        yield _no_stream(session, stream)
        return
    else:
        yield from _of_headers(session, stream)
        if reply.unreadable:
            return
    silence = _longest_silence(session, stream)
    if silence >= _LONG_SILENCE:
        yield at_connection(
            "stream_silent", session.view, stream.connection,
            f"`{stream.shown}` said nothing for {silence:.0f} seconds: "
            "proxies take silent connections for dead",
            "send a comment (`: ping`) every 15 seconds", "warning",
        )  # fmt: skip
    yield from _of_end(session, stream, waits)


def _unanswered(session: Session, stream: SeenStream, waits: list[EventListener]) -> Finding:
    """Of a stream that sends no head it cannot be told whether it is one."""
    in_process = session.visitor.site.origin == LOCAL
    why = "look longer with --timeout, or cause an event with --do"
    if stream.reply.blocks:
        help_ = "while it waits it holds on to its thread, also when the client has gone"
    elif in_process:
        help_ = f"what its route waits for belongs inside of the stream; or {why}"
    else:
        help_ = (
            "many servers send the head of a stream with its first bytes: send a comment "
            f"(`: ok`) at once; or {why}"
        )
    # What the page waits for is told besides.
    level: Severity = "info" if waits and not in_process else "warning"
    return at_connection(
        "stream_not_opened", session.view, stream.connection,
        f"`{stream.shown}` did not answer within {in_seconds(session.limits.seconds)}"
        + (": it blocks its thread" if stream.reply.blocks else ""),
        help_, level,
    )  # fmt: skip


def _no_stream(session: Session, stream: SeenStream) -> Finding:
    """Why an EventSource gives up at this answer, and what to do for this status."""
    reply = stream.reply
    if not reply.status:
        what, help_ = f"does not answer: {reply.failure}", "no stream opens"
    elif reply.status == 200:
        kind = reply.headers.get("content-type", "none")
        what = f"is sent as `{kind}`: the browser refuses it"
        help_ = "send it with the content type `text/event-stream`"
        if reply.moved and reply.kind in _PAGES:
            help_ = f"if it should not lead to a page: {_LOG_IN}"
    elif reply.status == _NO_MORE:
        what = "answers 204: no stream opens, and the browser does not ask again"
        help_ = "where there is nothing to send, write no connection into the page"
    elif reply.status >= 500:
        why = f" ({reply.failure})" if reply.failure else ""
        what = f"answers {reply.status}{why}: no stream opens"
        help_ = "the route failed" + ("" if why else ": see the server's log")
    else:
        what = f"answers {reply.status}: no stream opens"
        help_ = "the address of the connection must be that of the route that streams"
        if reply.status in _REFUSED:
            help_ = _LOG_IN
    if reply.moved:
        what = f"leads to `{discreet(reply.moved)}`, which {what}"
    return at_connection(
        "stream_answer", session.view, stream.connection, f"`{stream.shown}` {what}", help_
    )


def _of_headers(session: Session, stream: SeenStream) -> Iterator[Finding]:
    view, reply, node = session.view, stream.reply, stream.connection
    if reply.unreadable:
        yield at_connection(
            "stream_not_opened", view, node,
            f"this stream was not read: it is sent as `{reply.unreadable}`, which nobody asked for",
            "leave event streams out of compression", "warning",
        )  # fmt: skip
        return
    if "cache-control" not in reply.headers:
        yield at_connection(
            "stream_headers", view, node,
            f"`{stream.shown}` has no `Cache-Control`: a proxy may keep a copy",
            "send `Cache-Control: no-cache`", "info",
        )  # fmt: skip
    if reply.headers.get("content-encoding", "identity") != "identity":
        held = "" if stream.events else ", and none came"
        yield at_connection(
            "stream_headers", view, node,
            f"`{stream.shown}` is compressed: events wait until the compressor's buffer is full, "
            f"if it is not flushed behind each of them{held}",
            "leave event streams out of compression", "info" if stream.events else "warning",
        )  # fmt: skip


def _of_end(session: Session, stream: SeenStream, waits: list[EventListener]) -> Iterator[Finding]:
    view, reply, node = session.view, stream.reply, stream.connection
    if reply.failure:
        yield at_connection(
            "stream_failed", view, node,
            f"`{stream.shown}` broke off after {_events(stream)}: {reply.failure}",
            "see the server's log; the browser opens the stream again and again",
        )  # fmt: skip
    elif reply.ended and not stream.closed:
        closing = [str(wait.name) for wait in waits if wait.kind == "close"]
        if not lost_in(stream).isdisjoint(closing):
            # What is wrong with that event says so.
            return
        why = f"without `{closing[0]}`, which closes it" if closing else "and nothing closes it"
        yield at_connection(
            "stream_ended", view, node,
            f"`{stream.shown}` ended after {_events(stream)}, {why}: "
            "the page opens it again and again, and its work is done each time",
            f"send `{closing[0]}` as its last event" if closing else _CLOSED_BY[view.generation],
        )  # fmt: skip


def _events(stream: SeenStream) -> str:
    return counted(len(stream.events), "event")


def _longest_silence(session: Session, stream: SeenStream) -> float:
    """The longest time in which nothing came, not even a comment."""
    times = [stream.opened, *(at for at, _ in stream.reply.times)]
    waited = not stream.reply.ended and len(stream.events) < session.limits.events
    if waited and not session.interrupted:
        times.append(stream.opened + session.limits.seconds)
    return max((later - earlier for earlier, later in pairwise(times)), default=0.0)
