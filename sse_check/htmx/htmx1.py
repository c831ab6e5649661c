"""htmx 1.9 with its own ext/sse.js, and the core's old `hx-sse`."""

import re
from typing import Any

from sse_check.htmx.dom import Node
from sse_check.htmx.effects import Effect, Flight, Listener
from sse_check.htmx.inheritance import VERBS, closest_value
from sse_check.htmx.page import Page

_WORD = re.compile(r"[^,\[\s]*")


class Htmx1(Page):
    """htmx 1.9.12: the core fires triggers, the extension swaps."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        # What is asked for by the listener that fires.
        self.wired: tuple[str, str] | None = None
        # Elements whose request never ends.
        self.stuck: list[Node] = []

    def is_processed(self, node: Node) -> bool:
        return node.get("hx-sse") is not None or super().is_processed(node)

    def before_initialising(self, node: Node) -> None:
        # The core knows streams itself, and closes one when it initialises its element again.
        source = self.source_of.get(id(node))
        if source is not None:
            self.close_source(source)
        super().before_initialising(node)

    def process(self, root: Node) -> None:
        """One element after the other: an earlier one may open what a later one closes."""
        for node in self.fresh(root):
            self.initialise(node)

    def initialise(self, node: Node) -> None:
        self._core_triggers(node)
        self._core_streams(node)
        super().initialise(node)

    def _core_triggers(self, node: Node) -> None:
        if not any(node.get(verb) is not None for verb in VERBS):
            return
        for name in core_events(node.get("hx-trigger") or ""):
            source = self.nearest_source(node)
            if source is not None:
                asked = super().request_of(node)
                source.listeners.append(
                    Listener("trigger", name, node, source, name, by_core=True, request=asked)
                )

    def _core_streams(self, node: Node) -> None:
        for word in (node.get("hx-sse") or "").split():
            what, _, rest = word.partition(":")
            if what == "connect" and rest:
                self.open_source(node, rest)
            elif what == "swap":
                source = self.nearest_source(node)
                if source is not None:
                    source.listeners.append(Listener("swap", rest, node, source, by_core=True))

    def after_processing(self, node: Node) -> None:
        connect_below(self, node)
        for inner in node.subtree():
            url = legacy_address(inner)
            if url:
                self.open_source(inner, url)
        for inner in node.subtree():
            self.listen_for_swaps(inner)

    def swap_payload(self, listener: Listener, data: str) -> Effect:
        """htmx 1 applies `hx-select` and `hx-select-oob` to what a stream brings."""
        element = listener.element
        effect = Effect(element, "swap")
        itself = listener.by_core and not self.stack.legacy_targets
        self.swap(
            effect,
            element,
            data,
            closest_value(element, "hx-select", self.config, "1"),
            closest_value(element, "hx-select-oob", self.config, "1"),
            element if itself else None,
        )
        return effect

    def fire(self, listener: Listener) -> None:
        self.wired = listener.request
        super().fire(listener)
        self.wired = None

    def request_of(self, element: Node) -> tuple[str, str] | None:
        return self.wired or super().request_of(element)

    def send(self, element: Node, timing: tuple[str, ...] = ()) -> None:
        if not any(element is one for one in self.stuck):
            super().send(element, timing)

    def swap_answer(self, flight: Flight, effect: Effect) -> None:
        """Where the place of the answer is gone, the script stops before the request has ended.

        All that the element asks for later waits for that end.
        """
        is_gone = flight.target.parent is None and flight.target is not self.root
        super().swap_answer(flight, effect)
        if is_gone and _needs_a_place(effect, self.answer(*flight.request)):
            self.stuck.append(flight.element)

    def closes_on_removal(self, node: Node) -> bool:  # noqa: ARG002 - the others look at it
        return True


def _needs_a_place(effect: Effect, answer: str) -> bool:
    """Whether the swap looks at the parent of its target, at once."""
    if any(word.startswith(("swap:", "transition:")) for word in effect.timing):
        return False
    beside = effect.style in ("beforebegin", "afterend")
    return effect.style in ("outerHTML", "delete") or (beside and bool(answer))


def connect_below(page: Page, node: Node) -> None:
    """The extension of htmx 1 opens every stream of the subtree that the core has processed."""
    for inner in node.subtree():
        url = inner.get("sse-connect")
        if url:
            page.open_source(inner, url)


def legacy_address(node: Node) -> str | None:
    """What stands in the first `connect:` of an `hx-sse`: the extension reads no other."""
    words = (word.partition(":") for word in (node.get("hx-sse") or "").split())
    return next((rest for what, _, rest in words if what == "connect"), None)


def core_events(text: str) -> list[str]:
    """Names after `sse:` in a trigger list, up to the first that carries anything more.

    The core reads no modifier and no filter after such a name, and stops where one stands.
    """
    found = []
    position = 0
    while True:
        while position < len(text) and text[position].isspace():
            position += 1
        match = _WORD.match(text, position)
        word = match[0] if match else ""
        position += len(word)
        if word.startswith("sse:"):
            found.append(word[4:])
        elif word:
            stop = text.find(",", position)
            position = stop if stop >= 0 else len(text)
        else:
            # What no word starts with is left out, be it a comma.
            position += 1
        while position < len(text) and text[position].isspace():
            position += 1
        if position >= len(text) or text[position] != ",":
            return found
        position += 1
