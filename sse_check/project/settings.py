"""`[tool.sse-check]` in pyproject.toml, or `sse-check.toml`."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, get_args

from sse_check.project.places import folders_above, is_heeded, settings_end
from sse_check.source.reading import UnreadableError, read_file
from sse_check.source.seen import seen
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
    # Whether links out of the project are followed, which its own settings cannot say.
    follow_links: bool = False
    # What a person should hear about the settings: where, and what.
    notes: tuple[tuple[str, str], ...] = ()

    @property
    def folder(self) -> str:
        return os.path.dirname(self.source) if self.source else ""

    def severity_of(self, rule: str) -> Level | Literal["off"] | None:
        """What is set for a rule: by its name, or the longest beginning of it that is named."""
        named = [name for name in self.severity if rule.startswith(name)]
        return self.severity[max(named, key=len)] if named else None


# What is known about the settings rather than written in them.
_OUTER = ("source", "follow_links", "notes")
KEYS = tuple(f.name.replace("_", "-") for f in fields(Settings) if f.name not in _OUTER)
_CHOICES: dict[str, tuple[str, ...]] = {
    "dialect": DIALECT_NAMES,
    "htmx": HTMX_VERSIONS,
    "profile": PROFILES,
    "fail-on": LEVELS,
}
_LISTS = frozenset(("templates", "exclude", "select", "ignore", "rules"))
_LARGEST = 1024 * 1024
_OWN, _SHARED = "sse-check.toml", "pyproject.toml"
# Names that look like ours and are not read.
_NEAR_FILES = (".sse-check.toml", "sse_check.toml", "ssecheck.toml")
# Before a sign of its own a backslash takes the meaning from that.
_BACKSLASH = re.compile(r"\\\w")
_EMIT_KEYS = ("call", "event")
_NEAR_TABLES = ("ssecheck", "sse_check", "sse-checker", "ssechecker")


def find_settings(folder: str) -> Settings:
    """The nearest settings at or above `folder` in its repository; the defaults without any."""
    top = settings_end(folder)
    notes: list[tuple[str, str]] = []
    for above in folders_above(folder):
        found = _settings_in(above, folder, notes)
        if found is not None:
            return replace(found, notes=(*notes, *found.notes))
        if above == top:
            break
    return Settings(notes=tuple(notes))


def _settings_in(folder: str, start: str, notes: list[tuple[str, str]]) -> Settings | None:
    """The settings in one folder; `notes` hears of what was nearly some."""
    for name in (_OWN, _SHARED):
        path = os.path.join(folder, name)
        seen.asked(path)
        if not os.path.lexists(path):
            continue
        if not is_heeded(path, start):
            notes.append((path, "not read: it belongs to another user; --config reads it"))
        elif name == _OWN:
            beside = os.path.join(folder, _SHARED)
            if os.path.isfile(beside) and _has_table(beside, []):
                notes.append((beside, f"`[tool.sse-check]` is not read: {_OWN} is beside it"))
            return read_settings(path)
        elif _has_table(path, notes):
            return read_settings(path)
    notes.extend(
        (path, f"this name is not read; settings are in {_OWN} or {_SHARED}")
        for name in _NEAR_FILES
        if os.path.isfile(path := os.path.join(folder, name))
    )
    return None


def _has_table(path: str, notes: list[tuple[str, str]]) -> bool:
    try:
        data = read_file(path, limit=_LARGEST)
    except UnreadableError as error:
        notes.append((path, f"settings in it are not read: {error.why}"))
        return False
    if re.search(rb"\btool\s*\.\s*[\"']?sse-check\b", data):
        return True
    notes.extend(
        (path, f"`[tool.{name}]` is not read; the table is `[tool.sse-check]`")
        for name in _NEAR_TABLES
        if re.search(rb"(?m)^\s*\[\[?tool\." + name.encode() + rb"[\].]", data)
    )
    return False


def read_settings(path: str) -> Settings:
    import tomllib

    try:
        table = tomllib.loads(read_file(path, limit=_LARGEST).decode())
    except UnreadableError as error:
        raise SettingsError(f"{path}: {error.why}") from error
    except ValueError as error:
        # Of TOML, of its encoding, or of a number with thousands of figures.
        raise SettingsError(f"{path}: not valid TOML: {error}") from error
    except RecursionError as error:
        raise SettingsError(f"{path}: nested too deeply") from error
    if os.path.basename(path) == _SHARED:
        tool = _table("tool", table.get("tool", {}), path)
        table = _table("tool.sse-check", tool.get("sse-check", {}), path)
    return _checked(table, path)


def _checked(table: dict[str, Any], path: str) -> Settings:
    values: dict[str, Any] = {"source": path}
    for key, value in table.items():
        if key == "tool":
            raise SettingsError(
                f"{path}: settings stand at the top of this file; leave `[tool.sse-check]` out"
            )
        if key not in KEYS:
            raise SettingsError(f"{path}: unknown key `{key}`{_nearest(key, KEYS)}")
        values[key.replace("-", "_")] = _value(key, value, path)
    return Settings(**values, notes=tuple(_doubts(values, path)))


def _doubts(values: dict[str, Any], path: str) -> Iterator[tuple[str, str]]:
    """What is allowed, and most likely not meant."""
    for folder in values.get("templates", ()):
        if not os.path.isdir(os.path.join(os.path.dirname(path), folder)):
            yield path, f"`templates` names `{folder}`, and there is no such folder"
    for key in ("exclude", "per_file_ignores"):
        for pattern in values.get(key, ()):
            if is_doubtful_pattern(pattern):
                yield path, doubt_of_pattern(key.replace("_", "-"), pattern)
    for entry in values.get("server", {}).get("emit", ()):
        if "event" not in entry:
            message = (
                f"the `server.emit` entry for `{entry['call']}` does not say where the name of "
                'the event is; `event = "arg:0"` (its first argument) is taken'
            )
            yield path, message


def is_doubtful_pattern(pattern: str) -> bool:
    """Whether a backslash is most likely meant to stand between folders, where it never does."""
    return _BACKSLASH.search(pattern) is not None


def doubt_of_pattern(key: str, pattern: str) -> str:
    return (
        f"`{key}` has `{pattern}`, which matches nothing: folders are parted by `/`, on Windows too"
    )


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
        return _server(_table(key, value, path), path)
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


def _server(table: dict[str, Any], path: str) -> dict[str, Any]:
    for key in table:
        if key != "emit":
            raise SettingsError(f"{path}: unknown key `server.{key}`{_nearest(key, ('emit',))}")
    entries = table.get("emit", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise SettingsError(f"{path}: `server.emit` is a list of tables: [[server.emit]]")
    for entry in entries:
        _emit(entry, path)
    return table


def _emit(entry: dict[str, Any], path: str) -> None:
    for key, value in entry.items():
        if key not in _EMIT_KEYS:
            raise SettingsError(
                f"{path}: unknown key `server.emit.{key}`{_nearest(key, _EMIT_KEYS)}"
            )
        if not isinstance(value, str):
            raise SettingsError(f"{path}: `server.emit.{key}` must be a string")
    if "call" not in entry:
        raise SettingsError(f'{path}: each `server.emit` entry needs `call = "module.function"`')
    if not re.fullmatch(r"arg:[0-9]{1,3}|kwarg:\w+", entry.get("event", "arg:0")):
        raise SettingsError(f'{path}: `server.emit.event` is "arg:NUMBER" or "kwarg:NAME"')
