"""Where the comments of a template are, those of HTML and those of the template language."""

import re
from bisect import bisect_right

from sse_check.source.lazy import lazy
from sse_check.template import html_words as html
from sse_check.template.lexer import STATEMENT
from sse_check.template.model import Template

# A comment, or what else HTML skips up to `>`.
_SKIPPED = lazy("<!--|</[a-zA-Z\x01][^>]*>|<[!?/][^>]*>")
_END = lazy("--!?>")


def html_comments(template: Template) -> list[tuple[int, int]]:
    """The stretches that a browser reads as comments, in order."""
    mask, closed = template.mask, _closed_to_comments(template)
    starts = [start for start, _ in closed]
    found: list[tuple[int, int]] = []
    position = 0
    while match := _SKIPPED.search(mask, position):
        start = match.start()
        index = bisect_right(starts, start) - 1
        if index >= 0 and start < closed[index][1]:
            position = closed[index][1]
            continue
        position = match.end() if match[0] != "<!--" else _end_of(mask, match)
        if match[0] == "<!--":
            found.append((start, position))
    return found


def _end_of(mask: str, match: re.Match[str]) -> int:
    end = match.end()
    for short in (">", "->"):
        if mask.startswith(short, end):
            return end + len(short)
    closing = _END.search(mask, end)
    return closing.end() if closing else len(mask)


def _closed_to_comments(template: Template) -> list[tuple[int, int]]:
    """Start tags, and the content of elements that hold nothing but text."""
    found = []
    for node, name in enumerate(template.names):
        if name[0] == "#":
            continue
        start, end = template.starts[node], template.ends[node]
        content_end = template.content_end(node)
        if html.tag_words(name)[1] & html.IS_RAW and content_end is not None:
            end = content_end
        found.append((start, end))
    return found


def is_comment(template: Template, start: int, end: int) -> bool:
    """Whether a stretch is one whole comment."""
    text = template.text[start:end]
    if text.startswith("<!--"):
        return (start, end) in html_comments(template)
    if not (text.startswith("{#") and text.find("#}") == len(text) - 2):
        return False
    hidden = template.mask[start:end] == STATEMENT * (end - start)
    covered = [*((tag[0], tag[1]) for tag in template.tags), *template.outputs]
    return hidden and not any(first <= start < last for first, last in covered)
