"""Templates of samples, rendered in Jinja's sandbox: what the child of `renderer.py` does.

The sandbox keeps a template from running anything; the process keeps it from taking all time and
memory. Each request is a line, each answer too.
"""

import json
import os
import pickle
from base64 import b64decode
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn

from sse_check.stream import lifeline
from sse_check.stream.around import is_django
from sse_check.stream.placed import Places
from sse_check.stream.web import StreamError

_FAR_UP = 6
_DATA = "give what it needs with --data FILE.json"
# Jinja's words for tags, filters and tests that somebody adds to it.
_UNKNOWN = ("unknown tag", "No filter named", "No test named")
# How much memory a template may take, and how much text may come of it.
LARGEST = 64 * 1024 * 1024
_MEMORY = 1024 * 1024 * 1024


def main(_: list[str]) -> None:
    """Render what is asked for until the parent closes its end."""
    inward = lifeline.Watched(lifeline.take_standard_input())
    outward = lifeline.take_standard_output()
    _limit_memory()
    for line in lifeline.lines(inward):
        answer = json.dumps(_answer(**pickle.loads(b64decode(line)))).encode() + b"\n"  # noqa: S301 - from the parent
        left = memoryview(answer)
        while left:
            left = left[outward.write(left) :]
    lifeline.end_group()


def _limit_memory() -> None:
    try:
        import resource
    except ModuleNotFoundError:
        # Windows: only the parent's clock limits what a template does.
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _answer(marks: str | None, **asked: Any) -> dict[str, Any]:
    places = Places(marks) if marks else None
    try:
        text = render_template(**asked) if "block" in asked else render(**asked, places=places)
    except StreamError as error:
        return {"failed": str(error)}
    if len(text) > LARGEST:
        return {"failed": f"{asked['name']}: more than {LARGEST // 2**20} MB come of it"}
    read = [(one.source.path, one.source.text) for one in places.templates] if places else []
    return {"text": text, "read": read}


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
    except MemoryError:
        raise StreamError(
            f"{name}: rendering takes more than {_MEMORY // 2**30} GB of memory: a value in it is "
            "too large, or a loop too long"
        ) from None
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
