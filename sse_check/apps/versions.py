"""Which versions of frameworks and libraries a project asks for."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from sse_check.apps.makers import SIGNATURES
from sse_check.source.numbers import count_of
from sse_check.source.seen import seen

if TYPE_CHECKING:
    from sse_check.project.files import Files

# What a framework is called where it is installed from, when that is not its own name.
_DISTRIBUTIONS = {
    "chirp": "bengal-chirp",
    "cello": "cello-framework",
    "fasthtml": "python-fasthtml",
}
_LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "Pipfile.lock")
_ASKING = ("requirements.txt", "requirements.in", "pyproject.toml", "setup.cfg", "Pipfile")
_NAMING_PYTHON = (
    "pyproject.toml",
    "setup.cfg",
    "setup.py",
    "Pipfile",
    ".python-version",
    "Dockerfile",
)
# `requires-python = ">=3.11"`, `python = "^3.11"`, `FROM python:3.12-slim`, `3.12.1`
_PYTHON = re.compile(
    r"""(?mi)^(?:FROM[ ]\S*?python:|[ ]*(?:requires-python|python_requires|python_version|python)
    [ ]*=[\s"']*(?:>=?|\^|~=?|==)?[ ]*|)(\d\.\d+)""",
    re.VERBOSE,
)
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_CLAUSE = re.compile(r"(===?|~=|!=|[<>]=?|\^)\s*v?(\d+(?:\.\d+)*)")


def frameworks_here(files: Files) -> frozenset[str]:
    """The packages of frameworks that the project itself is."""
    known = frozenset(files.found.python)
    found: set[str] = set()
    for package, names in SIGNATURES.items():
        for path in (f"{package}/__init__.py", f"src/{package}/__init__.py"):
            if path in known and all(name in files.data(path) for name in names):
                found.add(package)
    return frozenset(found)


def python_version(files: Files, path: str) -> tuple[int, ...]:
    """The oldest Python that the project of a file names, from its folder up; () for none."""
    folder = path.rpartition("/")[0]
    while True:
        named = [
            _parts(match[1])
            for name in _NAMING_PYTHON
            for match in _PYTHON.finditer(_text(files, folder, name))
        ]
        if named or not folder:
            return min(named, default=())
        folder = folder.rpartition("/")[0]


def framework_version(files: Files, framework: str, path: str) -> str:
    """The version of its framework that an app in a file asks for."""
    asked = version_of(files, _DISTRIBUTIONS.get(framework, framework), path)
    return asked or (_chirp_here(files) if framework == "chirp" else "")


def _chirp_here(files: Files) -> str:
    """The last version of Chirp that names events as its source in the project does."""
    for path in ("src/chirp/realtime/sse.py", "chirp/realtime/sse.py"):
        if path in files.found.python and b'or "fragment"' in files.data(path):
            return "0.4" if b"hx-swap-oob" in files.data(path) else "0.5"
    return ""


def version_of(files: Files, distribution: str, path: str) -> str:
    """The version of a distribution that code in a file gets: a number where one is pinned, else
    what is asked for as it is written (`>=0.4,<0.6`), else "".

    The folders from the file's own up to the top are looked at, locks before wishes.
    """
    folder = path.rpartition("/")[0]
    while True:
        for found in (*_locked(files, folder, distribution), *_asked(files, folder, distribution)):
            if found:
                return found
        if not folder:
            return _installed(files, distribution)
        folder = folder.rpartition("/")[0]


def is_before(version: str, limit: str) -> bool | None:
    """Whether what `version_of` found is before a version; None when that cannot be told."""
    wanted = _parts(limit)
    if _NUMBER.fullmatch(version):
        return _parts(version) < wanted
    for operator, number in _CLAUSE.findall(version):
        parts = _parts(number)
        if operator in ("==", "==="):
            return parts < wanted
        if operator == "<" and parts <= wanted:
            return True
        if operator == "<=" and parts < wanted:
            return True
        if operator in ("~=", "^"):
            upper = _upper(operator, number)
            if upper <= wanted or parts >= wanted:
                return upper <= wanted
        if operator in (">", ">=") and parts >= wanted:
            return False
    return None


def _upper(operator: str, number: str) -> tuple[int, ...]:
    """The version that `~=1.4.2` and `^0.5` stay below."""
    parts = _parts(number)
    if operator == "~=":
        kept = parts[:-1] or parts
        return (*kept[:-1], kept[-1] + 1)
    for at, part in enumerate(parts):
        if part:
            return (*parts[:at], part + 1)
    return parts


def _parts(version: str) -> tuple[int, ...]:
    numbers = map(count_of, version.split("."))
    return tuple(number for number in numbers if number is not None)


def _text(files: Files, folder: str, name: str) -> str:
    path = f"{folder}/{name}" if folder else name
    full = os.path.join(files.root, path)
    if path not in files.replaced and not os.path.isfile(full):
        seen.asked(full)
        return ""
    return files.data(path).decode("utf-8", "replace")


def _locked(files: Files, folder: str, distribution: str) -> Iterator[str]:
    name = _spelled(distribution)
    for lock in _LOCKS:
        text = _text(files, folder, lock)
        if not text:
            continue
        pattern = rf"""name = "{name}"\s+version = "([^"]+)\""""
        if lock.endswith("Pipfile.lock"):
            pattern = rf"""(?s)"{name}": \{{[^{{}}]*?"version": "==([^"]+)\""""
        found = re.search(pattern, text, re.IGNORECASE)
        if found is not None:
            yield found[1]


def _asked(files: Files, folder: str, distribution: str) -> Iterator[str]:
    name = _spelled(distribution)
    extra = [m for m in files.found.marks if _is_requirement(m, folder)]
    here = [m.rpartition("/")[2] for m in extra]
    for asking in dict.fromkeys((*_ASKING, *here)):
        text = _text(files, folder, asking)
        if re.search(name, text, re.IGNORECASE) is None:
            continue
        for found in re.finditer(
            rf"""(?im)^[ \t"'\[]*{name}(?:\[[^\]]*\])?["']?[ \t]*(?:=[ \t]*(?:\{{[^}}]*?version"""
            rf"""[ \t]*=[ \t]*)?["'])?([^"'#;\n\\]*)""",
            text,
        ):
            yield _wish(found[1])
        for found in re.finditer(rf"""(?i)["']{name}(?:\[[^\]]*\])?([^"';]*)["';]""", text):
            yield _wish(found[1])


def _is_requirement(mark: str, folder: str) -> bool:
    home, _, name = mark.rpartition("/")
    return home == folder and name.startswith("requirements")


def _wish(written: str) -> str:
    """`==0.5.1` is a version; anything else stays as it is written."""
    text = re.sub(r"\s", "", written).rstrip(",]")
    if _NUMBER.fullmatch(text):
        return text
    exact = re.fullmatch(r"===?(\d+(?:\.\d+)*)", text)
    if exact is not None:
        return exact[1]
    return text if _CLAUSE.match(text) else ""


def _installed(files: Files, distribution: str) -> str:
    """What an environment inside the project has installed."""
    name = re.compile(rf"{_spelled(distribution)}-([^-]+)\.dist-info", re.IGNORECASE)
    for environment in (".venv", "venv"):
        for entry in _site_packages(os.path.join(files.root, environment)):
            found = name.fullmatch(entry)
            if found is not None:
                return found[1]
    return ""


@cache
def _site_packages(environment: str) -> tuple[str, ...]:
    library = os.path.join(environment, "lib")
    try:
        pythons = [p for p in os.listdir(library) if p.startswith("python")]
        return tuple(
            entry
            for python in pythons
            for entry in os.listdir(os.path.join(library, python, "site-packages"))
        )
    except OSError:
        return ()


def _spelled(distribution: str) -> str:
    """A name with `-`, `_` and `.` for each other."""
    return "[-_.]".join(map(re.escape, distribution.split("-")))
