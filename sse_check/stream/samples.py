"""Sample events and a sample page, for a look without any app."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sse_check.source.reading import UnreadableError, read_file
from sse_check.stream.exchange import Exchange
from sse_check.stream.placed import Places
from sse_check.stream.renderer import Renderer
from sse_check.stream.web import EVENT_STREAM, LOCAL, StreamError
from sse_check.stream.wire import encode

_UNNAMED = "message"
_FRAGMENTS = (".html", ".htm", ".txt", ".jinja", ".j2")
_OF_STREAM = re.compile(r"(/[^=]*)=(.+)", re.DOTALL)
LARGEST_SAMPLE = 64 * 1024 * 1024


def read_sample(path: Path, renderer: Renderer) -> bytes:
    """Frames from a `.sse` file, a folder of fragments, or a list of events (JSON or YAML)."""
    if path.is_dir():
        return b"".join(_fragment(file, renderer) for file in sorted(path.iterdir()))
    if not path.is_file():
        raise StreamError(f"{path}: no such sample")
    if path.suffix in (".json", ".yaml", ".yml"):
        return b"".join(_event(entry, path, renderer) for entry in _listed(path))
    if path.suffix in _FRAGMENTS:
        return _fragment(path, renderer)
    return _bytes(path)


def _text(path: Path) -> str:
    try:
        return _bytes(path).decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise StreamError(f"{path}: cannot be read: {error}") from error


def _bytes(path: Path) -> bytes:
    try:
        return read_file(str(path), limit=LARGEST_SAMPLE)
    except UnreadableError as error:
        raise StreamError(f"{path}: {error.why}") from error


def _fragment(file: Path, renderer: Renderer) -> bytes:
    """`status.html` is an event `status`; `message.html` is unnamed."""
    if file.suffix not in _FRAGMENTS or not file.is_file():
        return b""
    text = renderer.text(_text(file), str(file))
    return _frame(None if file.stem == _UNNAMED else file.stem, text.strip("\n"), file)


def _frame(name: str | None, text: str, path: Path) -> bytes:
    try:
        return encode(name, re.sub(r"\r\n?", "\n", text))
    except ValueError as error:
        raise StreamError(f"{path}: {error}") from None


def _listed(path: Path) -> list[Any]:
    text = _text(path)
    try:
        if path.suffix == ".json":
            found = json.loads(text)
        else:
            import yaml

            found = yaml.safe_load(text)
    except ModuleNotFoundError as error:
        raise StreamError(f"{path}: reading YAML needs `pip install pyyaml`") from error
    except Exception as error:
        raise StreamError(f"{path}: {error}") from error
    events = found.get("events") if isinstance(found, dict) else found
    if not isinstance(events, list):
        raise StreamError(f"{path}: a sample is a list of events")
    return events


def _event(entry: Any, path: Path, renderer: Renderer) -> bytes:
    if not isinstance(entry, dict) or not ("data" in entry or "template" in entry):
        raise StreamError(f"{path}: each event has `data`, or `template` with `block`")
    name = entry.get("event")
    if "template" in entry:
        context = entry.get("context") or {}
        text = renderer.template(str(entry["template"]), context, entry.get("block"))
    else:
        text = entry["data"] if isinstance(entry["data"], str) else json.dumps(entry["data"])
    return _frame(str(name) if name and name != _UNNAMED else None, text, path)


class SampleSite:
    """A page and its streams from samples.

    A sample is a file, or `/path=FILE` for the stream of one address.
    """

    origin = LOCAL

    def __init__(self, page: Path, samples: list[Path], data: Mapping[str, Any]) -> None:
        if not page.is_file():
            raise StreamError(f"{page}: no such page")
        with Renderer(page.parent, data) as renderer:
            self._render(page, samples, renderer)

    def _render(self, page: Path, samples: list[Path], renderer: Renderer) -> None:
        self.places, text = _placed(page, renderer)
        self.page = text.encode("utf-8", "replace")
        self.body = b""
        self.bodies: dict[str, bytes] = {}
        for sample in samples:
            path, file = _split(sample)
            frames = read_sample(file, renderer)
            if path is None:
                self.body += frames
            else:
                self.bodies[path] = self.bodies.get(path, b"") + frames

    def start(self, exchange: Exchange) -> None:
        if exchange.stream:
            path = exchange.request.path
            body = self.bodies.get(path, self.bodies.get(path.partition("?")[0]))
            exchange.head(200, [("content-type", EVENT_STREAM), ("cache-control", "no-cache")])
            exchange.chunk(self.body if body is None else body)
            # Samples have no times, and no server ends them.
            exchange.reply.times = [(0.0, len(exchange.reply.body))]
            exchange.stop()
        else:
            exchange.head(200, [("content-type", "text/html; charset=utf-8")])
            exchange.chunk(self.page)
            exchange.end()
        exchange.left()

    def close(self) -> None:
        """Nothing is open."""


def _placed(page: Path, renderer: Renderer) -> tuple[Places, str]:
    """A page as it is rendered, with the places of its tags when they can be told.

    Marks that change what comes out (a filter counts letters, say) tell nothing.
    """
    source, places = _text(page), Places()
    plain = renderer.text(source, str(page))
    marked = renderer.text(source, str(page), places)
    return (places if places.taken_out_of(marked) == plain else Places()), plain


def _split(sample: Path) -> tuple[str | None, Path]:
    """`/events=seen.sse` is for the stream of that address."""
    found = _OF_STREAM.fullmatch(str(sample))
    if found is None or sample.exists():
        return None, sample
    return found[1], Path(found[2])
