"""What is known of an application: routes, streams, templates that it renders, and what is not."""

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

from sse_check.python.module import Module
from sse_check.python.values import ClassValue, Frame, FunctionValue, Text
from sse_check.source import Span
from sse_check.template.patterns import Patterns
from sse_check.template.values import Pattern

Ending = Literal["ends", "endless", "unknown"]
Lost = Literal["", "data", "end", "late", "glued", "name"]
"""Why an event that is sent does not come as it should: it has no data line; the stream ends
before the blank line; that comes only later; what was meant for its content is its name."""
Slash = Literal["exact", "either", "adds"]
"""How a framework treats the slash at the end of an address: the address is exact; the one
without and the one with a slash both answer (or lead there); the one without leads to the one
with a slash."""


@dataclass(frozen=True, slots=True)
class Unread:
    """Something of an application that could not be told, where, and why (a plain sentence)."""

    span: Span
    why: str


class Step(NamedTuple):
    """Where something is registered: a call or a decorator, or one of a list of routes, which
    `order` numbers from 1 on."""

    node: ast.AST
    frame: Frame
    order: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """An address of an application as a client asks for it, all prefixes included.

    `path` is spelled as the framework spells it (`/doc/{doc_id:int}`), `pattern` has a hole for
    each parameter. `name` is the framework's own name (`blueprint.view`, `namespace:name`).
    `view` answers; it is None when it is not in the project. `span` is where the route is
    written. `complete` is false when only the end of the address is known. `call` is the
    decorator or call that makes the route. `steps` lead to it from the application, through the
    routers that are taken in, where the framework asks its routes in their order.
    """

    path: str
    pattern: Pattern
    methods: tuple[str, ...]
    name: str | None
    view: FunctionValue | None
    span: Span
    complete: bool = True
    slash: Slash = "exact"
    call: ast.Call | None = None
    frame: Frame | None = None
    of_class: ClassValue | None = None
    # Whether a parameter takes more than one part of the address (`{rest:path}`).
    takes_slashes: bool = False
    steps: tuple[Step, ...] = ()

    def takes(self, method: str) -> bool:
        """Whether it answers a method; one that names none answers all."""
        return not self.methods or method in self.methods


class Given(NamedTuple):
    """What a template is given: the values that are known, by name.

    `complete` is false when other names may be given.
    """

    context: dict[str, tuple[Pattern, ...]]
    complete: bool = True


@dataclass(frozen=True, eq=False)
class Render:
    """A place at which Python renders a template.

    `names` are the names it may have, a hole alone for one that cannot be told. `block` are the
    blocks or fragments that are rendered of it, empty for the whole. `read` works out what it is
    given, which few templates are asked about; None where nothing of it is known. `alike` are
    renderings of the same at the same place, which may be given something else.
    """

    names: tuple[Pattern, ...]
    span: Span
    scope_id: int
    block: tuple[Pattern, ...] = ()
    read: Callable[[], Given] | None = None
    block_span: Span | None = None
    alike: list["Render"] = field(default_factory=list)

    @cached_property
    def given(self) -> Given:
        return self.read() if self.read is not None else Given({}, complete=False)


@dataclass(frozen=True, slots=True, eq=False)
class Emission:
    """An event that a route sends: its name, where that is written, and what it carries.

    `certain` is false for an event that only some way through the code sends or that may not
    belong to this stream. `at_end` says that it is the last thing that is sent. `wrapped` says
    that the data comes in an out-of-band element with the event's name as its id. `as_is` is how
    a library that encodes data as JSON sends it as it is. `lost` is why it is never dispatched.
    """

    name: Pattern
    span: Span
    module: Module
    payload: ast.expr | None = None
    frame: Frame | None = None
    encodes_json: bool = False
    at_end: bool = False
    certain: bool = True
    wrapped: bool = False
    as_is: str = ""
    lost: Lost = ""


def by_name(emissions: Iterable[Emission]) -> dict[Pattern, list[Emission]]:
    """Events by their names, which are compared as they are written."""
    found: dict[Pattern, list[Emission]] = {}
    for one in emissions:
        found.setdefault(one.name, []).append(one)
    return found


class Refused(NamedTuple):
    """What a loop of the other kind goes through: the expression, the function that it calls,
    whether the loop is an `async for`."""

    node: ast.expr
    frame: Frame
    name: str
    is_async: bool


@dataclass(slots=True, eq=False)
class Stream:
    """The stream that a route answers with. `open`: names that cannot be known are sent too."""

    emissions: list[Emission] = field(default_factory=list)
    open: bool = False
    # Why the names are not all known, and where.
    unread: list[Unread] = field(default_factory=list)
    ending: Ending = "unknown"
    # Whether some end of the generator is reached without the last event having been sent.
    leaves_early: bool = False
    # The events after which it ends, where what sends the last one sends nothing else.
    ends_after: list[Emission] = field(default_factory=list)
    # Frames that are written by hand: the expression, where it stands, its text.
    raw: list[tuple[ast.expr, Frame, Pattern]] = field(default_factory=list)
    # Frames that something else puts into frames of its own, and where they are given to it.
    framed: list[tuple[Text, ast.expr, Frame]] = field(default_factory=list)
    # What is sent and is no text, where frames are written by hand, and functions that are given
    # in place of what they return: the expression, where it stands, what it is.
    unsendable: list[tuple[ast.expr, Frame, str]] = field(default_factory=list)
    # The loops over generators that Python refuses.
    refused: list[Refused] = field(default_factory=list)
    # Events that a generator returns, and nobody gets.
    returned: list[tuple[ast.expr, Frame]] = field(default_factory=list)
    # The generators that feed it, each in the frame of one use.
    generators: list[Frame] = field(default_factory=list)
    # The call that makes the response, when there is one.
    response: ast.Call | None = None
    content_type: bool = False
    module: Module | None = None
    # Whether its events are published from elsewhere, to whoever waits: others may hear them too.
    shared: bool = False
    # Whether it is known that this is a stream, rather than that it may be one.
    told: bool = True

    # What is asked of a stream once it is read.
    _names: Patterns | None = None

    def sends(self, name: Pattern) -> bool:
        if self._names is None or self._names.number != len(self.emissions):
            self._names = Patterns(one.name for one in self.emissions)
        return self.open or self._names.match(name)

    def drops(self, name: Pattern) -> bool:
        """Whether a name is written in a line that the browser drops, for it begins with blanks."""
        lines = (line for _, _, text in self.raw for line in text.split("\n"))
        return any(_dropped_name(line).matches(name) for line in lines if _is_indented(line))


def _is_indented(line: Pattern) -> bool:
    text = line.parts[0] if line.parts else None
    return text is not None and text[:1] in (" ", "\t") and text.lstrip().startswith("event:")


def _dropped_name(line: Pattern) -> Pattern:
    first, *rest = line.parts
    return Pattern.of((first or "").partition(":")[2], *rest).strip()


class StreamRoute(NamedTuple):
    """A route that answers with a stream."""

    route: Route
    stream: Stream

    @property
    def names(self) -> list[Pattern]:
        return [emission.name for emission in self.stream.emissions]


@dataclass(slots=True, eq=False)
class Folders:
    """Where the templates of an application are: folders from the top of the project, in order.

    `known` is false when some could not be told; then any folder of the app may be one.
    """

    paths: tuple[str, ...] = ()
    known: bool = True


@dataclass(slots=True, eq=False)
class Rendering:
    """What an application renders: all of it, and by the identity of a route."""

    renders: list[Render] = field(default_factory=list)
    by_route: dict[int, tuple[Render, ...]] = field(default_factory=dict)
    inline: list[Unread] = field(default_factory=list)
    # What every template is given, by name.
    everywhere: dict[str, tuple[Pattern, ...]] = field(default_factory=dict)
    # What one call renders where it is made in a frame; None for another call.
    at: "Callable[[ast.Call, Frame], Render | None]" = lambda _call, _frame: None


@dataclass(eq=False)
class App:
    """One application: what creates it, the files it reaches, and what it answers.

    `modules` are files of Python that it reaches by imports and includes. `unread` says what
    could not be told of its routes: when it is not empty, addresses that are not among `routes`
    may exist. `part` is true for routes that no application of the repository takes in (a
    library of routers, a file of an app that is made elsewhere): their prefixes are not known.
    `outside` are addresses that answer with something that the project does not write: static
    files, an admin, documentation of an API, an app of a library; most end in a hole, and a name
    of theirs may end in `*`. `mounts` answer alone at all addresses below theirs.
    """

    framework: str
    span: Span
    path: str
    modules: frozenset[str]
    routes: list[Route] = field(default_factory=list)
    outside: list[Route] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    folders: Folders = field(default_factory=Folders)
    # What may stand before every address: where a proxy or the server puts the application.
    roots: tuple[str, ...] = ()
    # Reads what the app renders, when that is first asked.
    reader: "Callable[[App], Rendering] | None" = None
    is_test: bool = False
    part: bool = False
    version: str = ""
    mounts: list[Route] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether all addresses are known."""
        return not self.unread and all(route.complete for route in self.routes)

    @cached_property
    def rendering(self) -> "Rendering":
        return self.reader(self) if self.reader is not None else Rendering()

    @property
    def renders(self) -> list[Render]:
        """Every place in the code of the app that renders a template."""
        return self.rendering.renders

    @cached_property
    def renders_by_place(self) -> dict[tuple[str, int, int], Render]:
        """What is rendered, by where the call stands."""
        return {(r.span.source.path, r.span.start, r.span.end): r for r in self.renders}

    @property
    def inline(self) -> list[Unread]:
        """Templates that are written in Python strings: they are not read."""
        return self.rendering.inline

    def renders_of(self, route: Route) -> tuple[Render, ...]:
        """What the view of a route renders, itself or by functions that it calls."""
        return self.rendering.by_route.get(id(route), ())

    @cached_property
    def by_pattern(self) -> dict[Pattern, list[Route]]:
        found: dict[Pattern, list[Route]] = {}
        for route in self.routes:
            found.setdefault(route.pattern, []).append(route)
        return found

    @cached_property
    def open_routes(self) -> list[Route]:
        """The routes that answer at more addresses than one."""
        return [r for r in self.routes if r.pattern.is_open or not r.complete]

    @cached_property
    def by_end(self) -> dict[str, dict[str, Route]]:
        """What a GET may be meant for: by the last part of the address, then by all of it."""
        found: dict[str, dict[str, Route]] = {}
        for route in self.routes:
            if route.takes("GET") and route.path:
                text = str(route.pattern)
                found.setdefault(text.strip("/").rpartition("/")[2], {})[text] = route
        return found

    @cached_property
    def by_address(self) -> dict[str, Route]:
        """What a GET may be meant for, by its address."""
        return {text: one for some in self.by_end.values() for text, one in some.items()}

    @cached_property
    def in_both_orders(self) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """Their addresses by how they begin, and by how they end (read backwards)."""
        texts = self.by_address
        return sorted((text, text) for text in texts), sorted((text[::-1], text) for text in texts)

    @cached_property
    def by_name(self) -> dict[str, list[Route]]:
        found: dict[str, list[Route]] = {}
        for route in (*self.routes, *self.outside):
            if route.name:
                found.setdefault(route.name, []).append(route)
        return found
