"""Where the name of a start tag ends, also where it runs straight into an expression."""

import re

from sse_check.template import html_words as html
from sse_check.template.lexer import OUTPUT
from sse_check.template.model import Template

_NAME = re.compile("[^\t\n\f\r />\x02]+")


def glued_name(template: Template, start: int, end: int) -> tuple[str, int]:
    """A tag name with an expression in it: `<li{{ attrs }}>` or `<h{{ level }}>`."""
    mask, text = template.mask, template.text
    stop = mask.index(OUTPUT, start)
    literal = text[start:stop].lower()
    if literal in html.KNOWN:
        return literal, stop
    return text[start:end].lower(), end


def name_end(template: Template, node: int) -> int:
    """Worked out when attributes are read: most elements are never asked for theirs."""
    if node in template.pieces:
        return template.pieces[node][0][0]
    if node in template.written:
        return template.ends[node]
    start = template.starts[node] + 1
    match = _NAME.match(template.mask, start)
    end = match.end() if match else start
    if template.mask.find(OUTPUT, start, end) < 0:
        return end
    return glued_name(template, start, end)[1]
