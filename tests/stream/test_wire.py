"""The wire parser against the format's own text, and cut at random."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sse_check.stream.wire import WireParser, decode, encode

NO_UTF8 = "what is sent here is no UTF-8: browsers show `\ufffd` in its place"


def seen(data: bytes) -> list[tuple[str, str]]:
    return [(event.event, event.data) for event in decode(data)[0]]


# What the web platform's tests of the format check, in this project's words.
CASES: list[tuple[str, bytes, list[tuple[str, str]]]] = [
    ("one line", b"data: x\n\n", [("message", "x")]),
    ("two lines", b"data: x\ndata: y\n\n", [("message", "x\ny")]),
    ("a byte-order mark", b"\xef\xbb\xbfdata: x\n\n", [("message", "x")]),
    ("two marks", b"\xef\xbb\xbf\xef\xbb\xbfdata: x\n\ndata: y\n\n", [("message", "y")]),
    ("a mark later", b"data: x\n\n\xef\xbb\xbfdata: y\n\ndata: z\n\n", [("message", "x"), ("message", "z")]),
    ("a comment", b"data: x\n:data: y\ndata: z\n\n", [("message", "x\nz")]),
    ("a long comment", b"data: x\n\n:" + b"y" * 4096 + b"\ndata: z\n\n", [("message", "x"), ("message", "z")]),
    ("no blank line at the end", b"data: x\n\ndata: y\n", [("message", "x")]),
    ("an empty field", b"data:\n\ndata\ndata\n\ndata:y\n\n", [("message", ""), ("message", "\n"), ("message", "y")]),
    ("an empty event name", b"event: \ndata: x\n\n", [("message", "x")]),
    ("a name", b"event: a\ndata: x\n\ndata: y\n\n", [("a", "x"), ("message", "y")]),
    ("a name without data", b"event: a\n\ndata: x\n\n", [("message", "x")]),
    ("a name with an empty data line", b"event: a\ndata:\n\n", [("a", "")]),
    ("a name with data and no blank line", b"data: x\n\nevent: a\ndata: y\n", [("message", "x")]),
    ("the last name counts", b"event: a\nevent: b\ndata: x\n\n", [("b", "x")]),
    ("unknown fields", b"data:x\n data\ndata\nfoobar:xxx\njustsometext\n:thisisacomment\ndata:y\n\n", [("message", "x\n\ny")]),
    ("field names to the letter", b"data:x\ndata\x00:y\ndatadata:z\nDATA: w\n\n", [("message", "x")]),
    ("one blank is dropped", b"data:  x\ndata:\ty\ndata:z\n\n", [("message", " x\n\ty\nz")]),
    ("a colon in the data", b"data: a:b: c\n\n", [("message", "a:b: c")]),
    ("carriage returns", b"data:x\r\rdata:y\r\r", [("message", "x"), ("message", "y")]),
    ("mixed line ends", b"data:x\r\ndata:y\ndata:z\r\r\n", [("message", "x\ny\nz")]),
    ("three line ends", b"data:x\n\r\ndata: y\r\r\n", [("message", "x"), ("message", "y")]),
    ("a NUL in the data", b"data:\x00x\n\n", [("message", "\x00x")]),
    ("not UTF-8", b"data: \xff\xfe ok\n\n", [("message", "\ufffd\ufffd ok")]),
    ("other spaces are no line ends", "data:x\u2028y\x0bz\x0c\x85\n\n".encode(), [("message", "x\u2028y\x0bz\x0c\x85")]),
    ("an id", b"id: 1\ndata: x\n\n", [("message", "x")]),
    ("leading blank lines", b"\n\n\ndata: x\n\n", [("message", "x")]),
]  # fmt: skip


@pytest.mark.parametrize(("data", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_format(data: bytes, expected: list[tuple[str, str]]) -> None:
    assert seen(data) == expected


@pytest.mark.parametrize(("data", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_cut_anywhere(data: bytes, expected: list[tuple[str, str]]) -> None:
    whole = decode(data)[0]
    for cut in range(len(data) + 1) if len(data) < 200 else (1, 5, 100):
        parser = WireParser()
        events = [*parser.feed(data[:cut]), *parser.feed(data[cut:])]
        assert events == whole
    parser = WireParser()
    assert [e for byte in data for e in parser.feed(bytes([byte]))] == whole
    assert [(e.event, e.data) for e in whole] == expected


def test_random_streams_cut_at_random() -> None:
    pieces = [b"data", b":", b" ", b"\n", b"\r", b"event", b"id", b"retry", b"x", b"1", b"\xef\xbb\xbf", b"\xc3\xa9", b"\xff", b"\0", b"\n\n", b"data: x\n"]  # fmt: skip
    for seed in range(2_000):
        chance = random.Random(seed)
        data = b"".join(chance.choices(pieces, k=chance.randint(1, 40)))
        parser = WireParser()
        events, position = [], 0
        while position < len(data):
            step = chance.randint(1, 7)
            events += parser.feed(data[position : position + step])
            position += step
        assert events == decode(data)[0], seed
        assert parser.close() == decode(data)[1], seed


def test_ids_stay_until_changed() -> None:
    events = decode(
        b"id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\nid: 2\x003\ndata: d\n\nid: 4\n\ndata: e\n\n"
    )[0]
    assert [event.last_event_id for event in events] == ["1", "1", "", "", "4"]


def test_retry_and_offsets() -> None:
    events, problems = decode(b"\xef\xbb\xbfretry: 10\n\n: hi\ndata: a\n\nretry: 1x\ndata: b\n\n")
    assert [(event.retry, event.offset) for event in events] == [(10, 19), (10, 28)]
    assert [(p.offset, p.message) for p in problems] == [
        (28, "`retry: 1x` is no number of milliseconds")
    ]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"data: x\n", "the stream ended without the blank line that dispatches this event"),
        (b"data: x", "the stream ended without the blank line that dispatches this event"),
        (b"event: a\n\n", "`a` has no data line: it is never dispatched"),
        (b"event: a \ndata: x\n\n", "the blanks around the name `a ` belong to it"),
        (b"data: <ul>\n<li>\n\n", "the line `<li>` has no field name that browsers know"),
        (b"Data: x\n\n", "`Data` is not read: the field is `data`"),
        (b"data: caf\xe9\n\n", NO_UTF8),
        (b"event: caf\xe9\ndata: 1\n\n", NO_UTF8),
        (b"\n\xef\xbb\xbfdata: x\n\n", "a byte-order mark inside the stream spoils this line"),
    ],
)
def test_problems(data: bytes, message: str) -> None:
    assert [problem.message for problem in decode(data)[1]] == [message]


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("evnt: a", "event"),
        ("events: a", "event"),
        ("Evt: a", "event"),
        ("dat: x", "data"),
        ("dtaa: x", "data"),
        ("ids: 7", "id"),
        ("rety: 5", "retry"),
        ("retr: 5", "retry"),
    ],
)
def test_a_slip_in_the_name_of_a_field(line: str, field: str) -> None:
    (problem,) = decode(f"{line}\ndata: x\n\n".encode())[1]
    assert problem.help.startswith(f"did you mean `{field}`? If it is text: send `data: ` before")
    assert problem.lost == ("a" if field == "event" else "")


@pytest.mark.parametrize("line", ["evnt", "color: red", "<b>data</b>", "https://x.example/", "x"])
def test_a_line_of_text_is_no_slip(line: str) -> None:
    (problem,) = decode(f"data: x\n{line}\n\n".encode())[1]
    assert problem.help.startswith("send `data: ` before each line of the text")


@pytest.mark.parametrize(
    ("data", "places"),
    [
        ("data: caf\xe9, na\xefve\n\n".encode(), []),
        (b"data: \xff\n\n: \xff\n\ndata: ab\xffc\n\n", [6, 22]),
        # A letter that is cut in two by a line end, and one that is only half a pair.
        (b"data: \xc3\ndata: \xa9\n\n", [6, 14]),
        (b"data: \xed\xa0\x80\n\n", [6]),
    ],
)
def test_what_is_no_utf8_is_a_warning_with_its_place(data: bytes, places: list[int]) -> None:
    for size in (1, 3, len(data)):
        parser = WireParser()
        for start in range(0, len(data), size):
            parser.feed(data[start : start + size])
        found = [(one.offset, one.message, one.is_warning) for one in parser.close()]
        assert found == [(place, NO_UTF8, True) for place in places]


def test_what_has_not_ended_is_not_judged_by_its_last_line() -> None:
    for cut in range(1, 40):
        data = "event: caf\xe9\ndata: \xe9t\xe9 \u2603\nid: 1\n\n".encode()[:cut]
        assert decode(data, ended=False)[1] == []


@pytest.mark.parametrize("data", ["x", "", "a\nb", "<p>\n</p>\n"])
def test_what_is_encoded_comes_back(data: str) -> None:
    assert seen(encode("a", data) + encode(None, data)) == [("a", data), ("message", data)]


@pytest.mark.parametrize(
    ("event", "data", "message"),
    [
        ("a\nid: 1", "x", "has a line end"),
        ("a\rb", "x", "has a line end"),
        ("", "x", "has None for it"),
        ("a", "x\ry", "carriage return"),
        ("a", "x\r\ny", "carriage return"),
        ("a", "\ud800", "half of a surrogate pair"),
        ("\udfff", "x", "half of a surrogate pair"),
    ],
)
def test_what_would_not_come_back_is_refused(event: str, data: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        encode(event, data)


def test_whatever_is_encoded_comes_back() -> None:
    letters = "a \t\n:\0\u2028\u0085\ufeff😀é"
    for seed in range(3_000):
        chance = random.Random(seed)
        name = "".join(chance.choices(letters.replace("\n", ""), k=chance.randint(1, 6)))
        data = "".join(chance.choices(letters, k=chance.randint(0, 12)))
        assert seen(encode(name, data) + encode(None, data)) == [(name, data), ("message", data)]


def test_a_line_without_end_does_not_fill_memory() -> None:
    parser = WireParser()
    for _ in range(20):
        parser.feed(b"data: " + b"x" * 1024 * 1024)
    assert [p.message for p in parser.problems] == [
        "a line of more than 16 MB; the rest of it is dropped"
    ]


_TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.none() | _TEXT, _TEXT)
def test_a_frame_comes_back_as_it_was_sent_or_is_refused(name: str | None, data: str) -> None:
    refused = name == "" or set(name or "") & set("\r\n") or "\r" in data
    if refused:
        with pytest.raises(ValueError, match=r"name|carriage return"):
            encode(name, data)
        return
    assert seen(encode(name, data)) == [(name or "message", data)]


@pytest.mark.parametrize(("name", "data"), [("a\udc80", "x"), ("a", "\ud800")])
def test_what_is_no_text_is_not_sent(name: str, data: str) -> None:
    with pytest.raises(ValueError, match="surrogate pair"):
        encode(name, data)


def test_a_wait_of_absurd_length_is_none() -> None:
    frame = b"retry: " + b"9" * 5000 + b"\nretry: \xc2\xb2\ndata: x\n\n"
    events, problems = decode(frame)
    assert [(event.data, event.retry) for event in events] == [("x", None)]
    assert len(problems) == 2
