"""JSON Schemas of the output and of the settings, made from the types where there are any."""

from typing import Any

from sse_check.htmx.outcomes import Verdict
from sse_check.project.settings import HTMX_VERSIONS, KEYS, LEVELS, PROFILES
from sse_check.template.dialects import DIALECT_NAMES
from sse_check.wiring.joins import Names, State

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
# One is as good as a list of one.
_STRINGS = {"type": ["array", "string"], "items": {"type": "string"}}
# A number of one figure is taken for its text.
_NUMBERS = [int(version) for version in HTMX_VERSIONS if version.isdecimal()]
_DESCRIBED: dict[str, tuple[str, dict[str, Any]]] = {
    "templates": ("Folders in which template names are looked up.", _STRINGS),
    "exclude": ("Files to leave out, in the manner of .gitignore.", _STRINGS),
    "dialect": ("The template language; by content without it.", {"enum": list(DIALECT_NAMES)}),
    "htmx": ("The htmx generation of the pages.", {"enum": [*HTMX_VERSIONS, *_NUMBERS]}),
    "profile": ("What decides severities.", {"enum": list(PROFILES)}),
    "select": ("Only these rules, or prefixes of their names.", _STRINGS),
    "ignore": ("Not these rules, or prefixes of their names.", _STRINGS),
    "severity": (
        "Severities by rule; `off` switches a rule off.",
        {"type": "object", "additionalProperties": {"enum": [*LEVELS, "off"]}},
    ),
    "fail-on": ("Lowest severity that makes the exit status 1.", {"enum": list(LEVELS)}),
    "rules": ("Folders with rules of your own.", _STRINGS),
    "server": (
        "How the server side is read.",
        {
            "type": "object",
            "properties": {
                "emit": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["call"],
                        "properties": {
                            "call": {"type": "string"},
                            "event": {"type": "string", "pattern": "^(arg:[0-9]{1,3}|kwarg:\\w+)$"},
                        },
                    },
                }
            },
        },
    ),
    "baseline": ("A file with findings that are known.", {"type": "string"}),
    "per-file-ignores": (
        "Rules to leave out, by pattern of the file's path.",
        {"type": "object", "additionalProperties": _STRINGS},
    ),
}


def settings_schema() -> dict[str, Any]:
    """The schema of `[tool.sse-check]` and of `sse-check.toml`."""
    properties = {}
    for name in KEYS:
        description, shape = _DESCRIBED[name]
        properties[name] = {"description": description, **shape}
    return {
        "$schema": _DRAFT,
        "title": "Settings of sse-check",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
    }


def _object(properties: dict[str, Any], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def _coverage(place: dict[str, Any]) -> dict[str, Any]:
    """What of the project was understood."""
    text, number = {"type": "string"}, {"type": "integer", "minimum": 0}
    app = _object(
        {
            "framework": text,
            "location": place,
            "routes": number,
            "streams": number,
            "pages": number,
            "unread": {"type": "array", "items": _object({"location": place, "why": text})},
        }
    )
    connection = _object(
        {
            "location": place,
            "url": text,
            "app": {"type": ["integer", "null"]},
            "joined": {"enum": list(State.__args__)},  # type: ignore[attr-defined]
            "route": {"type": ["string", "null"]},
            "names": {"enum": list(Names.__args__)},  # type: ignore[attr-defined]
            "why": text,
        }
    )
    return _object(
        {
            "apps": {"type": "array", "items": app},
            "connections": {"type": "array", "items": connection},
            "unread": {"type": "array", "items": _object({"path": text, "why": text})},
        }
    )


def output_schema() -> dict[str, Any]:
    """The schema of `sse-check check --format json`, version 1."""
    text, number = {"type": "string"}, {"type": "integer", "minimum": 0}
    place = {"$ref": "#/$defs/location"}
    edit = _object(
        {
            "path": text,
            "start": {"$ref": "#/$defs/position"},
            "end": {"$ref": "#/$defs/position"},
            "text": text,
        }
    )
    outcome = _object(
        {
            "stack": text,
            "event": text,
            "verdict": {"enum": list(Verdict.__args__)},  # type: ignore[attr-defined]
            "lands": {"type": ["string", "null"]},
            "swap": text,
            "destroys": {"type": "array", "items": place},
        }
    )
    finding = _object(
        {
            "rule": text,
            "severity": {"enum": list(LEVELS)},
            "confidence": {"enum": ["certain", "possible"]},
            "message": text,
            "help": text,
            "location": place,
            "related": {
                "type": "array",
                "items": _object({"message": text, "location": place}),
            },
            "cause": {"anyOf": [{"type": "null"}, _object({"message": text, "location": place})]},
            "outcome": {"anyOf": [{"type": "null"}, outcome]},
            "fixes": {
                "type": "array",
                "items": _object(
                    {
                        "title": text,
                        "safety": {"enum": ["safe", "unsafe"]},
                        "edits": {"type": "array", "items": edit},
                    }
                ),
            },
            "fingerprint": text,
        }
    )
    counts = ("files_checked", "errors", "warnings", "infos", "suppressed", "baselined", "fixable")
    schema = _object(
        {
            "schema_version": {"const": 1},
            "tool": _object({"name": {"const": "sse-check"}, "version": text}),
            "settings": _object(
                {"profile": {"enum": list(PROFILES)}, "htmx": text, "htmx_source": text}
            ),
            "summary": _object(dict.fromkeys(counts, number)),
            "coverage": _coverage(place),
            "findings": {"type": "array", "items": finding},
            "problems": {"type": "array", "items": _object({"path": text, "message": text})},
        }
    )
    position = _object({"line": number, "column": number, "offset": number, "utf16_column": number})
    location = _object(
        {
            "path": text,
            "start": {"$ref": "#/$defs/position"},
            "end": {"$ref": "#/$defs/position"},
        }
    )
    return {
        "$schema": _DRAFT,
        "title": "Output of sse-check",
        **schema,
        "$defs": {"position": position, "location": location},
    }
