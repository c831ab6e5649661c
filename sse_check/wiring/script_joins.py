"""The streams that scripts of a project open, joined to the routes of its applications."""

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from sse_check.apps.model import App, StreamRoute
from sse_check.project.project import Project
from sse_check.source import DecodingError, Source, decode
from sse_check.template.comments import html_comments
from sse_check.template.model import Template
from sse_check.template.values import Pattern
from sse_check.wiring.addresses import Address, address_from
from sse_check.wiring.joins import Fault, Joined
from sse_check.wiring.scripts import ScriptConnection, connections, inline_connections
from sse_check.wiring.speaks import is_copy

if TYPE_CHECKING:
    from sse_check.wiring.wiring import Wiring

_SIGNS = (b"EventSource", b"EventStream")
_BUNDLERS = (b"vite", b"webpack", b'"next"', b"react-scripts", b"@angular", b"parcel", b"nuxt")
_LARGEST = 2 * 1024 * 1024
# What a template puts into a script.
_PUT_IN = re.compile(r"\{\{(.*?)\}\}|\{%(.*?)%\}", re.DOTALL)


class ScriptJoined(NamedTuple):
    """A connection of a script with the other end in each application that it may reach."""

    connection: ScriptConnection
    ends: tuple[Joined, ...]
    # Whether a bundler serves it while it is written: its addresses may be rewritten on the way.
    is_built: bool = False

    @property
    def streams(self) -> tuple[StreamRoute, ...]:
        return tuple(one for end in self.ends for one in end.streams)

    @property
    def is_open(self) -> bool:
        """Whether events may come whose names are not known."""
        return any(end.is_open for end in self.ends if end.streams)

    def hears(self, failures: tuple[str, ...]) -> list[Pattern]:
        """The names that the script waits for; any where that cannot be told.

        An event with the name of one of the browser's own `failures` is heard by what the script
        does with these.
        """
        connection = self.connection
        names = [one.name for one in connection.listened]
        if connection.hears_unnamed:
            names.append(Pattern.of("message"))
        if connection.hears_all or not connection.complete:
            names.append(Pattern.of(None))
        return names + [Pattern.of(one) for one in failures if one in connection.span.source.text]

    @property
    def fault(self) -> Fault | None:
        """What is wrong with the address in every application that it may reach."""
        faults = [end.fault for end in self.ends]
        if self.is_built or not faults or None in faults:
            return None
        may_post = not self.connection.by_get and any(f and f.kind == "method" for f in faults)
        return None if may_post else faults[0]


def scripts_of(wiring: "Wiring") -> Iterator[ScriptJoined]:
    """Every connection that a script of the project opens."""
    project = wiring.project
    for path in project.files.found.templates:
        if _speaks(project, path):
            template = project.template(path)
            if template is not None:
                apps = wiring.serving(path)
                found = _spoken(template, inline_connections(template.source))
                yield from (_joined(wiring, one, apps, path) for one in found)
    for path in project.files.found.scripts:
        speaks = not is_copy(project, path) and _speaks(project, path)
        source = _source(project, path) if speaks else None
        if source is not None:
            apps, built = wiring.near(path), _is_built(project, path)
            yield from (_joined(wiring, one, apps, path, built) for one in connections(source))


def _spoken(template: Template, connections: list[ScriptConnection]) -> Iterator[ScriptConnection]:
    """Those that are no part of a comment, of HTML or of the template language."""
    comments = html_comments(template) if connections else []
    for one in connections:
        at = one.span.start
        hidden = template.mask[at] != template.text[at]
        if not hidden and not any(start <= at < end for start, end in comments):
            yield one


def _speaks(project: Project, path: str) -> bool:
    data = project.files.data(path)
    return len(data) < _LARGEST and any(sign in data for sign in _SIGNS)


def _source(project: Project, path: str) -> Source | None:
    try:
        text, encoding = decode(project.files.data(path))
    except DecodingError:
        return None
    return Source(
        project.files.display_path(path), text, encoding, os.path.join(project.root, path)
    )


def _joined(
    wiring: "Wiring",
    connection: ScriptConnection,
    apps: tuple[App, ...],
    path: str,
    built: bool = False,
) -> ScriptJoined:
    address = _address(connection)
    if address.written.isidentifier() and address.path.parts.count(None) == 1:
        address = address._replace(context=address.written, home=path)
    ends = tuple(wiring.reach(address, app, path) for app in apps) or (_alone(wiring, address),)
    if "{{" not in connection.written:
        ends = tuple(map(_at_run_time, ends))
    return ScriptJoined(connection, ends, built)


def _at_run_time(joined: Joined) -> Joined:
    """The end of a connection whose address nobody renders."""
    if joined.state != "dynamic":
        return joined
    return replace(joined, why="the address is known only when the script runs")


def _alone(wiring: "Wiring", address: Address) -> Joined:
    """The end of a connection that no application of the project answers."""
    joined = wiring.reach(address, None)
    if joined.state != "no-app" or not wiring.apps:
        return joined
    return replace(joined, why="another server answers for this script")


def _is_built(project: Project, path: str) -> bool:
    """Whether a script belongs to a frontend of its own, with a bundler and its server."""
    if not path.endswith((".js", ".mjs")):
        return True
    folder = path.rpartition("/")[0]
    while True:
        marks = f"{folder}/package.json" if folder else "package.json"
        if marks in project.files.found.marks:
            data = project.files.data(marks)
            return any(bundler in data for bundler in _BUNDLERS)
        if not folder:
            return False
        folder = folder.rpartition("/")[0]


def _address(connection: ScriptConnection) -> Address:
    """The address of a script's connection, with what a template writes into it."""
    put_in = [(first or second).strip() for first, second in _PUT_IN.findall(connection.written)]
    holes = connection.url.parts.count(None)
    return address_from(connection.url, put_in if len(put_in) == holes else [])
