"""A live page: what htmx 1 and 2 do with it when it loads and when events come.

This is a small machine, not a table: it opens connections, registers listeners, applies swaps
and processes what they bring in, in the order in which the scripts do. Where the generations
differ, a subclass says so (`htmx1.py`, `htmx2.py`).
"""

from collections.abc import Iterator, Mapping

from sse_check.htmx import reasons, selectors
from sse_check.htmx.dom import Node, spelt
from sse_check.htmx.effects import Answer, Effect, Flight, Listener, Parse, Source, no_answer
from sse_check.htmx.finding import Finding
from sse_check.htmx.inheritance import (
    DISABLING,
    VERBS,
    boosted_request,
    closest_value,
    extension_active,
    holder_of,
    is_boosted,
    is_disabled,
)
from sse_check.htmx.insertion import StoppedError, put_in, style_for
from sse_check.htmx.out_of_band import chosen_out_of_band, out_of_band, place_partials
from sse_check.htmx.own_tags import as_templates
from sse_check.htmx.stacks import Stack
from sse_check.htmx.swaps import SwapSpec, drop_title, read_swap, timing_of_page

_PROCESSED = spelt(*VERBS, "hx-ext")
_BOOST = spelt("hx-boost")


class Page(Finding):
    """A page of one stack."""

    def __init__(
        self,
        root: Node,
        stack: Stack,
        parse: Parse,
        config: Mapping[str, object] | None = None,
        answer: Answer | None = None,
        connections: int | None = None,
    ) -> None:
        super().__init__(root, connections)
        self.stack = stack
        self.parse = parse
        self.config = {"defaultSwapStyle": "innerHTML", **(config or {})}
        self.answer = answer or no_answer
        self.requests: list[tuple[str, str]] = []
        self.effects: list[Effect] = []
        self.processed: dict[int, tuple[dict[str, str], bool]] = {}
        self.once: set[int] = set()
        # Elements that have a class of htmx's own while what a swap brought in is processed.
        self.marked: set[int] = set()
        self.flights: list[Flight] = []
        self.asking: set[int] = set()
        self.settling: list[Node] = []
        self.queued: dict[int, Node] = {}

    # What a test or a rule asks for

    def load(self) -> None:
        """htmx processes the body when the page is ready."""
        body = next((node for node in self.root.subtree() if node.name == "body"), None)
        if body is not None:
            self.process(body)
        self._settle_requests()

    def event(self, name: str | None, data: str, url: str | None = None) -> list[Effect]:
        """An event arrives on every stream that is open now (of one URL, when it is given).

        `name` is None for an unnamed one.
        """
        self.effects = []
        streams = [s for s in self.connected() if url in (None, s.url)]
        for source in sorted(streams, key=lambda one: one.url):
            if source.open:
                self.receive(source, name, data)
                self._settle_requests()
        return self.effects

    def event_on(self, source: Source, name: str | None, data: str) -> list[Effect]:
        """An event arrives on one stream."""
        self.effects = []
        self.receive(source, name, data)
        self._settle_requests()
        return self.effects

    def receive(self, source: Source, name: str | None, data: str) -> None:
        """One stream brings an event; EventSource calls unnamed ones `message`."""
        for listener in source.listeners.named(name or "message"):
            if listener in source.listeners:
                self._deliver(listener, data)
        self._settle()

    def click(self, selector: str) -> None:
        """A person clicks an element that sends a request by a click."""
        for node in selectors.select(self.root, selector)[:1]:
            words = (node.get("hx-trigger") or "click").split(",")
            if any(word.strip() == "click" for word in words):
                self.send(node)
        self._settle_requests()

    def request(self, element: Node) -> list[Effect]:
        """An element sends its request, whatever it is that triggers it."""
        self.effects = []
        self.send(element)
        self._settle_requests()
        return self.effects

    # Processing

    def process(self, root: Node) -> None:
        """Initialise an element and what is below it, in document order."""
        for node in list(self.fresh(root)):
            self.initialise(node)

    def fresh(self, root: Node) -> Iterator[Node]:
        """The elements to initialise; those that are disabled are cleaned up on the way."""
        if is_disabled(root):
            self.clean_up(root)
            return
        disabled: set[int] = set()
        for node in list(root.subtree()):
            if node.has_any(DISABLING) or (disabled and id(node.parent) in disabled):
                disabled.add(id(node))
            if node is not root and not self.is_processed(node):
                continue
            if id(node) in disabled:
                self.clean_up(node)
            elif self._is_new(node):
                yield node

    def is_processed(self, node: Node) -> bool:
        """Whether htmx looks at an element for itself."""
        if node.has_any(_PROCESSED):
            return True
        if self.stack.triggers and node.get("hx-trigger") is not None:
            return True
        if self.stack.forms and (node.name == "form" or node.attributes.get("type") == "submit"):
            return True
        if node.name not in ("a", "form"):
            return False
        if self.stack.any_boost:
            return any(other.has_any(_BOOST) for other in self.root.subtree())
        return node.lies_under(_BOOST)

    def _is_new(self, node: Node) -> bool:
        if self.processed.get(id(node)) == (node.attributes, id(node) in self.marked):
            return False
        self.kept.append(node)
        self.processed[id(node)] = (dict(node.attributes), id(node) in self.marked)
        self.before_initialising(node)
        return True

    def before_initialising(self, node: Node) -> None:
        """The core forgets what it knew of an element that it initialises (again)."""
        self.source_of.pop(id(node), None)
        self.once.discard(id(node))

    def initialise(self, node: Node) -> None:
        words = node.get("hx-trigger") if not node.answered else None
        if words and any(word.strip() == "load" for word in words.split(",")):
            self.send(node)
        if self.concerns_extension(node) and extension_active(node):
            self.after_processing(node)

    def concerns_extension(self, node: Node) -> bool:  # noqa: ARG002 - some look at attributes
        """Whether the extension does anything when an element like this was processed."""
        return True

    def after_processing(self, node: Node) -> None:
        """What the extension does when the core has processed an element."""
        raise NotImplementedError

    # Connections and listeners

    def _deliver(self, listener: Listener, data: str) -> None:
        source = listener.source
        if self.is_abandoned(source):
            return
        self.copies.hear()
        if listener.kind == "close":
            self.close_source(source)
            self.effects.append(Effect(listener.element, "close"))
            return
        if not self.in_page(listener.element):
            source.listeners.remove(listener)
            return
        if listener.kind == "swap":
            self.effects.append(self.swap_payload(listener, data))
        else:
            self.fire(listener)

    # Swaps

    def target_of(self, element: Node) -> selectors.Place:
        """Where a swap of this element goes."""
        value = closest_value(element, "hx-target", self.config, self.stack.generation)
        if value == "this":
            return holder_of(element, "hx-target")
        if value is not None:
            return self.find(element, value)
        if self.boosted(element):
            return next(node for node in self.root.subtree() if node.name == "body")
        return element

    def boosted(self, element: Node) -> bool:
        return id(element) in self.processed and is_boosted(
            element, self.config, self.stack.generation
        )

    def swap_spec(self, element: Node) -> SwapSpec:
        value = closest_value(element, "hx-swap", self.config, self.stack.generation)
        return read_swap(
            value,
            str(self.config["defaultSwapStyle"]),
            self.boosted(element),
            text_style=self.stack.generation == "2",
        )

    def swap_payload(self, listener: Listener, data: str) -> Effect:
        """What the extension does with the data of an event."""
        element = listener.element
        effect = Effect(element, "swap")
        self.swap(effect, element, data)
        return effect

    def swap(
        self,
        effect: Effect,
        element: Node,
        data: str,
        select: str | None = None,
        select_oob: str | None = None,
        target: Node | None = None,
    ) -> None:
        """Swap a payload, or an answer whose target was settled when it was asked for."""
        try:
            self._swap(effect, element, data, select, select_oob, target)
        except selectors.InvalidSelectorError:
            effect.failure = reasons.NOT_VALID
        except selectors.UnknownSelectorError:
            effect.unknown = True
        except StoppedError:
            effect.lands, effect.failure = None, reasons.GONE

    def _swap(
        self,
        effect: Effect,
        element: Node,
        data: str,
        select: str | None,
        select_oob: str | None,
        known: Node | None,
    ) -> None:
        spec = self.swap_spec(element)
        # Before 2.2 the extension tells nobody for which element it swaps.
        nobody = effect.kind == "swap" and self.stack.generation == "2" and self.stack.per_subtree
        style = style_for(self, spec.style, None if nobody else element)
        effect.style, effect.select = style, select or ""
        timed = effect.kind != "swap" or self.stack.timed
        effect.timing = timing_of_page(spec.timing, self.config) if timed else ()
        target = known or self.target_of(element)
        fresh: list[Node] = []
        only = False
        content: list[Node | str] = [data]
        if style != "textContent":
            content = self.parse(as_templates(data) if self.stack.partials else data)
            self.ids.note(content)
            places = chosen_out_of_band(self, content, select_oob, fresh) if select_oob else []
            effect.out_of_band = (*places, *out_of_band(self, content, fresh))
            only = place_partials(self, effect, element, content, fresh)
            if select is not None:
                content = selectors.selected(content, select)
            else:
                drop_title(content)
        if not isinstance(target, Node):
            # The script stops here: what came out of band stands, but is never processed.
            effect.failure = reasons.NO_TARGET if target is None else f"target is the {target}"
            return
        if not self.in_page(target):
            effect.failure = reasons.GONE
        elif style != "none":
            effect.lands = target
        if only:
            self.settling.extend(fresh)
            effect.lands, effect.style = None, "none"
            return
        swapped = put_in(self, style, target, content)
        by_listener = effect.kind == "swap" and self.stack.generation == "1"
        self.marked.add(id(element if by_listener else target))
        effect.removed = swapped.removed
        effect.taken = (*fresh, *swapped.inserted)
        self.settling.extend(effect.taken)

    def _settle(self) -> None:
        """What swaps brought in is processed a moment later, when every listener has swapped.

        By then a later swap may have taken it out again; it is processed all the same.
        """
        while self.settling:
            node = self.settling.pop(0)
            # What has neither attributes nor content says nothing to htmx.
            if node.attributes or node.children or node.name in ("a", "form"):
                self.process(node)
        self.marked.clear()

    def forget(self, node: Node) -> None:
        """A swap of plain text drops elements without a word: their streams stay open."""

    def clean_up(self, node: Node) -> None:
        """A swap removes this element: its streams are closed while it is still in place."""
        for inner in node.subtree():
            source = self.source_of.get(id(inner))
            if source is not None and self.closes_on_removal(inner):
                self.close_source(source)
            self.source_of.pop(id(inner), None)
            self.processed.pop(id(inner), None)

    def closes_on_removal(self, node: Node) -> bool:
        return extension_active(node)

    # Requests

    def fire(self, listener: Listener) -> None:
        """A trigger fires: the element sends its request and swaps the answer."""
        self.send(listener.element)

    def send(self, element: Node, timing: tuple[str, ...] = ()) -> None:
        """Send a request at once, or let it wait while one of the element is under way.

        Of those that wait only the last is kept. Answers come when every listener has heard
        the event; where they go is settled now.
        """
        if not self.in_page(element):
            # An answer took the element away while its next request waited.
            return
        request = self.request_of(element)
        if is_disabled(element) or request is None:
            self.effects.append(Effect(element, "trigger", failure=reasons.NO_REQUEST))
            return
        if id(element) in self.asking:
            self.queued[id(element)] = element
            return
        try:
            target = self.target_of(element)
        except selectors.UnknownSelectorError as error:
            invalid = isinstance(error, selectors.InvalidSelectorError)
            failure = reasons.NOT_VALID if invalid else ""
            self.effects.append(Effect(element, "trigger", failure=failure, unknown=not invalid))
            return
        if not isinstance(target, Node):
            # Without a target htmx does not even ask.
            self.effects.append(Effect(element, "trigger", failure=reasons.NO_TARGET))
            return
        if self.has_no_connection():
            self.effects.append(Effect(element, "trigger", failure=reasons.NO_CONNECTION))
            return
        self.requests.append(request)
        self.ask(Flight(element, request, target, timing))

    def ask(self, flight: Flight) -> None:
        """A request is under way; its answer is not here yet."""
        self.flights.append(flight)
        self.asking.add(id(flight.element))

    def request_of(self, element: Node) -> tuple[str, str] | None:
        """The method and the address of what an element asks for."""
        verb = next((name for name in VERBS if element.get(name) is not None), None)
        if verb is not None:
            return verb[3:].upper(), element.get(verb) or ""
        return boosted_request(element) if self.boosted(element) else None

    def swap_answer(self, flight: Flight, effect: Effect) -> None:
        """The answer to a request is here."""
        self.swap(
            effect,
            flight.element,
            self.answer(*flight.request),
            closest_value(flight.element, "hx-select", self.config, self.stack.generation),
            closest_value(flight.element, "hx-select-oob", self.config, self.stack.generation),
            flight.target,
        )
        effect.timing = (*flight.timing, *effect.timing)
        self._settle()

    def _settle_requests(self) -> None:
        while self.flights:
            flight = self.flights[0]
            effect = Effect(flight.element, "trigger", request=flight.request)
            self.effects.append(effect)
            self.swap_answer(flight, effect)
            self.flights.pop(0)
            if effect.failure != reasons.GONE or effect.style not in self.stack.stuck:
                self.asking.discard(id(flight.element))
            if self.queued.pop(id(flight.element), None) is not None:
                self.send(flight.element)
