"""Rendered markup as a tree: pages and payloads, parsed as a browser parses them."""

import re
from typing import TYPE_CHECKING

from sse_check.htmx.dom import Node
from sse_check.source import Source
from sse_check.template.builder import parse
from sse_check.template.dialects import DIALECTS
from sse_check.template.html_words import TABLE_WRAPPERS

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_FIRST_TAG = re.compile(r"\s*(?:<!--.*?-->\s*)*<([a-zA-Z][^\s/>]*)", re.DOTALL)
_NOSCRIPT = re.compile(r"(<noscript\b[^>]*>).*?(</noscript\s*>)", re.DOTALL | re.IGNORECASE)
_START_TAG = re.compile(r"<[^\s>]+(?:\"[^\"]*\"|'[^']*'|[^>\"'])*>")
# How deep Chromium nests; it puts what is deeper side by side. (What a template leaves unsaid, like
# `<html>`, is a level of its own.) And how many tags take no time however they are nested.
_DEEPEST, _UNSAID, _LONG = 512, 8, 5_000
_LEADING_ENDS = re.compile(r"\A\s*(?:</[^>]*>\s*)+")


def page(markup: str) -> Node:
    """A whole document; the root is its `<html>` element."""
    from selectolax.lexbor import LexborHTMLParser

    # With scripts on, what stands in a noscript is text and cannot open or close anything.
    root = LexborHTMLParser(_not_too_deep(_NOSCRIPT.sub(r"\1\2", markup))).root
    if root is None:
        return Node("html")
    return _converted(root)


def _not_too_deep(markup: str) -> str:
    """Markup in which elements that browsers nest no more stand side by side.

    The time that the parser takes grows with the square of the depth.
    """
    if markup.count("<") < _LONG:
        return markup
    template = parse(Source("", markup), DIALECTS["html"])
    depth = [0] * len(template.names)
    # From where to where, and what is put there.
    changes: list[tuple[int, int, str]] = []
    ended: set[int] = set()
    for node, parent in enumerate(template.parents):
        depth[node] = depth[parent] + 1 if parent >= 0 else 0
        if depth[node] <= _DEEPEST + _UNSAID + 1 or parent in ended:
            continue
        # What is around the first element that is too deep ends before it.
        ended.add(parent)
        changes.append((template.starts[node],) * 2 + (f"</{template.names[parent]}>",))
        end = template.content_end(parent)
        if end is not None:
            # What ended it would end another.
            changes.append((end, markup.find(">", end) + 1, ""))
    parts: list[str] = []
    position = 0
    for start, end, text in sorted(changes):
        if start >= position and end >= start:
            parts += (markup[position:start], text)
            position = end
    return "".join(parts) + markup[position:]


def fragment(markup: str) -> list[Node | str]:
    """A payload, as the content of a `<template>`: lone table parts are kept."""
    # End tags before anything is open are ignored in a template.
    markup = _LEADING_ENDS.sub("", markup)
    match = _FIRST_TAG.match(markup)
    before, home = TABLE_WRAPPERS.get(match[1].lower() if match else "", ("<body>", "body"))
    tree = page(before + markup)
    holder = next(node for node in tree.subtree() if node.name == home)
    children = list(holder.children)
    for child in children:
        if isinstance(child, Node):
            child.parent = None
    holder.children.clear()
    return children


def _converted(found: "LexborNode") -> Node:
    """The tree as nodes, however deep it is."""
    root = _element(found)
    pending = [(found, root, 0)]
    while pending:
        parsed, node, depth = pending.pop()
        if node.name == "noscript":
            # With scripts on, its content is text.
            continue
        if node.name == "template" and "hx" in node.attributes:
            # What htmx 4 makes of its own tags; the parser keeps the content apart.
            whole = parsed.html or ""
            tag = _START_TAG.match(whole)
            content = whole[tag.end() if tag else 0 : whole.rfind("</template")]
            node.insert(0, fragment(content))
            continue
        if depth == _DEEPEST - 1:
            _put_side_by_side(parsed, node)
            continue
        for child in _children(parsed):
            inner = _put(child, node)
            if inner is not None:
                pending.append((child, inner, depth + 1))
    return root


def _put_side_by_side(found: "LexborNode", node: Node) -> None:
    """All elements in one as its children, in the order in which they are written."""
    pending = [(child, node) for child in reversed(_children(found))]
    while pending:
        child, holder = pending.pop()
        # Text stays in its own element.
        inner = _put(child, holder if child.tag == "-text" else node)
        if inner is not None and inner.name not in ("noscript", "template"):
            pending.extend((one, inner) for one in reversed(_children(child)))


def _children(found: "LexborNode") -> list["LexborNode"]:
    children = []
    child = found.child
    while child is not None:
        children.append(child)
        child = child.next
    return children


def _put(child: "LexborNode", node: Node) -> Node | None:
    """A text or an element as the last child of a node; the element, when it is one."""
    if child.tag == "-text":
        node.children.append(child.text(deep=False) or "")
    elif _is_in_page(child):
        inner = _element(child)
        inner.parent = node
        node.children.append(inner)
        return inner
    return None


def _element(found: "LexborNode") -> Node:
    return Node(str(found.tag), {name: value or "" for name, value in found.attributes.items()})


def _is_in_page(child: "LexborNode") -> bool:
    """Comments are nothing, and a shadow root is no part of the page that scripts search."""
    if not child.tag or child.tag[0] in "-_!":
        return False
    return not (child.tag == "template" and "shadowrootmode" in child.attributes)
