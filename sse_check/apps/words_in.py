"""Words of texts: looked for when somebody asks, which is less than to read them all."""

import re

_WORD = re.compile(r"[A-Za-z_]\w*\Z", re.ASCII)
_BEFORE = re.compile(rb"(?:\A|[^A-Za-z0-9_])[0-9]*\Z")
# So many digits before a word are looked at.
_NEAR = 40


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
            _BEFORE.search(text, max(0, match.start() - _NEAR), match.start())
            for text in self._texts
            for match in word.finditer(text)
        )
