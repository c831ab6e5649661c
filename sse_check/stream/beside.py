"""Parts of a message that say themselves where they go: out of band, and `<hx-partial>`."""

import re
from functools import cached_property

from sse_check.stream.around import (
    InvalidSelectorError,
    Node,
    UnknownSelectorError,
    fragment,
    select,
    whole_page,
)

# How an out-of-band part names another place than its own `id`, in htmx 4 and before.
_TARGET = re.compile(r"\btarget:\s*(\S+)|:(.+)")
# Words that htmx understands in a selector, seen from the element that asks.
_SEEN_FROM = re.compile(
    r"(?:global\s+)?(?:closest|find|next|previous|this|host|body|document|window)\b"
)


def is_beside(data: str) -> bool:
    """Whether a payload has only parts that say themselves where they go, or nothing."""
    return all(
        _place_of(one) is not None if isinstance(one, Node) else not one.strip()
        for one in fragment(data)
    )


def places_named(data: str) -> list[str]:
    """The selectors of the places that parts of a payload name; empty for one that names none."""
    elements = [one for one in fragment(data) if isinstance(one, Node)]
    return [place for one in elements if (place := _place_of(one)) is not None]


def _place_of(part: Node) -> str | None:
    """The place that a part of a payload names; None for plain content."""
    own = f"#{part.get('id')}" if part.get("id") else ""
    if part.name == "hx-partial":
        return part.get("hx-target") or own
    how = part.get("hx-swap-oob")
    if how is None:
        return None
    match = _TARGET.search(how)
    return (match[1] or match[2]).strip() if match else own


class WholePage:
    """A page as it was served, with all that has nothing to do with htmx until a part names it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._known: dict[str, tuple[Node, ...] | None] = {}

    @cached_property
    def _root(self) -> Node:
        return whole_page(self._text)

    def named_in(self, data: str) -> tuple[Node, ...] | None:
        """What the parts of a payload are for; None where that cannot be told."""
        found: list[Node] = []
        for place in places_named(data):
            if place not in self._known:
                self._known[place] = self._at(place)
            there = self._known[place]
            if there is None:
                return None
            found.extend(there)
        return tuple(dict.fromkeys(found))

    def _at(self, place: str) -> tuple[Node, ...] | None:
        if _SEEN_FROM.match(place):
            return None
        try:
            return tuple(select(self._root, place)) if place else ()
        except InvalidSelectorError:
            return ()
        except UnknownSelectorError:
            return None
