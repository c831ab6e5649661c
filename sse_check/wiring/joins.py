"""A connection and the route that answers it: joined, or the reason why not."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from sse_check.apps.model import App, Route, StreamRoute
from sse_check.python.program import Program
from sse_check.source import Span
from sse_check.template.values import Pattern
from sse_check.wiring.addresses import Address, named_routes, settled

# With more addresses than this, one that is wrong is compared with those beside it alone.
_MOST_COMPARED = 100
_BESIDE = 10

State = Literal["route", "no-route", "other-origin", "dynamic", "no-app"]
Names = Literal["all", "some", "none"]
FaultKind = Literal["missing", "name", "argument", "method", "no-stream", "shadowed"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is certainly wrong with an address, and what was most likely meant."""

    kind: FaultKind
    message: str
    help: str = ""
    route: Route | None = None
    written: str = ""
    """What to write instead, where it is known."""
    at: Span | None = None
    """Where what is wrong is written, where that is not the route."""
    types: tuple[tuple[Span, str], ...] = ()
    """Where the content type of what is answered is written, and what it is; where an answer is
    made without any, that is empty."""


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """What is known of a connection's other end in one application.

    `streams` are the streams it may get; `names` says whether their event names are all known.
    `why` is the reason when something is not known, `fault` what is certainly wrong.
    """

    state: State
    address: Address
    app: App | None = None
    routes: tuple[Route, ...] = ()
    streams: tuple[StreamRoute, ...] = ()
    names: Names = "none"
    why: str = ""
    fault: Fault | None = None

    @property
    def is_open(self) -> bool:
        """Whether events may come whose names are not known."""
        return self.names != "all"

    @property
    def route(self) -> Route | None:
        """The route that answers; one that streams, where the address may be that of several."""
        routes = (*(one.route for one in self.streams), *self.routes)
        return routes[0] if routes else None


def answering(app: App, path: Pattern) -> list[Route]:
    """The routes that may answer at an address, as a browser gets to them by GET."""
    exact = app.by_pattern.get(path)
    if exact:
        return list(exact)
    routes = app.routes if path.is_open else app.open_routes
    found = [route for route in routes if _agrees(route, path)]
    if not found:
        other = _with_other_slash(path)
        routes = app.routes if path.is_open else [*app.by_pattern.get(other, ()), *routes]
        found = [route for route in routes if _redirects(route, path)]
    return found or _outside(app, path) or _behind_a_root(app, path)


def _outside(app: App, path: Pattern) -> list[Route]:
    """What answers from outside the project; the one with this very address goes first.

    An address that begins with what is put in when it is rendered may be anywhere: that it could
    be under what takes every address says nothing.
    """
    found = [route for route in app.outside if fits(route, path)]
    exact = [route for route in found if route.pattern == path]
    return exact or ([] if path.parts[:1] == (None,) else found)


def _behind_a_root(app: App, path: Pattern) -> list[Route]:
    """The routes of an address that starts with where the application is put."""
    first = path.parts[0] if path.parts else None
    for root in app.roots:
        if root.strip("/") and first is not None and first.startswith(root.rstrip("/") + "/"):
            inner = Pattern.of(first[len(root.rstrip("/")) :], *path.parts[1:])
            return [route for route in app.routes if fits(route, inner)]
    return []


def fits(route: Route, path: Pattern) -> bool:
    """Whether an address may be the route's, segment by segment where both are known whole."""
    if not route.complete:
        # Whatever stands before it: a route with nothing of its own would fit every address.
        own = route.pattern.literal
        named = own is None or own.strip("/") != ""
        return named and Pattern.of(None, *route.pattern.parts).matches(path)
    if not route.pattern.matches(path):
        return False
    if path.literal is None or route.takes_slashes:
        return True
    return path.literal.count("/") == sum((p or "").count("/") for p in route.pattern.parts)


def _agrees(route: Route, path: Pattern) -> bool:
    """Whether an address is most likely the route's: part by part as well.

    What is put into an address when it is rendered is one part of it, unless it begins with it:
    then it may be several.
    """
    if not fits(route, path):
        return False
    if route.takes_slashes or not route.complete:
        return True
    ours, theirs = path.split("/"), route.pattern.split("/")
    if path.parts and path.parts[0] is None:
        if len(ours) > len(theirs):
            return False
        ours = ours[1:]
        theirs = theirs[len(theirs) - len(ours) :]
    return len(ours) == len(theirs) and all(map(Pattern.matches, ours, theirs))


def _redirects(route: Route, path: Pattern) -> bool:
    """Whether the framework leads from an address to the same with, or without, a last slash."""
    other = _with_other_slash(path)
    if other == path or route.slash == "exact":
        return False
    if len(str(other)) < len(str(path)) and route.slash != "either":
        return False
    return _agrees(route, other)


def _with_other_slash(path: Pattern) -> Pattern:
    """The address with a last slash, or without the one it has; itself where that is open."""
    last = path.parts[-1] if path.parts else ""
    if last is None:
        return path
    if last.endswith("/") and len(str(path)) > 1:
        return Pattern.of(*path.parts[:-1], last[:-1])
    return Pattern.of(*path.parts, "/")


def find_fault(app: App, address: Address, found: Iterable[Route]) -> Fault | None:
    """What is wrong with an address whose every application route is known."""
    routes = list(found)
    if routes:
        return _wrong_method(app, address, routes)
    if address.named:
        return _unknown_name(app, address.named[0])
    if not app.complete or address.is_dynamic or address.relative:
        return None
    if address.path.parts and address.path.parts[0] is None:
        # A prefix that is only known when rendered may lead anywhere.
        return None
    if not address.puts_in_one_part and _fits_with_more(app, address):
        return None
    return _missing(app, address)


def why_no_route(app: App, address: Address) -> str:
    """Why no route is known to answer at an address of which nothing is certainly wrong."""
    if app.unread:
        return app.unread[0].why
    if app.complete and address.relative:
        return "the address is relative to the page, whose own is not known"
    if app.complete and address.path.parts[:1] == (None,):
        return "how the address begins is known only when rendered"
    if app.complete and _fits_with_more(app, address):
        return f"no route answers at `{address.shown}` unless several parts are put in"
    return "the routes are not all known"


def _fits_with_more(app: App, address: Address) -> bool:
    """Whether a route answers if what is put into an address has more than one part."""
    return address.path.is_open and any(fits(route, address.path) for route in app.routes)


def by_chance(address: Address, routes: list[Route]) -> bool:
    """Whether an address fits routes by what they leave open alone: one that names it goes first,
    where there is one."""
    return all(route.pattern.is_open and route.pattern != address.path for route in routes)


def _wrong_method(app: App, address: Address, routes: list[Route]) -> Fault | None:
    if any(route.takes("GET") for route in routes):
        return None
    told = app.complete and not all("*" in route.path for route in routes)
    if not told and by_chance(address, routes):
        # Another route may answer there, or these somewhere else.
        return None
    route = routes[0]
    methods = " and ".join(f"{method}" for method in route.methods)
    return Fault(
        "method",
        f"`{address.shown}` answers {methods} only, and a connection asks by GET",
        "let the route answer GET, or name the one that does",
        route,
    )


def _unknown_name(app: App, name: str) -> Fault | None:
    if app.unread or named_routes(name, app):
        return None
    names = [known for known, routes in app.by_name.items() if any(r.takes("GET") for r in routes)]
    near = get_close_matches(name, names, n=1, cutoff=0.5) or [
        known for known in names if known.rpartition(":")[2].rpartition(".")[2] == name
    ]
    help_ = f"did you mean `{near[0]}`?" if near else "name a route that the application has"
    route = app.by_name[near[0]][0] if near else None
    written = near[0] if near else ""
    return Fault(
        "name", f"the application has no route with the name `{name}`", help_, route, written
    )


def lacks_arguments(app: App, address: Address, program: Program) -> Fault | None:
    """A route that is asked for by its name alone, and has parameters in its address."""
    routes = named_routes(address.named[0], app) if address.is_bare and not app.unread else []
    if not routes or not all(map(_has_parameters, routes)):
        return None
    if app.framework in ("flask", "quart") and program.containing(app.modules, b"url_defaults"):
        # There an application may give parameters that nobody writes.
        return None
    route = routes[0]
    return Fault(
        "argument",
        f"`{address.named[0]}` is asked for without the parameters of `{route.path}`: no address "
        "comes of it",
        "give each of them behind the name",
        route,
    )


def _has_parameters(route: Route) -> bool:
    """Whether an address has parameters, none of which may be left out."""
    text = route.path.replace("(?P<", "<")
    return ("<" in text or "{" in text) and not any(sign in text for sign in "?|*")


def _missing(app: App, address: Address) -> Fault:
    near = nearest(app, address)
    message = f"no route of the application answers at `{address.shown}`: the connection fails"
    if near is None:
        return Fault("missing", message, "name the route that streams")
    return Fault("missing", message, f"did you mean `{near.path}`?", near, near.path)


def nearest(app: App, address: Address) -> Route | None:
    """The route that was most likely meant: one with the same end, or nearly the same text."""
    shown = str(address.path)
    alike = app.by_end.get(shown.strip("/").rpartition("/")[2], {})
    same_end = [r for text, r in alike.items() if _same_end(text, shown)]
    if len(same_end) == 1:
        return same_end[0]
    many = len(app.by_address) > _MOST_COMPARED
    candidates = _beside(app, shown) if many else list(app.by_address)
    # Of all addresses the root is nearest to a short one; nobody writes that by a slip.
    close = get_close_matches(shown, filter(_is_longer, candidates), n=1, cutoff=0.6)
    return app.by_address[close[0]] if close else None


def _is_longer(address: str) -> bool:
    return address != "/"


def _beside(app: App, text: str) -> list[str]:
    """The addresses that are written most alike, from their start or from their end on."""
    found: list[str] = []
    for ordered, wanted in zip(app.in_both_orders, (text, text[::-1]), strict=True):
        at = bisect_left(ordered, (wanted, ""))
        found += [one for _, one in ordered[max(0, at - _BESIDE) : at + _BESIDE]]
    return list(dict.fromkeys(found))


def _same_end(one: str, other: str) -> bool:
    """Whether two addresses differ by a prefix or a last slash alone."""
    left, right = one.strip("/"), other.strip("/")
    if not left or not right:
        return False
    return left == right or left.endswith("/" + right) or right.endswith("/" + left)


def routes_for(app: App, address: Address) -> list[Route]:
    """Every route that an address may lead to, with the routes it names put in."""
    found: dict[int, Route] = {}
    for one in settled(address, app):
        if one.named or one.is_dynamic:
            continue
        found.update((id(route), route) for route in answering(app, one.path))
    return list(found.values())
