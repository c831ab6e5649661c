"""htmx 1 before 1.9.11: its extension reached less of a page."""

from sse_check.htmx.dom import Node
from sse_check.htmx.effects import Listener, Source
from sse_check.htmx.htmx1 import Htmx1, connect_below, legacy_address


class Htmx1Until1910(Htmx1):
    """What 1.9.10 and those before it have in common: who was taken out is still swapped."""

    def load(self) -> None:
        # Of the listeners of an element, the last.
        self.last: dict[Listener, Listener] = {}
        super().load()

    def listen_below(self, top: Node, source: Source) -> None:
        """Everything below an element listens to one stream, whichever is the nearest."""
        for node in top.subtree():
            value = node.get("sse-swap")
            names = value.split(",") if value else self.legacy_names(node)
            made = [Listener("swap", name.strip(), node, source) for name in names]
            for listener in made:
                source.listeners.append(listener)
                self.last[listener] = made[-1]

    def legacy_names(self, node: Node) -> list[str]:
        """The names in an element's `hx-sse`, where the extension looks for them."""
        words = (node.get("hx-sse") or "").split()
        return [word[5:] for word in words if word.startswith("swap:")]

    def _deliver(self, listener: Listener, data: str) -> None:
        if listener.by_core or self.in_page(listener.element):
            super()._deliver(listener, data)
            return
        if not self.is_abandoned(listener.source):
            self.left_behind(listener)
            self.effects.append(self.swap_payload(listener, data))

    def left_behind(self, listener: Listener) -> None:
        """An event came for an element that is not in the page any more."""


class Htmx1At1910(Htmx1Until1910):
    """1.9.10: an element that htmx processes brings in what is below it, if a stream is above."""

    def after_processing(self, node: Node) -> None:
        connect_below(self, node)
        for inner in node.subtree():
            url = legacy_address(inner)
            if url:
                self.open_source(inner, url)
        source = self.nearest_source(node)
        if source is not None:
            self.listen_below(node, source)

    def legacy_names(self, node: Node) -> list[str]:
        return super().legacy_names(node) if node.get("sse-swap") is not None else []

    def left_behind(self, listener: Listener) -> None:
        # Of several names the script has but the last in mind, whichever has come.
        last, listeners = self.last[listener], listener.source.listeners
        if last in listeners:
            listeners.remove(last)


class Htmx1Until199(Htmx1Until1910):
    """Up to 1.9.9: only an element that htmx processes connects, once, with all below it."""

    def after_processing(self, node: Node) -> None:
        url = node.get("sse-connect") or legacy_address(node)
        if url:
            self.listen_below(node, self.open_source(node, url))
