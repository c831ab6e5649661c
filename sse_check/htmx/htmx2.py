"""htmx 2 with htmx-ext-sse: 2.2 handles each element for itself, 2.1 whole subtrees."""

from sse_check.htmx.dom import Node
from sse_check.htmx.inheritance import is_disabled
from sse_check.htmx.page import Listener, Page
from sse_check.htmx.selectors import UnknownSelectorError, find_extended
from sse_check.htmx.triggers import trigger_specs


class Extension2(Page):
    """htmx-ext-sse 2: what it does with the elements that the core has processed."""

    def after_processing(self, node: Node) -> None:
        if self.stack.per_subtree:
            self._whole_subtree(node)
            return
        url = node.get("sse-connect")
        if url:
            self._connect(node, url)
        self.listen_for_swaps(node)
        if node.get("hx-trigger"):
            self._listen_for_triggers(node)

    def _connect(self, node: Node, url: str) -> None:
        source = self.open_source(node, url)
        closing = node.get("sse-close")
        if closing:
            source.listeners.append(Listener("close", closing, node, source))

    def _whole_subtree(self, top: Node) -> None:
        """htmx-ext-sse 2.1: everything below an element that is processed."""
        for node in top.subtree():
            url = node.get("sse-connect")
            if url:
                self._connect(node, url)
        for node in top.subtree():
            self.listen_for_swaps(node)
        for node in top.subtree():
            value = node.get("hx-trigger")
            source = self.nearest_source(node)
            if source is not None and value and value.startswith("sse:"):
                source.listeners.append(Listener("trigger", value[4:], node, source, value))

    def _listen_for_triggers(self, node: Node) -> None:
        source = self.nearest_source(node)
        if source is None:
            return
        for word, _, _ in trigger_specs(node.get("hx-trigger") or ""):
            if word.startswith("sse:"):
                source.listeners.append(Listener("trigger", word[4:], node, source, word))


class Htmx2(Extension2):
    """htmx 2.0 with htmx-ext-sse 2.2."""

    def is_processed(self, node: Node) -> bool:
        if not self.stack.per_subtree and any(
            node.get(name) is not None for name in ("sse-connect", "sse-swap")
        ):
            return True
        return super().is_processed(node)

    def fire(self, listener: Listener) -> None:
        """The event is dispatched on the element and bubbles: whoever waits for it fires."""
        start = listener.element
        around = {id(node) for node in start.lineage()}
        others = [n for n in self.root.subtree() if id(n) not in around]
        for node in [*start.lineage(), *others]:
            if not node.get("hx-trigger"):
                continue
            for word, condition, modifiers in trigger_specs(node.get("hx-trigger") or ""):
                if word != listener.trigger or condition == "[false]" or is_disabled(node):
                    continue
                if self._hears(node, modifiers, start, around) and self._may_fire(node, modifiers):
                    self.send(node)

    def _may_fire(self, node: Node, modifiers: list[str]) -> bool:
        """`once` is remembered for an element, whatever the trigger."""
        if "once" not in modifiers:
            return True
        if id(node) in self.once:
            return False
        self.once.add(id(node))
        return True

    def _hears(self, node: Node, modifiers: list[str], start: Node, around: set[int]) -> bool:
        """Whether the event passes by the element, or by the one that `from:` names."""
        origin = next((word[5:] for word in modifiers if word.startswith("from:")), None)
        if origin is None:
            return id(node) in around
        try:
            place = find_extended(node, origin, self.root)
        except UnknownSelectorError:
            return False
        return place in ("document", "window") or (
            isinstance(place, Node) and place.contains(start)
        )
