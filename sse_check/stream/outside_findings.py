"""Listeners of the page that stand in no connection: whatever comes, they do not hear it."""

from collections.abc import Iterator

from sse_check.findings.model import Finding, Related
from sse_check.stream.around import (
    CONNECTIONS,
    EventListener,
    is_disabled,
    swap_listeners,
)
from sse_check.stream.landings import Row
from sse_check.stream.names import Names
from sse_check.stream.session import Session

_HELP = "move it into the connection, or connect on an element around both"


def listeners_outside(session: Session) -> list[EventListener]:
    """Those of the page as it was served: an answer may still be put into a connection.

    What a script dispatches may have the name that a trigger waits for, and htmx 4 has no
    listeners but the connections.
    """
    view = session.view
    if not session.streams or view.generation == "4":
        return []
    served = {id(node) for node in session.served[1].values()}
    return [
        wait
        for node in view.listeners
        if id(node) in served
        and view.connection_of(node) is None
        and not view.is_inert(node)
        and not is_disabled(node)
        for wait in swap_listeners(view, node)
    ]


def of_outside(
    session: Session, rows: list[Row], outside: list[EventListener], names: Names
) -> Iterator[Finding]:
    """Each of them, and what is sent that it waits for."""
    for wait in outside:
        name = str(wait.name)
        row = next((row for row in rows if row.name == name), None)
        if row is not None:
            at = session.view.span(row.stream.connection, *CONNECTIONS)
            yield Finding(
                "stream_unheard", wait.span,
                f"`{name}` is sent by `{row.stream.shown}` and cannot reach this listener: it "
                "stands outside of the connection",
                _HELP, severity="error", related=(Related("this connection brings it", at),),
            )  # fmt: skip
        elif not names.may_stay_away(name):
            yield Finding(
                "stream_unheard", wait.span,
                f"what waits for `{name}` stands outside of every connection: nothing reaches it",
                _HELP, severity="warning", related=tuple(_connections(session)),
            )  # fmt: skip


def _connections(session: Session) -> Iterator[Related]:
    """The only connection of a page: of several it is not known which is meant."""
    if len(session.streams) == 1:
        at = session.view.span(session.streams[0].connection, *CONNECTIONS)
        yield Related("this is the connection", at)
