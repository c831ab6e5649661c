"""What the reader of markup says a program renders, beside what the program renders itself."""

import ast
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from sse_check.markup.reader import MarkupReader
from sse_check.markup.tree import Choice, Hole, Loop, Markup, Text
from tests.python.helpers import at, program

# An element: its name, its attributes, and how far up it stands.
Element = tuple[str, tuple[tuple[str, str], ...], int]


def read(source: str, expression: str = "page", *, inside: str = "") -> Markup:
    """The markup of a name of a program (or of a whole expression)."""
    evaluator = program(main=source)
    node = ast.parse(expression, mode="eval").body
    return MarkupReader(evaluator).read(node, at(evaluator, inside))


def text(markup: Markup, names: dict[str, Any] | None = None) -> str:
    """The markup as it is written when the program runs; holes are left open."""
    found: list[str] = []
    for part in markup:
        match part:
            case Text():
                found.append(part.text)
            case Hole():
                found.append("{{ " + part.text.replace("<", "").replace('"', "") + " }}")
            case Choice():
                for test, option in part.options:
                    if not test or (not test.startswith("option_") and eval(test, names)):
                        found.append(text(option, names))
                        break
            case Loop():
                found.append(text(part.body, names))
    return "".join(found)


def elements(html: str) -> list[Element]:
    """The elements that a browser makes of markup, in order."""
    root = LexborHTMLParser(html).root
    found: list[Element] = []
    pending = [(root, 0)] if root is not None else []
    while pending:
        node, depth = pending.pop()
        attributes = tuple(sorted((k, v or "") for k, v in node.attributes.items()))
        found.append((str(node.tag), attributes, depth))
        children = list(node.iter(include_text=False))
        pending.extend((child, depth + 1) for child in reversed(children))
    return found
