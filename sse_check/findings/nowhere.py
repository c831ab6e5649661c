"""What is left of an event where `hx-swap="none"` swaps nothing: its out-of-band parts."""

import re
from typing import TYPE_CHECKING, Literal

from sse_check.apps.model import Emission
from sse_check.findings.carried import carried_elements, carried_markup
from sse_check.htmx.dom import Node
from sse_check.htmx.view import PageView
from sse_check.wiring.listening import SIGNS_OF_LIFE

if TYPE_CHECKING:
    from sse_check.findings.context import Context

Left = Literal["nothing", "something", "unknown"]
# What goes to a place of its own, or renames the page.
_OWN_PLACE = re.compile(r"swap[-_]oob|<title\b|<hx-partial\b", re.IGNORECASE)
_UNESCAPED = re.compile(r"\|\s*(?:safe|n)\b|\bautoescape\b|\braw\b")


def left_unswapped(context: "Context", view: PageView, listener: Node) -> Left:
    """What the events that a listener gets do where nothing of them is swapped into the page.

    Something that is known to do something says it for all; nothing is said only of events which
    are all known, to the last part.
    """
    connection = view.connection_of(listener)
    if connection is None:
        return "unknown"
    waits = [one for one in context.event_listeners(view, connection) if one.node is listener]
    sent = [
        emission
        for emission in context.emissions_of(view, connection)
        if any(emission.name.matches(wait.name) for wait in waits)
        and (emission.name.literal or "").lower() not in SIGNS_OF_LIFE
    ]
    found = {_left_of(context, emission) for emission in sent}
    if "something" in found:
        return "something"
    if found != {"nothing"} or context.joined(view, connection).is_open:
        return "unknown"
    heard = context.handled.may_hear(view) or bool(view.loaded.others)
    picks = view.inherited(listener, "hx-select-oob") is not None
    return "unknown" if heard or picks or not view.sees_all_above(listener) else "nothing"


def _left_of(context: "Context", emission: Emission) -> Left:
    written = context.written_of(emission)
    if emission.wrapped or any(_OWN_PLACE.search(text) for text in written):
        return "something"
    if context.carries(emission) == "json":
        return "nothing"
    texts = [str(text) for text in context.payload_texts(emission)]
    if any(_OWN_PLACE.search(text) for text in texts):
        return "something"
    if texts:
        # What is put into a text may be markup as well.
        return "unknown" if any("*" in text for text in texts) else "nothing"
    return _left_of_templates(context, emission)


def _left_of_templates(context: "Context", emission: Emission) -> Left:
    paths = [path for path, sent in context.payload_templates.items() if emission in sent]
    templates = filter(None, map(context.project.template, paths))
    sources = [template.source.text for template in templates]
    nodes = [one for tops in carried_elements(context, emission) for one in tops]
    inside = (inner for top in nodes for inner in top.subtree())
    if any(one.get("hx-swap-oob") is not None or one.name == "title" for one in inside):
        return "something"
    if any(_OWN_PLACE.search(text) for text in sources):
        return "something"
    plain = not any(_UNESCAPED.search(text) for text in sources)
    return "nothing" if plain and sources and carried_markup(context, emission) else "unknown"
