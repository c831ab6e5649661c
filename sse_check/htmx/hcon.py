"""The settings of htmx: JSON, and the shorter way to write them that htmx 4 has."""

import json
import re
from collections.abc import Mapping
from typing import Any

from sse_check.htmx.dom import Node

_PAIR = re.compile(
    r"""(?:"([^"]+)"|'([^']+)'|([^\s,:]+))"""
    r"""(?:\s*:\s*(?:"([^"]*)"|'([^']*)'|<((?:[^/]|/(?!>))+)/>|([^\s,]+)))?(?=\s|,|$)"""
)
_AT_COMMAS = re.compile(r""",(?![^\[]*\])(?![^(]*\))(?![^<]*/>)(?=(?:[^"']|"[^"]*"|'[^']*')*$)""")


def parse(text: str | None) -> dict[str, Any]:
    """What htmx 4 reads: `delay:1s once`, `sse.reconnect:false`, or JSON. {} for what is broken."""
    if not text:
        return {}
    if text.startswith("{"):
        try:
            read = json.loads(text)
        except ValueError:
            return {}
        return read if isinstance(read, dict) else {}
    found: dict[str, Any] = {}
    for match in _PAIR.finditer(text):
        key = match[1] or match[2] or match[3]
        given = next((match[n] for n in (4, 5, 6, 7) if match[n] is not None), "true").strip()
        value = _value(given)
        for part in reversed(key.split(".")[1:]) if match[3] and "." in key else ():
            value = {part: value}
        merge(found, {key.split(".")[0] if match[3] else key: value})
    return found


def pairs(text: str) -> dict[str, str]:
    """The settings of one line as they are written."""
    return {
        match[1] or match[2] or match[3]: next(
            (match[number] for number in (4, 5, 6, 7) if match[number] is not None), "true"
        ).strip()
        for match in _PAIR.finditer(text)
    }


def split(text: str) -> list[str]:
    """A list at its commas, but those in brackets, quotes and `<.../>`."""
    return _AT_COMMAS.split(text)


def merge(target: dict[str, Any], source: Mapping[str, Any]) -> None:
    for key, value in source.items():
        known = target.get(key)
        if isinstance(value, dict) and isinstance(known, dict):
            merge(known, value)
        else:
            target[key] = value


def config_of(root: Node, generation: str) -> dict[str, object]:
    """The settings in `<meta name="htmx-config">`: JSON, and in htmx 4 its own short form too."""
    for node in root.subtree():
        if node.name == "meta" and node.attributes.get("name") == "htmx-config":
            text = (node.attributes.get("content") or "").strip()
            if generation == "4":
                return parse(text)
            read = _value(text)
            return read if isinstance(read, dict) else {}
    return {}


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
