"""Sample events and a sample page, for a look without any app."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sse_check.stream.web import Limits, Reply, StreamError
from sse_check.stream.wire import encode

_UNNAMED = "message"
_FRAGMENTS = (".html", ".htm", ".txt", ".jinja", ".j2")


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
    return path.read_bytes()


def _fragment(file: Path, folder: Path, data: Mapping[str, Any]) -> bytes:
    """`status.html` is an event `status`; `message.html` is unnamed."""
    if file.suffix not in _FRAGMENTS or not file.is_file():
        return b""
    text = render(file.read_text(encoding="utf-8"), folder, data, str(file))
    return _frame(None if file.stem == _UNNAMED else file.stem, text.strip("\n"), file)


def _listed(path: Path) -> list[Any]:
    text = path.read_text(encoding="utf-8")
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
        text = render_template(entry["template"], folder, context, entry.get("block"))
    else:
        text = entry["data"] if isinstance(entry["data"], str) else json.dumps(entry["data"])
    return _frame(str(name) if name and name != _UNNAMED else None, text, path)


def _frame(name: str | None, text: str, path: Path) -> bytes:
    try:
        return encode(name, text)
    except ValueError as error:
        raise StreamError(f"{path}: {error}") from error


# Templates


def _environment(folder: Path) -> Any:
    import jinja2

    class MadeUp(jinja2.ChainableUndefined):
        """A value that nobody gave: it prints its name and can be called and looped over once."""

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

    loaders = [jinja2.FileSystemLoader(str(f)) for f in _folders(folder)]
    return jinja2.Environment(
        loader=jinja2.ChoiceLoader(loaders), undefined=MadeUp, autoescape=True
    )


def _folders(folder: Path) -> list[Path]:
    """The folders in which templates are looked for: the nearest `templates`, and up to it."""
    found = [folder]
    for above in [folder, *folder.parents][:6]:
        if above.name in ("templates", "pages"):
            found.append(above)
        if (above / "templates").is_dir():
            found.append(above / "templates")
    return list(dict.fromkeys(found))


def render(text: str, folder: Path, data: Mapping[str, Any], name: str) -> str:
    import jinja2

    try:
        return str(_environment(folder).from_string(text).render(**data))
    except jinja2.TemplateError as error:
        line = getattr(error, "lineno", None)
        where = f"{name}:{line}" if line else name
        raise StreamError(f"{where}: {error}; give what it needs with --data FILE.json") from error
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        raise StreamError(f"{name}: {error}; give what it needs with --data FILE.json") from error


def render_template(name: str, folder: Path, data: Mapping[str, Any], block: str | None) -> str:
    import jinja2

    try:
        template = _environment(folder).get_template(name)
        if block is None:
            return str(template.render(**data))
        context = template.new_context(dict(data))
        if block not in template.blocks:
            raise StreamError(f"{name} has no block `{block}`")
        return "".join(template.blocks[block](context)).strip("\n")
    except jinja2.TemplateError as error:
        raise StreamError(f"{name}: {error}") from error


class SampleSite:
    """A page and its streams from samples."""

    def __init__(self, page: Path, samples: list[Path], data: Mapping[str, Any]) -> None:
        folder = page.parent
        if not page.is_file():
            raise StreamError(f"{page}: no such page")
        self.page = render(page.read_text(encoding="utf-8"), folder, data, str(page)).encode()
        self.body = b"".join(read_sample(sample, folder, data) for sample in samples)

    def get(self, path: str, headers: Mapping[str, str]) -> Reply:
        del path, headers
        return Reply(200, {"content-type": "text/html; charset=utf-8"}, self.page, ended=True)

    def streams(self, paths: list[str], headers: Mapping[str, str], limits: Limits) -> list[Reply]:
        del headers, limits
        head = {"content-type": "text/event-stream", "cache-control": "no-cache"}
        return [Reply(200, head, self.body, ended=False) for _ in paths]

    def close(self) -> None:
        """Nothing is open."""
