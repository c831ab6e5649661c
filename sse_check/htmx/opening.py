"""How the connections of a page come to their streams: when it loads, or on demand."""

from sse_check.htmx.dom import Node
from sse_check.htmx.effects import Source
from sse_check.htmx.htmx4 import Htmx4
from sse_check.htmx.outcomes import Opened
from sse_check.htmx.page import Page
from sse_check.htmx.reconnects import pauses, reconnects

# How many streams a browser opens to one server where HTTP/2 is not spoken.
_CONNECTIONS = 6


def opened_at_load(page: Page, origin: dict[int, Node]) -> list[Opened]:
    """The connections that open by themselves; `origin` has the elements of the template."""
    found: dict[int, list[Source]] = {}
    for source in page.sources:
        if id(source.element) in origin:
            found.setdefault(id(source.element), []).append(source)
    waiting = {id(source) for source in _near(page)[_CONNECTIONS:]}
    opened: list[Opened] = []
    for sources in found.values():
        first = sources[0]
        on = page.opens_late(first.element) if isinstance(page, Htmx4) else ""
        opened.append(
            Opened(
                origin[id(first.element)],
                first.url,
                0 if on else len(sources),
                0 if on else sum(source.open for source in sources),
                on,
                all(id(source) in waiting for source in sources),
                reconnects(page, first.element),
                pauses(page, first.element),
            )
        )
    return opened


def on_demand(page: Htmx4, connection: Node, twin: Node) -> Opened:
    """A connection that opens when something happens; `twin` is its element on the page."""
    asked = page.request_of(twin)
    url = page.value(twin, "hx-sse:connect") or (asked[1] if asked else "")
    on = page.opens_on(twin)
    waits = _is_near(url) and len(_near(page)) >= _CONNECTIONS
    return Opened(connection, url, 0, 0, on, waits, reconnects(page, twin), pauses(page, twin))


def _near(page: Page) -> list[Source]:
    """The streams that share the browser's connections, in the order in which they come."""
    return [source for source in page.sources if source.open and _is_near(source.url)]


def _is_near(url: str) -> bool:
    return "://" not in url and not url.startswith("//")
