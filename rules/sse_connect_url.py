"""Addresses from which no stream can come."""

from collections.abc import Iterator

from sse_check.api import HOLE, Context, Finding, Hit, Rule, View, connect_attribute, url_of


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, judge)


def judge(view: View) -> Iterator[Hit]:
    for node in view.connections:
        name = connect_attribute(node) or "sse-connect"
        url = url_of(node)
        fault = _fault(url)
        if fault is not None:
            yield Hit(node, view.span(node, name), *fault)


def _fault(url: str) -> tuple[str, str] | None:
    if not url.strip():
        # A macro may be called without its address on purpose; an empty text is none.
        return ("an empty address opens no stream", "write the address of the route that streams")
    if HOLE in url:
        return None
    text = url.strip().lower()
    if text.startswith(("javascript:", "#")):
        return (
            f"`{url}` is not the address of a stream",
            "write the address of the route that streams",
        )
    if text.startswith(("ws://", "wss://")):
        return (
            f"`{url}` is a WebSocket address, and events come over HTTP",
            "write an HTTP address, or use htmx's ws extension",
        )
    return None


rule = Rule(
    name="sse_connect_url",
    summary="a connection to an address from which no stream can come",
    severity="error",
    check=check,
)
