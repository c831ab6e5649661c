"""Elements that read the same wherever they stand: read once, shared by all pages."""

import re
from html import unescape

from sse_check.pages.interest import SIGN
from sse_check.pages.marks import HOLE, AttributeValue, ElementAttribute, ElementTag, Value
from sse_check.pages.reader import Reader
from sse_check.source.lazy import lazy
from sse_check.template.model import Template
from sse_check.template.values import Pattern

_OPEN_ID = lazy(r"\bid\s*=\s*[\"']?[^\"'>]*\{", re.IGNORECASE)
Plain = tuple[dict[str, str], ElementTag, dict[str, AttributeValue]]


def text_of(pattern: Pattern) -> str:
    return "".join(HOLE if part is None else part for part in pattern.parts)


def read_plain(reader: Reader, path: str, template: Template, node: int) -> Plain | None:
    """The attributes of an element that are the same wherever it stands, if they are.

    Elements that say nothing to htmx are read without looking into their expressions.
    """
    if node in template.written:
        return None
    text = template.text[template.starts[node] : template.ends[node]]
    if "{" in text and (SIGN.search(text) or _OPEN_ID.search(text)):
        return None
    tag = reader.start_tag(path, template, node)
    if tag.calls:
        return None
    attributes: dict[str, str] = {}
    given: dict[str, AttributeValue] = {}
    read = ElementTag()
    for written in tag.attributes:
        if written.facts or not written.certain:
            return None
        if written.name in attributes:
            continue
        parts: list[str | None] = [p if isinstance(p, str) else None for p in written.value or ()]
        pattern = Pattern.of(*(unescape(p) if p and "&" in p else p for p in parts))
        value = (Value(pattern, ()),)
        one = ElementAttribute(
            written.name, written, None if written.value is None else value, (), True
        )
        read.attributes.append(one)
        given[written.name] = AttributeValue(None if written.value is None else pattern, one)
        attributes[written.name] = text_of(pattern)
    return attributes, read, given
