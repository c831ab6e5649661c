"""The attribute names of htmx and its SSE extensions, and how they may be written."""

from sse_check.project.elements import Given

SWAP = "sse-swap"
CONNECT = "sse-connect"
CLOSE = "sse-close"
LEGACY = "hx-sse"
CONNECT4 = "hx-sse:connect"
CLOSE4 = "hx-sse:close"
TRIGGER = "hx-trigger"

CONNECTING = (CONNECT, LEGACY, CONNECT4)
LISTENING = (SWAP, LEGACY, TRIGGER)


def spellings(*names: str) -> frozenset[str]:
    """Each name with and without the `data-` that htmx accepts before it."""
    return frozenset(names) | frozenset(f"data-{name}" for name in names)


def get(attributes: dict[str, Given], name: str) -> Given | None:
    """An attribute by its plain name; htmx looks for that first, then with `data-`."""
    return attributes.get(name) or attributes.get("data-" + name)


def plain(name: str) -> str:
    return name.removeprefix("data-")


def legacy_parts(given: Given) -> dict[str, str]:
    """What the old `hx-sse="connect:/url swap:name"` says, by word."""
    text = str(given.pattern) if given.pattern is not None else ""
    parts = {}
    for part in text.split():
        word, colon, rest = part.partition(":")
        if colon:
            parts[word] = rest
    return parts


def connects(attributes: dict[str, Given]) -> Given | None:
    """The attribute by which an element opens a stream, whatever the stack makes of it."""
    for name in (CONNECT, CONNECT4):
        given = get(attributes, name)
        if given is not None:
            return given
    legacy = get(attributes, LEGACY)
    if legacy is not None and "connect" in legacy_parts(legacy):
        return legacy
    return None
