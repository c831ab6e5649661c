"""htmx 4 with its ext/hx-sse.js, and with htmx-2-compat.

Unnamed messages swap at the connection's target; named events become DOM events there. What an
element inherits is spelt out (`:inherited`), unless the settings or compat make it implicit.
"""

from typing import Literal

from sse_check.htmx.dom import Node
from sse_check.htmx.effects import Effect, Flight, Kind, Source
from sse_check.htmx.events4 import default_trigger
from sse_check.htmx.heard4 import Heard4, Wired, around
from sse_check.htmx.reasons import GONE, NO_CONNECTION, NOT_VALID
from sse_check.htmx.selectors import (
    InvalidSelectorError,
    Place,
    UnknownSelectorError,
    matches,
    select,
)
from sse_check.htmx.swaps4 import BREAKING, Asked
from sse_check.htmx.triggers import Trigger, loads_at_once, timing_of, trigger_specs

_VERBS = ("get", "post", "put", "patch", "delete", "query")
_LEGACY = ("sse-connect", "sse-close", "sse-swap")


class Htmx4(Heard4):
    """htmx 4.0."""

    def load(self) -> None:
        self.asked: dict[int, Asked] = {}
        self.heard = {}
        self.awaiting = {}
        # Forms that open streams without end, as fast as the server answers.
        self.endless: list[Node] = []
        # Elements whose target cannot be told.
        self.untold: set[int] = set()
        super().load()

    # Processing

    def process(self, root: Node) -> None:
        # The extension looks below the body all the same, so a connection there still opens.
        if any(self._is_ignored(node) for node in root.lineage()):
            return
        nodes = list(root.subtree())
        # Their parents come before them.
        ignored: set[int] = set()
        try:
            for node in nodes:
                if id(node.parent) in ignored or self._is_ignored(node):
                    ignored.add(id(node))
                else:
                    self._take_up(node)
        except InvalidSelectorError:
            # The script stops in the middle: what is left waits for nothing, and no stream opens.
            return
        if not self.approved("sse"):
            return
        for node in nodes:
            if node is root or self._speaks_of_streams(node):
                self._connect(node)

    def _is_ignored(self, node: Node) -> bool:
        return self.attribute(node, "hx-ignore") is not None

    def _take_up(self, node: Node) -> None:
        """What the core does of its own with an element when it appears."""
        scripts = self.scripts_of(node)
        if (self.action(node) is None and not scripts) or not self._is_new(node):
            return
        for text in scripts:
            self._wire(node, text, "script")
        if self.action(node) is not None:
            when = self.value(node, "hx-trigger", inherit=self.stack.first_4)
            if self.stack.first_4 and self._own_action(node) is None:
                # What is boosted waits for nothing but a click or a submission.
                when = ""
            self._wire(node, when or default_trigger(node), "send")

    def _is_new(self, node: Node) -> bool:
        """An element is taken up once, until it is cleaned up."""
        return id(node) not in self.processed and super()._is_new(node)

    def scripts_of(self, node: Node) -> list[str]:
        """The triggers of an element's `hx-on` attributes."""
        found: list[str] = []
        prefixes = ["hx-on", f"{self.extra_prefix}on"] if self.extra_prefix else ["hx-on"]
        for name, value in node.attributes.items():
            prefix = next((one for one in prefixes if name.startswith(one)), None)
            rest = name[len(prefix) :] if prefix else ""
            if prefix and not rest:
                parts = (part.partition("->") for part in value.split(";"))
                found += [trigger.strip() for trigger, arrow, _ in parts if arrow]
            elif rest[:1] == self.meta:
                found.append(rest[1:])
        return found

    def _wire(self, node: Node, text: str, does: Literal["send", "connect", "script"]) -> None:
        for trigger in trigger_specs(text, "4"):
            if trigger.word == "load":
                if trigger.condition != "[false]" and not (node.answered and does == "send"):
                    self._act(Wired(node, trigger, does))
                continue
            for place in self._places(node, trigger):
                if isinstance(place, Node):
                    self.kept.append(place)
                key = id(place) if isinstance(place, Node) else str(place)
                self.heard.setdefault(key, []).append(Wired(node, trigger, does))

    def _places(self, node: Node, trigger: Trigger) -> list[Place]:
        origin = trigger.given("from")
        if origin in (None, "self", "", "true"):
            return [node]
        if origin == "outside":
            return ["document"]
        try:
            return self.find_all(node, origin or "")
        except InvalidSelectorError:
            raise
        except UnknownSelectorError:
            return []

    def clean_up(self, node: Node) -> None:
        super().clean_up(node)
        gone = {id(inner) for inner in node.subtree()}
        for one in gone & self.awaiting.keys():
            del self.awaiting[one]
        for wired in self.heard.values():
            wired[:] = [one for one in wired if id(one.node) not in gone]

    def start_anew(self, node: Node) -> None:
        """A morph has changed an attribute of htmx's: the element is taken up again.

        The stream that it had is aborted, and comes back beside the new one.
        """
        open_now = [
            (n, self.source_of.pop(id(n))) for n in node.subtree() if id(n) in self.source_of
        ]
        self.clean_up(node)
        for inner, source in open_now:
            self.close_source(source)
            if self.comes_again(inner):
                self.open_source(inner, source.url)
                del self.source_of[id(inner)]

    # Connections

    def _speaks_of_streams(self, node: Node) -> bool:
        return self.attribute(node, "hx-sse:connect") is not None or any(
            name in node.attributes for name in _LEGACY
        )

    def _connect(self, node: Node) -> None:
        self.take_old_names(node)
        url = self.value(node, "hx-sse:connect")
        if not url or id(node) in self.source_of or id(node) in self.awaiting:
            return
        text = self.value(node, "hx-trigger") or "load"
        if not any(trigger.word == "load" for trigger in trigger_specs(text, "4")):
            self.awaiting[id(node)] = node
        self._wire(node, text, "connect")
        # A boosted form takes the trigger for its own: each answer brings it about again.
        own = self.attribute(node, "hx-trigger") or ""
        if node.name == "form" and self.boosts(node) and loads_at_once(own, "4"):
            self.endless.append(node)

    def connect_now(self, node: Node) -> None:
        url = self.value(node, "hx-sse:connect")
        if not url or id(node) in self.source_of:
            return
        try:
            self.asked[id(node)] = self._ask(node)
        except InvalidSelectorError:
            # htmx throws before it asks for the stream.
            return
        self.open_source(node, url)

    def stream_answer(self, node: Node) -> Source | None:
        """An element's request is answered by a stream, whose messages are its own."""
        request = self.action(node)
        if request is None or id(node) in self.source_of:
            return None
        self.asked[id(node)] = self._ask(node)
        return self.open_source(node, request[1])

    def _ask(self, node: Node) -> Asked:
        return Asked(
            self._settled_target(node),
            self.value(node, "hx-swap") or self.default_swap,
            self.value(node, "hx-select"),
            self.value(node, "hx-select-oob"),
        )

    def _settled_target(self, node: Node) -> Node | None:
        try:
            return self.target4(node, self.value(node, "hx-target"))
        except InvalidSelectorError:
            raise
        except UnknownSelectorError:
            self.untold.add(id(node))
            return None

    def boosts(self, node: Node) -> bool:
        """An element with a request of its own is taken up before links and forms are boosted."""
        boost = self.value(node, "hx-boost")
        if not boost or boost == "false" or self._own_action(node) is not None:
            return False
        said = node.attributes
        if node.name == "a":
            stays = (said.get("target") or "") in ("", "_self") and "download" not in said
            return stays and (said.get("href") or "")[:1] != "#"
        return node.name == "form" and (said.get("method") or "").lower() != "dialog"

    # Events

    def receive(self, source: Source, name: str | None, data: str) -> None:
        """Unnamed messages swap, named ones are dispatched, `message` as well."""
        if not self.in_page(source.element):
            self.close_source(source)
        elif name is not None:
            self._named(source, name)
        else:
            self._unnamed(source, data)

    def _named(self, source: Source, name: str) -> None:
        """The event is dispatched on the connection and bubbles up from there."""
        start = source.element
        self.dispatch(start, name)
        if self.value(start, "hx-sse:close") == name:
            self.effects.append(Effect(start, "close"))
            self.end(source)

    def dispatch(self, start: Node, name: str) -> None:
        for place in around(start):
            heard = list(self.heard.get(place, ()))
            self.copies.look(len(heard))
            for wired in heard:
                trigger = wired.trigger
                if trigger.word == name and self._applies(wired, start):
                    self.copies.hear()
                    if trigger.given("once") is not None:
                        self._take_off(wired)
                    self._act(wired)

    def _applies(self, wired: Wired, start: Node) -> bool:
        trigger, origin = wired.trigger, wired.trigger.given("from")
        if trigger.condition == "[false]" or not self.in_page(wired.node):
            return False
        if origin == "self" and start is not wired.node:
            return False
        if origin == "outside" and wired.node.contains(start):
            return False
        aimed = trigger.given("target")
        return aimed is None or matches(start, aimed)

    def _take_off(self, wired: Wired) -> None:
        """A trigger with `once` is taken off when it has fired."""
        for others in self.heard.values():
            others[:] = [one for one in others if one != wired or one.node is not wired.node]

    def _act(self, wired: Wired) -> None:
        node = wired.node
        if wired.trigger.filters:
            kind: Kind = "script" if wired.does == "script" else "trigger"
            self.effects.append(Effect(node, kind, unknown=True))
        elif wired.does == "send":
            self.send(node, timing_of(wired.trigger))
        elif wired.does == "connect":
            self.connect_now(node)
        else:
            self.effects.append(Effect(node, "script"))

    def click(self, selector: str) -> None:
        """A person clicks: the event bubbles, and a button submits its form."""
        for node in select(self.root, selector)[:1]:
            self.dispatch(node, "click")
            form = next((one for one in node.lineage() if one.name == "form"), None)
            submits = node.name == "button" or node.attributes.get("type") == "submit"
            if form is not None and submits and node.attributes.get("type") != "button":
                self.dispatch(form, "submit")
        self._settle_requests()

    def _unnamed(self, source: Source, data: str) -> None:
        element = source.element
        effect = Effect(element, "swap", unknown=id(element) in self.untold)
        self.effects.append(effect)
        if not effect.unknown:
            self.swap4(effect, element, self.asked[id(element)], data, stream=True)
        if effect.failure in BREAKING and not effect.unknown and not self.comes_again(element):
            # Else it is opened again.
            self.end(source)

    def end(self, source: Source) -> None:
        """A stream is over; a request that waited for its end is sent now."""
        element = source.element
        self.close_source(source)
        self.source_of.pop(id(element), None)
        if self.queued.pop(id(element), None) is not None:
            self.send(element)

    # Requests

    def action(self, node: Node) -> tuple[str, str] | None:
        own = self._own_action(node)
        if own is not None or not self.boosts(node):
            return own
        url = node.attributes.get("href" if node.name == "a" else "action")
        return ((node.attributes.get("method") or "get").upper(), url) if url else None

    def _own_action(self, node: Node) -> tuple[str, str] | None:
        asks = any(self.attribute(node, f"hx-{verb}") is not None for verb in (*_VERBS, "action"))
        if not asks:
            return None
        first = self.stack.first_4
        action = self.value(node, "hx-action", inherit=first)
        if action:
            method = self.value(node, "hx-method") or node.attributes.get("method") or "GET"
            return method.upper(), action
        for verb in _VERBS:
            url = self.value(node, f"hx-{verb}", inherit=first)
            if url is not None:
                return verb.upper(), url
        return None

    def send(self, element: Node, timing: tuple[str, ...] = ()) -> None:
        request = self.action(element)
        if request is None:
            return
        held = id(element) in self.source_of and not self.value(element, "hx-sse:connect")
        if held or id(element) in self.asking:
            self.queued.setdefault(id(element), element)
            return
        if self.has_no_connection():
            self.effects.append(Effect(element, "trigger", failure=NO_CONNECTION))
            return
        try:
            self.asked[id(element)] = self._ask(element)
        except InvalidSelectorError:
            self.effects.append(Effect(element, "trigger", failure=NOT_VALID))
            return
        if self.streams(request[1]):
            self.open_source(element, request[1])
            effect = Effect(element, "trigger", request=request, timing=timing, streams=True)
            self.effects.append(effect)
            return
        self.requests.append(request)
        self.ask(Flight(element, request, element, timing))

    def swap_answer(self, flight: Flight, effect: Effect) -> None:
        asked = self.asked[id(flight.element)]
        if id(flight.element) in self.untold:
            effect.unknown = True
        elif asked.target is not None and not self.in_page(asked.target):
            # Another answer took the target away meanwhile.
            effect.failure = GONE
        else:
            answer = self.answer(*flight.request)
            self.swap4(effect, flight.element, asked, answer, stream=False)
        effect.timing = (*flight.timing, *effect.timing)

    def closes_on_removal(self, node: Node) -> bool:  # noqa: ARG002 - the others look at it
        return True
