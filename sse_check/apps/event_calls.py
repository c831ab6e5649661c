"""How each library names an event and makes a stream: a row for each call, and nothing else."""

from typing import Any, Literal, NamedTuple

from sse_check.project.settings import SettingsError
from sse_check.source.numbers import count_of
from sse_check.template.values import Pattern

MESSAGE = "message"
CONTENT_TYPE = "text/event-stream"

TextMeans = Literal["frames", "data"]
DictMeans = Literal["fields", "json", "unknown"]


class Dialect(NamedTuple):
    """What a response does with what goes through it.

    A text is a piece of the wire format ("frames") or the data of an event; a dict has the
    fields of an event or is sent as JSON.
    """

    text: TextMeans = "frames"
    mapping: DictMeans = "unknown"
    # Keyword of the response that names events without a name of their own.
    default_event: str = ""
    # Whether data is encoded as JSON, and how it is sent as it is instead.
    encodes_json: bool = False
    as_is: str = ""
    # Whether an event without data has no data line, so that no browser dispatches it.
    needs_data: bool = False
    # Whether bytes are a piece of the wire format where texts are data.
    raw_bytes: bool = False
    # What an event without a name of its own is called.
    unnamed: Pattern = Pattern(("message",))


_RAW_DATA = "`ServerSentEvent(raw_data=...)`"

FRAMES = Dialect()
FIELDS = Dialect("data", "fields", raw_bytes=True)
STARLETTE = FIELDS._replace(needs_data=True)
LITESTAR = Dialect("data", "fields", default_event="event_type")
CHIRP = Dialect("data", "json", default_event="event_type")
FASTAPI = Dialect("data", "json", encodes_json=True, as_is=_RAW_DATA)
OBJECTS = Dialect("data", "json")


class Response(NamedTuple):
    """A call that makes the answer of a route, and where it takes what is streamed.

    `packages` are those of which one must be the maker's (empty: any). `typed` says that it is
    a stream of events by itself; others are when their content type says so.
    """

    name: str
    packages: tuple[str, ...]
    source: str | tuple[str, ...]
    position: int = 0
    typed: bool = True
    dialect: Dialect = FRAMES


RESPONSES: tuple[Response, ...] = (
    Response("EventSourceResponse", ("fastapi",), "content", dialect=FASTAPI),
    Response("EventSourceResponse", ("sse_starlette",), "content", dialect=STARLETTE),
    Response("EventSourceResponse", (), "content", dialect=FIELDS),
    Response("EventStream", ("chirp",), ("generator", "stream"), dialect=CHIRP),
    Response("EventStream", ("fasthtml",), "s"),
    Response("sse_response", ("tempest_fastapi_sdk",), ("source", "stream")),
    Response("ServerSentEvent", ("litestar",), ("content", "iterator"), dialect=LITESTAR),
    Response("ServerSentEventsResponse", ("blacksheep",), "events_provider", dialect=OBJECTS),
    Response("SSEResponse", ("robyn",), "content"),
    Response("SSEResponse", ("air",), "content", dialect=OBJECTS),
    Response("sse", ("cello",), "stream", dialect=OBJECTS),
    Response("EventStreamResponse", (), ("content", "iterable"), dialect=FIELDS),
    Response("DatastarResponse", (), "content"),
    Response("StreamingResponse", (), "content", typed=False),
    Response("StreamingHttpResponse", (), "streaming_content", typed=False),
    Response("HttpResponse", (), "content", typed=False),
    Response("HTTPResponse", (), "body", typed=False),
    Response("ResponseStream", (), "streaming_fn", typed=False),
    Response("Stream", ("litestar",), ("content", "iterator"), typed=False),
    Response("StreamedContent", ("blacksheep",), "data_provider", 1, typed=False),
    Response("Response", (), ("response", "content", "body"), typed=False),
    Response("response_class", (), "response", typed=False),
    Response("make_response", (), "rv", typed=False),
    Response("stream", ("sanic",), "streaming_fn", typed=False),
)


class Writing(NamedTuple):
    """An answer that is given what it sends one by one, by these methods. `packages` are those of
    which one must be the maker's; `typed` says that it is a stream of events by itself."""

    packages: tuple[str, ...]
    methods: frozenset[str]
    typed: bool = False


WRITERS: dict[str, Writing] = {
    "respond": Writing(("sanic",), frozenset(("send",))),
    "StreamResponse": Writing(("aiohttp",), frozenset(("write", "send"))),
    "sse_response": Writing(("aiohttp_sse",), frozenset(("send",)), typed=True),
}


class EventCall(NamedTuple):
    """A call that makes or sends an event.

    `name` is the last part of what is called, `packages` are those of which one must be the
    maker's (empty: any). `event` is the keyword of the event's name, `position` its place among
    the positional arguments (-1: keyword only). `sends` says that the call sends at once,
    rather than makes a value to be yielded. `data` are keyword and place of the payload; `as_is`
    is how a library that encodes it as JSON sends it as it is. `needs_data` says that an event
    without any has no data line, so that no browser dispatches it.
    """

    name: str
    packages: tuple[str, ...]
    event: str
    position: int = -1
    sends: bool = False
    data: int = 0
    data_name: str | tuple[str, ...] = "data"
    encodes_json: bool = False
    channel: str = ""
    channel_position: int = -1
    unnamed: str = MESSAGE
    as_is: str = ""
    needs_data: bool = False
    # Whether several things are elements that are written one after the other, rather than JSON.
    of_elements: bool = False
    # Whether the call itself says what is rendered into the event.
    renders: bool = False


EVENT_CALLS: tuple[EventCall, ...] = (
    EventCall("SSEEvent", ("chirp",), "event", 1),
    EventCall("Fragment", ("chirp",), "target", renders=True),
    EventCall("SseEvent", ("cello",), "event", 1),
    EventCall("with_event", ("cello",), "name", 0, data=1),
    EventCall("data", ("cello",), ""),
    EventCall("add_event", ("cello",), "name", 0, sends=True, data=1),
    EventCall("add_data", ("cello",), "", sends=True),
    EventCall("ServerSentEvent", ("tempest_fastapi_sdk",), "event", 1),
    EventCall(
        "JSONServerSentEvent",
        ("sse_starlette",),
        "event",
        encodes_json=True,
        as_is="`ServerSentEvent`",
    ),
    EventCall("ServerSentEvent", ("sse_starlette",), "event", needs_data=True),
    EventCall(
        "ServerSentEvent",
        ("fastapi",),
        "event",
        data=-1,
        data_name=("data", "raw_data"),
        encodes_json=True,
        as_is=_RAW_DATA,
        needs_data=True,
    ),
    EventCall("ServerSentEventMessage", ("litestar",), "event", 1),
    EventCall(
        "ServerSentEvent",
        ("blacksheep",),
        "event",
        1,
        encodes_json=True,
        as_is="`TextServerSentEvent`",
    ),
    EventCall("TextServerSentEvent", ("blacksheep",), "event", 1),
    EventCall("SSEvent", ("falcon",), "event", 3, data_name=("data", "text", "json")),
    EventCall("sse_message", ("fasthtml",), "event", 1, data_name="elm", of_elements=True),
    EventCall("SSEMessage", ("robyn",), "event", 1),
    EventCall("send", ("aiohttp_sse",), "event", 2, sends=True),
    EventCall("publish", ("flask_sse",), "type", sends=True, channel="channel"),
    EventCall(
        "send_event",
        ("django_eventstream",),
        "event_type",
        1,
        sends=True,
        data=2,
        encodes_json=True,
        channel="channel",
        channel_position=0,
        as_is="`json_encode=False`",
    ),
)
# Events that are put on a stream of tempest, or on a channel of its broker.
STREAM_PUBLISH = EventCall("publish", ("tempest_fastapi_sdk",), "event", sends=True)
BROKER_PUBLISH = EventCall(
    "publish",
    ("tempest_fastapi_sdk",),
    "event",
    sends=True,
    data=1,
    channel="channel",
    channel_position=0,
)


class Generator(NamedTuple):
    """A function of a library that yields events. `targets` are keywords that name their targets,
    with what they are by default; none for events without a target."""

    name: str
    packages: tuple[str, ...]
    targets: tuple[tuple[str, str], ...] = ()


GENERATORS: tuple[Generator, ...] = (
    Generator("stream_to_fragments", ("chirp",)),
    Generator("stream_events_to_fragments", ("chirp",)),
    Generator(
        "stream_with_sources",
        ("chirp",),
        (("sources_block", ""), ("response_block", "response"), ("share_link_block", "")),
    ),
)


def generator_named(dotted: str) -> Generator | None:
    """The row of a library's generator of events."""
    name = plain(dotted)
    rows = (row for row in GENERATORS if row.name == name and is_of(dotted, row.packages))
    return next(rows, None)


def is_of(dotted: str, packages: tuple[str, ...]) -> bool:
    """Whether a full name belongs to one of these packages; a bare one was imported by `*`."""
    top = dotted.partition(".")[0].partition("(")[0]
    return not packages or "." not in dotted or top in packages


def plain(dotted: str) -> str:
    """The last part of a full name."""
    return dotted.removesuffix("()").rpartition(".")[2]


def response_named(dotted: str) -> Response | None:
    """The row of what makes an answer."""
    name = plain(dotted)
    for row in RESPONSES:
        if row.name == name and is_of(dotted, row.packages):
            return row
    return None


def event_named(dotted: str, calls: tuple[EventCall, ...]) -> EventCall | None:
    """The row of what makes or sends an event."""
    name = plain(dotted)
    for row in calls:
        if row.name == name and is_of(dotted, row.packages):
            return row
    # A class of events from a library without a row of its own.
    if name in ("ServerSentEvent", "SSEEvent", "ServerSentEventMessage") and "." in dotted:
        return EventCall(name, (), "event")
    return None


def taught(settings: dict[str, Any]) -> tuple[EventCall, ...]:
    """The calls that `[[tool.sse-check.server.emit]]` teaches."""
    found = []
    for entry in settings.get("emit", []):
        if not isinstance(entry, dict) or not isinstance(entry.get("call"), str):
            raise SettingsError('server.emit: each entry needs `call = "module.function"`')
        kind, _, rest = str(entry.get("event", "arg:0")).partition(":")
        number = count_of(rest) if kind == "arg" else -1
        if kind not in ("arg", "kwarg") or number is None:
            raise SettingsError('server.emit: `event` is "arg:NUMBER" or "kwarg:NAME"')
        keyword = rest if kind == "kwarg" else "event"
        found.append(EventCall(plain(entry["call"]), (), keyword, number, sends=True))
    return tuple(found)
