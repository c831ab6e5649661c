"""Do the page and its streams agree? Every event is played on the model of the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sse_check.findings.model import Finding, Related
from sse_check.stream.answer_findings import of_answer
from sse_check.stream.around import EventListener, PageView, describe, event_listeners
from sse_check.stream.frame_findings import of_frames
from sse_check.stream.landings import Landing, Row, observed, played
from sse_check.stream.lost_findings import of_lost
from sse_check.stream.names import Names, expected_in_vain, is_slip, missing, near_names, talks_past
from sse_check.stream.outside_findings import listeners_outside, of_outside
from sse_check.stream.page_findings import at_connection, finding_at, of_browser, of_page, short
from sse_check.stream.payload_findings import of_payload
from sse_check.stream.session import Session

if TYPE_CHECKING:
    from sse_check.stream.browser import Watched


@dataclass(slots=True)
class Alignment:
    """What the harness found."""

    session: Session
    rows: list[Row]
    waits: dict[int, list[EventListener]]
    findings: list[Finding]
    watched: Watched | None = None
    # What waits for names outside of every connection.
    outside: list[EventListener] = field(default_factory=list)

    @property
    def aligned(self) -> bool:
        return not any(finding.level == "error" for finding in self.findings)


def align(
    session: Session,
    expected: tuple[str, ...] = (),
    watched: Watched | None = None,
    optional: tuple[str, ...] = (),
) -> Alignment:
    """Compare what the streams brought with what the page waits for.

    Where events land is what the model of htmx says, or what a browser showed. Names that are
    expected must come; names that are optional may stay away (both may be patterns).
    """
    view = session.view
    rows = played(session)
    if watched is not None:
        rows = observed(rows, watched, session.view.generation)
    waits = {id(s.connection): list(event_listeners(view, s.connection)) for s in session.streams}
    for row in rows:
        names = {str(wait.name) for wait in waits[id(row.stream.connection)]}
        row.waited = row.name in names
    alignment = Alignment(session, rows, waits, [], watched)
    found = list(of_page(session))
    asked_for = Names(expected, optional)
    past: set[int] = set()
    alignment.outside = listeners_outside(session)
    cut_off = {str(wait.name) for wait in alignment.outside}
    meant: set[tuple[int, str]] = set()
    for stream in session.streams:
        here = waits[id(stream.connection)]
        found.extend(of_answer(session, stream, here))
        if stream.is_listened_to:
            near = near_names(session, stream, rows, here, asked_for)
            meant.update((id(stream), sent) for name, sent in near.items() if is_slip(name, sent))
            found.extend(missing(session, stream, rows, here, asked_for, near))
            found.extend(of_frames(stream, here))
            if (past_it := talks_past(session, stream, rows, here, asked_for)) is not None:
                found.append(past_it)
                past.add(id(stream))
    found.extend(of_outside(session, rows, alignment.outside, asked_for))
    found.extend(expected_in_vain(session, rows, waits, asked_for))
    for row in rows:
        told = row.name in cut_off or (id(row.stream), row.name) in meant
        found.extend(_of_row(view, row, told=told or id(row.stream) in past))
    if watched is not None:
        found.extend(of_browser(session, watched.errors, watched.opened))
    alignment.findings = list(dict.fromkeys(found))
    return alignment


# Judging


def _of_row(view: PageView, row: Row, *, told: bool) -> Iterator[Finding]:
    path = row.stream.shown
    if "chirp-block-error" in row.event.data:
        yield at_connection(
            "stream_error_event", view, row.stream.connection,
            f"`{path}` reports that a block failed: {short(row.event.data)}",
            "see the server's log: the fragment could not be rendered",
        )  # fmt: skip
        return
    if row.verdict == "unheard" and view.generation != "4" and not told:
        yield at_connection(
            "stream_unheard", view, row.stream.connection,
            f"`{row.name}` is sent by `{path}` and nothing waits for it",
            f'add `sse-swap="{row.name}"` under the connection, or stop sending it', "info",
        )  # fmt: skip
    for landing in row.landings:
        yield from _of_landing(view, row, landing)
        yield from of_payload(view, row, landing)


def _of_landing(view: PageView, row: Row, landing: Landing) -> Iterator[Finding]:
    node = landing.listener
    if landing.verdict == "misrouted":
        where = describe(landing.lands) if landing.lands is not None else "new content"
        target = view.inherited(node, "hx-target")
        related: tuple[Related, ...] = ()
        if target is not None and target.holder.mark is not None:
            at = view.span(target.holder, "hx-target", "hx-target:inherited")
            related = (Related("hx-target is inherited from here", at, is_cause=True),)
        yield finding_at(
            "stream_misrouted", view, node, f"`{row.name}` landed in {where}",
            'give the listener `hx-target="this"`', related=related,
        )  # fmt: skip
    elif landing.verdict == "lost":
        yield of_lost(view, row, landing)
    elif landing.verdict == "removed":
        yield finding_at(
            "stream_wiped", view, node, f"`{row.name}` removed the listener that took it",
            "send the element again with its attributes, or use the swap `innerHTML`",
        )  # fmt: skip
