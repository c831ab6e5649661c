"""From what the user names to something that serves pages."""

import os
import re
from collections.abc import Callable
from pathlib import Path

from sse_check.stream.interpreters import Python, is_apart, python_for
from sse_check.stream.process import AppSite, ServerSite
from sse_check.stream.web import Site, StreamError

_CALL = re.compile(r"\(\s*\)$")


def is_app(target: str) -> bool:
    """Whether a target is written `module:attribute` (or `module:factory()`)."""
    module, colon, attribute = _CALL.sub("", target).partition(":")
    if not colon or "/" in target or os.path.exists(target):
        return False
    names = [*module.split("."), *attribute.split(".")]
    return all(name.isidentifier() for name in names)


def open_app(
    target: str, python: str | None = None, tell: Callable[[str], None] = lambda _: None
) -> Site:
    """Start an app in a process of its own. Its folder is the current one, as for a server.

    What is to be known of the Python that was chosen is told.
    """
    chosen = python_for(python, Path.cwd())
    name = _CALL.sub("", target)
    try:
        site = _started(name, chosen.program)
    except StreamError as error:
        if "is not installed for" in str(error):
            advice = (_advice(python, chosen), *chosen.left_out)
            raise StreamError("; ".join((str(error), *advice))) from None
        raise
    for one in chosen.left_out:
        tell(one)
    return site


def _started(name: str, program: str) -> Site:
    site = AppSite(name, program)
    if not site.framework:
        return site
    site.close()
    return ServerSite(name, program)


def _advice(named: str | None, chosen: Python) -> str:
    if named is not None:
        return "name a Python that has it"
    if chosen.why:
        return f"{chosen.why}: install the package there, or name another with --python"
    if is_apart():
        return (
            "sse-check runs in an environment of its own here, without your app's packages: "
            "--python .venv/bin/python names the app's"
        )
    return "--python PROGRAM names the Python that your app runs in"
