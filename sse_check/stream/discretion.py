"""What a report keeps to itself: tokens and keys in the queries of addresses."""

import re
from collections.abc import Iterable

_PAIR = re.compile(r"([?&;](?:amp;|#38;|#x26;)?)([^=&;?#\s\"'<>`]{1,80})=([^&;#\s\"'<>`\\]+)")
_NAMED = re.compile(
    r"(?i)token|secret|passw|pwd|auth(?!or)|session|jwt|signature|credential|api[_-]?key|csrf"
    r"|private|ticket|nonce|^(?:key|code|sid|sig|otp|hash|sess|pass|state)$"
)
# A long word of letters and figures: no name that a person chose.
_OPAQUE = re.compile(r"(?=[^0-9]*[0-9])(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9_\-.=+/%~]{20,}")
_SHORTEST = 6


def _is_secret(name: str, value: str) -> bool:
    return bool(_NAMED.search(name)) or bool(_OPAQUE.fullmatch(value))


def secrets_in(texts: Iterable[str]) -> frozenset[str]:
    """The values in addresses that look as if they open something."""
    return frozenset(
        value for text in texts for _, name, value in _PAIR.findall(text) if _is_secret(name, value)
    )


def discreet(text: str, secrets: Iterable[str] = ()) -> str:
    """A text with stars for secrets, one for each character, so that columns stay right."""

    def starred(match: re.Match[str]) -> str:
        mark, name, value = match.groups()
        return f"{mark}{name}={'*' * len(value) if _is_secret(name, value) else value}"

    shown = _PAIR.sub(starred, text)
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= _SHORTEST:
            shown = shown.replace(secret, "*" * len(secret))
    return shown
