"""htmx 2 with htmx-ext-sse: 2.2 handles each element for itself, 2.1 whole subtrees."""

from sse_check.htmx.dom import Node, spelt
from sse_check.htmx.effects import Effect, Listener
from sse_check.htmx.inheritance import is_disabled
from sse_check.htmx.page import Page
from sse_check.htmx.selectors import (
    Place,
    UnknownSelectorError,
    matches,
)
from sse_check.htmx.stacks import closed_at
from sse_check.htmx.triggers import Trigger, timing_of, trigger_specs

_OF_THE_EXTENSION = spelt("sse-connect", "sse-swap")
_HEARD = _OF_THE_EXTENSION | spelt("hx-trigger")


class Extension2(Page):
    """htmx-ext-sse 2: what it does with the elements that the core has processed."""

    def concerns_extension(self, node: Node) -> bool:
        return self.stack.per_subtree or node.has_any(_HEARD)

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
        for name in closed_at(closing, self.stack) if closing else ():
            source.listeners.append(Listener("close", name, node, source))

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
        text = node.get("hx-trigger") or ""
        if source is None:
            return
        for word in [text] if self.stack.whole_triggers else words_of(text):
            if word.startswith("sse:"):
                source.listeners.append(Listener("trigger", word[4:], node, source, word))


def words_of(text: str) -> list[str]:
    return [trigger.word for trigger in trigger_specs(text)]


class Htmx2(Extension2):
    """htmx 2.0 with htmx-ext-sse 2.2."""

    def load(self) -> None:
        # Who hears what passes by an element (or the document): triggers as they were wired.
        self.heard: dict[int | str, list[tuple[Node, Trigger]]] = {}
        self.wired: set[int] = set()
        super().load()

    def is_processed(self, node: Node) -> bool:
        if not self.stack.per_subtree and node.has_any(_OF_THE_EXTENSION):
            return True
        return super().is_processed(node)

    def initialise(self, node: Node) -> None:
        self._wire(node)
        super().initialise(node)

    def _wire(self, node: Node) -> None:
        """Listen where each trigger says; what the element listened to before is forgotten."""
        if id(node) in self.wired:
            for wired in self.heard.values():
                wired[:] = [(other, trigger) for other, trigger in wired if other is not node]
        value = node.get("hx-trigger")
        if not value:
            return
        self.wired.add(id(node))
        for trigger in trigger_specs(value):
            origin = trigger.given("from")
            places: list[Place] = [node]
            if origin is not None:
                try:
                    places = self.find_all(node, origin)
                except UnknownSelectorError:
                    places = []
            for place in places:
                if isinstance(place, Node):
                    self.kept.append(place)
                key = id(place) if isinstance(place, Node) else str(place)
                self.heard.setdefault(key, []).append((node, trigger))

    def fire(self, listener: Listener) -> None:
        """The event is dispatched on the element and bubbles: whoever waits for it fires."""
        start = listener.element
        handled: set[int] = set()
        around: list[int | str] = [*map(id, start.lineage()), "document", "window"]
        for place in around:
            heard = list(self.heard.get(place, ()))
            self.copies.look(len(heard))
            for node, trigger in heard:
                if trigger.word != listener.trigger or id(node) in handled or is_disabled(node):
                    continue
                if trigger.condition == "[false]" or not self.in_page(node):
                    continue
                self.copies.hear()
                handled.add(id(node))
                if trigger.filters:
                    self.effects.append(Effect(node, "trigger", unknown=True))
                    continue
                aimed = trigger.given("target")
                if (aimed is None or matches(start, aimed)) and self._may_fire(node, trigger):
                    self.send(node, timing_of(trigger))

    def _may_fire(self, node: Node, trigger: Trigger) -> bool:
        """`once` is remembered for an element, whatever the trigger."""
        if trigger.given("once") is None:
            return True
        if id(node) in self.once:
            return False
        self.once.add(id(node))
        return True
