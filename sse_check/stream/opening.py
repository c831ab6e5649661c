"""Which connections of a page are opened and read, and why the others are not."""

from collections.abc import Sequence
from typing import NamedTuple

from sse_check.findings.model import Severity
from sse_check.stream.around import (
    Node,
    PageView,
    connect_attribute,
    extension_active,
    is_disabled,
    is_foreign_connection,
    url_of,
)
from sse_check.stream.visit import Visitor

MOST_STREAMS = 24


class Unread(NamedTuple):
    """Why a connection was not read, and what to do."""

    why: str
    help: str = ""
    level: Severity = "info"


class Opening(NamedTuple):
    """The connections that are opened, with their addresses; and those that are not, and why."""

    wanted: list[tuple[Node, str, str]]
    left_out: list[tuple[Node, Unread]]


def opening_of(
    view: PageView,
    connections: Sequence[Node],
    opened: Sequence[Node],
    visitor: Visitor,
    path: str,
    room: int = MOST_STREAMS,
) -> Opening:
    """What becomes of some connections; `opened` are those that the page opens by itself."""
    found = Opening([], [])
    known = {id(node) for node in opened}
    for connection in connections:
        url = url_of(connection)
        target = visitor.local(path, url)
        if id(connection) not in known:
            found.left_out.append((connection, _never_opened(view, connection)))
        elif target is None:
            found.left_out.append((connection, Unread(*visitor.elsewhere(url))))
        elif len(found.wanted) >= room:
            found.left_out.append((connection, Unread(f"no more than {MOST_STREAMS} are read")))
        else:
            found.wanted.append((connection, url, target))
    return found


def _never_opened(view: PageView, connection: Node) -> Unread:
    """What keeps htmx from opening a stream."""
    attribute = connect_attribute(connection) or ""
    generation = view.generation
    if view.is_inert(connection):
        return Unread("it stands in a template, which is not part of the page")
    if is_foreign_connection(attribute, generation):
        return Unread(
            f"`{attribute}` means nothing to htmx {generation}, which the page loads",
            f"write `{'hx-sse:connect' if generation == '4' else 'sse-connect'}`",
            "error",
        )
    if view.stack.extension == "":
        return Unread(
            "the page loads htmx without its extension for streams",
            "load the extension `sse` of the same htmx behind it",
            "error",
        )
    if not url_of(connection).strip():
        return Unread("it has no address", "write the address of the stream", "error")
    if is_disabled(connection):
        return Unread("`hx-disable`, here or above, turns htmx off", level="warning")
    if generation == "4":
        trigger = connection.get("hx-trigger")
        return Unread(f"it waits for `{trigger}`" if trigger else "the page does not open it")
    if not extension_active(connection):
        return Unread(
            'no `hx-ext="sse"` is active here, so the page never opens it',
            'write `hx-ext="sse"` on this element or above it',
            "error",
        )
    if view.stack.reach != "each":
        return Unread(
            "the htmx of the page takes `hx-ext` on the connection alone, and here it is above",
            'write `hx-ext="sse"` on this element, or load htmx 1.9.12',
            "error",
        )
    return Unread("the page does not open it")
