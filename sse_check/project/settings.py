"""`[tool.sse-check]` in pyproject.toml, or `sse-check.toml`."""

import os
from dataclasses import dataclass, field, fields
from typing import Any, Literal, get_args

from sse_check.template.dialects import DIALECT_NAMES, DialectName

Level = Literal["error", "warning", "info"]
LEVELS: tuple[Level, ...] = get_args(Level)
Profile = Literal["auto", "contract", "browser"]
PROFILES: tuple[Profile, ...] = get_args(Profile)
HTMX_VERSIONS = ("auto", "1", "2", "4")


class SettingsError(ValueError):
    """A setting that cannot be meant; the message names the file and the way out."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a project sets. Each field is a key of the table, with `-` for `_`."""

    templates: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    dialect: DialectName | None = None
    htmx: str = "auto"
    profile: Profile = "auto"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: dict[str, Level | Literal["off"]] = field(default_factory=dict)
    fail_on: Level = "error"
    rules: tuple[str, ...] = ()
    server: dict[str, Any] = field(default_factory=dict)
    baseline: str | None = None
    per_file_ignores: dict[str, tuple[str, ...]] = field(default_factory=dict)
    source: str | None = None

    @property
    def folder(self) -> str:
        return os.path.dirname(self.source) if self.source else ""


_KEYS = tuple(f.name.replace("_", "-") for f in fields(Settings) if f.name != "source")
_CHOICES: dict[str, tuple[str, ...]] = {
    "dialect": DIALECT_NAMES,
    "htmx": HTMX_VERSIONS,
    "profile": PROFILES,
    "fail-on": LEVELS,
}
_LISTS = frozenset(("templates", "exclude", "select", "ignore", "rules"))


def find_settings(folder: str) -> Settings:
    """The nearest settings at or above `folder`; the defaults when there are none."""
    folder = os.path.abspath(folder)
    while True:
        own = os.path.join(folder, "sse-check.toml")
        if os.path.isfile(own):
            return read_settings(own)
        shared = os.path.join(folder, "pyproject.toml")
        if os.path.isfile(shared) and _has_table(shared):
            return read_settings(shared)
        parent = os.path.dirname(folder)
        if parent == folder:
            return Settings()
        folder = parent


def _has_table(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            return b"tool.sse-check" in file.read()
    except OSError:
        return False


def read_settings(path: str) -> Settings:
    import tomllib

    try:
        with open(path, "rb") as file:
            table = tomllib.load(file)
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: not valid TOML: {error}") from error
    if os.path.basename(path) == "pyproject.toml":
        table = table.get("tool", {}).get("sse-check", {})
    return _checked(table, path)


def _checked(table: dict[str, Any], path: str) -> Settings:
    values: dict[str, Any] = {"source": path}
    for key, value in table.items():
        if key not in _KEYS:
            raise SettingsError(f"{path}: unknown key `{key}`{_nearest(key, _KEYS)}")
        values[key.replace("-", "_")] = _value(key, value, path)
    return Settings(**values)


def _nearest(word: str, known: tuple[str, ...]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(word.replace("_", "-"), known, n=1, cutoff=0.5)
    if close:
        return f"; did you mean `{close[0]}`?"
    return f"; known keys are {', '.join(known)}"


def _value(key: str, value: Any, path: str) -> Any:
    if key in _CHOICES:
        return _one_of(key, str(value), _CHOICES[key], path)
    if key in _LISTS:
        return _strings(key, value, path)
    if key == "severity":
        allowed = (*LEVELS, "off")
        return {
            rule: _one_of(f"severity.{rule}", str(level), allowed, path)
            for rule, level in _table(key, value, path).items()
        }
    if key == "per-file-ignores":
        return {
            pattern: _strings(f"{key}.{pattern}", rules, path)
            for pattern, rules in _table(key, value, path).items()
        }
    if key == "server":
        return _table(key, value, path)
    if not isinstance(value, str):
        raise SettingsError(f"{path}: `{key}` must be a string")
    return value


def _one_of(key: str, value: str, allowed: tuple[str, ...], path: str) -> str:
    if value not in allowed:
        raise SettingsError(f"{path}: `{key}` is `{value}`; it can be {', '.join(allowed)}")
    return value


def _strings(key: str, value: Any, path: str) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise SettingsError(f"{path}: `{key}` must be a list of strings")
    return tuple(value)


def _table(key: str, value: Any, path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise SettingsError(f"{path}: `{key}` must be a table")
    return value
