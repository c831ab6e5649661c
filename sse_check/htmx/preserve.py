"""`hx-preserve`: an element stays that is in the page, where a payload brings one with its id."""

from sse_check.htmx.dom import Node, held, release
from sse_check.htmx.selectors import InvalidSelectorError, select

_HTML = "html"
Content = list[Node | str]


def _asked(content: Content, names: tuple[str, ...]) -> list[Node]:
    tops = [child for child in content if isinstance(child, Node)]
    return [
        node
        for top in tops
        for node in top.subtree()
        if any(name in node.attributes for name in names)
    ]


def with_id(root: Node, ident: str | None) -> Node | None:
    """The first element of the page with an id."""
    if not ident:
        return None
    return next((node for node in root.subtree() if node.attributes.get("id") == ident), None)


def taken_over(root: Node, content: Content) -> None:
    """Until 2.0.2, htmx puts what is in the page into the payload, in the new one's place."""
    asked = _asked(content, ("hx-preserve", "data-hx-preserve"))
    holder = held(content)
    for new in asked:
        old = with_id(root, new.attributes.get("id"))
        if old is not None and new.parent is not None:
            old.detach()
            new.parent.insert(new.index(), [old])
            new.detach()
    release(holder, content)


class Pantry:
    """htmx 2 and 4 set aside what is in the page, behind the body, until the payload is in."""

    def __init__(self, root: Node, content: Content, names: tuple[str, ...]) -> None:
        self.root = root
        self.place = Node("div")
        self.set_aside: list[Node] = []
        for new in _asked(content, names):
            old = with_id(root, new.attributes.get("id"))
            if old is not None:
                if not self.set_aside:
                    root.insert(len(root.children), [self.place])
                self.place.insert(len(self.place.children), [old])
                self.set_aside.append(old)

    def give_back(self, *, by_selector: bool) -> list[Node]:
        """Each goes where its new one is by now; those that were put out for it.

        Where none is, it finds itself and is gone.
        """
        out: list[Node] = []
        for old in self.place.elements:
            ident = old.attributes.get("id")
            found = self._selected(ident) if by_selector else with_id(self.root, ident)
            if found is None:
                # The script stops here, with what is left behind the body.
                return out
            if found is not old and found.parent is not None:
                found.parent.insert(found.index(), [old])
            found.detach()
            out.append(found)
        self.place.detach()
        return out

    def _selected(self, ident: str | None) -> Node | None:
        try:
            return next(iter(select(self.root, f"#{ident}")), None)
        except InvalidSelectorError:
            return None
