"""The elements of a live page by their ids, by which most targets are named."""

import re

from sse_check.htmx.dom import Node

# Of one id. Where there are more, a look at the page finds the first of them sooner.
_MOST = 8
_ID = re.compile(r"#([A-Za-z_][\w-]*)", re.ASCII)


class Ids:
    """Knows what `#name` finds, as long as no payload brings elements with ids."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self._known: dict[str, list[Node]] | None = None
        self._may_grow = False

    def note(self, content: "list[Node | str]") -> None:
        """Content is on its way into the page."""
        pending = [*content]
        while pending and not self._may_grow:
            one = pending.pop()
            if isinstance(one, Node):
                self._may_grow = "id" in one.attributes
                pending += one.children

    def found(self, selector: str) -> list[Node] | None:
        """What a selector finds; None when it takes a look at the page to tell."""
        match = _ID.fullmatch(selector)
        if match is None or self._may_grow:
            return None
        if self._known is None:
            self._known = {}
            for node in self.root.subtree():
                ident = node.attributes.get("id")
                if ident is not None:
                    self._known.setdefault(ident, []).append(node)
        known = self._known.get(match[1], ())
        # Elements go, and lose their ids; where several are left, their order counts.
        here = [
            n for n in known[:_MOST] if n.attributes.get("id") == match[1] and self.root.contains(n)
        ]
        return here if len(here) < 2 and len(known) <= _MOST else None
