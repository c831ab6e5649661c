"""Where elements end that no end tag ends."""

from sse_check.template import html_words as html
from sse_check.template.model import NOWHERE, Template


def ends_unsaid(template: Template, node: int) -> bool:
    """Whether an element has no end tag and needs one."""
    name = template.names[node]
    return template.content_ends[node] == NOWHERE and name[0] != "#" and name not in html.VOID


def closers(template: Template) -> dict[int, int]:
    """The elements at which those without an end tag end: the first behind them, not in them.

    Seen from the last: one that stands in an element stands in those before that as well.
    """
    names, parents = template.names, template.parents
    found: dict[int, int] = {}
    behind: list[int] = []
    for node in range(len(names) - 1, -1, -1):
        while behind and parents[behind[-1]] >= node:
            behind.pop()
        if behind and ends_unsaid(template, node):
            found[node] = behind[-1]
        if names[node][0] != "#":
            behind.append(node)
    return found
