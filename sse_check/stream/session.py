"""One look at a page: it is fetched, its streams are opened and read, nothing is judged yet."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sse_check.source.counted import counted, in_seconds
from sse_check.stream.actions import Action, Did
from sse_check.stream.around import Node, View, rendered, url_of, version_in
from sse_check.stream.discretion import discreet, secrets_in
from sse_check.stream.visit import Heard, Visitor
from sse_check.stream.web import Limits, Reply, Site, StreamError
from sse_check.stream.wire import WireEvent, WireProblem, decode

_MOST_STREAMS = 24
_PAGES = ("", "text/html", "application/xhtml+xml")


@dataclass(slots=True, eq=False)
class SeenStream:
    """A connection of the page and what its stream brought."""

    connection: Node
    url: str
    path: str
    reply: Reply
    events: list[WireEvent]
    problems: list[WireProblem]
    # Whether the page closed it by what came, as the model has it.
    closed: bool = False

    @property
    def shown(self) -> str:
        """The address as reports name it."""
        return discreet(self.path)

    def time_of(self, event: WireEvent) -> float:
        """When an event came, in seconds from the request."""
        return next((at for at, size in self.reply.times if size > event.offset), 0.0)


@dataclass(slots=True)
class Session:
    """A page as it was served, as the model sees it, and its streams."""

    path: str
    view: View
    streams: list[SeenStream]
    limits: Limits
    # The path that was asked for, before redirects.
    asked: str
    reply: Reply
    visitor: Visitor
    # Connections that were not opened, with the reason.
    left_out: list[tuple[Node, str]] = field(default_factory=list)
    done: list[Did] = field(default_factory=list)
    # Values in addresses that reports do not print.
    secrets: frozenset[str] = frozenset()
    # Somebody pressed Ctrl-C: less was read than was asked for.
    interrupted: bool = False

    @property
    def page(self) -> bytes:
        """The page as it was served."""
        return self.reply.body

    @property
    def shown(self) -> str:
        """The path of the page as reports name it."""
        return discreet(self.path)


def in_order(session: Session) -> list[tuple[SeenStream, WireEvent]]:
    """All events of all streams, as they came."""
    events = [(stream, event) for stream in session.streams for event in stream.events]
    return sorted(events, key=lambda one: one[0].time_of(one[1]))


def look(
    site: Site,
    path: str,
    limits: Limits,
    headers: Mapping[str, str] | None = None,
    htmx: str = "auto",
    progress: Callable[[str], None] = lambda _: None,
    do: Sequence[Action] = (),
) -> Session:
    """Fetch a page and read its streams up to the limits; do something while they are open."""
    visitor = Visitor(site, headers or {}, limits)
    progress(f"fetching {discreet(path)}")
    asked, (path, reply) = path, visitor.page(path)
    _check(path, reply)
    view = _with_served_scripts(visitor, path, reply.body, htmx)
    wanted, left_out = _wanted(view, visitor, path)
    if wanted:
        progress(f"reading {counted(len(wanted), 'stream')} for up to {in_seconds(limits.seconds)}")
    targets = [target for _, _, target in wanted]
    heard = visitor.streams(targets, limits, do if wanted else (), progress)
    session = Session(path, view, _seen(wanted, heard, limits), limits, asked, reply, visitor)
    session.left_out = left_out
    session.done = heard.done
    session.interrupted = heard.interrupted
    session.secrets = secrets_in([asked, path, *targets])
    return session


def _check(path: str, reply: Reply) -> None:
    if reply.status != 200:
        raise StreamError(f"{discreet(path)} answers {reply.status}, not a page{_advice(reply)}")
    if reply.failure:
        raise StreamError(f"{discreet(path)} broke off: {reply.failure}")
    if reply.kind not in _PAGES:
        what = "a stream itself: name the page that opens it" if reply.is_stream else "no page"
        raise StreamError(f"{discreet(path)} is sent as `{reply.kind}`, {what}")


def _advice(reply: Reply) -> str:
    if reply.status >= 500:
        return f": {reply.failure}" if reply.failure else "; see the server's log"
    if reply.status == 400:
        return "; an app that refuses the host 127.0.0.1 takes its own: --header 'Host: NAME'"
    return "; name another one with --page, or log in with --cookie"


def _wanted(
    view: View, visitor: Visitor, path: str
) -> tuple[list[tuple[Node, str, str]], list[tuple[Node, str]]]:
    """The connections that are opened, with their addresses; and those that are not, and why."""
    wanted: list[tuple[Node, str, str]] = []
    left_out: list[tuple[Node, str]] = []
    opened = {id(node) for node in view.played.opened}
    for connection in view.connections:
        url = url_of(connection)
        target = visitor.local(path, url)
        if id(connection) not in opened:
            left_out.append((connection, "the page never opens it"))
        elif target is None:
            left_out.append((connection, "another server"))
        elif len(wanted) >= _MOST_STREAMS:
            left_out.append((connection, f"no more than {_MOST_STREAMS} are read"))
        else:
            wanted.append((connection, url, target))
    return wanted, left_out


def _seen(
    wanted: Sequence[tuple[Node, str, str]], heard: Heard, limits: Limits
) -> list[SeenStream]:
    streams = []
    for (connection, url, target), answer in zip(wanted, heard.replies, strict=True):
        events, problems = decode(answer.body) if answer.is_stream else ([], [])
        if not answer.ended:
            # What was cut off by the limits is no fault of the server's.
            problems = [p for p in problems if "ended without" not in p.message]
        streams.append(
            SeenStream(connection, url, target, answer, events[: limits.events], problems)
        )
    return streams


def _with_served_scripts(visitor: Visitor, path: str, markup: bytes, htmx: str) -> View:
    """A page as it was served; an htmx of its own server is asked for its version."""
    name = _file_name(path)
    view = rendered(name, markup, htmx)
    if view is None:
        raise StreamError(f"{discreet(path)}: there is no page in what was answered")
    core = view.loaded.script("core")
    address = visitor.local(path, core.url) if core is not None and core.version is None else None
    if core is None or address is None:
        return view
    reply = visitor.get(address)
    if reply.status != 200:
        return view
    copies = {core.url.rsplit("/", 1)[-1]: version_in(reply.text)}
    return rendered(name, markup, htmx, copies) or view


def _file_name(path: str) -> str:
    """The name under which reports show a served page."""
    bare = path.partition("?")[0].strip("/")
    return (bare or "page") + ("" if bare.endswith((".html", ".htm")) else ".html")
