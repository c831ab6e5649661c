"""Whether something speaks of streams: other words have those three letters too.

Of `aria-pressed`, `message` and `class="assets"` no listener comes. What does speak is looked at
in every combination of its conditions, which costs much on pages that never hear an event.
"""

import re

from sse_check.source.lazy import lazy

_SSE = lazy(r"(?<![a-z])sse", re.IGNORECASE)
# Calls of Chirp's helpers, which write attributes of streams.
_SIGNAL = lazy(r"\{\{-?\s*signal")


def is_of_streams(name: str) -> bool:
    """Whether an attribute is one of streams: `sse-swap`, `hx-sse:connect`, `data-sse-close`."""
    return "sse" in name and _SSE.search(name) is not None


def speaks_of_streams(text: str) -> bool:
    """Whether a template says something of streams, or may write what does."""
    # Most texts have neither word, and a plain search says so at once.
    if "sse" in text.lower() and _SSE.search(text) is not None:
        return True
    return "signal" in text and _SIGNAL.search(text) is not None
