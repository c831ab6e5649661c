"""The address that a connection asks for: its text, the routes it names, what it leaves open."""

import re
from typing import NamedTuple

from sse_check.apps.model import App, Route
from sse_check.htmx.dom import Node
from sse_check.htmx.view import connect_attribute
from sse_check.pages.marks import mark_of
from sse_check.template.values import Hole, Pattern

_NAMED_ROUTE = re.compile(
    r"""(?:url_for|path_for|url_path_for|reverse|app\.url_for|url)\(\s*['"]([\w.:/-]+)['"]"""
    r"""|^\s*url\s+['"]([\w.:/-]+)['"]"""
)
_ORIGIN = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
_END = re.compile(r"[?#]")


class Address(NamedTuple):
    """Where a connection goes. `path` is the address without query, with a hole for what is open.

    `origin` is true when it names a server of its own. `named` are the routes that it asks for by
    name (`url_for("stream")`), `written` the expression behind a lone hole. `relative` says that
    only the end of the address is written, `query` that something is asked for behind a `?`.
    """

    path: Pattern
    written: str = ""
    named: tuple[str, ...] = ()
    origin: bool = False
    relative: bool = False
    query: bool = False

    @property
    def is_dynamic(self) -> bool:
        """Whether nothing of the address is known."""
        return not any(part and part.strip("/") for part in self.path.parts) and self.path.is_open

    def put(self, value: Pattern) -> "Address":
        """The address with a value in its first hole."""
        parts: list[str | None] = []
        put = False
        for part in self.path.parts:
            if part is None and not put:
                parts.extend(value.parts)
                put = True
            else:
                parts.append(part)
        return _address(Pattern.of(*parts), self.written, self.named)

    @property
    def shown(self) -> str:
        text = str(self.path)
        return self.written if text == "*" and self.written else text


def address_text(connection: Node, name: str) -> tuple[Pattern, list[Hole]]:
    """The address of a connection as it is written, and the expressions in its holes."""
    given = mark_of(connection).given
    found = given.get(name) or given.get(f"data-{name}")
    if found is None or found.pattern is None:
        return Pattern(()), []
    holes = [part for part in found.attribute.written.value or () if isinstance(part, Hole)]
    if name != "hx-sse":
        return found.pattern, holes
    words = [w for w in found.pattern.split(" ") if str(w).startswith("connect:")]
    if not words:
        return Pattern(()), []
    first, *rest = words[0].parts
    return Pattern.of((first or "")[len("connect:") :], *rest), holes


def address_of(connection: Node, attribute: str = "") -> Address:
    """The address that a connection asks for, or another attribute of an element."""
    name = attribute or connect_attribute(connection) or "sse-connect"
    pattern, holes = address_text(connection, name)
    return address_from(pattern, [hole.text for hole in holes])


def address_from(pattern: Pattern, holes: list[str]) -> Address:
    """The address of a text, with the expressions in its holes."""
    named = [n for n in map(_named, holes) if n]
    written = holes[0].strip() if holes else ""
    return _address(pattern, written, tuple(named))


def _named(expression: str) -> str:
    """The name of the route that an expression asks for."""
    match = _NAMED_ROUTE.search(expression)
    return (match[1] or match[2]) if match else ""


def _address(pattern: Pattern, written: str, named: tuple[str, ...]) -> Address:
    parts: list[str | None] = []
    query = False
    for part in pattern.strip().parts:
        if part is None:
            parts.append(None)
            continue
        head, *rest = _END.split(part, maxsplit=1)
        parts.append(head)
        if rest:
            query = "?" in part
            break
    first = parts[0] if parts else ""
    if first is not None and _ORIGIN.match(first):
        return Address(Pattern.of(*parts), written, named, origin=True)
    relative = bool(first) and not str(first).startswith("/")
    if relative:
        # Relative to the page: only its end is known.
        parts.insert(0, None)
    return Address(Pattern.of(*parts), written, named, relative=relative, query=query)


def settled(address: Address, app: App) -> list[Address]:
    """An address with the routes it names put in: one for each path that a name has.

    A name that the application does not have leaves the address as it is.
    """
    if len(address.named) != 1 or not address.path.is_open:
        return [address]
    found = named_routes(address.named[0], app)
    if not found:
        return [address]
    settled_: list[Address] = []
    for path in dict.fromkeys(route.pattern for route in found):
        parts: list[str | None] = []
        put = False
        for part in address.path.parts:
            if part is None and not put:
                parts.extend(path.parts)
                put = True
            else:
                parts.append(part)
        settled_.append(address._replace(path=Pattern.of(*parts), named=(), relative=False))
    return settled_


def named_routes(name: str, app: App) -> list[Route]:
    """The routes of an application that a template may ask for by this name."""
    return app.by_name.get(name, [])
