"""A template made of markup that Python writes, with the place of each of its characters."""

from typing import NamedTuple

from sse_check.markup.tree import Choice, Hole, Loop, Markup, Text
from sse_check.source import Span
from sse_check.source.composed import Stretch

# A page of this size is more than a person writes in strings; more would be a loop of ours.
_LARGEST = 2_000_000
# What a brace outside of statements is for the parser: any character without a meaning.
_NO_BRACE = "("


class Written(NamedTuple):
    """`text` is the template; in `plain` its braces are those of statements alone."""

    text: str
    plain: str
    stretches: list[Stretch]


def write(markup: Markup, home: Span) -> Written:
    """Write parts as one template: branches and loops as statements, holes as expressions."""
    writer = _Writer()
    writer.put(markup)
    return Written(
        "".join(writer.texts), "".join(writer.plains), writer.stretches or [Stretch(0, home, False)]
    )


class _Writer:
    def __init__(self) -> None:
        self.texts: list[str] = []
        self.plains: list[str] = []
        self.stretches: list[Stretch] = []
        self.length = 0

    def put(self, markup: Markup) -> None:
        for part in markup:
            if self.length > _LARGEST:
                return
            match part:
                case Text():
                    self._add(part.text, part.text.replace("{", _NO_BRACE), part.span, part.exact)
                case Hole():
                    self._statement("{{ " + _one_line(part.text) + " }}", part.span)
                case Choice():
                    self._choice(part)
                case Loop():
                    self._statement(
                        "{% for " + (_one_line(part.head) or "x in xs") + " %}", part.span
                    )
                    self.put(part.body)
                    self._statement("{% endfor %}", part.span)

    def _choice(self, choice: Choice) -> None:
        for number, (condition, markup) in enumerate(choice.options):
            word = "elif" if number else "if"
            opening = f"{word} {_one_line(condition)}" if condition else "else"
            self._statement("{% " + opening + " %}", choice.span)
            self.put(markup)
        self._statement("{% endif %}", choice.span)

    def _statement(self, text: str, span: Span) -> None:
        self._add(text, text, span, exact=False)

    def _add(self, text: str, plain: str, span: Span, exact: bool) -> None:
        if text:
            self.stretches.append(Stretch(self.length, span, exact))
            self.texts.append(text)
            self.plains.append(plain)
            self.length += len(text)


def _one_line(text: str) -> str:
    """An expression that can stand in a statement: its end must not be in it."""
    if "{" in text or "}" in text or "%" in text:
        return "a_value"
    return " ".join(text.split())
