"""An event that brings the element itself, and is put inside of it."""

import re
from collections.abc import Callable, Iterator
from functools import cache

from sse_check.api import (
    HOLE,
    Context,
    Emission,
    EventListener,
    Finding,
    Node,
    Outcome,
    PageView,
    Related,
    Rule,
    Severity,
    Violation,
    by_name,
    carried_elements,
    connect_attribute,
    describe,
    event_names,
    mark_of,
    pattern_of,
)

_FIRST_TAG = re.compile(r"\s*<\w+(?P<attributes>(?:\s[^<>]*)?)>")
_OUT_OF_BAND = re.compile(r"hx[-_]swap[-_]oob")
_TAKES_OWN_PLACE = re.compile(r"\s*(?:morph:)?outer")
_ADDING = ("beforeend", "afterbegin", "append", "prepend")
Brought = Callable[[Emission], list[list[Node]]]


def check(context: Context) -> Iterator[Finding]:
    brought = cache(lambda emission: carried_elements(context, emission))
    return context.each_view(rule, lambda view: judge(context, view, brought))


def judge(context: Context, view: PageView, brought: Brought) -> Iterator[Violation]:
    for connection in view.connections:
        emissions = by_name(context.emissions_of(view, connection))
        if not emissions:
            continue
        waits = [*context.event_listeners(view, connection), *context.messages_of(view, connection)]
        for wait in waits:
            sent = emissions.get(wait.name, []) if wait.kind == "swap" else []
            target = _filled(view, connection, wait) if sent else None
            for emission in sent if target is not None else ():
                hit = _judged(context, wait, target, emission, brought)
                if hit is not None:
                    yield hit
                    break


def _filled(view: PageView, connection: Node, wait: EventListener) -> Outcome | None:
    """What an event does that is put inside the element where it lands."""
    for one in view.outcomes(wait.node):
        if one.kind != "swap" or one.connection is not connection:
            continue
        if one.lands is None or one.lands.mark is None:
            continue
        inside = one.style.removeprefix("morph:").startswith("inner") or one.style in _ADDING
        if inside and not one.select and not one.strip and pattern_of(one.name) == wait.name:
            return one
    return None


def _judged(
    context: Context,
    wait: EventListener,
    outcome: Outcome | None,
    emission: Emission,
    brought: Brought,
) -> Violation | None:
    if outcome is None or outcome.lands is None:
        return None
    target, renderings = outcome.lands, brought(emission)
    adds = outcome.style in _ADDING
    if _is_in_all(renderings, lambda node: _is_same(node, target, adds=adds)):
        is_opened = connect_attribute(target) is not None
        return _hit(wait, target, emission, "error" if is_opened else None)
    texts = [str(text) for text in context.payload_texts(emission)]
    tags = [_first_tag(text) for text in texts]
    if target is wait.node:
        listening = _is_in_all(renderings, lambda node: _hears(node, wait, adds=adds))
        if listening or (tags and all(_speaks_of(tag, wait) for tag in tags)):
            return _hit_of_listener(wait, emission, renderings, adds=adds)
    ident = target.get("id")
    if ident and HOLE not in ident and tags and all(_value(tag, "id") == ident for tag in tags):
        return _hit(wait, target, emission, "info")
    return None


def _first_tag(text: str) -> str:
    """The attributes of the element with which a text begins, if that stays where it is put."""
    tag = _FIRST_TAG.match(text)
    return "" if tag is None or _OUT_OF_BAND.search(tag["attributes"]) else tag["attributes"]


def _speaks_of(tag: str, wait: EventListener) -> bool:
    """Whether a tag has a listener for the name that does not take its own place."""
    if _TAKES_OWN_PLACE.match(_value(tag, "hx-swap")):
        return False
    return str(wait.name) in (name.strip() for name in _value(tag, "sse-swap").split(","))


def _value(tag: str, name: str) -> str:
    """The value of an attribute as it is written; "" where there is none."""
    found = re.search(rf"(?<![\w:.-]){name}=(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", tag)
    return next(filter(None, found.groups()), "") if found is not None else ""


def _is_in_all(renderings: list[list[Node]], asked: Callable[[Node], bool]) -> bool:
    """Whether there is such an element in what an event brings, however that is rendered."""
    return bool(renderings) and all(
        any(asked(node) and not _is_out_of_band(node) for node in elements)
        for elements in renderings
    )


def _is_out_of_band(node: Node) -> bool:
    return any(_OUT_OF_BAND.search(name) for name in node.attributes)


def _is_same(node: Node, target: Node, *, adds: bool) -> bool:
    ident = target.get("id") or ""
    if adds and (not ident or HOLE in ident):
        # An answer is put into what it answers: these may well be in each other.
        return False
    return mark_of(node).place == mark_of(target).place and (node.get("id") or "") == ident


def _hears(node: Node, wait: EventListener, *, adds: bool = False) -> bool:
    """Whether an element listens for the name, and does not take its own place."""
    if adds and wait.name.is_open:
        return False
    if _TAKES_OWN_PLACE.match(node.get("hx-swap") or ""):
        return False
    return any(pattern_of(name) == wait.name for name in event_names(node) if name)


def _hit(
    wait: EventListener, target: Node, emission: Emission, severity: Severity | None
) -> Violation:
    name, ident = describe(target), target.get("id")
    if severity == "error":
        cost = "each event opens a connection in the one that is open"
    elif ident and HOLE not in ident:
        cost = "the page has two of that id, one in the other"
    else:
        cost = "it is on the page twice, one in the other"
    at_home = target is wait.node and severity is None
    return Violation(
        wait.node,
        wait.span,
        f"`{wait.name}` brings {name} itself, and is put inside of it: {cost}",
        'write `hx-swap="outerHTML"` here, or send only what is inside of it'
        if at_home
        else f"send only what is inside of {name}",
        (Related("it is sent here", emission.span),),
        severity=severity,
    )


def _hit_of_listener(
    wait: EventListener, emission: Emission, renderings: list[list[Node]], *, adds: bool
) -> Violation:
    name = wait.name
    cost = "it is on the page twice, one in the other"
    if adds:
        cost = "each event adds one more, and the next goes into all of them"
    inner = [node for node in (*renderings, [])[0] if _hears(node, wait)]
    return Violation(
        wait.node,
        wait.span,
        f"`{name}` brings a listener for `{name}`, and is put inside of this one: {cost}",
        f'send it without `sse-swap="{name}"`'
        if adds
        else 'write `hx-swap="outerHTML"` here, or send only what is inside of it',
        (
            Related("it is sent here", emission.span),
            *(Related("this is what it brings", mark_of(node).span) for node in inner[:1]),
        ),
        severity="error" if adds else None,
    )


rule = Rule(
    name="sse_nested_payload",
    summary="an event brings the element into which it is put",
    severity="warning",
    check=check,
    of_swaps=True,
)
