"""Why an event came and went nowhere, as the model of the page knows it."""

from typing import NamedTuple

from sse_check.findings.model import Finding, Related, Severity
from sse_check.htmx.reasons import (
    GONE,
    INTO_ITSELF,
    MISMATCH,
    NO_CONNECTION,
    NO_PLACE,
    NO_REQUEST,
    NO_TARGET,
    NOT_VALID,
    UNKNOWN_STYLE,
)
from sse_check.htmx.titles import title_of
from sse_check.source.counted import counted
from sse_check.stream.around import Node, PageView
from sse_check.stream.beside import places_named
from sse_check.stream.landings import Landing, Row
from sse_check.stream.page_findings import finding_at, short

_EXTENSION = {
    "1": "`htmx.org@1.9.12/dist/ext/sse.js`",
    "2": "`htmx-ext-sse@2.2.4`",
    "4": "`htmx.org@4/dist/ext/hx-sse.js`",
}
_TARGET = ("hx-target", "hx-target:inherited")
_MOST_NAMED = 3


class _Why(NamedTuple):
    """The end of a sentence, what to do, and where the cause is written."""

    said: str
    help: str
    related: tuple[Related, ...] = ()


def of_lost(view: PageView, row: Row, landing: Landing) -> Finding:
    """What took an event away, at the listener that heard it."""
    without_place = landing.failure == NO_PLACE
    why = _of_parts(row.event.data) if without_place else _why(view, landing)
    said = f"`{row.name}` came and went nowhere" + (f": {why.said}" if why.said else "")
    # A stream that several pages share may bring parts that are for the others.
    level: Severity = "warning" if without_place else "error"
    return finding_at(
        "stream_lost", view, landing.listener, said, why.help, level, related=why.related
    )


def _of_parts(data: str) -> _Why:
    places = list(dict.fromkeys(f"`{short(place)}`" for place in places_named(data) if place))
    shown = ", ".join(places[:_MOST_NAMED])
    more = len(places) - _MOST_NAMED
    if not places:
        return _Why("its parts say no place", "give each part the `id` of the element it is for")
    shown += f" and {counted(more, 'more place')}" if more > 0 else ""
    return _Why(
        f"its parts are for {shown}, and the page has nothing of that kind",
        "write the element on the page, or send the part for one that is there; "
        "what is meant for other pages needs no place on this one",
    )


def _why(view: PageView, landing: Landing) -> _Why:
    node, failure = landing.listener, landing.failure
    if failure == MISMATCH:
        return _of_scripts(view)
    if failure in (NO_TARGET, GONE, NOT_VALID) or failure.startswith("target is the "):
        return _of_target(view, node, failure)
    if failure == NO_REQUEST:
        return _Why(
            "the element hears it and has no request to send",
            "give it what it asks for (`hx-get=...`), or show the event itself with `sse-swap`",
        )
    if failure == NO_CONNECTION:
        return _Why(
            "the streams of the page hold every connection that a browser has for one server, "
            "so the request never goes out",
            "open fewer streams, or serve the page by HTTP/2",
        )
    if failure == UNKNOWN_STYLE:
        style = view.inherited(node, "hx-swap")
        return _Why(
            f"htmx knows no swap `{style.value}`" if style else "htmx does not know its swap",
            "write a swap that htmx knows, such as `innerHTML`",
        )
    if failure == INTO_ITSELF:
        return _Why(f"{failure}, and htmx stops there", "choose another target or swap")
    return _Why("", "see the browser's console, and whether its target is on the page")


def _of_scripts(view: PageView) -> _Why:
    """A core and an extension that were not made for each other."""
    loaded = view.loaded
    scripts = (loaded.script("extension"), loaded.script("core"))
    words = ("the extension is loaded here", "htmx itself is loaded here")
    return _Why(
        f"the page loads {title_of(loaded)}, which connects and then fails at every event",
        f"load {_EXTENSION[view.generation]} instead",
        tuple(
            Related(said, script.span, is_cause=not number)
            for number, (said, script) in enumerate(zip(words, scripts, strict=True))
            if script is not None
        ),
    )


def _of_target(view: PageView, node: Node, failure: str) -> _Why:
    target = view.inherited(node, "hx-target")
    if target is None:
        # Without a target it is the element itself, which an event before may have replaced.
        gone = "the listener itself was taken off the page by what came before"
        return _Why(gone, "give it a target that stays, or use the swap `innerHTML`")
    related: tuple[Related, ...] = ()
    if target.holder is not node and target.holder.mark is not None:
        at = view.span(target.holder, *_TARGET)
        related = (Related("hx-target is inherited from here", at, is_cause=True),)
    named = f"its target `{target.value}`"
    if failure == NOT_VALID:
        return _Why(f"{named} is no selector that a browser knows", "write a valid one", related)
    if failure == GONE:
        said = f"{named} was taken off the page by what came before"
        return _Why(said, "send it again with its `id`, or choose one that stays", related)
    if failure != NO_TARGET:
        return _Why(f"{named} is no element", "name an element of the page", related)
    help_ = "write a target that the page has, or remove it to swap in place"
    return _Why(f"{named} is not on the page", help_, related)
