"""The attributes of a start tag, read when somebody asks for them.

Most start tags are plain and one pattern reads them; `tag_machine.py` reads those with
statements inside.
"""

import re

from sse_check.template.lexer import OUTPUT, STATEMENT
from sse_check.template.model import Template
from sse_check.template.tag import Attribute, Call, StartTag, holes_in, parts_in
from sse_check.template.tag_machine import Machine
from sse_check.template.tag_name import name_end
from sse_check.template.tag_nesting import nodes_in
from sse_check.template.values import Parts
from sse_check.template.written import tag_written, with_written_attributes

__all__ = [
    "Attribute",
    "Call",
    "StartTag",
    "read_attribute_text",
    "read_block_text",
    "read_block_value",
    "read_start_tag",
]

_PLAIN = re.compile(
    "([^\t\n\f\r />=\x02][^\t\n\f\r />=\x02]*+)"
    "(?:[\t\n\f\r \x02]*+=[\t\n\f\r \x02]*+"
    "(?:\"([^\"]*+)\"|'([^']*+)'|([^\t\n\f\r >\"'\x02][^\t\n\f\r >]*+))?)?"
)


def read_start_tag(template: Template, node: int) -> StartTag:
    if node in template.written:
        name, place = template.written[node]
        return tag_written(template, place, name)
    tag = _read(template, node)
    return with_written_attributes(template, tag) if tag.calls else tag


def _read(template: Template, node: int) -> StartTag:
    pieces = template.pieces.get(node)
    if pieces is not None:
        return Machine(template).run(pieces)
    start, end = name_end(template, node), template.ends[node] - 1
    if STATEMENT in template.mask[start:end]:
        return Machine(template).run(((start, end),))
    return _read_plain(template, start, end)


def read_attribute_text(template: Template, start: int, end: int) -> StartTag:
    """Attributes in the body of a macro, block or file that is used inside a start tag."""
    return Machine(template).run(((start, end),))


def read_block_text(template: Template, start: int, end: int) -> StartTag | None:
    """The attributes in a block; None where it holds more than whole attributes."""
    machine = Machine(template)
    tag = machine.run(((start, end),))
    if machine.unended or any("<" in one.name or ">" in one.name for one in tag.attributes):
        return None
    return with_written_attributes(template, tag) if tag.calls else tag


def read_block_value(template: Template, start: int, end: int, quote: str) -> Parts | None:
    """What a block puts into a value with these quotes; None where the value ends in it."""
    return Machine(template).value(nodes_in(template, start, end), quote)


def _read_plain(template: Template, start: int, end: int) -> StartTag:
    text, tag = template.text, StartTag()
    for match in _PLAIN.finditer(template.mask, start, end):
        name = match[1]
        group = match.lastindex or 1
        name_start, name_end = match.span(1)
        if OUTPUT in name:
            if name.strip(OUTPUT) == "" and group == 1:
                for hole in holes_in(template, name_start, name_end):
                    tag.calls.append(Call(hole.text, hole.start, hole.end, "output", (), True))
                continue
            name = text[name_start:name_end]
        else:
            name = text[name_start:name_end].lower()
        if group == 1:
            bare = "=" not in match[0]
            value: Parts | None = None if bare else ()
            at = match.end()
            tag.attributes.append(
                Attribute(template, name, name_start, name_end, value, at, at, "", (), True)
            )
            continue
        value_start, value_end = match.span(group)
        quote = "" if group == 4 else text[value_end]
        tag.attributes.append(
            Attribute(
                template,
                name,
                name_start,
                name_end,
                parts_in(template, value_start, value_end),
                value_start,
                value_end,
                quote,
                (),
                True,
            )
        )
    return tag
