"""What the listeners of a connection wait for."""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import NamedTuple

from sse_check.htmx.attributes import swap_attribute
from sse_check.htmx.dom import Node
from sse_check.htmx.stacks import closed_at
from sse_check.htmx.triggers import trigger_specs
from sse_check.htmx.view import PageView
from sse_check.pages.marks import HOLE, mark_of
from sse_check.source import Span
from sse_check.template.values import Pattern

# By these a server shows that it is there; they say nothing of what it has to say.
SIGNS_OF_LIFE = frozenset(("ping", "pong", "heartbeat", "keepalive", "keep-alive", "keep_alive"))


class EventListener(NamedTuple):
    """A name that an element waits for, and the attribute that says so."""

    node: Node
    kind: str
    name: Pattern
    span: Span


def event_listeners(view: PageView, connection: Node) -> Iterator[EventListener]:
    """The names that are waited for under a connection, on it included."""
    names = ("sse-close",) if view.generation != "4" else ("sse-close", "hx-sse:close")
    for name in names if view.generation != "1" else ():
        closing = connection.get(name)
        for one in closed_at(closing, view.stack) if closing else ():
            at = narrowed(view, connection, name, one)
            yield EventListener(connection, "close", pattern_of(one), at)
    for node in view.htmx_elements_under(connection):
        if view.is_inert(node):
            continue
        yield from swap_listeners(view, node)
        for word, _, _ in trigger_specs(node.get("hx-trigger") or ""):
            if word.startswith("sse:") and len(word) > 4:
                at = narrowed(view, node, "hx-trigger", word[4:])
                yield EventListener(node, "trigger", pattern_of(word[4:]), at)


def swap_listeners(view: PageView, node: Node) -> Iterator[EventListener]:
    """The names whose data an element shows."""
    attribute = swap_attribute(node)
    value = node.get(attribute) if attribute else None
    if attribute is None or value is None:
        return
    for name in _swapped(attribute, value):
        yield EventListener(node, "swap", pattern_of(name), narrowed(view, node, attribute, name))


def messages_of(view: PageView, connection: Node) -> Iterator[EventListener]:
    """In htmx 4 a connection itself swaps every message without a name."""
    if view.generation == "4" and not view.stack.compat:
        span = view.span(connection, "hx-sse:connect")
        yield EventListener(connection, "swap", Pattern.of("message"), span)


def narrowed(view: PageView, node: Node, attribute: str, name: str) -> Span:
    """Where one of several names stands in an attribute; the attribute when there is but one."""
    whole = view.span(node, attribute)
    given = mark_of(node).attributes
    found = given.get(attribute) or given.get(f"data-{attribute}")
    if found is None or HOLE in name:
        return whole
    value = found.attribute.value_span
    text = value.text
    if text.strip() in (name, f"sse:{name}") or text.count(name) != 1:
        return whole
    start = value.start + text.index(name)
    return Span(value.source, start, start + len(name))


def _swapped(attribute: str, value: str) -> list[str]:
    if attribute == "hx-sse":
        return [w.partition(":")[2] for w in value.split() if w.startswith("swap:")]
    return [name for part in value.split(",") if (name := part.strip())]


def pattern_of(text: str, hole: str = HOLE) -> Pattern:
    """A text of an assembled page with its holes."""
    parts: list[str | None] = []
    for number, piece in enumerate(text.split(hole)):
        parts.extend([None] if number else [])
        parts.append(piece)
    return Pattern.of(*parts)


_MOST_COMPARED = 200
_MOST_NEAR = 5
# How alike names are of which one is a slip for the other.
_SLIP = 0.85
_ABOUT_AS_NEAR = 0.15


def nearest_name(name: str, sent: tuple[str, ...], heard: Collection[str] = ()) -> str:
    """The name that was most likely meant; case and blanks are the usual slips. Of several that are
    about as near, one that nothing waits for yet: two elements seldom show the same, and one that
    something waits for is meant where no more than a letter or two differ."""
    near = _near(name, sent)
    unheard = next((one for one in near if one not in heard), "")
    return unheard or (near[0] if near and _is_slip(name, near[0]) else "")


def _is_slip(name: str, other: str) -> bool:
    """Whether two names differ in case, in blanks, or by a slip of the keyboard."""
    from difflib import SequenceMatcher

    one, two = (text.strip().lower().replace("_", "-") for text in (name, other))
    return SequenceMatcher(None, one, two).ratio() >= _SLIP


@lru_cache(maxsize=4096)
def _near(name: str, sent: tuple[str, ...]) -> tuple[str, ...]:
    """The nearest name, then those that are about as near."""
    from difflib import SequenceMatcher, get_close_matches

    plain = {other.strip().lower().replace("_", "-"): other for other in sent}
    folded = name.strip().lower().replace("_", "-")
    if folded in plain:
        return (plain[folded],)
    if len(plain) > _MOST_COMPARED:
        # Of so many some other is always near.
        return ()
    close = get_close_matches(folded, plain, n=_MOST_NEAR, cutoff=0.6)
    ratios = [SequenceMatcher(None, one, folded).ratio() for one in close]
    return tuple(
        plain[one]
        for one, ratio in zip(close, ratios, strict=True)
        if ratio > ratios[0] - _ABOUT_AS_NEAR
    )


_MEMBER = re.compile(r"[A-Z]\w*\.[A-Z][A-Z0-9_]*")


def is_member(name: str) -> bool:
    """Whether a name looks like what becomes of a member of an enumeration in a text."""
    return _MEMBER.fullmatch(name) is not None


def names_outside(view: PageView) -> Iterator[Pattern]:
    """The names of listeners around which no connection is seen, nor all that is around them."""
    for listener in view.listeners:
        if view.connection_of(listener) is None and not view.sees_all_above(listener):
            for name in (listener.get("sse-swap") or "").split(","):
                yield pattern_of(name.strip())


def says_name(view: PageView, name: str) -> bool:
    """Whether an attribute of a page says the name of an event, or a script of a file may."""
    for node in view.elements:
        is_file = node.name == "script" and "src" in node.attributes
        if is_file and "htmx" not in str(node.attributes):
            # What it waits for cannot be seen.
            return True
        for attribute, value in node.attributes.items():
            speaks = attribute.startswith(("hx-on", "hx-trigger", "data-hx-", "on", "@", "x-on"))
            if speaks and (name in value or name in attribute):
                return True
    return False
