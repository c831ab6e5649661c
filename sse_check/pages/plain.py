"""Elements that read the same wherever they stand: read once, shared by all pages."""

import re
from html import unescape

from sse_check.pages.interest import SIGN
from sse_check.pages.marks import HOLE, AttributeValue, ElementAttribute, ElementTag, Value
from sse_check.pages.reader import Reader, written_from
from sse_check.source.lazy import lazy
from sse_check.template.model import Template
from sse_check.template.values import Parts, Pattern

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
    if tag.calls or tag.has_blocks:
        return None
    attributes: dict[str, str] = {}
    given: dict[str, AttributeValue] = {}
    read = ElementTag()
    for written in tag.attributes:
        if written.facts or not written.certain:
            return None
        pattern = _pattern_of(written.value)
        values = None if pattern is None else (Value(pattern, ()),)
        one = ElementAttribute(written.name, written, values, (), True)
        read.attributes.append(one)
        if written.name in attributes:
            continue
        read.open_for += written_from(written.name)
        given[written.name] = AttributeValue(pattern, one)
        attributes[written.name] = "" if pattern is None else text_of(pattern)
    return attributes, read, given


def _pattern_of(value: Parts | None) -> Pattern | None:
    """A value as a page has it, with a hole for each expression; None for a bare name."""
    if value is None:
        return None
    parts = [part if isinstance(part, str) else None for part in value]
    return Pattern.of(*(unescape(part) if part and "&" in part else part for part in parts))
