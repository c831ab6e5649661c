"""The htmx that a framework loads by itself into the pages of an app, and where it is told to."""

import ast
from dataclasses import dataclass, field
from functools import cache

from sse_check.apps.declared import configures
from sse_check.apps.model import App
from sse_check.apps.versions import is_before
from sse_check.python.evaluate import Evaluator
from sse_check.python.module import last_name
from sse_check.python.values import Frame
from sse_check.source import Span

# A release of a framework, and the htmx that it and those after it load, newest first.
_CHIRP = (("0.9.0", "2.0.10"), ("0", "2.0.4"))
_FASTHTML = (("0.12.35", "2.0.7"), ("0.12.25", "2.0.6"), ("0.12.0", "2.0.4"), ("0", "2"))
_FASTHTML_4 = "4.0.0"
# `AppConfig(...)`, and `AppConfig.from_env(...)` with what the environment does not say.
_CONFIGURING = ("AppConfig", "from_env")
_MAKERS = ("fast_app", "FastHTML", "FastHTMLWithLiveReload")


@dataclass(frozen=True, slots=True)
class OwnScripts:
    """A core by its version; an extension and compat where they come with it.

    `whole` says that pages with a head of their own get it too, and not fragments alone.
    """

    core: str
    span: Span
    extension: bool = False
    compat: bool = False
    whole: bool = True
    settings: dict[str, object] = field(default_factory=dict)


def own_scripts(evaluator: Evaluator, app: App) -> OwnScripts | None:
    """What is told of an app; None where nothing is loaded, or what cannot be told."""
    if app.framework == "chirp":
        return _of_chirp(evaluator, app)
    return _of_fasthtml(evaluator, app) if app.framework == "fasthtml" else None


def _of_chirp(evaluator: Evaluator, app: App) -> OwnScripts | None:
    """`AppConfig(htmx=True, htmx_version="...")`: htmx 4 comes with its extension and compat."""
    for path in evaluator.program.containing(sorted(app.modules), b"AppConfig"):
        module = evaluator.program.module(path)
        for scope, call in module.calls_named(*_CONFIGURING) if module is not None else ():
            if not configures(scope, app) or not _is_config(call.func):
                continue
            frame = evaluator.frame(scope)
            if not _says(evaluator, call, "htmx", frame):
                continue
            given = evaluator.argument(call, "htmx_version")
            told = evaluator.text(given, frame) if given is not None else None
            version = (told or "").removeprefix("v") or _by_release(app.version, _CHIRP)
            fourth = version.startswith("4")
            return OwnScripts(version, scope.module.span(call), fourth, fourth)
    return None


def _is_config(func: ast.expr) -> bool:
    if last_name(func) != "from_env":
        return True
    return isinstance(func, ast.Attribute) and last_name(func.value) == "AppConfig"


def _of_fasthtml(evaluator: Evaluator, app: App) -> OwnScripts | None:
    """`fast_app()` and `FastHTML()`, which load it unless told otherwise."""
    module = evaluator.program.module(app.path)
    for scope, call in module.calls_named(*_MAKERS) if module is not None else ():
        if scope.module.span(call) != app.span:
            continue
        frame = evaluator.frame(scope)
        if any(keyword.arg is None for keyword in call.keywords):
            return None
        listed = evaluator.argument(call, "exts")
        names = {
            node.value
            for node in (ast.walk(listed) if listed else ())
            if isinstance(node, ast.Constant)
        }
        if _says(evaluator, call, "htmx4", frame):
            settings: dict[str, object] = {"metaCharacter": "-"}
            return OwnScripts(
                _FASTHTML_4, app.span, "sse4" in names, whole=False, settings=settings
            )
        if _says(evaluator, call, "htmx", frame, default=True):
            return OwnScripts(_by_release(app.version, _FASTHTML), app.span, whole=False)
    return None


def _says(
    evaluator: Evaluator, call: ast.Call, name: str, frame: Frame, *, default: bool = False
) -> bool:
    """Whether an argument is true; one that cannot be told is not."""
    given = evaluator.argument(call, name)
    if given is None:
        whole = evaluator.argument(call, "default_hdrs")
        return default and (whole is None or evaluator.text(whole, frame) == "True")
    return evaluator.text(given, frame) == "True"


@cache
def _by_release(version: str, loads: tuple[tuple[str, str], ...]) -> str:
    """What a release loads; the newest where the release is not known."""
    return next(
        (core for first, core in loads if is_before(version, first) is not True), loads[-1][1]
    )
