"""Fields and links: of many in one place one stands for all.

What events do to a field, and what a page passes down to a link, is the same for its neighbours.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from sse_check.source.lazy import lazy
from sse_check.template import html_words as html
from sse_check.template.model import NOWHERE, Template

# What keeps a person's work.
_FIELDS = frozenset("input textarea select details canvas video audio".split())
_STATELESS = lazy(r"\btype\s*=\s*[\"']?(?:hidden|submit|button|reset|image)\b", re.IGNORECASE)
# Of so many links in one place rules speak.
_MOST_LINKS = 5
# A link to the same site, written so that there is no doubt what its attributes are.
_PLAIN_LINK = lazy(
    r"<a(?=[^>]*\shref=[\"']?[^\"'#])(?![^>]*\s(?:target|data-|hx-))(?![^>]*(?:://|\{%|\{#))"
    r"(?:\s+[a-z-]+=(?:\"[^\"<>]*\"|'[^'<>]*'))*\s*>\Z"
)
# Elements that change nothing for what stands in them: an example does without them.
_NEUTRAL = frozenset(
    "a abbr address article aside b big blockquote center cite code dd div dl dt em fieldset "
    "figure figcaption font footer h1 h2 h3 h4 h5 h6 header i kbd label legend li mark menu nav "
    "ol p pre q s samp section small span strong sub summary sup table tbody td tfoot th thead "
    "time tr u ul".split()
)
_NEEDS_TABLE = frozenset("tbody thead tfoot tr td th".split())
# Elements whose content an HTML parser is particular about.
_FUSSY = html.TABLE_PARTS | html.FOREIGN | frozenset("html head select optgroup datalist".split())


@dataclass(slots=True)
class Examples:
    """The elements that stand for others."""

    # Those that are looked at, each with the others that it stands for.
    chosen: dict[int, tuple[int, ...]] = field(default_factory=dict)
    # Of these, the ones whose surroundings make no difference up to the next element that matters.
    alone: set[int] = field(default_factory=set)


def examples(template: Template, found: set[int], *, links: bool, counted: bool) -> Examples:
    """Choose examples among the elements of a template of which `found` matter for themselves.

    `counted` says that some selector counts elements: then none stands for another.
    """
    names, parents = template.names, template.parents
    kinds = _FIELDS | {"a"} if links else _FIELDS
    candidates = [n for n, name in enumerate(names) if name in kinds and n not in found]
    result = Examples()
    homes: dict[int, tuple[int, bool]] = {}
    links_at: dict[object, list[int]] = {}
    counts: dict[object, int] = {}
    for node in candidates:
        name = names[node]
        if name == "input" and _STATELESS.search(
            template.text, template.starts[node], template.ends[node]
        ):
            continue
        home, alone = _home(names, parents, found, parents[node], homes)
        key = (home, template.context(node), name == "a")
        count = counts[key] = counts.get(key, 0) + 1
        if count > (_MOST_LINKS if name == "a" else 1):
            continue
        if name == "a" and not counted and _is_plain_link(template, node):
            links_at.setdefault(key, []).append(node)
            if len(links_at[key]) > 1:
                continue
        result.chosen[node] = ()
        ends = template.content_ends[node] != NOWHERE or name in html.VOID
        if alone and ends and not counted:
            result.alone.add(node)
    for first, *others in links_at.values():
        result.chosen[first] = tuple(others)
    return result


def _is_plain_link(template: Template, node: int) -> bool:
    text = template.text[template.starts[node] : template.ends[node]]
    return _PLAIN_LINK.match(text) is not None


def _home(
    names: list[str],
    parents: Sequence[int],
    found: set[int],
    node: int,
    known: dict[int, tuple[int, bool]],
) -> tuple[int, bool]:
    """The next element above that matters; whether those before it make no difference."""
    passed: list[int] = []
    while node not in known and node not in found and names[node][0] != "#":
        passed.append(node)
        node = parents[node]
    if node in known:
        home, alone = known[node]
    else:
        home, alone = node, names[node] not in _FUSSY
        if passed and names[passed[-1]] in _NEEDS_TABLE:
            alone = False
    for below in reversed(passed):
        alone = alone and names[below] in _NEUTRAL
        known[below] = (home, alone)
    return home, alone
