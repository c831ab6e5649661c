"""From what the user names to something that serves pages: an app, an address, or samples."""

import importlib
import inspect
import os
import sys
from typing import Any

from sse_check.stream.asgi import AsgiSite
from sse_check.stream.child import ChildSite, needs_a_server
from sse_check.stream.web import Site, StreamError
from sse_check.stream.wsgi import WsgiSite


def is_app(target: str) -> bool:
    """Whether a target is written `module:attribute`."""
    module, colon, attribute = target.partition(":")
    if not colon or "/" in target or os.path.exists(target):
        return False
    names = [*module.split("."), *attribute.split(".")]
    return all(name.isidentifier() for name in names)


def open_app(target: str) -> Site:
    """Import an app and get it ready. Its folder is the current one, as for a server."""
    module_name, _, attribute = target.partition(":")
    sys.path.insert(0, os.getcwd())
    try:
        found: Any = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        raise StreamError(
            f"{module_name}: {error}; run this from the folder that a server would start in"
        ) from error
    except Exception as error:
        raise StreamError(f"{module_name}: {type(error).__name__} on import: {error}") from error
    for name in attribute.split("."):
        if not hasattr(found, name):
            raise StreamError(f"{module_name} has no `{attribute}`")
        found = getattr(found, name)
    app = _made(found, target)
    framework = needs_a_server(app)
    return ChildSite(target, framework) if framework else site_of(app, target)


def _made(found: Any, target: str) -> Any:
    """What a factory makes; an app is taken as it is."""
    is_factory = inspect.isfunction(found) and not _parameters(found)
    if not is_factory:
        return found
    try:
        return found()
    except Exception as error:
        raise StreamError(f"{target}: {type(error).__name__}: {error}") from error


def _parameters(function: Any) -> list[str]:
    try:
        return list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return []


def site_of(app: Any, target: str) -> Site:
    """The site of an application object, ASGI or WSGI."""
    if hasattr(app, "wsgi_app") and not hasattr(app, "asgi_app"):
        return WsgiSite(app)
    call = app if inspect.isfunction(app) else getattr(app, "__call__", None)  # noqa: B004 - the method itself is looked at
    if call is None:
        raise StreamError(f"{target}: neither an ASGI nor a WSGI app")
    names = _parameters(call)
    if inspect.iscoroutinefunction(call) or len(names) == 3 or names[:1] == ["scope"]:
        return AsgiSite(app)
    if len(names) == 2:
        return WsgiSite(app)
    raise StreamError(f"{target}: neither an ASGI nor a WSGI app")
