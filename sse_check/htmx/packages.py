"""The versions of htmx that a project's package.json asks for, or its lock file has settled."""

import json
import os

from sse_check.htmx.contents import version_of
from sse_check.htmx.stacks import Version
from sse_check.source.lazy import lazy
from sse_check.source.reading import UnreadableError, read_file

_NAMES = ("htmx.org", "htmx-ext-sse")
_DEPENDENCY = lazy(r"\"(htmx\.org|htmx-ext-sse)\"\s*:\s*\"(?:npm:[^@\"]*@)?([\^~>=v ]*)(\d[\w.]*)")
_LARGEST = 5_000_000


def declared(root: str, within: str = "") -> dict[str, Version]:
    """By package. What is installed, or locked, says more than a range does."""
    found: dict[str, Version] = {}
    for match in _DEPENDENCY.finditer(_read(os.path.join(root, "package.json"), within)):
        version = version_of(match[3])
        if version is not None:
            found[match[1]] = version[: reach_of(match[2])]
    if not found:
        return found
    locked = _locked(_read(os.path.join(root, "package-lock.json"), within))
    for name in _NAMES:
        path = os.path.join(root, "node_modules", *name.split("/"), "package.json")
        exact = _version_in(_read(path, within)) or locked.get(name)
        if name in found and exact is not None:
            found[name] = exact
    return found


def reach_of(signs: str) -> int:
    """How many numbers of a version count: a range means the newest that it allows."""
    return 1 if "^" in signs or ">" in signs else 2 if "~" in signs else 3


def _locked(text: str) -> dict[str, Version]:
    try:
        packages = json.loads(text or "{}").get("packages", {})
    except (ValueError, AttributeError):
        return {}
    found: dict[str, Version] = {}
    for name in _NAMES:
        entry = packages.get(f"node_modules/{name}")
        version = version_of(entry.get("version")) if isinstance(entry, dict) else None
        if version is not None:
            found[name] = version
    return found


def _version_in(text: str) -> Version | None:
    try:
        read = json.loads(text) if text else {}
    except ValueError:
        return None
    return version_of(str(read.get("version", ""))) if isinstance(read, dict) else None


def _read(path: str, within: str) -> str:
    try:
        return read_file(path, limit=_LARGEST, within=within, cut=True).decode()
    except (UnreadableError, UnicodeDecodeError):
        return ""
