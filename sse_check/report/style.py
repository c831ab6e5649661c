"""Colour, and text from files made safe for a terminal."""

import os
import re
import unicodedata
from typing import TextIO

from sse_check.source.lazy import lazy
from sse_check.source.printable import printable

# Controls, line ends beyond ASCII, marks of direction, and halves of characters.
_UNSAFE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
# The same without line ends, which stand between the values of JSON.
_UNSAFE_IN_JSON = lazy(_UNSAFE.pattern.replace(r"\x00-", r"\x00-\x09\x0b-"))
# What runners of CI take for a command: GitHub at the start of a line (`::error::`), and all of
# them anywhere in it (`##[error]`, `##vso[`, `##teamcity[`).
_COMMAND_AT_START = re.compile(r"^([^\S\n]*):(:[^\n]*::)", re.MULTILINE)
_COMMAND_ANYWHERE = re.compile(r"##(?=(?:vso|teamcity)?\[)", re.IGNORECASE)
_CODES = {"error": "31", "warning": "33", "info": "36", "bold": "1", "dim": "2", "help": "32"}


class Style:
    """Wraps text in terminal colours, or leaves it alone."""

    def __init__(self, coloured: bool) -> None:
        self.coloured = coloured

    def __call__(self, text: str, *kinds: str) -> str:
        if not self.coloured:
            return text
        return f"\x1b[{';'.join(_CODES[kind] for kind in kinds)}m{text}\x1b[0m"

    def link(self, text: str, address: str | None) -> str:
        """A text that leads to an address, where the terminal may show links."""
        if not self.coloured or address is None:
            return text
        return f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\"


def wants_colour(choice: str, stream: TextIO) -> bool:
    """`auto` follows FORCE_COLOR, NO_COLOR and whether a person is looking."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("FORCE_COLOR"):
        return True
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return stream.isatty()


def visible(text: str) -> str:
    """Control characters as symbols: text from a file never steers the terminal."""
    return _UNSAFE.sub(_symbol, text)


def no_commands(text: str) -> str:
    """Lines that no runner of CI takes for a command to it; they look as they did, but for `\\`."""
    return _COMMAND_ANYWHERE.sub(r"#\\#", _COMMAND_AT_START.sub(r"\1:\\\2", text))


def markup_safe(text: str) -> str:
    """HTML or XML that says the same, steers no terminal, and no line of which is a command."""
    text = _UNSAFE.sub(_in_markup, text)
    return _COMMAND_ANYWHERE.sub("&#35;#", _COMMAND_AT_START.sub(r"\1&#58;\2", text))


def _in_markup(match: re.Match[str]) -> str:
    # Lines and tabs of the document itself are no text from a file.
    return match[0] if match[0] in "\t\n" else _symbol(match)


def json_safe(text: str) -> str:
    """JSON whose strings steer no terminal and no runner, and which every reader can decode."""
    return _COMMAND_ANYWHERE.sub(r"#\\u0023", _UNSAFE_IN_JSON.sub(_escaped, text))


def _escaped(match: re.Match[str]) -> str:
    char = match[0]
    code = ord(char)
    return f"\\\\{printable(char)[1:]}" if 0xD800 <= code <= 0xDFFF else f"\\u{code:04x}"


def _symbol(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xD800 <= code <= 0xDFFF:
        return printable(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else "\ufffd"


def width(text: str) -> int:
    """How many cells a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )
