"""How htmx 2 and 4 read a list of triggers."""

import re

_TRIGGER = re.compile(r"\s*([^,\[\s]*)(\[[^\]]*\])?((?:\s+[^\s,]+)*)\s*(?:,|$)")


def trigger_specs(text: str) -> list[tuple[str, str, list[str]]]:
    """The word, filter and modifiers of each trigger in a list."""
    return [
        (match[1], match[2] or "", match[3].split())
        for match in _TRIGGER.finditer(text)
        if match[1]
    ]


def loads_at_once(text: str) -> list[str]:
    """The filters of the `load` triggers that do not wait; an empty one for each without any."""
    return [
        condition
        for word, condition, modifiers in trigger_specs(text)
        if word == "load" and not any(modifier.startswith("delay") for modifier in modifiers)
    ]
