"""Functions of Chirp that write markup: the sinks of its signals, and their connection.

`{{ signal("balance") }}` is a listener and `{{ signal_bind("balance") }}` makes one of the element
it stands in; `{{ signal_connect() }}` opens an element that the template closes by hand.
"""

from collections.abc import Iterator
from typing import NamedTuple

from sse_check.template.expressions import arguments_of
from sse_check.template.lexer import Tag
from sse_check.template.model import Template
from sse_check.template.tag import Attribute, Call, StartTag
from sse_check.template.values import Hole, Parts

_IMPORTING = frozenset(("def", "macro", "from", "import"))
# The value of an attribute that is the function's argument.
_ARGUMENT = None


class WrittenElement(NamedTuple):
    """What a function writes: an element (or only attributes), and whether it stays open."""

    name: str
    attributes: tuple[tuple[str, str | None], ...]
    stays_open: bool = False


_SINK = (("sse-swap", _ARGUMENT), ("hx-target", "this"))
_ELEMENTS = {
    "signal": WrittenElement("span", _SINK),
    "signal_block": WrittenElement("div", _SINK),
    "signal_connect": WrittenElement(
        "div",
        (
            ("hx-ext", "sse"),
            ("sse-connect", "/_chirp/live"),
            ("hx-disinherit", "hx-target hx-swap"),
        ),
        stays_open=True,
    ),
}
_ATTRIBUTES = {"signal_bind": _SINK, "signal_attrs": _SINK}


def functions_in(template: Template) -> frozenset[str]:
    """Those of the functions that a template may mean: it has none of that name itself."""
    if template.dialect.name != "kida" or "signal" not in template.text:
        return frozenset()
    own = "".join(template.text[s:e] for s, e, word in template.tags if word in _IMPORTING)
    return frozenset(name for name in (*_ELEMENTS, *_ATTRIBUTES) if name not in own)


def element_written(name: str) -> WrittenElement | None:
    return _ELEMENTS.get(name)


def tag_written(template: Template, tag: Tag, name: str) -> StartTag:
    """The start tag that a call writes, with the call as its place."""
    start, end, _ = tag
    text = template.text[start + 2 : end - 2]
    return StartTag(list(_attributes(template, _ELEMENTS[name].attributes, text, start, end)))


def with_written_attributes(template: Template, tag: StartTag) -> StartTag:
    """A start tag in which the calls that only write attributes are read as those."""
    functions = functions_in(template) & _ATTRIBUTES.keys()
    left = []
    for call in tag.calls:
        name = _called(call) if call.kind == "output" else ""
        if name not in functions:
            left.append(call)
            continue
        more = _attributes(template, _ATTRIBUTES[name], call.text, call.start, call.end)
        tag.attributes.extend(
            attribute._replace(facts=call.facts, certain=call.certain) for attribute in more
        )
    tag.calls = left
    return tag


def _called(call: Call) -> str:
    return call.text.partition("(")[0].strip()


def _attributes(
    template: Template,
    attributes: tuple[tuple[str, str | None], ...],
    text: str,
    start: int,
    end: int,
) -> Iterator[Attribute]:
    for name, literal in attributes:
        value: Parts
        if literal is None:
            value, value_start, value_end = _argument(template, text, start, end)
        else:
            value, value_start, value_end = (literal,), start, end
        yield Attribute(template, name, start, end, value, value_start, value_end, "", (), True)


def _argument(template: Template, text: str, start: int, end: int) -> tuple[Parts, int, int]:
    """The function's argument: its text where it is a literal, with its place inside the quotes."""
    given = arguments_of(text, text.partition("(")[0].strip(" \t\r\n-+"))
    argument = given.positional[0] if given and given.positional else ""
    at = template.text.find(argument, start, end)
    if len(argument) > 1 and argument[0] in "\"'" and argument[-1] == argument[0]:
        return (argument[1:-1],), at + 1, at + len(argument) - 1
    return (Hole(argument, at, at + len(argument)),), at, at + len(argument)
