"""Small apps for the tests of the harness: a page, a stream, and whatever a test adds."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

PAGE = (
    '<!doctype html><html><body><div hx-ext="sse" sse-connect="/events">'
    '<p id="a" sse-swap="a">-</p><p id="m" sse-swap="message">-</p></div></body></html>'
)
GOOD = [b"event: a\ndata: <b>1</b>\n\n", b"data: x\n\n"]
STREAM = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-cache")]
HTML = [(b"content-type", b"text/html")]
Send = Callable[[dict[str, Any]], Awaitable[None]]


async def answer(
    send: Send, body: bytes, status: int = 200, headers: list[tuple[bytes, bytes]] = HTML
) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def stream(send: Send, frames: list[bytes], pause: float = 0.01) -> None:
    """Frames without end."""
    await send({"type": "http.response.start", "status": 200, "headers": STREAM})
    while True:
        for frame in frames:
            await send({"type": "http.response.body", "body": frame, "more_body": True})
        await asyncio.sleep(pause)


def app_with(**routes: Callable[[dict[str, Any], Any, Send], Awaitable[None]]) -> Any:
    """An ASGI app: the page, `/events`, and what a test gives for a path (`_` is `/`)."""

    async def app(scope: dict[str, Any], receive: Any, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError("no lifespan here")
        name = scope["path"].strip("/").replace("/", "_") or "_"
        if name in routes:
            await routes[name](scope, receive, send)
        elif name == "_":
            await answer(send, PAGE.encode())
        elif name == "events":
            await stream(send, GOOD)
        else:
            await answer(send, b"not here", 404)

    return app


def wsgi_ticking(left: list[str] | None = None, kind: str = "text/event-stream") -> Any:
    """A WSGI app whose every address is an endless stream."""

    def app(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        del environ
        start_response("200 OK", [("Content-Type", kind)])
        number = 0
        try:
            while True:
                number += 1
                yield b"event: tick\ndata: %d\n\n" % number
        finally:
            if left is not None:
                left.append("left")

    return app
