"""Sample events and a sample page, for a look without any app."""

import json
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn

from sse_check.source.reading import UnreadableError, read_file
from sse_check.stream.around import is_django
from sse_check.stream.exchange import Exchange
from sse_check.stream.placed import Places
from sse_check.stream.web import EVENT_STREAM, LOCAL, StreamError
from sse_check.stream.wire import encode

_UNNAMED = "message"
_FRAGMENTS = (".html", ".htm", ".txt", ".jinja", ".j2")
_OF_STREAM = re.compile(r"(/[^=]*)=(.+)", re.DOTALL)
_FAR_UP = 6
_DATA = "give what it needs with --data FILE.json"
# Jinja's words for tags, filters and tests that somebody adds to it.
_UNKNOWN = ("unknown tag", "No filter named", "No test named")
LARGEST_SAMPLE = 64 * 1024 * 1024


def read_sample(path: Path, folder: Path, data: Mapping[str, Any]) -> bytes:
    """Frames from a `.sse` file, a folder of fragments, or a list of events (JSON or YAML)."""
    if path.is_dir():
        return b"".join(_fragment(file, folder, data) for file in sorted(path.iterdir()))
    if not path.is_file():
        raise StreamError(f"{path}: no such sample")
    if path.suffix in (".json", ".yaml", ".yml"):
        return b"".join(_event(entry, path, folder, data) for entry in _listed(path))
    if path.suffix in _FRAGMENTS:
        return _fragment(path, folder, data)
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


def _fragment(file: Path, folder: Path, data: Mapping[str, Any]) -> bytes:
    """`status.html` is an event `status`; `message.html` is unnamed."""
    if file.suffix not in _FRAGMENTS or not file.is_file():
        return b""
    text = render(_text(file), folder, data, str(file))
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


def _event(entry: Any, path: Path, folder: Path, data: Mapping[str, Any]) -> bytes:
    if not isinstance(entry, dict) or not ("data" in entry or "template" in entry):
        raise StreamError(f"{path}: each event has `data`, or `template` with `block`")
    name = entry.get("event")
    if "template" in entry:
        context = {**data, **(entry.get("context") or {})}
        text = render_template(str(entry["template"]), folder, context, entry.get("block"))
    else:
        text = entry["data"] if isinstance(entry["data"], str) else json.dumps(entry["data"])
    return _frame(str(name) if name and name != _UNNAMED else None, text, path)


# Templates


def _environment(folder: Path, places: Places | None = None) -> Any:
    """Templates are somebody's files: they are rendered without a way to run anything."""
    import jinja2
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class MadeUp(jinja2.ChainableUndefined):
        """A value that nobody gave: it prints its name and can be called and looped over once."""

        # The sandbox asks these before it calls something.
        unsafe_callable = False
        alters_data = False

        def __str__(self) -> str:
            return str(self._undefined_name or "sample")

        def __html__(self) -> str:
            return str(self)

        def __call__(self, *args: Any, **_: Any) -> Any:
            if self._undefined_name in ("url_for", "static", "url") and args:
                return f"/{args[0]}"
            return self

        def __iter__(self) -> Any:
            return iter([type(self)(name=f"{self._undefined_name or 'item'}_1")])

        def __bool__(self) -> bool:
            return True

    class Loader(jinja2.FileSystemLoader):
        """Files of the folder, and not what a link in it leads to."""

        def get_source(
            self, environment: Any, template: str
        ) -> tuple[str, str, Callable[[], bool]]:
            text, path, fresh = super().get_source(environment, template)
            if not _is_inside(path, self.searchpath):
                raise StreamError(f"`{template}` leads out of the templates: it is not read")
            return (places.marked(text, path) if places else text), path, fresh

    class Sandbox(ImmutableSandboxedEnvironment):
        def unsafe_undefined(self, obj: Any, attribute: str) -> NoReturn:
            """Said at once: something made up would stand for it otherwise."""
            raise jinja2.exceptions.SecurityError(
                f"`{attribute}` of {type(obj).__name__} is not for templates"
            )

    loaders = [Loader(str(place)) for place in _folders(folder)]
    return Sandbox(loader=jinja2.ChoiceLoader(loaders), undefined=MadeUp, autoescape=True)


def _is_inside(path: str, folders: Any) -> bool:
    real = os.path.realpath(path)
    return any(real.startswith(os.path.realpath(folder) + os.sep) for folder in folders)


def _folders(folder: Path) -> list[Path]:
    """The folders in which templates are looked for: the nearest `templates`, and up to it."""
    found = [folder]
    for above in [folder, *folder.parents][:_FAR_UP]:
        if above.name in ("templates", "pages"):
            found.append(above)
        if (above / "templates").is_dir():
            found.append(above / "templates")
        if (above / "pyproject.toml").exists() or (above / ".git").exists():
            break
    return list(dict.fromkeys(found))


def render(
    text: str, folder: Path, data: Mapping[str, Any], name: str, places: Places | None = None
) -> str:
    def rendered() -> str:
        marked = places.marked(text, name) if places else text
        return str(_environment(folder, places).from_string(marked).render(**data))

    return _guarded(name, rendered)


def render_template(name: str, folder: Path, data: Mapping[str, Any], block: str | None) -> str:
    def rendered() -> str:
        template = _environment(folder).get_template(name)
        if block is None:
            return str(template.render(**data))
        context = template.new_context(dict(data))
        if block not in template.blocks:
            raise StreamError(f"{name} has no block `{block}`")
        return "".join(template.blocks[block](context)).strip("\n")

    return _guarded(name, rendered)


def _guarded(name: str, rendered: Callable[[], str]) -> str:
    """What a template brings; whatever it stumbles over is told with its place."""
    import jinja2

    try:
        return rendered()
    except StreamError:
        raise
    except jinja2.exceptions.SecurityError as error:
        raise StreamError(f"{name}: {error}: a sample is rendered in Jinja's sandbox") from error
    except jinja2.TemplateError as error:
        line = getattr(error, "lineno", None)
        where = f"{getattr(error, 'name', None) or name}:{line}" if line else name
        raise StreamError(f"{where}: {str(error).rstrip('.')}{_advice(error)}") from error
    except Exception as error:
        raise StreamError(f"{name}: {type(error).__name__}: {error}; {_DATA}") from error


def _advice(error: Exception) -> str:
    """What to do about a template that could not be rendered."""
    text = getattr(error, "source", None)
    if text is not None and is_django(text):
        return (
            "; Django templates are not rendered here: look at the page in its app, "
            "`sse-check stream PROJECT.asgi:application --page PATH`"
        )
    if any(sign in str(error) for sign in _UNKNOWN):
        return (
            "; only what Jinja has itself is known here: look at the page in its app, "
            "`sse-check stream MODULE:APP --page PATH`"
        )
    return "" if text is not None else f"; {_DATA}"


class SampleSite:
    """A page and its streams from samples.

    A sample is a file, or `/path=FILE` for the stream of one address.
    """

    origin = LOCAL

    def __init__(self, page: Path, samples: list[Path], data: Mapping[str, Any]) -> None:
        folder = page.parent
        if not page.is_file():
            raise StreamError(f"{page}: no such page")
        self.places, text = _placed(page, data)
        self.page = text.encode("utf-8", "replace")
        self.body = b""
        self.bodies: dict[str, bytes] = {}
        for sample in samples:
            path, file = _split(sample)
            frames = read_sample(file, folder, data)
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


def _placed(page: Path, data: Mapping[str, Any]) -> tuple[Places, str]:
    """A page as it is rendered, with the places of its tags when they can be told.

    Marks that change what comes out (a filter counts letters, say) tell nothing.
    """
    source, places = _text(page), Places()
    plain = render(source, page.parent, data, str(page))
    marked = render(source, page.parent, data, str(page), places)
    return (places if places.taken_out_of(marked) == plain else Places()), plain


def _split(sample: Path) -> tuple[str | None, Path]:
    """`/events=seen.sse` is for the stream of that address."""
    found = _OF_STREAM.fullmatch(str(sample))
    if found is None or sample.exists():
        return None, sample
    return found[1], Path(found[2])
