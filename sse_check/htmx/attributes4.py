"""How htmx 4 reads attributes: prefixes, `:inherited`, `:append`, another meta character."""

import re
from collections.abc import Iterator
from typing import Any

from sse_check.htmx.dom import Node
from sse_check.htmx.page import Page


class Attributes4(Page):
    """The part of a page of htmx 4 that looks things up."""

    def load(self) -> None:
        # Compat is an extension, and may be left out by the setting that names them.
        self.compat = self.stack.compat and self.approved("compat")
        said = self.config.get("compat")
        explicit = isinstance(said, dict) and bool(said.get("useExplicitInheritace"))
        self.implicit = bool(self.config.get("implicitInheritance"))
        self.implicit = self.implicit or (self.compat and not explicit)
        self.meta = str(self.config.get("metaCharacter") or ":")
        self.extra_prefix = str(self.config.get("prefix", "data-hx-"))
        # The names of all attributes that elements of the page have, or had.
        self.names: set[str] = set()
        self.note(self.root)
        super().load()

    def note(self, root: Node) -> None:
        """Elements come into the page: what none of them has is not looked for above any."""
        for node in root.subtree():
            self.names.update(node.attributes)

    def approved(self, extension: str) -> bool:
        """Whether the setting `extensions`, if it is there, names an extension."""
        listed = str(self.config.get("extensions") or "")
        return not listed or extension in re.split(r",\s*", listed)

    @property
    def default_swap(self) -> str:
        return str(self.config.get("defaultSwap") or "innerHTML")

    def attribute(self, node: Node, name: str) -> str | None:
        """An attribute of the element itself, under either prefix."""
        name = name.replace(":", self.meta)
        if name in node.attributes or not self.extra_prefix:
            return node.attributes.get(name)
        return node.attributes.get(name.replace("hx-", self.extra_prefix, 1))

    def value(self, node: Node, name: str, *, inherit: bool = True) -> str | None:
        """An attribute, own or inherited; `:append` adds to what is inherited."""
        value: str | None = None
        for _, said in reversed(list(self.sayings(node, name, inherit=inherit))):
            value = re.sub(r"[{}]", "", f"{value},{said}") if value else said
        return value

    def sayings(self, node: Node, name: str, *, inherit: bool = True) -> Iterator[tuple[Node, str]]:
        """The elements of whose words `value` is made, the nearest first, with these words."""
        spelling = name if self.implicit and inherit else f"{name}:inherited"
        one: Node | None = node
        while one is not None:
            own = self._first(one, name, f"{name}:inherited")
            if own is not None:
                yield one, own
                return
            added = self._first(one, f"{name}:append", f"{name}:inherited:append")
            if added is not None:
                yield one, added
            one = self._nearest(one, spelling, f"{name}:inherited:append")

    def _first(self, node: Node, *names: str) -> str | None:
        values = (self.attribute(node, name) for name in names)
        return next((value for value in values if value is not None), None)

    def _nearest(self, node: Node, *names: str) -> Node | None:
        """The nearest ancestor with one of these attributes, under either prefix."""
        keys = self.names.intersection(key for name in names for key in self._spellings(name))
        above = node.parent if keys else None
        while above is not None and keys.isdisjoint(above.attributes):
            above = above.parent
        return above

    def _spellings(self, name: str) -> tuple[str, ...]:
        name = name.replace(":", self.meta)
        return (name, name.replace("hx-", self.extra_prefix, 1)) if self.extra_prefix else (name,)

    def take_old_names(self, node: Node) -> None:
        """`sse-connect` and `sse-close` are read under their new names."""
        for name in ("connect", "close"):
            legacy, modern = f"sse-{name}", f"hx-sse{self.meta}{name}"
            if legacy in node.attributes and modern not in node.attributes:
                node.attributes[modern] = node.attributes[legacy]
                self.names.add(modern)

    def comes_again(self, node: Node) -> bool:
        """Whether a stream of an element that ends is opened again."""
        return bool(self.stream_settings(node)["reconnect"])

    def stream_settings(self, node: Node) -> dict[str, Any]:
        """What the settings and `hx-config` say of streams, over the defaults."""
        from sse_check.htmx import hcon

        persistent = self.value(node, "hx-sse:connect") is not None
        found: dict[str, Any] = {
            "reconnect": persistent,
            "reconnectDelay": 500,
            "pauseOnBackground": persistent,
        }
        for said in (self.config.get("sse"), hcon.parse(self.value(node, "hx-config")).get("sse")):
            if isinstance(said, dict):
                found.update(said)
        return found
