"""How often a loop of a template goes round, where that is written."""

import re

from sse_check.apps.model import App
from sse_check.pages.marks import Mark
from sse_check.template.expressions import split_top
from sse_check.template.flow import Loop
from sse_check.wiring.wiring import Wiring

_FOR = re.compile(r"\{%[-+]?\s*(?:async\s+)?for\s+[^%]+?\s+in\s+([^%]+?)\s*[-+]?%\}")
_RANGE = re.compile(r"range\(\s*(\d{1,4})\s*\)")
LENGTH = "|length"


def turns_of(wiring: Wiring, app: App | None, mark: Mark) -> int | None:
    """On how many turns of the loops around it an element is written; None where that is not told.

    What Python gives a loop counts where it is a list whose items are written there.
    """
    loop = mark.template.flow.record(mark.template.context(mark.node)).loop
    number = 1
    while loop is not None:
        each = _turns_of(wiring, app, mark, loop)
        if each is None:
            return None
        number *= each
        loop = loop.outer
    return number


def _turns_of(wiring: Wiring, app: App | None, mark: Mark, loop: Loop) -> int | None:
    match = _FOR.match(mark.template.text, loop.start)
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
    found = wiring.templates.given(app, mark.path, source + LENGTH)
    known = {int(one.literal) for one in found if one.literal and one.literal.isdecimal()}
    return max(known) if found and len(known) == len(found) else None
