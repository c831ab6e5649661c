"""Random string literals of every kind, each with what every character of it is written as."""

import random
import sys
from dataclasses import dataclass, field

# A character of the value, or an expression in braces, with the offsets of what writes it.
Written = tuple[str, int, int]

_PLAIN = ["a", "Z", " ", "<div>", "sse-swap=", "=", "é", "日", "😀", "#", "%s", "-", "/", "`"]
_EXPRESSIONS = [
    "x", "x.y", "f(x, y=1)", "{1: 2}[x]", "x if y else z", "(lambda a: a)(1)", "[a for a in b]",
    "x != y", "x == y", "x >= 1", "d[1:2]", " x ", "-x", "{'k': {x}}['k']", "u'a' r'b'", "not x",
]  # fmt: skip
_FORMATS = [
    "",
    "",
    "",
    "!r",
    "!s",
    "!a",
    ":>10",
    ":{w}",
    "!r:^{w}.{p}",
    ":%H:%M",
    "=",
    " = ",
    "=!r",
]
_SIMPLE = {"\\n": "\n", "\\t": "\t", "\\\\": "\\", '\\"': '"', "\\'": "'", "\\a": "\a", "\\v": "\v"}


@dataclass
class Sample:
    """`text` is the literal; `characters` what its value is made of, in order."""

    text: str = ""
    characters: list[Written] = field(default_factory=list)

    def add(self, written: str, value: str | None = None) -> None:
        """Characters that stand for themselves, or one piece that stands for a value."""
        start = len(self.text)
        self.text += written
        if value is None:
            self.characters += [(c, start + at, start + at + 1) for at, c in enumerate(written)]
        else:
            self.characters += [(c, start, len(self.text)) for c in value]

    def expression(self, written: str, shown: str = "") -> None:
        start = len(self.text)
        self.characters += [(c, start + 1 + at, start + 2 + at) for at, c in enumerate(shown)]
        self.text += written
        self.characters.append(("{}", start, len(self.text)))


def literal(seed: int) -> Sample:
    rng = random.Random(seed)
    sample = Sample()
    is_bytes = rng.random() < 0.15
    for number in range(rng.choice((1, 1, 1, 2, 3))):
        if number:
            sample.text += rng.choice(
                (" ", "", "\n", "  # a 'comment' \"\n    ", "\\\n", "\t\n\n ")
            )
        kinds = (
            ("b", "rb", "Br") if is_bytes else ("", "", "u", "r", "R", "f", "F", "rf", "fR", "f")
        )
        prefix = rng.choice(kinds)
        if not prefix and sample.text.endswith(("'", '"')):
            # Two quotes and two more would begin a string of three.
            sample.text += " "
        _string(rng, sample, prefix)
    return sample


def _string(rng: random.Random, sample: Sample, prefix: str) -> None:
    quote = rng.choice(('"', "'", '"""', "'''"))
    sample.text += prefix + quote
    kind = prefix.lower()
    for _ in range(rng.randrange(9)):
        _piece(rng, sample, kind, quote)
    if sample.text.endswith("\\"):
        sample.add("-")
    sample.text += quote


def _piece(rng: random.Random, sample: Sample, kind: str, quote: str) -> None:
    after_backslash = sample.text.endswith("\\")
    roll = rng.random()
    if roll < 0.35 or after_backslash:
        words = [w for w in _PLAIN if w.isascii()] if "b" in kind else _PLAIN
        sample.add(rng.choice([w for w in words if not (after_backslash and w == "a")]))
    elif roll < 0.45 and len(quote) == 3:
        sample.add(rng.choice(("\n", "\n  <p>\n", '" ', "' ")))
    elif roll < 0.55:
        sample.add("'" if '"' in quote else '"') if len(quote) == 1 else sample.add(" ")
    elif roll < 0.75 and "f" in kind:
        _field(rng, sample, kind, quote)
    elif "r" in kind:
        # Both characters are part of a raw string.
        sample.add(rng.choice(("\\\\", "\\d", "\\" + quote[0])))
    else:
        _escape(rng, sample, kind)


def _field(rng: random.Random, sample: Sample, kind: str, quote: str) -> None:
    if rng.random() < 0.3:
        sign = rng.choice("{}")
        sample.add(sign * 2, sign)
        return
    expression, form = rng.choice(_EXPRESSIONS), rng.choice(_FORMATS)
    other = '"' if quote[0] == "'" else "'"
    expression = expression.replace("'", other)
    if sys.version_info >= (3, 12) and rng.random() < 0.3:
        expression = rng.choice(
            (
                f"f({quote}}}{quote})",
                f"f{quote}{{x:{{y}}}}{{{{{quote}",
                f"({quote}\\N{{DASH}}{quote})",
            )
        ).replace("DASH", "EM DASH")
    if expression.startswith("{"):
        expression = " " + expression
    if len(quote) == 3 and rng.random() < 0.2:
        expression = f"(\n{expression}\n)"
    shown = form.partition("!")[0] if "=" in form else ""
    sample.expression("{" + expression + form + "}", expression + shown if shown else "")


def _escape(rng: random.Random, sample: Sample, kind: str) -> None:
    if "b" in kind and rng.random() < 0.3:
        sample.add("\\xc3\\xa9", "é")
        return
    roll = rng.randrange(8)
    if roll == 0:
        sample.add("\\x41", "A")
    elif roll == 1:
        sample.add("\\101", "A")
    elif roll == 2:
        sample.add("\\\n", "")
    elif roll == 3:
        sample.add("\\0", "\0")
        sample.add("x")
    elif roll == 4:
        # No escape: both characters are part of the string.
        sample.add("\\d")
    elif roll < 7 and "b" not in kind:
        escapes = {"\\u00e9": "é", "\\U0001F600": "😀", "\\N{EM DASH}": "—", "\\N{bullet}": "•"}
        written = rng.choice(list(escapes))
        sample.add(written, escapes[written])
    else:
        written = rng.choice(list(_SIMPLE))
        sample.add(written, _SIMPLE[written])
