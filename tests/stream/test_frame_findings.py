"""What is wrong with a stream's bytes is told once for each cause, with what to send."""

import pytest

from tests.stream.test_harness import GOOD, PAGE, app_of, looked, said

CLOSING = PAGE.replace('sse-connect="/events"', 'sse-connect="/events" sse-close="done"')
EMPTY = b"event: done\n\n"


def test_a_cause_is_counted() -> None:
    alignment = looked(app_of([*GOOD, b"event: row\n\n"] * 4), events=8)
    (found,) = alignment.findings
    assert (
        found.message == "byte 34: `row` has no data line: it is never dispatched, 3 times in all"
    )
    assert found.help.startswith("send `data:` below `event: row`")
    assert (found.span.source.path, found.span.source.file) == ("the stream /events", "")
    assert found.span.start_position.line == 6


@pytest.mark.parametrize(
    ("last", "cause"),
    [
        (EMPTY, "`done` has no data line: it is never dispatched"),
        (b"event: done\ndata:\n", "the stream ended without the blank line"),
    ],
)
def test_a_closing_event_that_is_lost_is_one_finding(last: bytes, cause: str) -> None:
    alignment = looked(app_of([*GOOD, last], page=CLOSING, ends=True))
    (found,) = alignment.findings
    assert cause in found.message
    assert "waits for `done` to close the stream, and opens it again and again" in found.message
    assert [one.message for one in found.related] == ["this waits for it"]


def test_a_name_that_is_lost_is_not_missed_besides() -> None:
    alignment = looked(app_of([b"event: a\n\n", GOOD[1]]))
    assert said(alignment) == {"stream_frame": "error"}
    assert "again" not in alignment.findings[0].message


def test_a_stream_that_ends_without_its_closing_event() -> None:
    alignment = looked(app_of(GOOD, page=CLOSING, ends=True))
    (found,) = alignment.findings
    assert found.message.startswith("`/events` ended after 2 events, without `done`")
    assert found.help == "send `done` as its last event"


def test_what_is_no_utf8_is_a_warning_at_its_line() -> None:
    """Bytes are counted from 0, and lines in characters: they are not the same."""
    frames = ["event: a\ndata: \u2603\u2603\u2603\n\n".encode(), b"data: x \xff\xfe\n\n"]
    (found,) = looked(app_of(frames, ends=False)).findings
    assert (found.rule, found.level) == ("stream_frame", "warning")
    assert found.message.startswith(f"byte {len(frames[0]) + 8}: what is sent here is no UTF-8")
    where = found.span.start_position
    assert (where.line, where.column) == (4, 9)
    assert found.span.source.text[found.span.start] == "\ufffd"


def test_a_slip_in_a_field_is_the_reason_why_a_name_did_not_come() -> None:
    page = PAGE.replace('<p id="m" sse-swap="message">-</p>', "")
    alignment = looked(app_of([b"evnt: a\ndata: 1\n\n"], page=page))
    rules = said(alignment)
    assert rules == {"stream_frame": "error", "stream_unheard": "info"}
    found = next(one for one in alignment.findings if one.rule == "stream_frame")
    assert found.help.startswith("did you mean `event`?")
    assert [one.message for one in found.related] == ["this waits for it"]


ROWS = "".join(f"<tr><td>{number}</td></tr>\n" for number in range(40))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (ROWS, 39),
        ("\n".join(f"key{number}: {number}" for number in range(1, 13)), 11),
        ("".join(f'<td style{number}="color: red">\n' for number in range(9)), 8),
    ],
)
def test_a_text_of_many_lines_is_one_finding(text: str, count: int) -> None:
    frame = f"event: a\ndata: {text.strip()}\n\n".encode()
    (found,) = looked(app_of([frame, GOOD[1]]), events=2).findings
    assert found.rule == "stream_frame"
    assert f"it is the first of {count} such lines" in found.message
    assert found.help.startswith("send `data: ` before each line of the text")


def test_the_same_line_again_is_counted() -> None:
    frame = b"event: a\ndata: <ul>\n</ul>\n\n"
    (found,) = looked(app_of([frame, GOOD[1], frame, frame]), events=4).findings
    assert found.message.endswith("has no field name that browsers know, 3 times in all")


def test_other_causes_are_told_apart() -> None:
    frame = b"event: a\ndata: <ul>\n<li>\n</ul>\nevnt: b\nchannel: c\nid: \0\n\n"
    found = looked(app_of([frame, GOOD[1]]), events=2).findings
    assert [one.rule for one in found] == ["stream_frame"] * 4
