"""One look at a page: it is fetched, its streams are opened and read, nothing is judged yet."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from sse_check.findings.rule import Context
from sse_check.htmx.contents import version_in
from sse_check.htmx.dom import Node
from sse_check.htmx.stacks import Version
from sse_check.htmx.view import View, url_of
from sse_check.project.discovery import Found
from sse_check.project.project import Project
from sse_check.project.settings import Settings
from sse_check.source.counted import counted
from sse_check.stream.web import Interrupted, Limits, Reply, Site, StreamError
from sse_check.stream.wire import WireEvent, WireProblem, decode

_MOST_REDIRECTS = 5
_MOST_STREAMS = 24


@dataclass(slots=True, eq=False)
class SeenStream:
    """A connection of the page and what its stream brought."""

    connection: Node
    url: str
    path: str
    reply: Reply
    events: list[WireEvent]
    problems: list[WireProblem]

    def time_of(self, event: WireEvent) -> float:
        """When an event came, in seconds from the request."""
        return next((at for at, size in self.reply.times if size > event.offset), 0.0)


@dataclass(slots=True)
class Session:
    """A page as it was served, as the model sees it, and its streams."""

    path: str
    view: View
    project: Project
    streams: list[SeenStream]
    limits: Limits
    # Connections that were not opened, with the reason.
    left_out: list[tuple[Node, str]] = field(default_factory=list)
    # The page as it was served.
    page: bytes = b""
    # Somebody pressed Ctrl-C: less was read than was asked for.
    interrupted: bool = False


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
) -> Session:
    """Fetch a page and read its streams up to the limits."""
    sent = {name.lower(): value for name, value in (headers or {}).items()}
    progress(f"fetching {path}")
    path, reply = _page(site, path, sent)
    project, view = _with_served_scripts(site, path, reply.body, htmx, sent)
    cookies = "; ".join(f"{name}={value}" for name, value in reply.cookies.items())
    if cookies:
        sent["cookie"] = f"{sent['cookie']}; {cookies}" if "cookie" in sent else cookies
    wanted: list[tuple[Node, str, str]] = []
    left_out: list[tuple[Node, str]] = []
    opened = {id(node) for node in view.played.opened}
    for connection in view.connections:
        url = url_of(connection)
        target = _local(path, url)
        if id(connection) not in opened:
            left_out.append((connection, "the page never opens it"))
        elif target is None:
            left_out.append((connection, "another server"))
        elif len(wanted) < _MOST_STREAMS:
            wanted.append((connection, url, target))
    if wanted:
        progress(f"reading {counted(len(wanted), 'stream')} for up to {limits.seconds:g} seconds")
    interrupted = False
    try:
        replies = site.streams([target for _, _, target in wanted], sent, limits)
    except Interrupted as stop:
        replies, interrupted = stop.replies, True
    streams = []
    for (connection, url, target), answer in zip(wanted, replies, strict=True):
        is_stream = answer.status == 200 and _is_stream(answer)
        events, problems = decode(answer.body) if is_stream else ([], [])
        if not answer.ended:
            # What was cut off by the limits is no fault of the server's.
            problems = [p for p in problems if "ended without" not in p.message]
        streams.append(SeenStream(connection, url, target, answer, events, problems))
    return Session(path, view, project, streams, limits, left_out, reply.body, interrupted)


def _is_stream(reply: Reply) -> bool:
    return reply.headers.get("content-type", "").lower().startswith("text/event-stream")


def _page(site: Site, path: str, headers: Mapping[str, str]) -> tuple[str, Reply]:
    for _ in range(_MOST_REDIRECTS):
        reply = site.get(path, headers)
        where = reply.headers.get("location")
        if reply.status in (301, 302, 303, 307, 308) and where:
            target = _local(path, where)
            if target is None:
                raise StreamError(f"{path} leads to another server: {where}")
            path = target
            continue
        if reply.status != 200:
            raise StreamError(
                f"{path} answers {reply.status}, not a page; name another one with --page, "
                "or log in with --cookie"
            )
        return path, reply
    raise StreamError(f"{path} leads in a circle")


def _local(page: str, url: str) -> str | None:
    """The path of an address on the same server; None for another one."""
    parts = urlsplit(url)
    if parts.scheme not in ("", "http", "https"):
        return None
    if parts.netloc and parts.hostname not in ("127.0.0.1", "localhost", "::1", "testserver"):
        return None
    joined = urlsplit(
        urljoin("http://127.0.0.1" + page, parts._replace(scheme="", netloc="").geturl())
    )
    return (joined.path or "/") + (f"?{joined.query}" if joined.query else "")


def _with_served_scripts(
    site: Site, path: str, markup: bytes, htmx: str, headers: Mapping[str, str]
) -> tuple[Project, View]:
    """A page as it was served; an htmx of its own server is asked for its version."""
    project, view = rendered(path, markup, htmx)
    core = view.loaded.script("core")
    address = _local(path, core.url) if core is not None and core.version is None else None
    if core is None or address is None:
        return project, view
    reply = site.get(address, headers)
    if reply.status != 200:
        return project, view
    return rendered(path, markup, htmx, {core.url.rsplit("/", 1)[-1]: version_in(reply.text)})


def rendered(
    name: str, markup: bytes, htmx: str = "auto", copies: dict[str, Version | None] | None = None
) -> tuple[Project, View]:
    """A served page as a project of one file, so that every element knows its place."""
    shown = (
        "page.html" if name == "/" else name.strip("/") + ("" if name.endswith("l") else ".html")
    )
    found = Found()
    found.templates.append(shown)
    settings = Settings(dialect="html", htmx=htmx)
    project = Project.of("/", settings, found, replaced={shown: markup}, shown_from="/")
    context = Context(project, (shown,))
    # No folder of this machine has to do with the page.
    context.detector.copies = copies or {}
    views = context.views
    if not views:
        raise StreamError(f"{name}: there is no page in what was answered")
    return project, views[0]
