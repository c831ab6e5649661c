"""What a route has to be given, and a connection does not give: it is refused."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from sse_check.apps.model import App, Route
from sse_check.wiring.joins import Joined

if TYPE_CHECKING:
    from sse_check.apps.dependencies import Required

AskedFor = Callable[[App, Route], "Iterator[Required]"]
# What a browser sends with the request for a stream; `Last-Event-ID` comes with later ones alone.
_SENT = frozenset(
    """accept accept-encoding accept-language cache-control connection cookie host origin pragma
    referer user-agent sec-fetch-dest sec-fetch-mode sec-fetch-site dnt""".split()
)


def unmet(joined: Joined, asked_for: AskedFor, *, query: bool, headers: bool) -> "Required | None":
    """The first thing that the route of a connection asks for, and does not get. `query` and
    `headers`: whether it is known what of these is sent."""
    address, app = joined.address, joined.app
    if app is None or app.framework != "fastapi" or len(joined.routes) != 1:
        return None
    asked = asked_for(app, joined.routes[0])
    is_bare = not address.query and not address.named and address.path.parts[-1:] != (None,)
    for one in asked:
        if (query and is_bare) if one.source == "query" else (headers and _is_new(one)):
            return one
    return None


def _is_new(header: "Required") -> bool:
    return header.name.lower().replace("_", "-") not in _SENT
