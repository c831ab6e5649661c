"""From what the user names to something that serves pages."""

import os
import re
import sys
from pathlib import Path

from sse_check.stream.interpreters import is_apart, python_for
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


def open_app(target: str, python: str | None = None) -> Site:
    """Start an app in a process of its own. Its folder is the current one, as for a server."""
    program = python_for(python, Path.cwd())
    name = _CALL.sub("", target)
    try:
        site = AppSite(name, program)
        if not site.framework:
            return site
        site.close()
        return ServerSite(name, program)
    except StreamError as error:
        if "is not installed for" in str(error):
            raise StreamError(f"{error}; {_advice(python, program)}") from None
        raise


def _advice(python: str | None, program: str) -> str:
    if python is not None:
        return "name a Python that has it"
    if program != sys.executable:
        return "it was found by itself: install the package there, or name another with --python"
    if is_apart():
        return (
            "sse-check runs in an environment of its own here, without your app's packages: "
            "--python .venv/bin/python names the app's"
        )
    return "--python PROGRAM names the Python that your app runs in"
