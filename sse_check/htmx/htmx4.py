"""htmx 4 with its ext/hx-sse.js, and with htmx-2-compat.

Unnamed messages swap at the connection's target; named events become DOM events there. What an
element inherits is spelt out (`:inherited`), unless the settings or compat make it implicit.
"""

import re
from dataclasses import dataclass

from sse_check.htmx.dom import Node, held, release
from sse_check.htmx.page import Effect, Flight, Page, Source
from sse_check.htmx.selectors import Place, UnknownSelectorError, find_extended, select
from sse_check.htmx.swaps import STYLES, apply_swap
from sse_check.htmx.triggers import loads_at_once, trigger_specs

_VERBS = ("get", "post", "put", "patch", "delete")
_ALIASES = {
    "before": "beforebegin",
    "after": "afterend",
    "prepend": "afterbegin",
    "append": "beforeend",
    # A morph ends with the same content; what it keeps of the old one is not modelled.
    "innerMorph": "innerHTML",
    "outerMorph": "outerHTML",
}
_QUOTED_FROM = re.compile(r"from:(['\"])(.*?)\1")


@dataclass(frozen=True, slots=True)
class _Request:
    """What htmx settles when an element asks: where answers go and what is taken of them."""

    target: Node | None
    swap: str
    chosen: str | None
    out_of_band: str | None


class Htmx4(Page):
    """htmx 4.0."""

    def load(self) -> None:
        self.implicit = bool(self.config.get("implicitInheritance")) or self.stack.compat
        self.meta = str(self.config.get("metaCharacter") or ":")
        self.extra_prefix = str(self.config.get("prefix") or "data-hx-")
        self.asked: dict[int, _Request] = {}
        self.fired: set[tuple[int, str]] = set()
        # Elements that open their stream when an event comes.
        self.awaiting: list[Node] = []
        # Forms that open streams without end, as fast as the server answers.
        self.endless: list[Node] = []
        super().load()

    # Attributes

    def attribute(self, node: Node, name: str) -> str | None:
        """An attribute of the element itself, under either prefix."""
        name = name.replace(":", self.meta)
        if name in node.attributes:
            return node.attributes[name]
        return node.attributes.get(name.replace("hx-", self.extra_prefix, 1))

    def value(self, node: Node, name: str, *, inherit: bool = True) -> str | None:
        """An attribute, own or inherited; `:append` adds to what is inherited."""
        own = self.attribute(node, name)
        own = self.attribute(node, f"{name}:inherited") if own is None else own
        if own is not None:
            return own
        spelling = name if self.implicit and inherit else f"{name}:inherited"
        above = next(
            (
                other
                for other in node.ancestors()
                if self.attribute(other, spelling) is not None
                or self.attribute(other, f"{name}:inherited:append") is not None
            ),
            None,
        )
        for suffix in (":append", ":inherited:append"):
            added = self.attribute(node, name + suffix)
            if added is not None:
                before = self.value(above, name, inherit=inherit) if above is not None else None
                return re.sub(r"[{}]", "", f"{before},{added}") if before else added
        return self.value(above, name) if above is not None else None

    # Connections

    def process(self, root: Node) -> None:
        # The extension looks below the body all the same, so a connection there still opens.
        if any(self.attribute(node, "hx-ignore") is not None for node in root.lineage()):
            return
        for node in list(root.subtree()):
            self._core(node)
        for node in list(root.subtree()):
            if node is root or self._speaks_of_streams(node):
                self._connect(node)

    def _core(self, node: Node) -> None:
        """What the core does of its own with an element when it appears."""
        if self._action(node) is None:
            return
        specs = trigger_specs(self.value(node, "hx-trigger", inherit=False) or "")
        if any(word == "load" for word, _, _ in specs) and self._is_new(node):
            self.send(node)

    def _speaks_of_streams(self, node: Node) -> bool:
        return self.attribute(node, "hx-sse:connect") is not None or any(
            name in node.attributes for name in ("sse-connect", "sse-close", "sse-swap")
        )

    def _connect(self, node: Node) -> None:
        for name in ("connect", "close"):
            legacy, modern = f"sse-{name}", f"hx-sse{self.meta}{name}"
            if legacy in node.attributes and modern not in node.attributes:
                node.attributes[modern] = node.attributes[legacy]
        url = self.value(node, "hx-sse:connect")
        if not url or id(node) in self.source_of:
            return
        trigger = self.value(node, "hx-trigger") or "load"
        if any(word == "load" for word, _, _ in trigger_specs(trigger)):
            self.connect_now(node)
            # A boosted form takes the trigger for its own: each answer brings it about again.
            own = self.attribute(node, "hx-trigger") or ""
            if node.name == "form" and self._is_boosted(node) and loads_at_once(own):
                self.endless.append(node)
        else:
            self.awaiting.append(node)

    def connect_now(self, node: Node) -> None:
        url = self.value(node, "hx-sse:connect")
        if url and id(node) not in self.source_of:
            self.asked[id(node)] = self._ask(node)
            self.open_source(node, url)

    def click(self, selector: str) -> None:
        for node in select(self.root, selector)[:1]:
            connecting = self.value(node, "hx-sse:connect")
            if connecting and (self.value(node, "hx-trigger") or "") == "click":
                self.connect_now(node)
        super().click(selector)

    def _ask(self, node: Node) -> _Request:
        return _Request(
            self._target(node, self.value(node, "hx-target")),
            self.value(node, "hx-swap") or str(self.config.get("defaultSwap") or "innerHTML"),
            self.value(node, "hx-select"),
            self.value(node, "hx-select-oob"),
        )

    def _target(self, node: Node, selector: str | None) -> Node | None:
        """A target that is not found is as good as none: the element itself."""
        if selector is not None:
            return self._find(node, selector)
        if self._is_boosted(node):
            return next(one for one in self.root.subtree() if one.name == "body")
        return node

    def _find(self, node: Node, selector: str) -> Node | None:
        found: Place = None
        if selector == "this":
            return next((one for one in node.lineage() if self._says_this(one)), None)
        try:
            found = find_extended(node, selector, self.root) if selector else None
        except UnknownSelectorError:
            return None
        return found if isinstance(found, Node) else None

    def _says_this(self, node: Node) -> bool:
        own = self.attribute(node, "hx-target") or self.attribute(node, "hx-target:inherited")
        return own is not None and "this" in re.split(r"\s*[,:]\s*", own)

    def _is_boosted(self, node: Node) -> bool:
        """An element with a request of its own is taken up before links and forms are boosted."""
        if self._own_action(node) is not None or self.value(node, "hx-boost") != "true":
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
        self._open_on(name, start)
        for node in list(self.root.subtree()):
            if self._action(node) is None:
                continue
            text = self.value(node, "hx-trigger", inherit=False) or ""
            for word, condition, modifiers in trigger_specs(_unquoted(text)):
                if word != name or condition == "[false]":
                    continue
                if self._hears(node, modifiers, start) and self._may_fire(node, word, modifiers):
                    self.send(node)
        if self.value(start, "hx-sse:close") == name:
            self.close_source(source)
            self.source_of.pop(id(start), None)
            self.effects.append(Effect(start, "close"))

    def _open_on(self, name: str, start: Node) -> None:
        for node in [one for one in self.awaiting if self.in_page(one)]:
            for word, _, modifiers in trigger_specs(
                _unquoted(self.value(node, "hx-trigger") or "")
            ):
                if word == name and self._hears(node, modifiers, start):
                    self.connect_now(node)

    def _may_fire(self, node: Node, word: str, modifiers: list[str]) -> bool:
        """A trigger with `once` is taken off when it has fired."""
        if "once" not in modifiers:
            return True
        key = (id(node), word)
        if key in self.fired:
            return False
        self.fired.add(key)
        return True

    def _hears(self, node: Node, modifiers: list[str], start: Node) -> bool:
        origin = next((word[5:] for word in modifiers if word.startswith("from:")), None)
        if origin is None:
            return node.contains(start)
        place = find_extended(node, origin.replace("\x00", " "), self.root)
        return place in ("document", "window") or (
            isinstance(place, Node) and place.contains(start)
        )

    def _unnamed(self, source: Source, data: str) -> None:
        effect = Effect(source.element, "swap")
        self.effects.append(effect)
        asked = self.asked[id(source.element)]
        self._swap4(effect, source.element, asked, data, keep_on_empty=True)

    # Swaps

    def _swap4(
        self, effect: Effect, element: Node, asked: _Request, data: str, *, keep_on_empty: bool
    ) -> None:
        content = self.parse(data)
        self._drop_title(content)
        later: list[tuple[Node, str, list[Node | str]]] = []
        if asked.out_of_band:
            self._choose_out_of_band(content, asked.out_of_band, later)
        self._take_out_of_band(content, later)
        self._take_partials(content, element, later)
        style, words = _style(asked.swap, str(self.config.get("defaultSwap") or "innerHTML"))
        effect.style = style
        empty = not any(isinstance(c, Node) or c.strip() for c in content)
        fresh: list[Node] = []
        if style == "delete" or not empty or not (keep_on_empty or later):
            if asked.chosen:
                content = self._selected(content, asked.chosen)
            named = next((word[7:] for word in words if word.startswith("target:")), None)
            target = self._find(element, named) if named else asked.target
            self._insert(effect, target or self._target(element, None), style, content, fresh)
        for target, how, inner in later:
            self._insert(Effect(element, "swap"), target, how, inner, fresh)
        for node in fresh:
            if self.in_page(node):
                self.process(node)

    def _insert(
        self,
        effect: Effect,
        target: Node | None,
        style: str,
        content: list[Node | str],
        fresh: list[Node],
    ) -> None:
        if target is None or style not in (*STYLES, "textContent"):
            effect.failure = "no target" if target is None else "unknown swap style"
            return
        if style != "none":
            effect.lands = target
        if style == "outerHTML" and target.parent is None:
            return
        swapped = apply_swap(style, target, content, self.clean_up, body_stays=False)
        effect.removed = swapped.removed
        fresh.extend(swapped.inserted)

    def _choose_out_of_band(
        self,
        content: list[Node | str],
        listed: str,
        later: list[tuple[Node, str, list[Node | str]]],
    ) -> None:
        holder = held(content)
        for entry in listed.split(","):
            selector, _, how = entry.partition(":")
            for node in [n for n in select(holder, selector.strip()) if n is not holder]:
                self._plan(node, how or "true", later)
        release(holder, content)

    def _take_out_of_band(
        self,
        content: list[Node | str],
        later: list[tuple[Node, str, list[Node | str]]],
    ) -> None:
        holder = held(content)
        for node in list(holder.descendants()):
            how = self.attribute(node, "hx-swap-oob")
            # Without an id there is no place for it: it is content like any other.
            if how is not None and (node.attributes.get("id") or ":" in how):
                node.attributes.pop("hx-swap-oob", None)
                node.attributes.pop(f"{self.extra_prefix}swap-oob", None)
                self._plan(node, how, later)
        release(holder, content)

    def _plan(
        self,
        node: Node,
        how: str,
        later: list[tuple[Node, str, list[Node | str]]],
    ) -> None:
        ident = node.attributes.get("id")
        selector = f"#{ident}" if ident else ""
        match = re.match(r"(\S+?):(.+)", how)
        if match:
            how, selector = match[1], match[2]
        style, _ = _style("outerHTML" if how in ("true", "") else how, "innerHTML")
        for target in select(self.root, selector) if selector else []:
            twin = node.copy()
            inner: list[Node | str] = [twin]
            if not style.startswith("outer"):
                inner = list(twin.children)
                for child in inner:
                    if isinstance(child, Node):
                        child.parent = None
                twin.children = []
            later.append((target, style, inner))
        node.detach()

    def _take_partials(
        self,
        content: list[Node | str],
        element: Node,
        later: list[tuple[Node, str, list[Node | str]]],
    ) -> None:
        """`<hx-partial>` parts go where they say themselves."""
        for node in [c for c in content if isinstance(c, Node) and c.name == "hx-partial"]:
            selector = node.attributes.get("hx-target") or f"#{node.attributes.get('id', '')}"
            style, _ = _style(node.attributes.get("hx-swap") or "innerHTML", "innerHTML")
            inner = list(node.children)
            for child in inner:
                if isinstance(child, Node):
                    child.parent = None
            node.children = []
            content.remove(node)
            target = self._find(element, selector)
            if target is not None:
                later.append((target, style, inner))

    # Requests

    def _action(self, node: Node) -> tuple[str, str] | None:
        own = self._own_action(node)
        if own is not None or not self._is_boosted(node):
            return own
        url = node.attributes.get("href" if node.name == "a" else "action")
        return ((node.attributes.get("method") or "get").upper(), url) if url else None

    def _own_action(self, node: Node) -> tuple[str, str] | None:
        for verb in _VERBS:
            url = self.attribute(node, f"hx-{verb}")
            if url is not None:
                return verb.upper(), url
        return None

    def send(self, element: Node) -> None:
        request = self._action(element)
        if request is None:
            return
        if any(flight.element is element for flight in self.flights):
            self.queued[id(element)] = element
            return
        if self.has_no_connection():
            return
        self.requests.append(request)
        self.asked[id(element)] = self._ask(element)
        self.flights.append(Flight(element, request, element))

    def swap_answer(self, flight: Flight, effect: Effect) -> None:
        asked = self.asked[id(flight.element)]
        if asked.target is not None and not self.in_page(asked.target):
            # Another answer took the target away meanwhile.
            effect.failure = "no target"
            return
        answer = self.answer(*flight.request)
        self._swap4(effect, flight.element, asked, answer, keep_on_empty=False)

    def closes_on_removal(self, node: Node) -> bool:  # noqa: ARG002 - the others look at it
        return True


def _style(text: str, default: str) -> tuple[str, list[str]]:
    words = text.split()
    style = default
    if words and ":" not in words[0]:
        style = words.pop(0)
    return _ALIASES.get(style, style), words


def _unquoted(text: str) -> str:
    """Keep a quoted `from:` together through the splitting of triggers."""
    return _QUOTED_FROM.sub(lambda match: "from:" + match[2].replace(" ", "\x00"), text)
