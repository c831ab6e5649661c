"""Markup that is text on the page: a filter around it escapes what it holds."""

from sse_check.source.lazy import lazy
from sse_check.template.lexer import TagScan

_ESCAPES = lazy(r"filter\s+(?:[^%]*\|\s*)?(?:forceescape|force_escape)\s*(?:\||[-+~]?%\})")
# Stands for the sign that begins a tag.
_NO_TAG = "\x03"


def with_escaped(scan: TagScan, text: str) -> TagScan:
    """The mask without tags of HTML between `{% filter forceescape %}` and its end.

    Jinja's `escape` is none of these: where a template escapes by itself, what it holds is safe
    already, and stays markup.
    """
    if "filter" not in scan.words:
        return scan
    mask, depth, first = scan.mask, 0, -1
    for start, end, word in scan.tags:
        if word == "filter":
            if depth:
                depth += 1
            elif _ESCAPES.search(text, start, end):
                depth, first = 1, end
        elif depth and word == "endfilter":
            depth -= 1
            if not depth:
                mask = mask[:first] + mask[first:start].replace("<", _NO_TAG) + mask[start:]
    return scan._replace(mask=mask)
