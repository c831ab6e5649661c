"""What libraries write for an event that is given no data: the rows that say so are right."""

import pytest
from fastapi import sse as fastapi_sse
from sse_starlette import event as sse_starlette

from sse_check.apps.event_calls import EVENT_CALLS, STARLETTE, event_named
from sse_check.stream.wire import decode


def dispatched(data: bytes) -> list[tuple[str, str]]:
    return [(event.event, event.data) for event in decode(data)[0]]


@pytest.mark.parametrize("given", [{}, {"data": None}])
def test_no_data_is_no_line_and_nothing_is_dispatched(given: dict[str, None]) -> None:
    assert STARLETTE.needs_data
    fields = sse_starlette.ensure_bytes({"event": "done", **given}, "\r\n")
    assert dispatched(fields) == []
    row = event_named("sse_starlette.ServerSentEvent", EVENT_CALLS)
    assert row is not None
    assert row.needs_data
    assert dispatched(sse_starlette.ServerSentEvent(event="done", **given).encode()) == []
    row = event_named("fastapi.sse.ServerSentEvent", EVENT_CALLS)
    assert row is not None
    assert row.needs_data
    assert dispatched(fastapi_sse.format_sse_event(event="done")) == []


def test_an_empty_text_is_data() -> None:
    given = {"event": "done", "data": ""}
    assert dispatched(sse_starlette.ensure_bytes(given, "\r\n")) == [("done", "")]
    assert dispatched(fastapi_sse.format_sse_event(event="done", data_str="")) == [("done", "")]
