"""Headers and cookies as they are written on the command line."""

import re
from collections.abc import Sequence

from sse_check.stream.web import StreamError

_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
# What no header can carry: it would end the line, or begin another header.
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def read_headers(headers: Sequence[str], cookies: Sequence[str]) -> dict[str, str]:
    """Headers by their names in lower case. What is wrong is told without the value."""
    found: dict[str, str] = {}
    for number, header in enumerate(headers, 1):
        name, colon, value = header.partition(":")
        which = f"--header {name.strip()}" if colon else f"--header (number {number})"
        if not colon or not _NAME.fullmatch(name.strip()):
            raise StreamError(f"{ascii(which)[1:-1]}: write `Name: value`")
        found[name.strip().lower()] = _checked(value.strip(), which)
    for number, cookie in enumerate(cookies, 1):
        name, equals, _ = cookie.partition("=")
        if not equals or not _NAME.fullmatch(name.strip()):
            raise StreamError(f"--cookie (number {number}): write `name=value`")
        _checked(cookie, f"--cookie {name.strip()}")
    if cookies:
        given = [found["cookie"]] if "cookie" in found else []
        found["cookie"] = "; ".join([*given, *cookies])
    return found


def _checked(value: str, which: str) -> str:
    if _CONTROL.search(value):
        raise StreamError(f"{which}: its value has a line end or another control character")
    if not value.isascii():
        raise StreamError(f"{which}: its value has a letter that no header can carry")
    return value
