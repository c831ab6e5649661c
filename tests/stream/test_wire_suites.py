"""What other suites ask of a parser, told anew with our own data.

The behaviours are those that LaunchDarkly's contract tests for SSE clients and the format tests
for EventSource of the web platform check; every case is read whole, byte by byte and in twos.
"""

import pytest

from sse_check.stream.wire import WireEvent, WireParser, decode

MARK = b"\xef\xbb\xbf"
# Name, data and the last id of each event that is dispatched.
Seen = list[tuple[str, str, str]]


def read(data: bytes, size: int) -> tuple[WireParser, list[WireEvent]]:
    parser = WireParser()
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    return parser, [event for piece in pieces for event in parser.feed(piece)]


def seen(events: list[WireEvent]) -> Seen:
    return [(event.event, event.data, event.last_event_id) for event in events]


def plain(*data: str) -> Seen:
    return [("message", one, "") for one in data]


CASES: list[tuple[str, bytes, Seen]] = [
    # Ids
    ("an id with its event", b"id: k1\ndata: up\n\n", [("message", "up", "k1")]),
    ("name and id", b"event: tick\nid: k1\ndata: up\n\n", [("tick", "up", "k1")]),
    ("the fields the other way round", b"data: up\nid: k1\nevent: tick\n\n", [("tick", "up", "k1")]),
    ("an id stays", b"id: k1\ndata: a\n\ndata: b\n\n", [("message", "a", "k1"), ("message", "b", "k1")]),
    ("an id is taken back by an empty one", b"id: k1\ndata: a\n\nid: \ndata: b\n\n", [("message", "a", "k1"), ("message", "b", "")]),
    ("an id is taken back without a colon", b"id: k1\ndata: a\n\nid\ndata: b\n\n", [("message", "a", "k1"), ("message", "b", "")]),
    ("an id with a NUL is no id", b"id: k\x001\ndata: a\n\n", plain("a")),
    ("nor does it take one back", b"id: k1\ndata: a\n\nid: \x00\ndata: b\n\n", [("message", "a", "k1"), ("message", "b", "k1")]),
    ("an id beyond ASCII", "id: schlüssel\ndata: a\n\n".encode(), [("message", "a", "schlüssel")]),
    ("an id alone counts for the next event", b"id: k9\n\ndata: a\n\n", [("message", "a", "k9")]),
    ("an id of an event that is cut off does not count", b"data: a\n\nid: k1\ndata: b", plain("a")),
    # Names
    ("a name with a second blank", b"event:  tick\ndata:  up\n\n", [(" tick", " up", "")]),
    ("a name without a blank", b"event:tick\ndata:up\n\n", [("tick", "up", "")]),
    ("a name does not stay", b"event: tick\ndata: a\n\ndata: b\n\n", [("tick", "a", ""), ("message", "b", "")]),
    ("a name is forgotten with an event that has no data", b"event: tick\n\ndata: b\n\n", plain("b")),
    ("a name without a colon is no name", b"event\ndata: a\n\n", plain("a")),
    ("`message` is what it is without a name", b"event: message\ndata: a\n\n", plain("a")),
    # Data
    ("data without a colon", b"data\n\ndata\ndata\n\n", plain("", "\n")),
    ("an unknown field between", b"event: tick\ncolour: red\ndata: up\n\n", [("tick", "up", "")]),
    ("a field that begins with a blank", b" data: a\ndata: b\n\n", plain("b")),
    ("a field with a blank before its colon", b"data : a\ndata: b\n\n", plain("b")),
    ("nothing but blank lines", b"\n\n\r\r\r\n\r\n", []),
    ("nothing", b"", []),
    ("a comment between two lines of data", b"data: a\n: not this\ndata: b\n\n", plain("a\nb")),
    ("a comment that looks like data", b":data: a\n\n", []),
    ("a comment without a word", b":\ndata: a\n\n", plain("a")),
    ("a comment of two thousand bytes", b":" + b"c" * 2000 + b"\ndata: a\n\n", plain("a")),
    ("a tab after the colon belongs to it", b"data:\ta\n\n", plain("\ta")),
    ("data of three bytes a letter", "data: ✓日本\n\n".encode(), plain("✓日本")),
    ("data outside the basic plane", "data: 🦉\n\n".encode(), plain("🦉")),
    ("a letter that is cut off", b"data: a\xe2\x82\n\n", plain("a\ufffd")),
    ("always UTF-8", b"data: \xe4\n\n", plain("\ufffd")),
    ("a hundred in a row", b"".join(b"data: %d\n\n" % n for n in range(100)), plain(*(str(n) for n in range(100)))),
    ("the last one without its blank line", b"data: a\n\ndata: b\n", plain("a")),
    ("and without any line end", b"data: a\n\ndata: b", plain("a")),
    ("a retry between", b"retry: 900\ndata: a\n\n", plain("a")),
    # Byte-order marks
    ("a mark before a comment", MARK + b":c\ndata: a\n\n", plain("a")),
    ("a mark before a name", MARK + b"event: tick\nid: k1\ndata: a\n\n", [("tick", "a", "k1")]),
    ("a mark before empty data", MARK + b"data:\n\n", plain("")),
    ("a mark in the data stays", MARK + b"data: " + MARK + b"a\n\n", plain("\ufeffa")),
    ("a mark in a later event's data", b"data: a\n\ndata: " + MARK + b"b\n\n", plain("a", "\ufeffb")),
    ("a mark and then nothing", MARK, []),
    ("half a mark is a strange line", b"\xef\xbbdata: a\ndata: b\n\n", plain("b")),
    ("a mark of UTF-16 is none", b"\xff\xfedata: a\n\ndata: b\n\n", plain("b")),
]  # fmt: skip


@pytest.mark.parametrize("size", [1, 2, 3, 1_000_000])
@pytest.mark.parametrize(("data", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_a_case(data: bytes, expected: Seen, size: int) -> None:
    assert seen(read(data, size)[1]) == expected


ENDS = {"LF": b"\n", "CR": b"\r", "CRLF": b"\r\n"}
SHAPES: list[tuple[list[bytes], Seen]] = [
    ([b"data: a", b""], plain("a")),
    ([b"data: a", b"", b"data: b", b"data: c", b""], plain("a", "b\nc")),
    ([b"data:", b"data: b", b"data: c", b""], plain("\nb\nc")),
    ([b"data: a", b"data:", b"data: c", b""], plain("a\n\nc")),
    ([b"data: a", b"data: b", b"data:", b""], plain("a\nb\n")),
    ([b"event: tick", b"id: k1", b"data: a", b"", b": c", b"data: b", b""], [("tick", "a", "k1"), ("message", "b", "k1")]),
]  # fmt: skip


@pytest.mark.parametrize("size", [1, 2, 3, 1_000_000])
@pytest.mark.parametrize("shape", range(len(SHAPES)))
@pytest.mark.parametrize("end", ENDS)
def test_every_line_end(end: str, shape: int, size: int) -> None:
    lines, expected = SHAPES[shape]
    data = b"".join(line + ENDS[end] for line in lines)
    assert seen(read(data, size)[1]) == expected


def test_a_second_half_of_a_line_end_that_comes_late() -> None:
    parser = WireParser()
    assert seen(parser.feed(b"data: a\r\n\r")) == plain("a")
    assert parser.feed(b"\n") == []
    assert seen(parser.feed(b"data: b\r\n\r\n")) == plain("b")


def test_a_shared_chunk() -> None:
    parser = WireParser()
    pieces = (b"data: one", b"more\n\ndata:", b"two\n\n")
    assert [seen(parser.feed(piece)) for piece in pieces] == [[], plain("onemore"), plain("two")]


@pytest.mark.parametrize("size", [64 * 1024, 5 * 1024 * 1024, 100_000_000])
def test_a_message_of_ten_megabytes(size: int) -> None:
    text = b"0123456789abcdef" * (10 * 1024 * 1024 // 16)
    (event,) = read(b"data: " + text + b"\n\n", size)[1]
    assert event.data.encode() == text


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (b"retry: 250\n", 250),
        (b"retry:0\n", 0),
        (b"retry: 250\nretry: 250x\n", 250),
        (b"retry: 1.5\n", None),
        (b"retry: -1\n", None),
        (b"retry:\n", None),
        (b"retry\n", None),
        (b"retry: 1 \n", None),
        ("retry: ٣\n".encode(), None),
        (b"Retry: 1\n", None),
    ],
)
def test_retry_is_digits_and_nothing_else(lines: bytes, expected: int | None) -> None:
    (event,) = decode(lines + b"data: a\n\n")[0]
    assert event.retry == expected


def test_comments_are_counted() -> None:
    parser, events = read(b": one\n:two\n\ndata: a\n:three\n\n", 1)
    assert (parser.comments, seen(events)) == (3, plain("a"))


def test_many_short_lines_take_linear_work() -> None:
    """A body of a million lines once took a look at the rest of it for each of them."""
    assert len(decode(b"data: x\n\n" * 500_000)[0]) == 500_000
