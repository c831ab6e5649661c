"""What a report keeps to itself: users, and tokens and keys in the queries of addresses."""

import re
from collections.abc import Iterable

# A pair of a query; a full stop or colon after it belongs to the sentence around it.
_PAIR = re.compile(
    r"([?&;](?:amp;|#38;|#x26;)?)([^=&;?#\s\"'<>`]{1,80})"
    r"=([^&;#\s\"'<>`\\]*[^&;#\s\"'<>`\\:,.)])"
)
# A user and a password before the host of an address.
_USER = re.compile(r"(://)([^/?#\s\"'<>`@]{1,200})(?=@)")
_NAMED = re.compile(
    r"(?i)token|secret|passw|pwd|auth(?!or)|session|jwt|signature|credential|api[_-]?key|csrf"
    r"|private|ticket|nonce"
)
# Names that often mean something else: their values are hidden where they stand, not elsewhere.
_PERHAPS = re.compile(r"(?i)key|code|sid|sig|otp|hash|sess|pass|state")
# A long word of letters and figures: no name that a person chose.
_OPAQUE = re.compile(r"(?=[^0-9]*[0-9])(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9_\-.=+/%~]{20,}")
_SHORTEST = 6


def _is_secret(name: str, value: str) -> bool:
    return bool(_NAMED.search(name)) or bool(_OPAQUE.fullmatch(value))


def secrets_in(texts: Iterable[str]) -> frozenset[str]:
    """The values in addresses that look as if they open something."""
    pairs = (pair for text in texts for pair in _PAIR.findall(text))
    return frozenset(
        value for _, name, value in pairs if len(value) >= _SHORTEST and _is_secret(name, value)
    )


def discreet(text: str, secrets: Iterable[str] = ()) -> str:
    """A text with stars for secrets, one for each character, so that columns stay right."""

    def starred(match: re.Match[str]) -> str:
        mark, name, value = match.groups()
        hidden = _is_secret(name, value) or _PERHAPS.fullmatch(name)
        return f"{mark}{name}={'*' * len(value) if hidden else value}"

    shown = _USER.sub(lambda found: found[1] + "*" * len(found[2]), _PAIR.sub(starred, text))
    for secret in sorted(secrets, key=len, reverse=True):
        shown = shown.replace(secret, "*" * len(secret))
    return shown
