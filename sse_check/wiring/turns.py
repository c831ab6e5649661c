"""The loops of templates in which an element is written: how often they go round, where that is
told, and whether the element is there on every turn."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from sse_check.apps.model import App
from sse_check.pages.marks import Mark
from sse_check.pages.scene import Frame
from sse_check.source import Span
from sse_check.template.conditions import Facts
from sse_check.template.expressions import split_top
from sse_check.template.flow import Loop
from sse_check.template.model import Template
from sse_check.wiring.wiring import Wiring

_FOR = re.compile(r"\{%[-+]?\s*(?:async\s+)?for\s+[^%]+?\s+in\s+([^%]+?)\s*[-+]?%\}")
_RANGE = re.compile(r"range\(\s*(\d{1,4})\s*\)")
LENGTH = "|length"


_NAME = re.compile(r"[A-Za-z_]\w*")
_LOOPS = ("for", "while", "async")


class _Spot(NamedTuple):
    """Where an element is written, or where what it is in is brought in: by an include, a call.

    `entered` is how what is inside is entered from here; None for the element itself.
    """

    path: str
    template: Template
    context: int
    entered: Frame | None = None

    @property
    def loop(self) -> Loop | None:
        return self.template.flow.record(self.context).loop

    @property
    def is_looped(self) -> bool:
        return any(one.kind in _LOOPS for one in self.template.flow.chain(self.context))


def _spots(mark: Mark) -> Iterator[_Spot]:
    yield _Spot(mark.path, mark.template, mark.template.context(mark.node))
    for inner, outer in zip(mark.frames, mark.frames[1:], strict=False):
        if inner.site is not None and inner.via != "extends":
            context = outer.template.flow.at(inner.site.start)
            yield _Spot(outer.path, outer.template, context, inner)


def is_repeated(mark: Mark) -> bool:
    """Whether an element is written in a loop, or what it is in is brought in by one."""
    return any(spot.is_looped for spot in _spots(mark))


def loops_elsewhere(mark: Mark) -> list[Span]:
    """Where loops bring in what an element is in; none for one that is written in a loop."""
    own, *others = _spots(mark)
    sites = ((spot, spot.entered.site) for spot in others if spot.entered and spot.is_looped)
    return [
        Span(s.template.source, at.start, at.end) for s, at in sites if at and not own.is_looped
    ]


def is_on_some_turns(mark: Mark, own: Facts) -> bool:
    """Whether a condition inside the loops asks for what differs from turn to turn; `own` are
    those of the part of the element that counts."""
    bound: set[str] = set()
    unknown = False
    for spot in reversed(list(_spots(mark))):
        loop = spot.loop
        while loop is not None:
            bound |= loop.targets
            loop = loop.outer
        facts = spot.template.flow.facts(spot.context) if spot.entered is not None else own
        said = _NAME.findall(" ".join(text for text, _ in facts))
        if not bound.isdisjoint(said) or (unknown and said):
            return True
        if spot.entered is not None and bound:
            given = {n for n, text in spot.entered.bindings.items() if bound & _names(text)}
            unknown = unknown or (spot.entered.isolated and not spot.entered.bindings)
            bound = given if spot.entered.isolated else bound | given
    return False


def _names(text: str) -> set[str]:
    return set(_NAME.findall(text))


def turns_of(wiring: Wiring, app: App | None, mark: Mark) -> int | None:
    """On how many turns of the loops around it an element is written; None where that is not told.

    What Python gives a loop counts where it is a list whose items are written there.
    """
    number = 1
    for spot in _spots(mark):
        loop = spot.loop
        while loop is not None:
            each = _turns_of(wiring, app, spot, loop)
            if each is None:
                return None
            number *= each
            loop = loop.outer
    return number


def _turns_of(wiring: Wiring, app: App | None, spot: _Spot, loop: Loop) -> int | None:
    match = _FOR.match(spot.template.text, loop.start)
    if match is None:
        return None
    source = match[1].strip()
    counted = _RANGE.fullmatch(source)
    if counted:
        return int(counted[1])
    if source[:1] + source[-1:] in ("[]", "()"):
        return len([item for item in split_top(source[1:-1]) if item.strip()])
    if app is None or not source.isidentifier():
        return None
    found = wiring.templates.given(app, spot.path, source + LENGTH)
    known = {int(one.literal) for one in found if one.literal and one.literal.isdecimal()}
    return max(known) if found and len(known) == len(found) else None
