"""What both pictures of the map say in words."""

from sse_check.htmx.outcomes import selector_of
from sse_check.report.wiring import Landing, MapConnection, MapEvent, MapListener, MapPage
from sse_check.source.counted import counted

_MOST_PAGES = 8


def of_page(page: MapPage) -> list[str]:
    """The other pages of which all this is true."""
    if not page.also:
        return []
    more = len(page.also) - _MOST_PAGES
    named = ", ".join(page.also[:_MOST_PAGES])
    return [f"the same on {named}" + (f" and {more} more" if more > 0 else "")]


def of_connection(connection: MapConnection) -> list[str]:
    """What is unusual about how a connection opens."""
    how = connection.how
    said = [f"opens: {connection.opens}"] if connection.opens != "always" else []
    if how is None:
        return said
    if how.on:
        said.append(f"opens on {how.on}")
    if how.times > 1:
        said.append(f"opens {how.times} streams")
    if how.open < how.times:
        said.append("closed at once" if how.open == 0 else f"{how.open} of them {_stay(how.open)}")
    if how.waits:
        said.append("waits: six streams are open")
    if how.reconnects is None:
        said.append("does not reconnect")
    elif how.reconnects.attempts is not None:
        said.append(f"reconnects {counted(how.reconnects.attempts, 'time')} at most")
    return said


def _stay(number: int) -> str:
    return "stays" if number == 1 else "stay"


def of_event(event: MapEvent) -> list[str]:
    """What an event does to streams, and what its payloads bring."""
    said = [f"opens {url}" for url in event.opened]
    said += [f"leaves {url} open" for url in event.leaked]
    for one in event.brings:
        what = "changes" if one.kind == "out-of-band" else f"brings a {one.kind}:"
        said.append(f"{what} {one.what}")
    return said


def of_landing(landing: Landing) -> list[str]:
    """What goes with where an event lands."""
    said = [f"{one.method} {one.address}" for one in landing.requests]
    said += landing.timing
    if landing.select:
        said.append(f"picks {landing.select}")
    if landing.times > 1 and len(landing.requests) != landing.times:
        said.append(f"{landing.times} times")
    if landing.destroys:
        said.append(f"removes {counted(len(landing.destroys), 'live element')}")
    if landing.same is not None:
        if landing.same.keeps:
            said.append(f"keeps {len(landing.same.keeps)} of them if the payload has them again")
        said += [f"then opens {url} once more" for url in landing.same.leaks]
    return said


def of_repetition(landing: Landing, listener: MapListener) -> str:
    again = landing.again
    if landing.repeats or landing.closes:
        return ""
    if again is None or again.lands is None:
        return "once only"
    itself = again.lands is listener.node
    return f"then {'itself' if itself else selector_of(again.lands)} [{again.style}]"
