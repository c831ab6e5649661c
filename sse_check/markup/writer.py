"""A template made of markup that Python writes, with the place of each of its characters."""

from typing import NamedTuple

from sse_check.markup.tree import Border, Choice, Hole, Loop, Markup, Text
from sse_check.source import Span
from sse_check.source.composed import Stretch, Through

# A page of this size is more than a person writes in strings; more would be a loop of ours.
LARGEST = 2_000_000
# What a brace outside of statements is for the parser: any character without a meaning.
_NO_BRACE = "("


class Written(NamedTuple):
    """`text` is the template; in `plain` its braces are those of statements alone.

    `is_cut` says that there was more than could be written.
    """

    text: str
    plain: str
    stretches: list[Stretch]
    is_cut: bool = False


def write(markup: Markup, home: Span, most: int = LARGEST) -> Written:
    """Write parts as one template: branches and loops as statements, holes as expressions.

    What begins after `most` characters is left out.
    """
    writer = _Writer(most)
    writer.put(markup)
    stretches = writer.stretches or [Stretch(0, home, False)]
    return Written("".join(writer.texts), "".join(writer.plains), stretches, writer.is_cut)


class _Writer:
    def __init__(self, most: int) -> None:
        self.most = most
        self.is_cut = False
        self.texts: list[str] = []
        self.plains: list[str] = []
        self.stretches: list[Stretch] = []
        self.length = 0
        # The calls of functions that lead to what is written now, the first of them first.
        self.calls: tuple[Through, ...] = ()

    def put(self, markup: Markup) -> None:
        for part in markup:
            if self.length > self.most:
                self.is_cut = True
                return
            match part:
                case Border(span=call, inside=inside):
                    here = Through(call, inside) if inside is not None else None
                    self.calls = (*self.calls, here) if here is not None else self.calls[:-1]
                case Text():
                    self._add(part.text, part.text.replace("{", _NO_BRACE), part.span, part.exact)
                case Hole():
                    self._statement("{{ " + _one_line(part.text, part.span) + " }}", part.span)
                case Choice():
                    self._choice(part)
                case Loop():
                    self._statement(
                        "{% for " + (_one_line(part.head, part.span) or "x in xs") + " %}",
                        part.span,
                    )
                    self._inside(part.body)
                    self._statement("{% endfor %}", part.span)

    def _inside(self, markup: Markup) -> None:
        calls = self.calls
        self.put(markup)
        self.calls = calls

    def _choice(self, choice: Choice) -> None:
        for number, (condition, markup) in enumerate(choice.options):
            word = "elif" if number else "if"
            opening = f"{word} {_one_line(condition, choice.span)}" if condition else "else"
            self._statement("{% " + opening + " %}", choice.span)
            self._inside(markup)
        self._statement("{% endif %}", choice.span)

    def _statement(self, text: str, span: Span) -> None:
        self._add(text, text, span, exact=False)

    def _add(self, text: str, plain: str, span: Span, exact: bool) -> None:
        if text:
            self.stretches.append(Stretch(self.length, span, exact, self.calls))
            self.texts.append(text)
            self.plains.append(plain)
            self.length += len(text)


def _one_line(text: str, span: Span) -> str:
    """An expression that can stand in a statement: its end must not be in it. One that cannot
    is named after its place: two that stand in different places are not the same."""
    if "{" in text or "}" in text or "%" in text:
        return f"value_{span.start}"
    return " ".join(text.split())
