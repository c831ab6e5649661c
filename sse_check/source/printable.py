"""Names and texts made safe to be printed, stored and read by other programs."""

import re

# What a name of the file system holds where its bytes are not UTF-8 (and what no text may hold).
_SURROGATES = re.compile("[\ud800-\udfff]")


def printable(name: str) -> str:
    """A name that every encoding of Unicode can hold: bytes that are none become `\\xff`."""
    return _SURROGATES.sub(_written, name)


def _written(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\u{code:04x}"


def one_line(text: object) -> str:
    """An exception's text, or another's, as part of a sentence."""
    return printable(" ".join(str(text).split()))[:300]
