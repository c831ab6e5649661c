"""Attributes that no generation of htmx reads."""

import re
from collections.abc import Iterator
from difflib import get_close_matches

from sse_check.api import (
    Context,
    Edit,
    ElementAttribute,
    Finding,
    Fix,
    Node,
    PageView,
    Related,
    Rule,
    Span,
    Template,
    Violation,
    element_at,
    mark_of,
    own_attribute,
    read_start_tag,
)

_VALUES = re.compile(r"\"[^\"]*\"|'[^']*'")
_KNOWN = ("sse-connect", "sse-swap", "sse-close", "hx-sse", "hx-sse:connect", "hx-sse:close")
_MEANT = {
    "sse-event": "sse-swap",
    "sse-events": "sse-swap",
    "sse-listen": "sse-swap",
    "sse-on": "sse-swap",
    "sse-url": "sse-connect",
    "sse-src": "sse-connect",
    "sse-source": "sse-connect",
    "sse-target": "hx-target",
    "sse-trigger": "hx-trigger",
    "hx-sse:swap": "sse-swap",
    "hx-sse-connect": "sse-connect",
    "hx-sse-swap": "sse-swap",
    "hx-sse-close": "sse-close",
}


# What htmx 4 has in their place; what a connection brings it swaps by itself.
_IN_4 = {"sse-connect": "hx-sse:connect", "hx-sse": "hx-sse:connect", "sse-close": "hx-sse:close"}
# What does not happen without the attribute that was meant: people miss it on every visit.
_LOST = {
    "sse-connect": "no stream is opened",
    "hx-sse:connect": "no stream is opened",
    "hx-sse": "no stream is opened, and nothing listens",
    "sse-swap": "nothing listens here",
    "hx-ext": "it turns no extension on",
}


# The names that Python's markup libraries turn into htmx's; browsers take them as they are.
_OF_PYTHON = re.compile(r"(?<![\w-])(?:sse_(?:connect|swap|close)|hx_(?:ext|sse))(?=\s*=)")


def check(context: Context) -> Iterator[Finding]:
    for path in context.paths:
        yield from _of_python(context, path)
    yield from context.each_view(rule, judge)


def _of_python(context: Context, path: str) -> Iterator[Finding]:
    """`sse_connect="/events"` in HTML. A component, such as JinjaX's, may turn it into a name of
    htmx: only elements of HTML itself are told."""
    template = context.project.template(path)
    if template is None or ("sse_" not in template.text and "hx_" not in template.text):
        return
    for match in _OF_PYTHON.finditer(template.text):
        span = _plain_attribute(template, match.start())
        if span is None:
            continue
        meant = match[0].replace("_", "-")
        lost = _LOST.get(meant, "")
        yield Finding(
            rule.name,
            span,
            f"htmx has no attribute `{match[0]}`" + (f": {lost}" if lost else ""),
            f"write `{meant}`: only what writes markup in Python turns `_` into `-`",
            severity="error" if lost else None,
            fixes=(
                Fix(f"write {meant}", "unsafe", (Edit(Span(span.source, *match.span()), meant),)),
            ),
        )


def _plain_attribute(template: Template, place: int) -> Span | None:
    """The attribute of an element of HTML itself that begins at a place."""
    node = element_at(template, place)
    if node < 0:
        return None
    name = template.names[node]
    if not name.isalnum() or not template.text.startswith(f"<{name}", template.starts[node]):
        return None
    for one in read_start_tag(template, node).attributes:
        if one.start == place:
            return Span(template.source, one.start, one.end)
    return None


def judge(view: PageView) -> Iterator[Violation]:
    for node in view.htmx_elements:
        yield from _twice(node)
        if "-" in node.name:
            # A custom element may read what it likes.
            continue
        for name in node.attributes:
            meant = _meant(name)
            if meant is None:
                continue
            given = mark_of(node).attributes[name].attribute
            if view.generation == "4":
                meant = _IN_4.get(meant, meant)
            prefix = "data-" if name.startswith("data-") else ""
            known = view.generation != "4" or meant != "sse-swap"
            lost = _LOST.get(meant, "")
            # Names of this kind that are invented may also be somebody's own.
            own = name in _MEANT and not name.startswith("hx-")
            yield Violation(
                node,
                given.span,
                f"htmx has no attribute `{name}`" + (f": {lost}" if lost else ""),
                f"`{prefix}{meant}` is the closest that it has"
                if known
                else "send messages without a name: the connection of htmx 4 swaps them itself",
                severity="error" if lost and not own else None,
                fixes=_fixes(node, name, prefix + meant) if known else (),
            )


def _twice(node: Node) -> Iterator[Violation]:
    """An attribute that is there twice: the browser drops the second."""
    first: dict[str, ElementAttribute] = {}
    for one in mark_of(node).tag.attributes:
        if one.facts or not one.fixed or not one.name.startswith(("hx-", "sse-")):
            continue
        before = first.setdefault(one.name, one)
        if before is one or before.values == one.values or _is_choice(before, one):
            continue
        together = '`sse-swap` takes several names: `sse-swap="a,b"`'
        yield Violation(
            node,
            one.span,
            f"this is the second `{one.name}` of its tag: the browser drops it",
            together if one.name == "sse-swap" else "keep one of the two",
            (Related("the first one is here", before.span),),
            severity="error" if one.name in _LOST else None,
        )


def _is_choice(first: ElementAttribute, second: ElementAttribute) -> bool:
    """Whether something of a template stands between them, which may choose one of the two."""
    if first.span.source is not second.span.source:
        return True
    between = first.span.source.text[first.span.end : second.span.start]
    return "{" in _VALUES.sub("", between)


def _fixes(node: Node, name: str, meant: str) -> tuple[Fix, ...]:
    attribute = own_attribute(node, name)
    if attribute is None or node.get(meant) is not None:
        return ()
    span = Span(attribute.span.source, attribute.span.start, attribute.written.name_end)
    return _renamed(span, meant)


def _renamed(name: Span, meant: str) -> tuple[Fix, ...]:
    return (Fix(f"write {meant}", "unsafe", (Edit(name, meant),)),)


def _meant(name: str) -> str | None:
    """The attribute that was meant by one that htmx does not read."""
    bare = name.removeprefix("data-")
    if bare in _KNOWN or bare.startswith(("hx-on", "hx-sse:connect", "hx-sse:close")):
        return None
    if bare in _MEANT:
        # With `data-` in front these may well be somebody's own.
        return _MEANT[bare] if bare == name else None
    first = bare.partition("-")[0]
    # `see-swap`: `ws-connect` and the like are somebody's own.
    turned = "-" in bare and 1 < len(first) < 5 and set(first) == {"s", "e"}
    if "_" in bare or not (turned or bare.startswith(("sse", "hx-sse"))) or len(bare) > 20:
        return None
    close = get_close_matches(bare, _KNOWN, n=1, cutoff=0.84)
    return close[0] if close else None


rule = Rule(
    name="sse_unknown_attribute",
    summary="an attribute that htmx does not know",
    severity="warning",
    check=check,
    fixes=("unsafe",),
)
