"""Shorthand for tests of the template core."""

from sse_check.source import Source
from sse_check.template.attributes import Attribute, StartTag, read_start_tag
from sse_check.template.builder import parse
from sse_check.template.dialects import DIALECTS, recognise
from sse_check.template.model import Template
from sse_check.template.values import BlockValue, Choice, Hole, Parts


def template(text: str, dialect: str | None = None) -> Template:
    chosen = DIALECTS[dialect] if dialect else recognise(text)
    return parse(Source("t.html", text), chosen)


def shape(parsed: Template) -> str:
    """The tree as text: `div(p b)`; merge nodes show as `*`."""
    children: dict[int, list[int]] = {}
    for node, name in enumerate(parsed.names):
        if name != "#merge":
            parent = parsed.parent(node)
            while parent >= 0 and parsed.names[parent] == "#merge":
                parent = parsed.merges[parent][0].node
            children.setdefault(parent, []).append(node)

    def show(node: int) -> str:
        inner = " ".join(show(child) for child in children.get(node, ()))
        return parsed.names[node] + (f"({inner})" if inner else "")

    return " ".join(show(node) for node in children.get(-1, ()))


def tag(text: str, dialect: str | None = None, name: str | None = None) -> StartTag:
    """The start tag of the first element (of that name)."""
    parsed = template(text, dialect)
    for node, found in enumerate(parsed.names):
        if found[0] != "#" and (name is None or found == name):
            return read_start_tag(parsed, node)
    raise AssertionError(f"no element in {text!r}")


def shown(attribute: Attribute) -> str:
    """`name=value` with `{...}` for holes and `[a|b]` for choices."""
    if attribute.value is None:
        return attribute.name
    return f"{attribute.name}={_shown(attribute.value)}"


def _shown(parts: Parts) -> str:
    text = ""
    for part in parts:
        if isinstance(part, str):
            text += part
        elif isinstance(part, Choice):
            text += "[" + "|".join(_shown(option) for _, option in part.options) + "]"
        elif isinstance(part, BlockValue):
            text += f"<{part.text}: {_shown(part.parts)}>"
        elif isinstance(part, Hole):
            text += "{" + part.text + "}"
    return text


def attributes(text: str, dialect: str | None = None, name: str | None = None) -> list[str]:
    return [shown(attribute) for attribute in tag(text, dialect, name).attributes]
