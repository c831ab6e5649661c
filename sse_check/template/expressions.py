"""Expressions and statements of the template languages, as far as linking needs them.

Simple forms are read here. Anything richer goes to jinja2's own parser, which is imported
only then; what it cannot read (kida's operators, Django's filters) is left open.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from sse_check.source.lazy import lazy
from sse_check.source.numbers import written_out

if TYPE_CHECKING:
    from jinja2 import nodes

Text = tuple[str | None, ...]
"""A text in parts; `None` is a stretch that is not known."""

UNKNOWN: Text = (None,)
_MOST_ALTERNATIVES = 16

_STRING = lazy(r"\s*(?:\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)')\s*$", re.DOTALL)
_NAME = lazy(r"\s*([A-Za-z_]\w*)\s*$")
# An attribute, an item or the result of a call: nothing that is written in a template says what
# it is.
_OPEN = lazy(r"\s*[A-Za-z_]\w*(?:\.\w+|\[[^\[\]]*\])*(?:\([^()]*\))?\s*$")
_NUMBER = lazy(r"\s*(-?\d+)\s*$")
_QUOTED = lazy(r"\"([^\"\n]*)\"|'([^'\n]*)'")
_CALL = lazy(r"(?:\([^)]*\)\s*)?([A-Za-z_][\w.]*)\s*(?:\((.*)\)\s*)?(?:->.*)?$", re.DOTALL)
_KEYWORD = lazy(r"\s*([A-Za-z_]\w*)\s*=(?!=)\s*(.*)$", re.DOTALL)
_PARAMETER = lazy(r"\s*\*{0,2}([A-Za-z_]\w*)\s*(?::[^=]*)?(?:=\s*(.*))?$", re.DOTALL)
_DJANGO_DEFAULT = lazy(r"\s*([A-Za-z_][\w.]*)\|default(?:_if_none)?:(.+)$")
DJANGO_BINDING = lazy(r"([A-Za-z_]\w*)=((?:\"[^\"]*\"|'[^']*'|[^\s\"'])+)")
_CONSTANTS = {word: word.title() for word in "True False None true false none".split()}
_SAFE_FILTERS = frozenset("safe e escape string trim lower upper force_escape".split())


class Arguments(NamedTuple):
    positional: tuple[str, ...]
    keywords: dict[str, str]


# `request.htmx|yesno:"part.html,page.html"`: one of them, whatever the value is.
_YES_OR_NO = re.compile(r"""[\w.]+\s*\|\s*yesno:\s*["']([^"']+)["']\s*$""")


class Parameter(NamedTuple):
    name: str
    default: str | None


class Link(NamedTuple):
    """What an include, extends or import statement names.

    `names` holds the template names it may load; `open` says that a variable may name others.
    """

    names: tuple[str, ...]
    open: bool
    bindings: dict[str, str]
    isolated: bool
    optional: bool
    alias: str
    imported: tuple[tuple[str, str], ...]


def split_top(text: str, separator: str = ",") -> list[str]:
    """Split at separators that stand outside strings and brackets."""
    parts, depth, start, position = [], 0, 0, 0
    while position < len(text):
        char = text[position]
        if char in "\"'":
            closing = text.find(char, position + 1)
            while closing > 0 and text[closing - 1] == "\\":
                closing = text.find(char, closing + 1)
            position = len(text) if closing < 0 else closing + 1
            continue
        if char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
            if depth < 0:
                break
        elif char == separator and depth == 0:
            parts.append(text[start:position])
            start = position + 1
        position += 1
    parts.append(text[start:position])
    return [part for part in parts if part.strip()]


def call_arguments(text: str) -> Arguments:
    """The arguments in `text`, which begins after the opening parenthesis."""
    positional, keywords = [], {}
    for part in split_top(text):
        match = _KEYWORD.match(part)
        if match:
            keywords[match[1]] = match[2].strip()
        else:
            positional.append(part.strip())
    return Arguments(tuple(positional), keywords)


def arguments_of(expression: str, name: str) -> Arguments | None:
    """The arguments with which `expression` calls `name`, if it does."""
    match = re.search(r"(?<![\w.])" + re.escape(name) + r"\s*\(", expression)
    return call_arguments(expression[match.end() :]) if match else None


def called(statement: str) -> tuple[str, str]:
    """Name and argument text of `{% call name(arguments) %}`."""
    match = _CALL.match(statement.strip())
    return (match[1], match[2] or "") if match else ("", "")


def parameters(text: str) -> tuple[Parameter, ...]:
    """The parameters of a macro, from the text after its opening parenthesis."""
    found = []
    for part in split_top(text):
        match = _PARAMETER.match(part)
        if match:
            found.append(Parameter(match[1], match[2].strip() if match[2] else None))
    return tuple(found)


def bind(declared: tuple[Parameter, ...], given: Arguments) -> dict[str, str]:
    """Expressions by parameter name; defaults fill what the call leaves out."""
    bound = {p.name: p.default for p in declared if p.default is not None}
    bound.update(zip((p.name for p in declared), given.positional, strict=False))
    bound.update(given.keywords)
    return bound


def read_link(kind: str, text: str, dialect: str) -> Link:
    """Read an include, extends, embed, import or from statement without its word."""
    bindings: dict[str, str] = {}
    alias = ""
    imported: tuple[tuple[str, str], ...] = ()
    target = text
    isolated = "without context" in text
    if kind == "render":
        return _rendered(text)
    if kind == "from":
        target, _, wanted = text.partition(" import ")
        imported = _imported(wanted)
        isolated = True
    elif kind == "import":
        target, _, alias = text.rpartition(" as ")
        alias = alias.strip().split(" ")[0]
        isolated = True
    elif dialect in ("django", "kida"):
        target, _, rest = re.sub(r"\s+", " ", text).partition(" with ")
        bindings = dict(DJANGO_BINDING.findall(rest))
        isolated = isolated or rest.endswith(" only") or target.endswith(" only")
    names = tuple(first or second for first, second in _QUOTED.findall(target))
    chosen = _YES_OR_NO.match(target)
    if chosen is not None:
        names, target = tuple(name.strip() for name in chosen[1].split(",")), ""
    bare = _QUOTED.sub("", target)
    bare = re.sub(
        r"\b(ignore missing|with context|without context|if|else|only)\b|[\[\](),]", " ", bare
    )
    return Link(
        names,
        bool(bare.strip()),
        bindings,
        isolated,
        "ignore missing" in text or len(names) > 1,
        alias,
        imported,
    )


def _rendered(text: str) -> Link:
    """A call of `render_partial`: the name of a file, and what it is given."""
    given = call_arguments(text)
    name = _STRING.match(given.positional[0]) if given.positional else None
    names = () if name is None else (name[1] if name[1] is not None else name[2],)
    return Link(names, not names, given.keywords, True, False, "", ())


def _imported(text: str) -> tuple[tuple[str, str], ...]:
    """Pairs of the name in the other file and the name here."""
    pairs = []
    for part in text.replace("with context", "").replace("without context", "").split(","):
        words = part.split()
        if len(words) == 3 and words[1] == "as":
            pairs.append((words[0], words[2]))
        elif len(words) == 1:
            pairs.append((words[0], words[0]))
    return tuple(pairs)


Lookup = Callable[[str], list[Text] | None]


def fold(expression: str, lookup: Lookup, dialect: str) -> list[Text]:
    """The texts that an expression can give, as far as that is known without running it."""
    match = _STRING.match(expression)
    if match:
        return [(_unescaped(match[1] if match[1] is not None else match[2]),)]
    match = _NUMBER.match(expression)
    if match:
        return [(match[1],)]
    match = _NAME.match(expression)
    if match:
        constant = _CONSTANTS.get(match[1])
        return [(constant,)] if constant else lookup(match[1]) or [UNKNOWN]
    if dialect == "django":
        return _fold_django(expression, lookup)
    if _OPEN.match(expression):
        return [UNKNOWN]
    if dialect == "kida":
        expression = expression.replace("??", " or ").replace("|>", "|")
    tree = _jinja_tree(expression)
    return _fold_tree(tree, lookup)[:_MOST_ALTERNATIVES] if tree is not None else [UNKNOWN]


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text) if "\\" in text else text


def _fold_django(expression: str, lookup: Lookup) -> list[Text]:
    match = _DJANGO_DEFAULT.match(expression)
    if match:
        known = lookup(match[1])
        return known or [UNKNOWN, *fold(match[2], lookup, "django")]
    head, *filters = expression.split("|")
    if filters and all(name.strip() in _SAFE_FILTERS for name in filters):
        return fold(head, lookup, "django")
    return [UNKNOWN]


@lru_cache(maxsize=1024)
def _jinja_tree(expression: str) -> "nodes.Expr | None":
    from jinja2 import Environment, TemplateError, nodes

    try:
        # Parsed only, never rendered: nothing is there to escape.
        body = Environment(autoescape=True).parse("{{ " + expression + " }}").body
    except (TemplateError, ValueError, RecursionError):
        # Jinja's lexer reads numbers with `int`, which takes no more than some thousand figures.
        return None
    if len(body) != 1 or not isinstance(body[0], nodes.Output) or len(body[0].nodes) != 1:
        return None
    return body[0].nodes[0]


def _fold_tree(tree: "nodes.Expr", lookup: Lookup) -> list[Text]:
    from jinja2 import nodes

    match tree:
        case nodes.TemplateData():
            return [(tree.data,)]
        case nodes.Const():
            return [(written_out(tree.value),)]
        case nodes.Name():
            return lookup(tree.name) or [UNKNOWN]
        case nodes.Concat():
            return _concatenated([_fold_tree(node, lookup) for node in tree.nodes])
        case nodes.Add():
            return _concatenated([_fold_tree(tree.left, lookup), _fold_tree(tree.right, lookup)])
        case nodes.CondExpr():
            other = _fold_tree(tree.expr2, lookup) if tree.expr2 is not None else [("",)]
            return _fold_tree(tree.expr1, lookup) + other
        case nodes.Or():
            return _first_known(_fold_tree(tree.left, lookup), _fold_tree(tree.right, lookup))
        case nodes.Filter() if tree.name in ("default", "d") and tree.node and tree.args:
            return _first_known(_fold_tree(tree.node, lookup), _fold_tree(tree.args[0], lookup))
        case nodes.Filter() if tree.name in _SAFE_FILTERS and tree.node and not tree.args:
            return [_filtered(tree.name, text) for text in _fold_tree(tree.node, lookup)]
        case _:
            return [UNKNOWN]


def _filtered(name: str, text: Text) -> Text:
    if name not in ("lower", "upper", "trim"):
        return text
    if len(text) != 1 or text[0] is None:
        return UNKNOWN
    if name == "trim":
        return (text[0].strip(),)
    return (text[0].lower() if name == "lower" else text[0].upper(),)


def _first_known(left: list[Text], right: list[Text]) -> list[Text]:
    known = [text for text in left if text not in (UNKNOWN, ("",))]
    return known if len(known) == len(left) and left else [*left, *right]


def _concatenated(pieces: list[list[Text]]) -> list[Text]:
    found: list[Text] = [()]
    for alternatives in pieces:
        found = [before + after for before in found for after in alternatives]
        found = found[:_MOST_ALTERNATIVES]
    return found
