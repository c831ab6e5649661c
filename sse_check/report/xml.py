"""Text that may stand in XML."""

import re
from xml.sax.saxutils import escape

# XML 1.0 has no place for these, not even as references.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def quoted(text: str) -> str:
    """An attribute's value with its quotes."""
    clean = _FORBIDDEN.sub("\ufffd", text)
    return '"' + escape(clean, {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}) + '"'


def content(text: str) -> str:
    clean = escape(_FORBIDDEN.sub("\ufffd", text))
    # A line that begins with `::` would be a command to the runner of GitHub's actions.
    return re.sub(r"(?m)^(\s*):(?=:)", r"\1&#58;", clean)
