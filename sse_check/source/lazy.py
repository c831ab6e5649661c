"""Patterns that are compiled when they are first used: a run needs few of them."""

import re
from typing import Any, cast


class _Lazy:
    """Stands for a pattern. Its methods replace themselves by the real ones."""

    def __init__(self, pattern: str, flags: re.RegexFlag) -> None:
        self._pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        value = getattr(re.compile(self._pattern, self._flags), name)
        setattr(self, name, value)
        return value


def lazy(pattern: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    """The same as `re.compile`, later. Compiling is cached by `re` itself."""
    return cast("re.Pattern[str]", _Lazy(pattern, flags))
