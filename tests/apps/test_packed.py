"""What Django's GZipMiddleware does with a stream, as `sse_response` says it."""

import gzip
import zlib
from collections.abc import Iterator

from django.utils.text import compress_sequence, compress_string

ENOUGH = 100_000


def test_what_is_packed_as_one_comes_after_thousands_of_events() -> None:
    asked = 0

    def frames() -> Iterator[bytes]:
        nonlocal asked
        for number in range(ENOUGH):
            asked += 1
            yield b"event: tick\ndata: %d\n\n" % number

    packed = compress_sequence(frames())
    unpacking = zlib.decompressobj(zlib.MAX_WBITS | 16)
    while not unpacking.decompress(next(packed)):
        assert asked < ENOUGH
    assert asked > 1000


def test_what_is_packed_piece_by_piece_ends_after_each() -> None:
    pieces = [compress_string(b"data: %d\n\n" % number) for number in range(3)]
    unpacking = zlib.decompressobj(zlib.MAX_WBITS | 16)
    # So do browsers: what follows the end is left unread.
    assert unpacking.decompress(b"".join(pieces)) == b"data: 0\n\n"
    assert unpacking.eof
    assert gzip.decompress(b"".join(pieces)) == b"data: 0\n\ndata: 1\n\ndata: 2\n\n"
