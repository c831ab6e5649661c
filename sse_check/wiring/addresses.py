"""The address that a connection asks for: its text, the routes it names, what it leaves open."""

import re
from typing import NamedTuple

from sse_check.apps.asked import named
from sse_check.apps.model import App, Route
from sse_check.htmx.attributes import connect_attribute
from sse_check.htmx.dom import Node
from sse_check.pages.marks import AttributeValue, mark_of
from sse_check.template.values import Hole, Pattern
from sse_check.wiring.expressions import meaning

_NAMED_ROUTE = re.compile(
    r"""(?:url_for|path_for|url_path_for|get_url|reverse(?:_url)?|(?<![\w.])url)\(\s*['"](?!/)([\w.:/-]+)['"]"""
    r"""|^\s*url\s+['"]([\w.:/-]+)['"]"""
)
# A name that is asked for with nothing beside it.
_BARE = re.compile(
    r"""\s*(?:\w+\.)*(?:url_for|path_for|url_path_for|reverse(?:_url)?|url)\(\s*['"][^'"]+['"]\s*,?\s*\)\s*"""
    r"""|\s*url\s+['"][^'"]+['"]\s*"""
)
# An address that is given to something else: `site.url('/events')`.
_GIVEN = re.compile(r"""\w\(\s*['"](/[^'"\s]+)['"]""")
_CHOOSING = re.compile(r"\belse\b|\bor\b|\|\s*d(?:efault)?\b|\?\?|\?:")
_ORIGIN = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
_LOCALHOST = re.compile(
    r"(?:https?:)?//(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?::\d+)?(?=/)", re.IGNORECASE
)
# What has no slash in it: `item.id`, `room_id`, `post.slug`.
_ONE_PART = re.compile(r"(?:^|[._])(?:id|pk|slug|uuid)(?:\s*\|\s*(?:e|escape|string))*$")
_END = re.compile(r"[?#]")


class Address(NamedTuple):
    """Where a connection goes. `path` is the address without query, with a hole for what is open.

    `origin` is true when it names a server of its own. `named` are the routes that it asks for by
    name (`url_for("stream")`), any of them where there are several. `written` is the expression
    in its first hole. `relative` says that only the end of the address is written, `query` that
    something is asked for behind a `?`, `is_bare` that the name of a route is all that it is asked
    for by. `context` is the name under which Python gives what
    stands in the first hole, to the template `home`.
    """

    path: Pattern
    written: str = ""
    named: tuple[str, ...] = ()
    origin: bool = False
    relative: bool = False
    context: str = ""
    home: str = ""
    query: bool = False
    is_bare: bool = False

    @property
    def is_dynamic(self) -> bool:
        """Whether nothing of the address is known."""
        return not any(part and part.strip("/") for part in self.path.parts) and self.path.is_open

    @property
    def puts_in_one_part(self) -> bool:
        """Whether all that is put in is one part of the address, as the number of a row is."""
        found = _ONE_PART.search(self.written.strip().lower())
        return found is not None and self.path.parts.count(None) == 1

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written: to a request that is the page itself."""
        return not (self.path.parts or self.named or self.query or self.origin)

    def put(self, value: Pattern) -> "Address":
        """The address with a value in its first hole."""
        return self._made_anew(self._filled(value))

    def _made_anew(self, path: Pattern) -> "Address":
        """The address with another path, before the same query."""
        made = _address(path, self.written, ())
        return made._replace(query=made.query or self.query)

    def _filled(self, value: Pattern) -> Pattern:
        parts = list(self.path.parts)
        at = parts.index(None)
        return Pattern.of(*parts[:at], *value.parts, *parts[at + 1 :])

    def leading_to(self, path: Pattern) -> "Address":
        """The address with the path of the route that it names."""
        return self._replace(path=self._filled(path), named=(), relative=False)

    @property
    def behind_localhost(self) -> "Address | None":
        """The address without its origin, where that is this very machine."""
        first = self.path.parts[0] if self.origin and self.path.parts else None
        found = _LOCALHOST.match(first or "")
        if first is None or found is None:
            return None
        return self._made_anew(Pattern.of(first[found.end() :], *self.path.parts[1:]))

    @property
    def shown(self) -> str:
        text = str(self.path)
        return self.written if text == "*" and self.written else text


def address_text(connection: Node, name: str) -> tuple[Pattern, list[Hole]]:
    """The address of a connection as it is written, and the expressions in its holes."""
    found = _given_by(connection, name)
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


def _given_by(connection: Node, name: str) -> AttributeValue | None:
    given = mark_of(connection).attributes
    return given.get(name) or given.get(f"data-{name}")


def address_of(connection: Node, attribute: str = "") -> Address:
    """The address that a connection asks for, or another attribute of an element."""
    name = attribute or connect_attribute(connection) or "sse-connect"
    pattern, holes = address_text(connection, name)
    mark = mark_of(connection)
    given = _given_by(connection, name)
    elsewhere = given.attribute.frames if given is not None else ()
    meant = [meaning(elsewhere or mark.frames, hole.text) for hole in holes]
    address = address_from(pattern, [one.expression for one in meant])
    if elsewhere:
        # What Python gives is asked for where the element is written, and this is not there.
        return address
    if not holes or len(holes) != pattern.parts.count(None):
        # Two that stand side by side are one hole: neither alone is what stands there.
        return address
    written = holes[0].text.strip()
    return address._replace(written=written, context=meant[0].context, home=meant[0].home)


def address_from(pattern: Pattern, holes: list[str]) -> Address:
    """The address of a text, with the expressions in its holes."""
    named = [name for expression in holes for name in _named(expression)]
    if pattern.parts == (None,) and len(holes) == 1 and not named:
        pattern = _given(holes[0]) or pattern
    written = holes[0].strip() if holes else ""
    is_bare = len(named) == 1 and any(map(_BARE.fullmatch, holes))
    return _address(pattern, written, tuple(dict.fromkeys(named)))._replace(is_bare=is_bare)


def _named(expression: str) -> list[str]:
    """The names of the routes that an expression asks for; none where it may be something else."""
    found = [first or second for first, second in _NAMED_ROUTE.findall(expression)]
    choices = len(_CHOOSING.findall(expression)) + 1
    return found if len(found) >= choices else []


def _given(expression: str) -> Pattern | None:
    """What a call makes of the address that it is given: most likely one that ends with it."""
    found = _GIVEN.findall(expression)
    return (
        Pattern.of(None, found[0]) if len(found) == 1 and not _CHOOSING.search(expression) else None
    )


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
        return Address(Pattern.of(*parts), written, named, origin=True, query=query)
    relative = bool(first) and not str(first).startswith("/")
    if relative:
        # Relative to the page: only its end is known.
        parts.insert(0, None)
    return Address(Pattern.of(*parts), written, named, relative=relative, query=query)


def settled(address: Address, app: App) -> list[Address]:
    """An address with the routes it names put in: one for each path that a name has.

    A name that the application does not have leaves the address as it is.
    """
    holes = address.path.parts.count(None)
    if not address.named or not holes or (len(address.named) > 1 and holes > 1):
        return [address]
    found = [route for name in address.named for route in named_routes(name, app)]
    paths = dict.fromkeys(route.pattern for route in found)
    return [address.leading_to(path) for path in paths] or [address]


def named_routes(name: str, app: App) -> list[Route]:
    """The routes of an application that a template may ask for by this name."""
    return named(app.by_name, name)
