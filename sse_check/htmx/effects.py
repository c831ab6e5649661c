"""What a live page is made of beside its elements: streams, listeners, requests, effects."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from sse_check.htmx.dom import Node

Answer = Callable[[str, str], str]
Parse = Callable[[str], "list[Node | str]"]
Kind = Literal["swap", "trigger", "close", "script"]


class Listeners:
    """What is registered on a stream, in that order; of thousands, those of one name are found."""

    __slots__ = ("_by_name", "_ordered")

    def __init__(self) -> None:
        self._ordered: dict[int, Listener] = {}
        self._by_name: dict[str, dict[int, Listener]] = {}

    def append(self, listener: "Listener") -> None:
        self._ordered[id(listener)] = listener
        self._by_name.setdefault(listener.name, {})[id(listener)] = listener

    def remove(self, listener: "Listener") -> None:
        del self._ordered[id(listener)]
        del self._by_name[listener.name][id(listener)]

    def __contains__(self, listener: "Listener") -> bool:
        return id(listener) in self._ordered

    def __iter__(self) -> "Iterator[Listener]":
        return iter(self._ordered.values())

    def named(self, name: str) -> "list[Listener]":
        return list(self._by_name.get(name, {}).values())


@dataclass(eq=False, slots=True)
class Source:
    """One open event stream."""

    url: str
    element: Node
    open: bool = True
    listeners: Listeners = field(default_factory=Listeners)


@dataclass(eq=False, slots=True)
class Listener:
    """Something registered on a stream for one event name."""

    kind: Literal["swap", "trigger", "close"]
    name: str
    element: Node
    source: Source
    trigger: str = ""
    # The core of htmx 1 listens by itself, without the extension.
    by_core: bool = False
    # What it asked for when it was wired: another address that is written since does not count.
    request: tuple[str, str] | None = None


@dataclass(slots=True)
class Effect:
    """What one event did at one listener.

    `lands` is the element whose content or neighbourhood changed, None when nothing did;
    `failure` says why not, and `unknown` that it cannot be told. `taken` are the elements that
    the payload put in, `out_of_band` those to which parts of it went by themselves. `timing`
    is what keeps a request from going out at once.
    """

    listener: Node
    kind: Kind
    lands: Node | None = None
    style: str = ""
    failure: str = ""
    removed: tuple[Node, ...] = ()
    request: tuple[str, str] | None = None
    unknown: bool = False
    select: str = ""
    taken: tuple[Node, ...] = ()
    out_of_band: tuple[tuple[Node, str], ...] = ()
    timing: tuple[str, ...] = ()
    # Whether its request is answered by a stream, whose messages come later.
    streams: bool = False
    # Whether only what stands in the first element of a payload is taken.
    strip: bool = False


class Flight(NamedTuple):
    """A request that is under way, and where its answer will go."""

    element: Node
    request: tuple[str, str]
    target: Node
    timing: tuple[str, ...] = ()


def no_answer(method: str, url: str) -> str:  # noqa: ARG001 - nothing is known of answers
    """The answer to any request."""
    return ""
