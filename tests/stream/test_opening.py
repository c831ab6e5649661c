"""Why a connection is not read, with what to write instead."""

import pytest

from sse_check.stream.around import rendered
from sse_check.stream.exchange import Exchange
from sse_check.stream.opening import opening_of
from sse_check.stream.visit import Visitor
from sse_check.stream.web import Limits
from tests.stream.test_doing import page


@pytest.mark.parametrize(
    ("body", "version", "why", "level"),
    [
        ('<p sse-connect="/e">-</p>', "2.0.4", 'no `hx-ext="sse"` is active here', "error"),
        ('<p hx-ext="ws" sse-connect="/e">-</p>', "1.9.12", 'no `hx-ext="sse"` is active', "error"),
        ('<p hx-ext="sse" sse-connect="">-</p>', "2.0.4", "it has no address", "error"),
        ('<p hx-ext="sse" hx-disable sse-connect="/e">-</p>', "2.0.4", "`hx-disable`", "warning"),
        ('<p hx-sse="connect:/e">-</p>', "2.0.4", "`hx-sse` means nothing to htmx 2", "error"),
        ('<p hx-sse:connect="/e" hx-trigger="click">-</p>', "4.0.0", "it waits for `click`", "info"),
        ('<p hx-ext="sse" sse-connect="//o.example/e">-</p>', "2.0.4", "another server", "info"),
        (
            '<b hx-ext="sse"><p sse-connect="/e">-</p></b>',
            "1.9.9",
            "takes `hx-ext` on the connection alone",
            "error",
        ),
        (
            '<template><p hx-ext="sse" sse-connect="/e">-</p></template>',
            "2.0.4",
            "it stands in a template",
            "info",
        ),
    ],
)  # fmt: skip
def test_why_a_connection_is_not_read(body: str, version: str, why: str, level: str) -> None:
    view = rendered("page.html", page(body, version).encode())
    assert view is not None
    visitor = Visitor(Nowhere(), {}, Limits())
    found = opening_of(view, view.connections, view.played.opened, visitor, "/")
    ((_, unread),) = found.left_out
    assert why in unread.why
    assert unread.level == level
    assert bool(unread.help) == (level == "error")


class Nowhere:
    """A site of which only the address matters."""

    origin = "http://127.0.0.1"

    def start(self, exchange: Exchange) -> None:
        """Nothing is asked."""

    def close(self) -> None:
        """Nothing is open."""
