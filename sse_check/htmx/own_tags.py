"""Tags of htmx's own in a payload, which it reads as templates: `<hx-partial>`."""

import re

_START = re.compile(r"<hx-([a-z]+)(\s+|>)", re.IGNORECASE)
_END = re.compile(r"</hx-[a-z]+>", re.IGNORECASE)


def as_templates(data: str) -> str:
    return _END.sub("</template>", _START.sub(_as_template, data))


def _as_template(match: "re.Match[str]") -> str:
    return f'<template hx type="{match[1]}"{match[2]}'
