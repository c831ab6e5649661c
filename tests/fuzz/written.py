"""Python that writes markup, put together by choices: functions that build, join and call."""

from tests.fuzz.choices import Choices

_MARKUP = (
    '<p sse-swap="a">x</p>',
    '<div hx-ext="sse" sse-connect="/e">',
    "</div>",
    '<script src="https://unpkg.com/htmx.org@2.0.4"></script>',
    "<body hx-target='#m' hx-boost>",
    '<p id="m" hx-get="/x" hx-trigger="sse:a">',
    "<div sse-connect=",
    '<p sse-swap="b" hx-swap="',
    '">',
    "<!-- sse-check: ignore[sse_scope] -->",
    "<!--",
    "{% if x %}",
    "{{ x }}",
    "{",
    "}",
    "%s",
    "%(a)s%",
    "{}",
    "{0!r:>{w}}",
    "é\U0001f600",
    "\\n",
    "\\x3c",
    "\\ud800",
    "\\",
    "\\N{DIGIT ONE}",
    "\r",
    "\x0c",
    "\n",
    "'",
    '"',
)
_PREFIXES = ("", "f", "b", "r", "rf", "u", "F", "Rb")
Quotes = tuple[str, ...]
_QUOTES: Quotes = ('"', "'", '"""', "'''")
_HEADS = (
    "from htpy import div, p, body, html, with_children\n",
    "from fasthtml.common import *\napp, rt = fast_app()\n",
    "from dominate import document\nfrom dominate.tags import *\n",
    "from flask import Flask, render_template_string\napp = Flask(__name__)\n",
    "import app\nfrom app import *\n",
    "from markupsafe import Markup\nclass A:\n    def __html__(self):\n        return f0(self)\n",
    "# sse-check: ignore[sse_scope]\n",
)
_TAGS = ("div", "p", "Div", "P", "body", "f0", "f1", "f2", "Markup", "A", "map", "document")
_NAMES = ("h", "x", "rows", "P", "f0", "f1", "f2", "A", "app")
_KEYWORDS = (
    'sse_connect="/e"',
    'sse_swap="a"',
    'hx_ext="sse"',
    "hx_target=x",
    "**x",
    '**{"hx-swap": h}',
    "*rows",
    "cls=None",
    'id=f"a{x}"',
)
_DECORATORS = ("", '@app.get("/")\n', '@rt("/e")\n', "@with_children\n", "@property\n", "async ")
_DEEPEST = 4


def program(choices: Choices) -> str:
    """A module; now and then one that is none."""
    parts = [choices.of(_HEADS)]
    for number in range(1 + choices.number(3)):
        parts.append(choices.of(_DECORATORS))
        parts.append(f"def f{number}(x=None, *rows, **more):\n")
        parts.extend(_statements(choices, 1))
        parts.append(f"    return {_expression(choices, 0)}\n")
    parts.append(f"P = {_expression(choices, 0)}\n")
    if choices.number(1):
        parts.append(f"render_template_string({_expression(choices, 0)})\n")
    text = "".join(parts)
    return text[: choices.number(255)] if choices.number(15) == 15 else text


def encoded(choices: Choices, text: str) -> bytes:
    """The file, with line ends and an encoding of some kind."""
    text = text.replace("\n", choices.of(("\n", "\n", "\r\n", "\r", "\n\x0c")))
    kind = choices.number(7)
    if kind == 7:
        return text.encode("utf-16", "surrogatepass")
    if kind == 6:
        return b"# -*- coding: latin-1 -*-\n" + text.encode("latin-1", "replace")
    return (b"\xef\xbb\xbf" if kind == 5 else b"") + text.encode("utf-8", "replace")


def _statements(choices: Choices, depth: int) -> list[str]:
    indent = "    " * depth
    found: list[str] = []
    for _ in range(choices.number(3)):
        value = _expression(choices, depth)
        name = choices.of(_NAMES)
        kind = choices.number(9)
        if kind < len(_SIMPLE):
            found.append(indent + _SIMPLE[kind].format(name=name, value=value))
            continue
        found.append(indent + choices.of(_BLOCKS).format(name=name, value=value))
        inner = _statements(choices, depth + 1) if depth < _DEEPEST else []
        found.extend(inner or [f"{indent}    h += {value}\n"])
    return found


_SIMPLE = (
    "{name} = {value}\n",
    "{name} += {value}\n",
    "{name}.append({value})\n",
    "yield {value}\n",
    "return {value}\n",
    "{value}\n",
)
_BLOCKS = (
    "if {value}:\n",
    "for {name} in {value}:\n",
    "while x:\n",
    "with {value} as {name}:\n",
    "def {name}(x):\n",
)


def _literal(choices: Choices, depth: int, quotes: Quotes = _QUOTES) -> str:
    """A literal; inside the braces of another it has the quotes that are left."""
    prefix, quote = choices.of(_PREFIXES), choices.of(quotes)
    fields = "f" in prefix.lower()
    left = tuple(one for one in quotes if one[0] != quote[0])
    parts = []
    for _ in range(1 + choices.number(3)):
        if fields and choices.number(1):
            ends = choices.of(("", "=", "!r", ":>{x}", "!s:"))
            inner = _expression(choices, depth + 1, left) if left else choices.of(_NAMES)
            parts.append("{" + inner + ends + "}")
        else:
            parts.append(_piece(choices, prefix.lower(), quote, quotes))
    return f"{prefix}{quote}{''.join(parts)}{quote}"


def _piece(choices: Choices, prefix: str, quote: str, quotes: Quotes) -> str:
    text = choices.of(_MARKUP)
    if choices.number(31) == 31:
        # Whatever comes of it.
        return text
    nested = len(quotes) < len(_QUOTES)
    if quote[0] in text or (len(quote) == 1 and set(text) & set("\r\n")) or text == "\\":
        return "x"
    if ("b" in prefix and not text.isascii()) or (nested and set(text) & set("\\\r\n\"'")):
        return "x"
    return text.replace("{", "{{").replace("}", "}}") if "f" in prefix else text


def _expression(choices: Choices, depth: int, quotes: Quotes = _QUOTES) -> str:
    if depth > _DEEPEST or not choices.left:
        return choices.of(_NAMES)

    def one() -> str:
        return _expression(choices, depth + 1, quotes)

    def literal() -> str:
        return _literal(choices, depth, quotes)

    kind = choices.number(15)
    if kind < 4:
        return literal()
    if kind < 6:
        given = ", ".join(choices.of(_KEYWORDS) for _ in range(choices.number(2)))
        return f"{choices.of(_TAGS)}({given})[{one()}]"
    if kind < 9:
        given = ", ".join((one(), *(choices.of(_KEYWORDS) for _ in range(choices.number(2)))))
        return f"{choices.of(_TAGS)}({given})"
    return (
        lambda: f"({one()} + {one()})",
        lambda: f"{literal()} {quotes[0]}x{quotes[0]}",
        lambda: f"{literal()}.join([{one()}, {one()}])",
        lambda: f"({one()} if x else {one()})",
        lambda: f"P.join({one()} for x in {one()})",
        lambda: f"({one()} % ({one()}, x))",
        lambda: f"{literal()}.format({one()}, a={one()})",
    )[kind - 9]()
