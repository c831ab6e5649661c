"""Bytes to text, and positions in it."""

import pytest

from sse_check.source import DecodingError, Source, Span, decode, encode


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        (b"<p>", "<p>", "utf-8"),
        ("<p>é😀".encode(), "<p>é😀", "utf-8"),
        (b"\xef\xbb\xbf<p>", "<p>", "utf-8-sig"),
        ("\ufeff<p>é".encode("utf-16-le"), "<p>é", "utf-16-le"),
        ("\ufeff<p>é".encode("utf-16-be"), "<p>é", "utf-16-be"),
        (b"", "", "utf-8"),
        (b"a\x00b", "a\x00b", "utf-8"),
    ],
)
def test_text_is_decoded_by_its_mark_or_as_utf_8(data: bytes, text: str, encoding: str) -> None:
    assert decode(data) == (text, encoding)
    assert encode(text, encoding) == data


@pytest.mark.parametrize("data", [b"caf\xe9", b"\xff\xfe\x00", b"\xc3("])
def test_other_bytes_are_refused_with_a_way_out(data: bytes) -> None:
    with pytest.raises(DecodingError, match="save the file as UTF-8"):
        decode(data)


def test_lines_end_at_lf_crlf_and_cr() -> None:
    source = Source("t", "a\r\nb\nc\rd")
    assert [source.line_text(line) for line in (1, 2, 3, 4)] == ["a", "b", "c", "d"]
    assert source.position(source.text.index("d"))[:2] == (4, 1)
    assert source.position(1)[:2] == (1, 2)


def test_columns_count_characters_and_utf16_units() -> None:
    source = Source("t", "x\n😀é<p>")
    offset = source.text.index("<")
    assert source.position(offset) == (2, 3, 4)
    assert source.utf16_column(offset) == 4


def test_control_characters_and_nul_count_as_one() -> None:
    source = Source("t", "\x00\x01\x0b<p>")
    assert source.position(3)[:2] == (1, 4)


def test_offsets_beyond_the_text_are_its_end() -> None:
    assert Source("t", "ab").position(99) == (1, 3, 2)


def test_a_span_knows_its_text_and_ends() -> None:
    span = Span(Source("t", "ab\ncd"), 1, 4)
    assert span.text == "b\nc"
    assert span.start_position[:2] == (1, 2)
    assert span.end_position[:2] == (2, 2)
