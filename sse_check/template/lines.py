"""Whether what a template renders has several lines, whatever it is given."""

import re
from collections.abc import Iterator

from sse_check.template.model import Template

_TAG = re.compile(r"\{%[-+]?\s*(\w*).*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
_EXPRESSION = re.compile(r"\{\{(?!-)[^{}]*(?<!-)\}\}")
# What `{% end %}` ends, in the languages in which everything ends so.
_ENDED = frozenset(
    "if for while try with block fragment apply def region call capture cache filter match "
    "unless async provide raw".split()
)


def ends_lines_inside(template: Template) -> bool:
    """Whether a line end certainly stands between what a template writes on every rendering."""
    # An expression takes no line end away, unless it says so: what it writes may be nothing.
    text = _EXPRESSION.sub("", template.text)
    return "\n" in "".join(_always(text)).strip()


def _always(text: str) -> Iterator[str]:
    """The stretches of text that are outside of every block and expression, without the line ends
    beside those that may be taken away."""
    ends = {match[1] for match in _TAG.finditer(text) if (match[1] or "").startswith("end")}
    depth = 0
    before: re.Match[str] | None = None
    for match in _TAG.finditer(text):
        if depth == 0:
            yield _between(text, before, match)
        before = match
        word = match[1] or ""
        if word == "extends":
            return
        if word in ends:
            depth = max(depth - 1, 0)
        elif _is_ended(word, ends) and not (word == "set" and "=" in match[0]):
            depth += 1
    if depth == 0:
        yield _between(text, before, None)


def _is_ended(word: str, ends: set[str]) -> bool:
    return f"end{word}" in ends or ("end" in ends and word in _ENDED)


def _between(text: str, before: re.Match[str] | None, after: re.Match[str] | None) -> str:
    """What certainly stays of the text between two tags: Jinja may be set to leave out the line
    end behind a statement."""
    start = before.end() if before is not None else 0
    found = text[start : after.start() if after is not None else len(text)]
    if before is not None:
        is_expression = before[0].startswith("{{")
        trims = before[0][-3] == "-"
        found = found.lstrip() if trims else found if is_expression else _without_end(found)
    return found.rstrip() if after is not None and after[0][2] == "-" else found


def _without_end(text: str) -> str:
    return text.removeprefix("\r").removeprefix("\n")
