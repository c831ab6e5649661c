"""The self-contained HTML pages: templates in `html/`, and what they share."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from sse_check.source import Span
from sse_check.source.printable import printable

_FOLDER = Path(__file__).with_name("html")


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file with its line, in the parts before, in and behind it."""

    path: str
    line: int
    column: int
    before: str
    marked: str
    after: str
    is_file: bool = True

    @property
    def file(self) -> str:
        return self.path.rpartition("/")[2] if self.is_file else self.path

    @staticmethod
    def of(span: Span) -> "Place":
        span = span.real
        start, end = span.start_position, span.end_position
        line = span.source.line_text(start.line)
        first = start.column - 1
        last = end.column - 1 if end.line == start.line else len(line)
        path = printable(span.source.path)
        parts = line[:first], line[first:last], line[last:]
        return Place(path, start.line, start.column, *parts, bool(span.source.file))


def render(template: str, **context: object) -> str:
    """A page from a template in `html/`."""
    return _environment().get_template(f"{template}.html.jinja").render(context) + "\n"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["prose"] = _prose
    return environment


def _prose(text: str) -> Markup:
    """A message, with what stands between backticks as code."""
    parts = re.split(r"`([^`]+)`", text)
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part)
        for number, part in enumerate(parts)
    )
