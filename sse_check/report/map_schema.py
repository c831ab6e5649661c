"""The JSON Schema of `sse-check map --format json`."""

from typing import Any

from sse_check.htmx.outcomes import Verdict
from sse_check.report.wiring_json import SCHEMA_VERSION

_TEXT = {"type": "string"}
_TEXTS = {"type": "array", "items": _TEXT}
_NUMBER = {"type": "integer", "minimum": 0}
_YES = {"type": "boolean"}
_PLACE = {"$ref": "#/$defs/location"}
_VERDICT = {"enum": list(Verdict.__args__)}  # type: ignore[attr-defined]


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _said(what: str, shape: dict[str, Any]) -> dict[str, Any]:
    return {"description": what, **shape}


def _or_null(shape: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [{"type": "null"}, shape]}


def _outcome() -> dict[str, Any]:
    element = _or_null({"$ref": "#/$defs/element"})
    request = _object({"method": _TEXT, "address": _TEXT, "target": element})
    again = _object(
        {
            "verdict": _VERDICT,
            "why": _TEXT,
            "lands": element,
            "swap": _TEXT,
            "requests": _list(request),
        }
    )
    same = _object(
        {"keeps": _list(_PLACE), "opened": _TEXTS, "closed": _TEXTS, "requests": _NUMBER}
    )
    return _object(
        {
            "ways": _said("On all renderings of the page, or on some.", {"enum": ["all", "some"]}),
            "verdict": _said("`unknown` where it cannot be told.", _VERDICT),
            "why": _said("Why nothing lands.", _TEXT),
            "lands": _said(
                "The element that changes; for a request, by its answer. Null where that is "
                "nothing, or something that an event brought.",
                element,
            ),
            "also": _said("Where else it lands if it is handled more than once.", _list(element)),
            "swap": _said("The style of the swap, by the name that htmx gives it.", _TEXT),
            "select": _said("The selector that picks from the payload.", _TEXT),
            "strip": _said("Whether only what is in the first element is taken.", _YES),
            "times": _said("How often one event is handled there.", _NUMBER),
            "timing": _said("Delays, throttles and transitions, as written.", _TEXTS),
            "requests": _list(request),
            "destroys": _said("Listeners and connections that the swap removes.", _list(_PLACE)),
            "closes": _said("Whether it closes the stream.", _YES),
            "repeats": _said("Whether a second event does the same.", _YES),
            "again": _said("What a second one does, if not the same.", _or_null(again)),
            "same": _said(
                "Where `hx-preserve` or a morph keeps something: which of `destroys` stay, and "
                "which streams open and close and how many requests go out, if the payload has "
                "all of it again.",
                _or_null(same),
            ),
        }
    )


def map_schema() -> dict[str, Any]:
    position = _object(dict.fromkeys(("line", "column", "offset", "utf16_column"), _NUMBER))
    second = _said("What a second one does to them.", _object({"opened": _TEXTS, "closed": _TEXTS}))
    streams = _object({"opened": _TEXTS, "closed": _TEXTS, "leaked": _TEXTS, "again": second})
    brought = {"enum": ["listener", "connection", "out-of-band"]}
    listener = _object(
        {
            "kind": {"enum": ["swap", "trigger", "close", "script"]},
            "location": _PLACE,
            "element": _PLACE,
            "outcomes": _list(_outcome()),
        }
    )
    event = _object(
        {
            "name": _TEXT,
            "unnamed": _said("For htmx 4: messages without a name, which alone swap.", _YES),
            "emitted_by": _list(_object({"route": _TEXT, "location": _PLACE})),
            "streams": _said("What the event does to the streams of the page.", streams),
            "brings": _said(
                "What payloads that are known put in.",
                _list(_object({"kind": brought, "what": _TEXT, "swap": _TEXT})),
            ),
            "listeners": _list(listener),
        }
    )
    seconds = {"type": "number"}
    after = _object(
        {
            "after": _said("In seconds.", seconds),
            "varies": _said("By which share of it.", seconds),
            "most": _said("To how many seconds it grows while it fails.", _or_null(seconds)),
            "timeout": _said("After how many an attempt is given up.", _or_null(seconds)),
            "attempts": _said("After how many attempts it is over.", _or_null(_NUMBER)),
        }
    )
    connection = _object(
        {
            "location": _PLACE,
            "url": _TEXT,
            "opens": {"enum": ["always", "some", "never"]},
            "times": _said("How many streams it opens when the page loads.", _NUMBER),
            "on": _said("The trigger that opens it later; empty at load.", _TEXT),
            "open": _said("How many of them are not closed again at once.", _NUMBER),
            "waits": _said("Whether six others have taken the browser's connections.", _YES),
            "reconnects": _or_null(after),
            "pauses": _said("Whether it ends while the page is in the background.", _YES),
            "events": _list(event),
        }
    )
    page = _object({"path": _TEXT, "stack": _TEXT, "connections": _list(connection)})
    schema = _object({"schema_version": {"const": SCHEMA_VERSION}, "pages": _list(page)})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Map of sse-check",
        **schema,
        "$defs": {
            "position": position,
            "location": _object(
                {
                    "path": _TEXT,
                    "start": {"$ref": "#/$defs/position"},
                    "end": {"$ref": "#/$defs/position"},
                }
            ),
            "element": _object({"selector": _TEXT, "location": _PLACE}),
        },
    }
