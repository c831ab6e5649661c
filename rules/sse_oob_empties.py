"""What is sent out of band for nothing that is there, or alone, into a listener that it empties."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache

from sse_check.api import (
    Context,
    Emission,
    EventListener,
    Finding,
    Node,
    OutOfBand,
    PageView,
    Pattern,
    Related,
    Rule,
    Violation,
    by_name,
    carried_markup,
    ids_within,
    mark_of,
)

_ONLY_OOB = re.compile(
    r"\s*<(\w+)([^<>]*\s(?:data-)?hx-swap-oob=[^<>]*)>(?:(?!<\1\b).)*</\1>\s*\Z", re.DOTALL
)
_BY_ID = re.compile(r"\s(?:data-)?hx-swap-oob=[\"\']?(?:true|outerHTML)\b")
_ID = re.compile(r"(?<![\w:.-])id=[\"\']?([^\s\"\'>*]+)(?=[\s\"\'>]|\Z)")
_GIVEN = re.compile(r"(?<![\w:.-])id=[\"\']?([^\s\"\'>]+)(?=[\s\"\'>]|\Z)")
_AT = re.compile(r"hx-swap-oob=[\"\']?\w+:\s*#([\w*-]+)")
_TITLE = re.compile(r"\s*<title\b", re.IGNORECASE)

_Parts = Callable[[Emission], list[OutOfBand]]


def check(context: Context) -> Iterator[Finding]:
    parts = cache(context.out_of_band_parts)
    return context.each_view(rule, lambda view: judge(context, view, parts))


def judge(context: Context, view: PageView, parts: _Parts) -> Iterator[Violation]:
    for connection in view.connections:
        emissions = by_name(context.emissions_of(view, connection))
        waits = _waits(context, view, connection) if emissions else []
        for wait in waits:
            sent = list(emissions.get(wait.name, ()))
            if not sent:
                continue
            several = len(sent) > 1 or _brings_more(context, wait, waits, emissions)
            for emission in sent:
                whole: list[Violation] = []
                if view.generation != "4":
                    # There nothing is swapped when nothing is left.
                    whole += _judged(context, view, wait, emission, one_of_several=several)
                    yield from whole
                if not any(hit.severity == "error" for hit in whole):
                    yield from _parts_lost(context, view, wait, emission, parts(emission))


def _waits(context: Context, view: PageView, connection: Node) -> list[EventListener]:
    """What swaps the events of a connection."""
    waits = [one for one in context.event_listeners(view, connection) if one.kind == "swap"]
    if view.generation != "4":
        return waits
    return [*context.messages_of(view, connection), *(waits if view.stack.compat else ())]


def _judged(
    context: Context,
    view: PageView,
    wait: EventListener,
    emission: Emission,
    *,
    one_of_several: bool,
) -> Iterator[Violation]:
    style = _style(view, wait)
    for text in _texts(context, emission):
        match = _ONLY_OOB.match(text)
        # An event that ends it all may well take the place of the listener.
        may_end = emission.at_end or one_of_several
        if match is not None and may_end and _is_for(match[2], wait.node):
            continue
        lost = _lost(context, view, wait, emission, match[2]) if match is not None else None
        if lost is not None:
            yield lost
        elif match is not None and style in ("innerHTML", "outerHTML"):
            what = "removes" if style == "outerHTML" else "empties"
            taken = _taken(view, wait, match[2])
            also = f", and takes `#{taken}` away, into which it was put" if taken else ""
            yield Violation(
                wait.node,
                wait.span,
                f"all of `{wait.name}` is swapped out of band (`hx-swap-oob`): "
                f"the empty rest {what} this element{also}",
                'write `hx-swap="none"` here',
                (Related("it is sent here", emission.span),),
                severity="error" if taken else None,
            )
        elif _TITLE.match(text) and view.generation == "2" and style in ("innerHTML", "outerHTML"):
            yield Violation(
                wait.node,
                wait.span,
                f"`{wait.name}` contains a `<title>`, which renames the page",
                "remove the title from the payload",
                (Related("it is sent here", emission.span),),
            )


def _brings_more(
    context: Context,
    wait: EventListener,
    waits: list[EventListener],
    emissions: Mapping[Pattern, list[Emission]],
) -> bool:
    """Whether the listener waits for other events too, that leave it in its place."""
    names = (one.name for one in waits if one.node is wait.node and one.name != wait.name)
    others = (emission for name in names for emission in emissions.get(name, ()))
    return any(not _replaces(context, emission, wait.node) for emission in others)


def _replaces(context: Context, emission: Emission, listener: Node) -> bool:
    """Whether an event takes the place of the listener."""
    matches = map(_ONLY_OOB.match, _texts(context, emission))
    return any(match is not None and _is_for(match[2], listener) for match in matches)


def _is_for(tag: str, listener: Node) -> bool:
    """Whether an out-of-band element has the id of the listener."""
    ident = _ID.search(tag)
    return ident is not None and ident[1] == listener.get("id")


def _taken(view: PageView, wait: EventListener, tag: str) -> str:
    """The id of the element inside the listener that the payload is for, "" for none: it goes
    with all else that is in there."""
    if view.inherited(wait.node, "hx-target") is not None:
        return ""
    names = [one for one in (*_GIVEN.findall(tag), *_AT.findall(tag)) if one.strip("*")]
    ids = [re.compile(".*".join(map(re.escape, one.split("*")))) for one in names]
    mark = mark_of(wait.node)
    inside = sorted(ids_within(mark.template, mark.node)) if ids else []
    return next((own for own in inside if any(one.fullmatch(own) for one in ids)), "")


def _lost(
    context: Context, view: PageView, wait: EventListener, emission: Emission, tag: str
) -> Violation | None:
    """What is put in place of an element that is not there, or of the listener itself."""
    ident = _ID.search(tag)
    if ident is None or not _BY_ID.search(tag):
        return None
    name = ident[1]
    how = "Chirp sends a fragment with a target" if emission.wrapped else f"`{wait.name}` is sent"
    related = (Related("it is sent here", emission.span),)
    if wait.node.get("id") == name:
        if "sse-swap" in tag:
            return None
        message = (
            f"{how} out of band, in place of `#{name}`: the first event replaces this "
            "listener with an element that does not listen"
        )
    elif context.may_have_id(view, name):
        return None
    else:
        message = (
            f"{how} out of band, in place of `#{name}`, which no template has: "
            "the content is dropped, and nothing is shown here"
        )
    return Violation(
        wait.node, wait.span, message, _help(emission, name), related, severity="error"
    )


def _parts_lost(
    context: Context,
    view: PageView,
    wait: EventListener,
    emission: Emission,
    parts: list[OutOfBand],
) -> Iterator[Violation]:
    """Parts of a payload that are for elements which are not there: htmx drops them."""
    if view.generation == "2" and view.config.get("allowNestedOobSwaps") is False:
        # What is inside another element stays where it is.
        return
    lost = [
        part
        for part in parts
        if part.ident != wait.node.get("id") and not context.may_have_id(view, part.ident)
    ]
    sure = [part for part in lost if part.sure]
    told = sure or lost
    if not told:
        return
    listed = " and ".join(dict.fromkeys(f"`#{part.ident}`" for part in told))
    spans = dict.fromkeys((part.ident, part.span) for part in told if part.span != emission.span)
    one = len(told) == 1
    yield Violation(
        wait.node,
        wait.span,
        f"{'a part' if one else 'parts'} of `{wait.name}` {'is' if one else 'are'} sent out of "
        f"band, for {listed}, which no template has: htmx drops {'it' if one else 'them'}",
        "name the element by the id that it has, or give it this one",
        (
            *(Related(f"this is for `#{name}`", span) for name, span in spans),
            Related("it is sent here", emission.span),
        ),
        severity="error",
        sure=bool(sure),
    )


def _help(emission: Emission, name: str) -> str:
    if emission.wrapped:
        return (
            "upgrade to Chirp 0.5, which sends it as it is, or yield "
            f'`SSEEvent(data, event="{name}")`'
        )
    return "send the content without `hx-swap-oob`, or give the element that it is for this id"


def _style(view: PageView, wait: EventListener) -> str:
    if view.dynamic(wait.node, "hx-swap"):
        return ""
    swap = view.inherited(wait.node, "hx-swap")
    return (swap.value.split() or [""])[0] if swap is not None else "innerHTML"


def _texts(context: Context, emission: Emission) -> list[str]:
    """What an event carries; what is not known in it counts as a word."""
    if emission.wrapped and emission.name.literal:
        return [f'<div id="{emission.name}" hx-swap-oob="true">*</div>']
    return carried_markup(context, emission)


rule = Rule(
    name="sse_oob_empties",
    summary="an out-of-band part is lost, or is all that there is and empties its listener",
    severity="info",
    check=check,
    of_swaps=True,
)
