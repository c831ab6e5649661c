"""Code frames: the line of a place with carets under it."""

from sse_check.report.style import Style, visible, width
from sse_check.source import Span

_TAB = "    "
_WIDEST_LINE = 160


def place(span: Span) -> str:
    """`path:line:column`; of what is no file its name, and the line."""
    position = span.start_position
    if not span.source.file:
        return f"{visible(span.source.path)}, line {position.line}"
    return f"{visible(span.source.path)}:{position.line}:{position.column}"


def digits_for(spans: list[Span]) -> int:
    """How wide the numbers of the lines of some frames are."""
    return max((len(str(span.start_position.line)) for span in spans), default=1)


def frame(span: Span, style: Style, kind: str, digits: int) -> list[str]:
    """The source line of a span with carets under it; a long line is cut around them."""
    start, end = span.start_position, span.end_position
    text = span.source.line_text(start.line)
    first = start.column - 1
    last = end.column - 1 if end.line == start.line else len(text)
    cut = max(0, first - _WIDEST_LINE // 2) if len(text) > _WIDEST_LINE else 0
    shown = text[cut : cut + _WIDEST_LINE]
    before = _expanded(shown[: first - cut])
    marked = _expanded(shown[first - cut : max(last, first + 1) - cut])
    number = str(start.line).rjust(digits)
    margin = " " * (digits + 3)
    carets = "^" * max(1, width(marked))
    more = " ..." if end.line > start.line else ""
    return [
        f"{margin}{style('|', 'dim')}",
        f" {style(number, 'dim')}  {style('|', 'dim')} {_expanded(shown)}",
        f"{margin}{style('|', 'dim')} {' ' * width(before)}{style(carets + more, kind)}",
    ]


def _expanded(text: str) -> str:
    return visible(text.replace("\t", _TAB))
