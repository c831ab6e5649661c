"""The streams of a live page: which are open, and which element has which."""

from collections.abc import Callable

from sse_check.htmx.dom import Node
from sse_check.htmx.effects import Listener, Source


class Streams:
    """Streams in the order in which they were opened."""

    def __init__(self, root: Node, connections: int | None) -> None:
        self.root = root
        # How many connections the browser opens to one origin: six, where HTTP/2 is not spoken.
        self.connections = connections
        # Whether an address answers with a stream, where that is known.
        self.streams: Callable[[str], bool] = _never
        self.sources: list[Source] = []
        # The last that each element opened, and all that it did.
        self.source_of: dict[int, Source] = {}
        self.sources_of: dict[int, list[Source]] = {}
        # What is known by its identity stays alive, so that nothing else gets the same.
        self.kept: list[Node] = []
        self.opened: list[str] = []
        self.closed: list[str] = []

    def open_streams(self) -> list[str]:
        return sorted(source.url for source in self.connected())

    def connected(self) -> list[Source]:
        """The streams that are open; the others wait for a connection."""
        return [source for source in self.sources if source.open][: self.connections]

    def has_no_connection(self) -> bool:
        """Whether a request would wait, for as long as the streams last."""
        return self.connections is not None and len(self.connected()) >= self.connections

    def open_source(self, element: Node, url: str) -> Source:
        source = Source(url, element)
        self.sources.append(source)
        self.source_of[id(element)] = source
        self.sources_of.setdefault(id(element), []).append(source)
        self.opened.append(url)
        return source

    def close_source(self, source: Source) -> None:
        if source.open:
            source.open = False
            self.closed.append(source.url)

    def waiting(self) -> list[tuple[Node, str]]:
        """Each element that waits for a name on an open stream, with the name."""
        return [
            (one.element, one.name)
            for source in self.sources
            if source.open
            for one in source.listeners
            if one.kind != "close"
        ]

    def has_to_do_with(self, node: Node) -> bool:
        """Whether something that happens later concerns an element itself."""
        return id(node) in self.source_of

    def opening_later(self) -> list[tuple[Node, str]]:
        """The elements that open a stream when something happens, with its address."""
        return []

    def nearest_source(self, element: Node) -> Source | None:
        known = self.source_of
        node: Node | None = element if known else None
        while node is not None:
            if id(node) in known:
                return known[id(node)]
            node = node.parent
        return None

    def in_page(self, node: Node) -> bool:
        return self.root.contains(node)

    def listen_for_swaps(self, element: Node) -> None:
        """Names stand between commas; each is trimmed."""
        value = element.get("sse-swap")
        source = self.nearest_source(element) if value else None
        if source is None or not value:
            return
        for name in value.split(","):
            source.listeners.append(Listener("swap", name.strip(), element, source))

    def is_abandoned(self, source: Source) -> bool:
        """Whether a stream's element is gone: the stream is closed when that is noticed.

        Only the one that the element remembers is closed; an earlier one leaks.
        """
        known = self.source_of.get(id(source.element))
        if known is None or self.in_page(source.element):
            return False
        self.close_source(known)
        return True


def _never(address: str) -> bool:  # noqa: ARG001 - nothing is known of answers
    return False
