"""How each library names an event: one row for each call that makes or sends one."""

from typing import Any, NamedTuple

from sse_check.project.settings import SettingsError


class EventCall(NamedTuple):
    """A call that makes or sends an event.

    `name` is the last part of what is called, `modules` are packages of which one must be
    imported for it (empty: any). `event` is the keyword of the event's name, `position` its
    place among the positional arguments (-1: keyword only). `unnamed` is the name that an
    event without one has. `sends` says that the call sends at once, rather than makes a value
    to be yielded. `data` is the place of the payload.
    """

    name: str
    modules: tuple[str, ...]
    event: str
    position: int
    unnamed: str = "message"
    sends: bool = False
    data: int = 0
    encodes_json: bool = False


MESSAGE = "message"

EVENT_CALLS: tuple[EventCall, ...] = (
    EventCall("SSEEvent", ("chirp",), "event", 1),
    EventCall("Fragment", ("chirp",), "target", -1),
    EventCall("SseEvent", ("cello",), "event", 1),
    EventCall("with_event", ("cello",), "name", 0, data=1),
    EventCall("data", ("cello",), "", -1),
    EventCall("add_event", ("cello",), "name", 0, sends=True, data=1),
    EventCall("add_data", ("cello",), "", -1, sends=True),
    EventCall("ServerSentEvent", ("tempest_fastapi_sdk",), "event", 1),
    EventCall("ServerSentEvent", ("sse_starlette",), "event", -1),
    EventCall("JSONServerSentEvent", ("sse_starlette",), "event", -1, encodes_json=True),
    EventCall("ServerSentEvent", ("fastapi.sse",), "event", -1, encodes_json=True),
    EventCall("ServerSentEventMessage", ("litestar",), "event", 1),
    EventCall(
        "send_event",
        ("django_eventstream",),
        "event_type",
        1,
        sends=True,
        data=2,
        encodes_json=True,
    ),
    EventCall("sse_message", ("fasthtml",), "event", 1),
    EventCall("SSEMessage", ("robyn",), "event", 1),
    EventCall("ServerSentEvent", ("blacksheep",), "event", 1),
    EventCall("TextServerSentEvent", ("blacksheep",), "event", 1),
    EventCall("SSEvent", ("falcon",), "event", 3),
    EventCall("publish", ("flask_sse",), "type", -1, sends=True),
    EventCall("publish", ("tempest_fastapi_sdk",), "event", -1, sends=True),
    EventCall("broadcast", ("tempest_fastapi_sdk",), "event", -1, sends=True),
    EventCall("send", ("aiohttp_sse",), "event", 2, sends=True),
)

# What makes the answer of a route a stream, by the last part of its name.
RESPONSES = frozenset(
    "EventSourceResponse EventStream ServerSentEvent SSEResponse ServerSentEventsResponse "
    "sse_response SseStream sse SSE EventStreamResponse".split()
)
# Answers that stream whatever they are given; the content type decides.
RAW_RESPONSES = frozenset(
    "StreamingResponse StreamingHttpResponse Response Stream HTTPResponse".split()
)
CONTENT_TYPE = "text/event-stream"
# Methods by which a stream waits for what others publish.
SUBSCRIBING = frozenset("register subscribe stream listen".split())


def taught(settings: dict[str, Any]) -> tuple[EventCall, ...]:
    """The calls that `[[tool.sse-check.server.emit]]` teaches."""
    found = []
    for entry in settings.get("emit", []):
        if not isinstance(entry, dict) or not isinstance(entry.get("call"), str):
            raise SettingsError('server.emit: each entry needs `call = "module.function"`')
        kind, _, rest = str(entry.get("event", "arg:0")).partition(":")
        if kind not in ("arg", "kwarg") or (kind == "arg" and not rest.isdigit()):
            raise SettingsError('server.emit: `event` is "arg:NUMBER" or "kwarg:NAME"')
        position = int(rest) if kind == "arg" else -1
        keyword = rest if kind == "kwarg" else "event"
        name = entry["call"].rsplit(".", 1)[-1]
        found.append(EventCall(name, (), keyword, position, sends=True))
    return tuple(found)
