"""Words of texts: looked for when somebody asks, which is less than to read them all."""

import re
import string

_WORD = re.compile(r"[A-Za-z_]\w*\Z", re.ASCII)
_DIGITS, _LETTERS = frozenset(b"0123456789"), frozenset(string.ascii_letters.encode() + b"_")


class WordsIn:
    """What names stand as words in some texts."""

    __slots__ = ("_known", "_texts")

    def __init__(self, texts: list[bytes]) -> None:
        self._texts = texts
        self._known: dict[str, bool] = {}

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = _WORD.match(name) is not None and self._is_there(name)
        return known

    def _is_there(self, name: str) -> bool:
        word = re.compile(re.escape(name).encode() + rb"(?![A-Za-z0-9_])")
        return any(
            _begins(text, match.start()) for text in self._texts for match in word.finditer(text)
        )


def _begins(text: bytes, place: int) -> bool:
    """Whether a word begins at a place: at its first letter, whatever digits stand before it."""
    before = place - 1
    while before >= 0 and text[before] in _DIGITS:
        before -= 1
    return before < 0 or text[before] not in _LETTERS
