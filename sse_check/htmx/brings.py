"""What a payload that is known brings into a page."""

from dataclasses import dataclass
from typing import Literal

from sse_check.htmx import markup
from sse_check.htmx.attributes import connect_attribute, event_names, swap_attribute, url_of
from sse_check.htmx.dom import Node
from sse_check.htmx.outcomes import selector_of
from sse_check.htmx.play import Sent, stage_for
from sse_check.htmx.view import PageView


@dataclass(frozen=True, slots=True)
class Brought:
    """A listener or connection that a payload puts in, or an element that it changes elsewhere."""

    kind: Literal["listener", "connection", "out-of-band"]
    # The names it listens to, the address it connects to, or the element.
    what: str
    style: str = ""


def brought(
    view: PageView, connection: Node, name: str, unnamed: bool, payload: str
) -> tuple[Brought, ...]:
    """Send one payload to a connection of a page, and look at what came with it."""
    if "sse-" not in payload and "hx-" not in payload:
        return ()
    stage = stage_for(view.root, view.stack, view.config, markup.fragment)
    effects = stage.send(connection, Sent(None if unnamed else name), payload)
    found: list[Brought] = []
    for effect in effects:
        found += [Brought("out-of-band", selector_of(n), how) for n, how in effect.out_of_band]
        for top in effect.taken:
            if stage.page.in_page(top):
                found += [one for node in top.subtree() for one in _of(node, view.generation)]
    return tuple(dict.fromkeys(found))


def _of(node: Node, generation: str) -> list[Brought]:
    found = []
    if connect_attribute(node) is not None:
        found.append(Brought("connection", url_of(node)))
    if swap_attribute(node) is not None and generation != "4":
        found.append(Brought("listener", ", ".join(event_names(node))))
    return found
