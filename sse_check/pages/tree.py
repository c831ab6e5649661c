"""What the browser makes of written markup: parsed by an HTML parser, then given attributes.

A `<tr>` outside a table, a `<p>` around a `<div>` or a second body become what they become in the
browser, because a parser of browsers' kind reads them.
"""

import re
from typing import TYPE_CHECKING

from sse_check.pages.allowance import MOST_STEPS
from sse_check.pages.attributes import Attributes
from sse_check.pages.marks import OUT_OF_SIGHT
from sse_check.pages.node import Node
from sse_check.pages.written import UNKNOWN_TAG, Written
from sse_check.template.html_words import TABLE_WRAPPERS

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_MARK = re.compile(r"k(\d+)(?:g(\d+))?-(\d+)\Z")
_FIRST_TAG = re.compile(r"<([a-z][^\s>]*)")
_START_TAG = re.compile(r"<([a-z][^\s>]*) [^>]*?(k\d+(?:g\d+)?-\d+)")
_DOCUMENT = re.compile(r"<(?:html|body|head|frameset) k")


def page_tree(written: Written, attributes: Attributes) -> Node:
    """A whole page."""
    root = _converted(_parsed("".join(written.texts)), attributes)
    return _with_templates(root, written, attributes)


def piece_tree(written: Written, attributes: Attributes) -> Node:
    """A piece with unknown surroundings, inside something that cannot be seen."""
    markup = "".join(written.texts)
    if _DOCUMENT.search(markup):
        return page_tree(written, attributes)
    root, body, unknown = Node("html"), Node("body"), Node(OUT_OF_SIGHT)
    root.insert(0, [body])
    body.insert(0, [unknown])
    unknown.insert(0, list(content(markup, attributes)))
    return _with_templates(root, written, attributes)


def content(markup: str, attributes: Attributes) -> list[Node]:
    """What markup becomes as the content of some element: lone table parts are kept."""
    match = _FIRST_TAG.search(markup)
    before, home = TABLE_WRAPPERS.get(match[1] if match else "", ("<body>", "body"))
    tree = _converted(_parsed(before + markup), attributes)
    holder = next((node for node in tree.subtree() if node.name == home), tree)
    found = holder.elements
    for node in found:
        node.parent = None
    holder.children.clear()
    return found


def is_cut_below(root: Node) -> bool:
    """Leave out the deepest elements of a tree that is too deep as a whole; whether any were."""
    level, depth, steps = [root], 0, 0
    while level:
        below = [child for node in level for child in node.elements]
        depth += 1
        steps += depth * len(below)
        if steps > MOST_STEPS:
            for node in level:
                node.children = [child for child in node.children if isinstance(child, str)]
            return True
        level = below
    return False


def dropped(written: Written, attributes: Attributes) -> list[Node]:
    """Elements that are written and of which the parser makes nothing, such as a lone `<tr>`."""
    if len(attributes.met) == written.elements:
        return []
    found: list[Node] = []
    met = set(attributes.met)
    for text in (*written.texts, *written.inert):
        for tag, mark in _START_TAG.findall(text):
            match = _MARK.match(mark)
            if match is not None and mark not in met:
                met.add(mark)
                scene, guard, number = match.groups()
                found.append(attributes.node(tag, mark, int(scene), guard, int(number)))
    return found


def _with_templates(root: Node, written: Written, attributes: Attributes) -> Node:
    """Put the content of templates into them, the inner ones first."""
    if not written.inert:
        return root
    holders = attributes.templates
    for markup in reversed(written.inert):
        head, _, inner = markup.partition(">")
        mark = head.split(" ")[-1]
        holder = holders.get(mark)
        if holder is not None:
            holder.insert(0, list(content(inner, attributes)))
    return root


def _parsed(markup: str) -> "LexborNode | None":
    from selectolax.lexbor import LexborHTMLParser

    return LexborHTMLParser("<!doctype html>" + markup).root


def _converted(found: "LexborNode | None", attributes: Attributes) -> Node:
    """The parser's tree as nodes; what only stands for something that was left out goes."""
    if found is None:
        return Node("html")
    root = _element(found, found.tag or "", attributes)
    pending = [(found, root)]
    while pending:
        parsed, node = pending.pop()
        child = parsed.child
        while child is not None:
            tag = child.tag
            if tag and tag[0] not in "-_!":
                inner = _element(child, tag, attributes)
                if inner.mark is not None or tag != "hr":
                    inner.parent = node
                    node.children.append(inner)
                    pending.append((child, inner))
            child = child.next
    return root


def _element(found: "LexborNode", tag: str, attributes: Attributes) -> Node:
    marks = [match for name in found.attributes if name[0] == "k" and (match := _MARK.match(name))]
    if not marks:
        return Node(OUT_OF_SIGHT if tag == UNKNOWN_TAG else tag)
    first = marks[0]
    node = attributes.node(tag, first[0], int(first[1]), first[2], int(first[3]))
    for other in marks[1:]:
        # A second `<body>` or `<html>` gives the first what it does not have.
        more = attributes.node(tag, other[0], int(other[1]), other[2], int(other[3]))
        attributes.merge(node, more)
    return node
