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
# A little more than what Chromium nests, and how many tags take no time however they are nested.
_DEEPEST, _LONG = 600, 5_000
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
    """Markup without the tags that browsers nest no more: they stop at 512 levels.

    The time that the parser takes grows with the square of the depth.
    """
    if markup.count("<") < _LONG:
        return markup
    template = parse(Source("", markup), DIALECTS["html"])
    depth = [0] * len(template.names)
    tags = []
    for node, parent in enumerate(template.parents):
        depth[node] = depth[parent] + 1 if parent >= 0 else 0
        if depth[node] > _DEEPEST:
            tags.append((template.starts[node], template.ends[node]))
            end = template.content_end(node)
            if end is not None:
                # What ends it would end another.
                tags.append((end, markup.find(">", end) + 1))
    kept, position = [], 0
    for start, end in sorted(tags):
        if start >= position and end > start:
            kept.append(markup[position:start])
            position = end
    return "".join(kept) + markup[position:]


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
    pending = [(found, root)]
    while pending:
        parsed, node = pending.pop()
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
        child = parsed.child
        while child is not None:
            if child.tag == "-text":
                node.children.append(child.text(deep=False) or "")
            elif _is_in_page(child):
                inner = _element(child)
                inner.parent = node
                node.children.append(inner)
                pending.append((child, inner))
            child = child.next
    return root


def _element(found: "LexborNode") -> Node:
    return Node(str(found.tag), {name: value or "" for name, value in found.attributes.items()})


def _is_in_page(child: "LexborNode") -> bool:
    """Comments are nothing, and a shadow root is no part of the page that scripts search."""
    if not child.tag or child.tag[0] in "-_!":
        return False
    return not (child.tag == "template" and "shadowrootmode" in child.attributes)
