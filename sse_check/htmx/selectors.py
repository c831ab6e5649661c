"""CSS selectors over a tree, and the words that htmx adds to them.

Selectors that this module cannot read raise `UnknownSelector`: what htmx would find is then
not known, and nobody should guess.
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from sse_check.htmx.dom import Node


class UnknownSelectorError(ValueError):
    """A selector beyond what is understood here."""


_SIMPLE = re.compile(
    r"(?P<tag>\*|[a-zA-Z][\w-]*)|#(?P<id>(?:[\w-]|[^\x00-\x7f]|\\.)+)|\.(?P<cls>(?:[\w-]|[^\x00-\x7f]|\\.)+)"
    r"|\[\s*(?P<attr>[\w:-]+)\s*(?:(?P<op>[~|^$*]?=)\s*(?:\"(?P<dq>[^\"]*)\"|'(?P<sq>[^']*)'|(?P<raw>[^\]\s]+))\s*)?\]"
    r"|:(?P<pseudo>first-child|last-child|only-child)"
)
_COMBINATOR = re.compile(r"\s*([>+~])\s*|\s+")


class _Test(NamedTuple):
    kind: str
    name: str
    op: str
    value: str


class _Compound(NamedTuple):
    combinator: str
    tests: tuple[_Test, ...]


def _compile(selector: str) -> list[tuple[_Compound, ...]]:
    return [_complex(part.strip()) for part in selector.split(",")]


def _complex(text: str) -> tuple[_Compound, ...]:
    if not text:
        raise UnknownSelectorError(text)
    found: list[_Compound] = []
    position, combinator = 0, " "
    while position < len(text):
        tests: list[_Test] = []
        while (match := _SIMPLE.match(text, position)) is not None:
            tests.append(_test(match))
            position = match.end()
        if not tests:
            raise UnknownSelectorError(text)
        found.append(_Compound(combinator, tuple(tests)))
        if position == len(text):
            break
        between = _COMBINATOR.match(text, position)
        if between is None:
            raise UnknownSelectorError(text)
        combinator = between[1] or " "
        position = between.end()
    return tuple(found)


def _test(match: re.Match[str]) -> _Test:
    groups = match.groupdict()
    if groups["tag"]:
        return _Test("tag", groups["tag"].lower(), "", "")
    if groups["id"]:
        return _Test("id", "", "", re.sub(r"\\(.)", r"\1", groups["id"]))
    if groups["cls"]:
        return _Test("class", "", "", re.sub(r"\\(.)", r"\1", groups["cls"]))
    if groups["pseudo"]:
        return _Test("pseudo", groups["pseudo"], "", "")
    value = next((groups[k] for k in ("dq", "sq", "raw") if groups[k] is not None), "")
    return _Test("attr", groups["attr"].lower(), groups["op"] or "", value)


def _passes(node: Node, test: _Test) -> bool:
    if test.kind == "tag":
        return test.name in ("*", node.name)
    if test.kind == "id":
        return node.attributes.get("id") == test.value
    if test.kind == "class":
        return test.value in (node.attributes.get("class") or "").split()
    if test.kind == "pseudo":
        first, last = node.sibling(-1) is None, node.sibling(1) is None
        return {"first-child": first, "last-child": last, "only-child": first and last}[test.name]
    value = node.attributes.get(test.name)
    if value is None or not test.op:
        return value is not None
    wanted = test.value
    return {
        "=": value == wanted,
        "~=": wanted in value.split(),
        "|=": value == wanted or value.startswith(wanted + "-"),
        "^=": bool(wanted) and value.startswith(wanted),
        "$=": bool(wanted) and value.endswith(wanted),
        "*=": bool(wanted) and wanted in value,
    }[test.op]


def _matches_complex(node: Node, compounds: tuple[_Compound, ...]) -> bool:
    last = compounds[-1]
    if not all(_passes(node, test) for test in last.tests):
        return False
    rest = compounds[:-1]
    if not rest:
        return True
    return any(_matches_complex(other, rest) for other in _related(node, last.combinator))


def _related(node: Node, combinator: str) -> Iterator[Node]:
    if combinator == " ":
        yield from node.ancestors()
    elif combinator == ">":
        if node.parent is not None:
            yield node.parent
    else:
        beside = node.sibling(-1)
        while beside is not None:
            yield beside
            if combinator == "+":
                return
            beside = beside.sibling(-1)


def matches(node: Node, selector: str) -> bool:
    return any(_matches_complex(node, compounds) for compounds in _compile(selector))


def select(root: Node, selector: str) -> list[Node]:
    """Elements below `root` (and `root` itself) that match, in document order."""
    compiled = _compile(selector)
    return [
        node
        for node in root.subtree()
        if any(_matches_complex(node, compounds) for compounds in compiled)
    ]


Place = Node | Literal["document", "window"] | None


def find_extended(start: Node, selector: str, root: Node) -> Place:
    """The first element that htmx finds for a selector with its own words.

    htmx 1 and 2 agree on these: `closest`, `find`, `next`, `previous`, `document`, `window`,
    `body`.
    """
    selector = _normal(selector)
    word, _, rest = selector.partition(" ")
    rest = _normal(rest)
    if word == "closest" and rest:
        return next((node for node in start.lineage() if matches(node, rest)), None)
    if word == "find" and rest:
        return next((node for node in start.descendants() if matches(node, rest)), None)
    if selector in ("next", "nextElementSibling"):
        return start.sibling(1)
    if selector in ("previous", "previousElementSibling"):
        return start.sibling(-1)
    if word in ("next", "previous") and rest:
        return _scan(start, rest, root, forwards=word == "next")
    if selector in ("document", "window"):
        return "document" if selector == "document" else "window"
    if selector == "body":
        return next((node for node in root.subtree() if node.name == "body"), None)
    found = select(root, selector)
    return found[0] if found else None


def _normal(selector: str) -> str:
    """`<div/>` is another way to write `div`."""
    text = selector.strip()
    if text.startswith("<") and text.endswith("/>"):
        return text[1:-2]
    return text


def _scan(start: Node, selector: str, root: Node, *, forwards: bool) -> Node | None:
    """The nearest match after (or before) an element, neither around nor inside it."""
    order = {id(node): number for number, node in enumerate(root.subtree())}
    here = order.get(id(start), -1)
    around = {id(node) for node in start.lineage()}
    inside = {id(node) for node in start.subtree()}
    found = [
        node for node in select(root, selector) if id(node) not in around and id(node) not in inside
    ]
    if forwards:
        return next((node for node in found if order[id(node)] > here), None)
    return next((node for node in reversed(found) if order[id(node)] < here), None)
