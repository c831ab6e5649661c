"""Scripts that open a stream by themselves, in the text of a page that Python writes."""

import re

# What they write, as text and as the bytes of a file; no class of Python is made with `new`.
OPENING = r"\bnew\s+(?:window\.)?\w*EventSource\s*\(|\bfetchEventSource\s*\("
# What stands in every file with one.
SIGN = b"EventSource"
OPENING_IN_BYTES = re.compile(OPENING.encode())
_OPENING = re.compile(OPENING)
_SIGN = SIGN.decode()


def opens(text: str) -> bool:
    """Whether a script of a page opens a stream."""
    return _SIGN in text and "<script" in text.lower() and _OPENING.search(text) is not None


def is_opening(text: str) -> bool:
    """Whether a text, of a page or of a script, opens a stream."""
    return _SIGN in text and _OPENING.search(text) is not None
