"""From `module:attribute` to an app. This runs in the app's own Python, and needs no package."""

import asyncio
import importlib
import inspect
import os
import sys
from typing import Any

from sse_check.stream.asgi import AsgiSite
from sse_check.stream.failures import told
from sse_check.stream.modules import not_found, without_parent
from sse_check.stream.web import ExitError, StreamError
from sse_check.stream.wsgi import WsgiSite

# Frameworks whose apps only their own server can run: how each is run.
OWN_SERVERS = {
    "aiohttp": "from aiohttp import web; web.run_app(app, host=host, port=port, print=None)",
    "cello": "app.run(host=host, port=port)",
    "robyn": "app.start(host=host, port=port)",
    "tornado": (
        "from tornado.ioloop import IOLoop; app.listen(port, address=host); "
        "IOLoop.current().start()"
    ),
}
_ASGI_NAMES = ["scope", "receive", "send"]


def load(target: str) -> Any:
    """Import an app; of a factory what it makes. Its folder is the current one."""
    module_name, _, attribute = target.partition(":")
    sys.path.insert(0, os.getcwd())
    try:
        found: Any = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        raise StreamError(not_found(target, error)) from error
    except SystemExit as error:
        raise ExitError(f"{module_name} exits on import{_status(error)}") from error
    except BaseException as error:
        if isinstance(error, ImportError) and "no known parent package" in str(error):
            raise StreamError(without_parent(target)) from error
        version = (
            "; it runs on Python {}.{}".format(*sys.version_info)
            if isinstance(error, SyntaxError)
            else ""
        )
        raise StreamError(f"{module_name} fails on import: {told(error)}{version}") from error
    for name in attribute.split("."):
        if not hasattr(found, name):
            raise StreamError(f"{module_name} has no `{attribute}`{_apps_in(found)}")
        found = getattr(found, name)
    return _made(found, target)


def _apps_in(module: Any) -> str:
    """The names in a module that look like apps, or like what makes one, for a message."""
    found = [
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and not inspect.isclass(value)
        and (
            callable(getattr(value, "wsgi_app", None))
            or framework_of(value)
            or _is_asgi(value)
            or _is_factory(name, value)
        )
    ]
    if found:
        return f"; it has {', '.join(f'`{name}`' for name in found[:5])}"
    return (
        ", nor another app; one that is made only when the file is run is looked at by its "
        "address: start it, and name http://127.0.0.1:PORT/"
    )


def _is_factory(name: str, value: Any) -> bool:
    words = name.lower().split("_")
    called = bool({"app", "application", "asgi", "wsgi"} & set(words)) and len(words) > 1
    return called and inspect.isfunction(value) and not _needed(value)


def _is_asgi(value: Any) -> bool:
    return not inspect.isfunction(value) and _parameters(value)[:3] == _ASGI_NAMES


def _made(found: Any, target: str) -> Any:
    """What a factory makes; an app is taken as it is."""
    if not inspect.isfunction(found):
        return found
    needed = _needed(found)
    if needed:
        if _serves(found):
            return found
        raise StreamError(
            f"{target} is a factory that needs {', '.join(f'`{name}`' for name in needed)}: name a "
            "module with the app, or a factory whose arguments have defaults"
        )
    try:
        made = found()
        return asyncio.run(_awaited(made)) if inspect.isawaitable(made) else made
    except SystemExit as error:
        raise ExitError(f"{target} exits{_status(error)}") from error
    except Exception as error:
        # A factory is other people's code and may raise anything: it is told with its place.
        raise StreamError(f"{target}: {told(error)}") from error


def _status(error: SystemExit) -> str:
    """How a process ended; `sys.exit` may be given a text."""
    code = error.code
    return f" (status {code or 0})" if code is None or isinstance(code, int) else f": {code}"


async def _awaited(made: Any) -> Any:
    return await made


def _needed(function: Any) -> list[str]:
    """The names of parameters without a default."""
    named = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    return [one.name for one in found if one.default is one.empty and one.kind not in named]


def _serves(function: Any) -> bool:
    """Whether a function is an app itself: three names for ASGI, two for WSGI."""
    return len(_needed(function)) in (2, 3)


def framework_of(app: Any) -> str:
    """The framework of an app that cannot be called in this process; empty for others."""
    packages = (one.__module__.partition(".")[0] for one in type(app).__mro__)
    return next((package for package in packages if package in OWN_SERVERS), "")


def _parameters(function: Any) -> list[str]:
    call = function if inspect.isfunction(function) else getattr(function, "__call__", None)  # noqa: B004 - the method itself is looked at
    try:
        return list(inspect.signature(call).parameters) if call is not None else []
    except (TypeError, ValueError):
        return []


def is_wsgi(app: Any, target: str) -> bool:
    """Whether an app is WSGI rather than ASGI; raises when it is neither."""
    if hasattr(app, "wsgi_app") and not hasattr(app, "asgi_app"):
        return True
    call = app if inspect.isfunction(app) else getattr(app, "__call__", None)  # noqa: B004 - the method itself is looked at
    names = _parameters(app)
    if inspect.iscoroutinefunction(call) or len(names) == 3 or names[:1] == ["scope"]:
        return False
    if len(names) == 2 and not inspect.isclass(app):
        return True
    raise StreamError(f"{target}: neither an ASGI nor a WSGI app, but {type(app).__name__}")


def site_of(app: Any, target: str) -> AsgiSite | WsgiSite:
    """The site of an application object."""
    return WsgiSite(app) if is_wsgi(app, target) else AsgiSite(app)
