"""What a payload that is known brings into a page."""

from dataclasses import dataclass
from typing import Literal

from sse_check.htmx import markup
from sse_check.htmx.copying import TooMuchError
from sse_check.htmx.dom import Node
from sse_check.htmx.outcomes import selector_of
from sse_check.htmx.play import Sent, Stage, stage_for
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
    if not stage.sources(connection):
        # It opens when something happens.
        stage.prepare(connection)
    page = stage.page
    # Those that were there are kept, so that no other gets their identity.
    before, streams = page.waiting(), len(page.sources)
    try:
        effects = stage.send(connection, Sent(None if unnamed else name), payload)
    except TooMuchError:
        # What comes of the event is said to be unknown already.
        return ()
    found = [
        Brought("out-of-band", selector_of(node), how)
        for effect in effects
        for node, how in effect.out_of_band
    ]
    found += [
        Brought("connection", source.url)
        # One that stays where the payload has it again may open once more.
        for source in page.sources[streams:]
        if source.open and page.in_page(source.element)
    ]
    found += [
        Brought("connection", url)
        for node, url in page.opening_later()
        if id(node) not in stage.origin and page.in_page(node)
    ]
    return (*dict.fromkeys(found), *_listeners(stage, before))


def _listeners(stage: Stage, before: list[tuple[Node, str]]) -> list[Brought]:
    """What waits for a name that did not before, with the names."""
    known = {(id(node), name) for node, name in before}
    names: dict[int, list[str]] = {}
    for node, name in stage.page.waiting():
        if (id(node), name) not in known and stage.page.in_page(node):
            names.setdefault(id(node), []).append(name)
    return [Brought("listener", ", ".join(dict.fromkeys(some))) for some in names.values()]
