"""One look at a page: it is fetched, its streams are opened and read, nothing is judged yet."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sse_check.source.counted import counted, in_seconds
from sse_check.stream.actions import Action, Did
from sse_check.stream.answers import Answer
from sse_check.stream.around import Node, PageView, copied, rendered
from sse_check.stream.discretion import discreet, secrets_in
from sse_check.stream.doing import Doing
from sse_check.stream.opening import MOST_STREAMS, Unread, opening_of
from sse_check.stream.samples import SampleSite
from sse_check.stream.scripts import ServedScripts
from sse_check.stream.visit import Heard, Visitor
from sse_check.stream.web import LOCAL, Limits, NoPageError, Reply, Site, StreamError
from sse_check.stream.wire import WireEvent, WireProblem, decode

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
    # When it was asked for, in seconds from the first request for a stream.
    opened: float = 0.0
    # Whether the answer to an action opened it, and not the page as it was served.
    late: bool = False
    # Whether the page closed it by what came, as the model has it.
    closed: bool = False

    @property
    def shown(self) -> str:
        """The address as reports name it."""
        return discreet(self.path)

    @property
    def is_listened_to(self) -> bool:
        """Whether its events are known, or none came because there is no answer yet."""
        return self.reply.is_readable_stream or self.reply.is_awaited

    def time_of(self, event: WireEvent) -> float:
        """When an event came, in seconds from the request."""
        return next((at for at, size in self.reply.times if size > event.offset), 0.0)


@dataclass(slots=True)
class Session:
    """A page as it was served, as the model sees it, and its streams.

    In the view are also the answers that were put into it.
    """

    path: str
    view: PageView
    streams: list[SeenStream]
    limits: Limits
    # The path that was asked for, before redirects.
    asked: str
    reply: Reply
    visitor: Visitor
    # Connections that were not opened, with the reason.
    left_out: list[tuple[Node, Unread]] = field(default_factory=list)
    # The page as it was served, and the element of the view that each of it stands for.
    served: tuple[Node, dict[int, Node]] = field(default_factory=lambda: (Node("html"), {}))
    # What the answers to actions put into the page, in their order.
    answers: list[Answer] = field(default_factory=list)
    done: list[Did] = field(default_factory=list)
    # Values in addresses that reports do not print.
    secrets: frozenset[str] = frozenset()
    # The scripts of the page's own server, as far as they were asked for.
    scripts: ServedScripts | None = None
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

    @property
    def told_by(self) -> str:
        """What tells which htmx the page loads: a line of the page itself, or something else."""
        source = self.view.loaded.source
        own = f"{name_of_answer(f'GET {self.path}')}:"
        return f"line {source.removeprefix(own)}" if source.startswith(own) else source

    @property
    def unread_scripts(self) -> dict[str, str]:
        """Those of the unread that matter: what they are is only told by their names."""
        told = {script.url for script in self.view.loaded.scripts}
        known, unread = self.view.loaded.known, self.scripts.unread if self.scripts else {}
        return {url: why for url, why in unread.items() if url in told or not known}

    @property
    def opened_by_scripts(self) -> list[str]:
        """The streams that the page's own scripts open, which are not read."""
        known = {script.url for script in self.view.loaded.scripts}
        return self.scripts.streams(known) if self.scripts is not None else []


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
    _check(path, reply, site)
    scripts = ServedScripts(visitor, path, reply.text)
    view = _with_scripts(scripts, reply.body, htmx, whole=bool(do))
    served = copied(view.root)
    opening = opening_of(view, view.connections, view.played.opened, visitor, path)
    wanted, left_out = opening
    if wanted:
        progress(f"reading {counted(len(wanted), 'stream')} for up to {in_seconds(limits.seconds)}")
    targets = [target for _, _, target in wanted]
    doing = None
    # A sample answers everything with its page.
    if do and not isinstance(site, SampleSite):
        doing = Doing(view, visitor, path, MOST_STREAMS - len(wanted), name_of_answer)
        heard = visitor.streams(targets, limits, do, progress, doing.answered)
        view, wanted = doing.view, [*wanted, *doing.opening.wanted]
        left_out = [*left_out, *doing.opening.left_out]
    else:
        heard = visitor.streams(targets, limits, do, progress)
    streams = _seen(wanted, heard, limits)
    for stream in streams[len(targets) :]:
        stream.late = True
    session = Session(path, view, streams, limits, asked, reply, visitor)
    session.served = served
    session.answers = doing.answers if doing is not None else []
    session.left_out = left_out
    session.done = heard.done
    session.scripts = scripts
    session.interrupted = heard.interrupted
    session.secrets = secrets_in([asked, path, *(stream.path for stream in session.streams)])
    return session


def _check(path: str, reply: Reply, site: Site) -> None:
    if reply.status != 200:
        advice = _advice(reply, site)
        kind = NoPageError if reply.status == 404 else StreamError
        raise kind(f"{discreet(path)} answers {reply.status}, not a page{advice}")
    if reply.failure:
        raise StreamError(f"{discreet(path)} broke off: {reply.failure}")
    if reply.unreadable:
        raise StreamError(
            f"{discreet(path)} is sent as `{reply.unreadable}`, which nobody asked for"
        )
    if reply.kind not in _PAGES:
        what = "a stream itself" if reply.is_stream else "no page"
        what += ": name the page that opens it" if reply.is_stream else "; name one with --page"
        raise NoPageError(f"{discreet(path)} is sent as `{reply.kind}`, {what}")


def _advice(reply: Reply, site: Site) -> str:
    if reply.status >= 500:
        if reply.failure:
            return f": {reply.failure}"
        if site.origin != LOCAL:
            return "; see the server's log"
        return "; its framework printed no reason: switch on its debug mode"
    if reply.status == 400:
        return "; an app that refuses the host 127.0.0.1 takes its own: --header 'Host: NAME'"
    return "; name another one with --page, or log in with --cookie"


def _seen(
    wanted: Sequence[tuple[Node, str, str]], heard: Heard, limits: Limits
) -> list[SeenStream]:
    streams = []
    # One that was interrupted before its answer is not among those that were heard.
    for (connection, url, target), answer, at in zip(
        wanted, heard.replies, heard.opened, strict=not heard.interrupted
    ):
        # What was cut off by the limits is no fault of the server's.
        body = answer.body if answer.is_readable_stream else b""
        events, problems = decode(body, ended=answer.ended)
        streams.append(
            SeenStream(connection, url, target, answer, events[: limits.events], problems, at)
        )
    return streams


def _with_scripts(scripts: ServedScripts, markup: bytes, htmx: str, *, whole: bool) -> PageView:
    """A page as it was served; scripts of its own server are looked into."""
    path, is_file = scripts.page, isinstance(scripts.visitor.site, SampleSite)
    name = path.lstrip("/") if is_file else name_of_answer(f"GET {path}")
    # A sample answers everything with its page.
    served = None if is_file else scripts
    view = rendered(name, markup, htmx, served, whole=whole, is_file=is_file)
    if view is None:
        raise StreamError(f"{discreet(path)}: there is no page in what was answered")
    return view


def name_of_answer(request: str) -> str:
    """The name under which reports show an answer: it is no file."""
    return f"the answer of {discreet(request)}"
