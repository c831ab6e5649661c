"""Answers that are compressed: a browser reads them, so the harness does.

Nothing here needs a package: this is loaded into the app's own Python too.
"""

import zlib

# What is asked for, of what browsers ask for: the rest needs packages.
ASKED = "gzip, deflate"
_PLAIN = ("", "identity")
_GZIP = ("gzip", "x-gzip")
# Of zlib: a gzip header, or its own one.
_ANY_HEADER = 47


class Decoder:
    """The bytes of one answer as they were before they were compressed, as they come."""

    def __init__(self, coding: str) -> None:
        name = coding.strip().lower()
        # Why nothing of it can be read; empty when all is well.
        self.unknown = "" if name in (*_PLAIN, *_GZIP, "deflate") else name
        self._inflate = zlib.decompressobj(_ANY_HEADER) if name in _GZIP else None
        self._is_deflate = name == "deflate"

    def decode(self, data: bytes, most: int) -> bytes:
        """What these bytes add, but not much more than that; raises `zlib.error`."""
        if self._is_deflate and self._inflate is None and data:
            self._inflate = _of_deflate(data)
        if self._inflate is None:
            return data
        return self._inflate.decompress(data, most)


def _of_deflate(data: bytes) -> "zlib._Decompress":
    """Servers send `deflate` with and without the header that it should have."""
    has_header = data[0] & 15 == zlib.DEFLATED and (
        len(data) < 2 or not (data[0] << 8 | data[1]) % 31
    )
    return zlib.decompressobj(zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS)
