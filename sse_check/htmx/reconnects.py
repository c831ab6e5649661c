"""Whether and when a stream that ends is opened again."""

from typing import NamedTuple

from sse_check.htmx.dom import Node
from sse_check.htmx.htmx4 import Htmx4
from sse_check.htmx.page import Page

# What htmx 4 does when nothing else is said, in seconds.
_FIRST, _MOST, _VARIES, _TIMEOUT = 0.5, 60.0, 0.3, 60.0
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "": 0.001}


class Reconnects(NamedTuple):
    """A stream comes again `after` some seconds.

    In htmx 4 these vary by a share, and double up to `most` as long as it fails; an attempt is
    given up after `timeout` seconds, and all of them after `attempts`. None is no limit, or one
    that is the browser's.
    """

    after: float = 3.0
    varies: float = 0.0
    most: float | None = None
    timeout: float | None = None
    attempts: int | None = None


def reconnects(page: Page, node: Node) -> Reconnects | None:
    """None where a stream that ends is over."""
    if not isinstance(page, Htmx4):
        return Reconnects()
    said = page.stream_settings(node)
    if said.get("reconnect") is False:
        return None
    varies, attempts = said.get("reconnectJitter"), said.get("reconnectMaxAttempts")
    # 4.0.0 waits as long as it takes.
    timeout = None if page.stack.first_4 else _seconds(_timeout(page, said), _TIMEOUT)
    return Reconnects(
        _seconds(said.get("reconnectDelay"), _FIRST),
        varies if isinstance(varies, int | float) else _VARIES,
        _seconds(said.get("reconnectMaxDelay"), _MOST),
        timeout or None,
        attempts if isinstance(attempts, int) else None,
    )


def pauses(page: Page, node: Node) -> bool:
    """Whether a stream ends while its page is in the background, and comes back with it."""
    return isinstance(page, Htmx4) and page.stream_settings(node).get("pauseOnBackground") is True


def _timeout(page: Page, said: dict[str, object]) -> object:
    return said.get("connectTimeout", page.config.get("defaultTimeout"))


def _seconds(said: object, default: float) -> float:
    """A time as htmx 4 reads it: `2s`, `500ms`, or a number of milliseconds."""
    text = str(said)
    unit = next((u for u in ("ms", "s", "m") if text.endswith(u)), "")
    try:
        return float(text.removesuffix(unit)) * _UNITS[unit]
    except ValueError:
        return default
