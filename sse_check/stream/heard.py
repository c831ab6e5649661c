"""What a test reads when a stream did not bring what it waits for."""

import time

from sse_check.source.counted import counted, in_seconds
from sse_check.stream.discretion import discreet
from sse_check.stream.exchange import Exchange

_MOST_SHOWN = 12
_LONGEST_DATA = 70


class StreamFailure(AssertionError):  # noqa: N818 - a test fails with it, as with an AssertionError
    """The stream did not bring what was waited for; the message shows what came."""


def has_news(exchange: Exchange, known: int) -> bool:
    return len(exchange.events) > known or exchange.done.is_set()


def time_left(exchange: Exchange) -> float:
    return exchange.start + exchange.limits.seconds - time.monotonic()


def story(exchange: Exchange, what: str = "") -> str:
    """What happened, and every event that came before."""
    path, reply = discreet(exchange.request.path), exchange.reply
    came = counted(len(exchange.events), "event")
    if exchange.error:
        return exchange.error
    if not reply.status:
        return f"`{path}` did not answer within {in_seconds(exchange.limits.seconds)}"
    if not reply.is_stream:
        kind = reply.headers.get("content-type", "no content type")
        excerpt = " ".join(reply.text.split())[:300]
        return f"`{path}` answers {reply.status} with {kind}, not an event stream:\n  {excerpt}"
    if reply.unreadable:
        return f"`{path}` is sent as `{reply.unreadable}`, which nobody asked for"
    if not what:
        what = f"no more events within {in_seconds(exchange.limits.seconds)}"
        if reply.failure:
            what = f"it broke off: {reply.failure}"
        elif exchange.done.is_set():
            what = "it was left"
    return "\n".join([f"`{path}`: {what}; {came} came", *_lines(exchange)])


def _lines(exchange: Exchange) -> list[str]:
    events, times = exchange.events, exchange.reply.times
    first = max(0, len(events) - _MOST_SHOWN)
    lines = [f"  ({first} earlier)"] if first else []
    width = max((len(event.event) for event in events[first:]), default=0)
    for event in events[first:]:
        at = next((at for at, size in times if size > event.offset), 0.0)
        data = event.data if len(event.data) <= _LONGEST_DATA else event.data[:_LONGEST_DATA] + "…"
        lines.append(f"  {at:6.2f} s  {event.event.ljust(width)}  {data!r}")
    rest = exchange.undispatched
    if rest.strip():
        shown = rest[:_LONGEST_DATA].decode("utf-8", "replace")
        lines.append(f"  and without the blank line that dispatches it: {shown!r}")
    return lines
