"""What one part of a selector asks of an element: its name, its id, a class, an attribute."""

import re
from collections.abc import Callable

from sse_check.htmx.dom import Node

Test = Callable[[Node], bool]

_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", re.DOTALL)
# Attributes of HTML whose values are compared without regard to case.
_CASELESS = frozenset(
    "accept accept-charset align charset checked codetype color compact declare defer dir "
    "direction disabled enctype face frame hreflang http-equiv lang language link media method "
    "multiple nohref noresize noshade nowrap readonly rel rev rules scope scrolling selected "
    "shape target text type valign valuetype".split()
)


def unescaped(text: str) -> str:
    def one(match: "re.Match[str]") -> str:
        code = int(match[1] or "0", 16)
        known = 0 < code < 0x110000 and not 0xD800 <= code < 0xE000
        return match[2] or (chr(code) if known else "\ufffd")

    return _ESCAPE.sub(one, text) if "\\" in text else text


def is_named(name: str) -> Test:
    return lambda node: node.name.lower() == name


def has_id(ident: str) -> Test:
    return lambda node: node.attributes.get("id") == ident


def has_class(name: str) -> Test:
    return lambda node: name in (node.attributes.get("class") or "").split()


def has_attribute(match: "re.Match[str]") -> Test:
    name, op = unescaped(match["name"]).lower(), match["op"]
    given = next((match[key] for key in ("dq", "sq", "raw") if match[key] is not None), "")
    wanted = unescaped(given)
    flag = (match["flag"] or "").lower()
    caseless = flag == "i" or (name in _CASELESS and flag != "s")

    def test(node: Node) -> bool:
        value = node.attributes.get(name)
        if value is None or not op:
            return value is not None
        return _compares(op, *((value.lower(), wanted.lower()) if caseless else (value, wanted)))

    return test


def _compares(op: str, value: str, wanted: str) -> bool:
    if op == "=":
        return value == wanted
    if op == "|=":
        return value == wanted or value.startswith(wanted + "-")
    if op == "~=":
        return wanted in value.split()
    if not wanted:
        return False
    if op == "^=":
        return value.startswith(wanted)
    return value.endswith(wanted) if op == "$=" else wanted in value


def is_empty(node: Node) -> bool:
    return not any(isinstance(child, Node) or child for child in node.children)


def is_link(node: Node) -> bool:
    return node.name in ("a", "area") and "href" in node.attributes


def is_root(node: Node) -> bool:
    return node.parent is None and node.name[:1] != "#"
