"""What rules ask about one rendering of a page: who connects, who listens, who inherits what."""

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from sse_check.htmx.attributes import connect_attribute, swap_attribute
from sse_check.htmx.copying import Copies
from sse_check.htmx.dom import Node, spelt
from sse_check.htmx.foreign import is_foreign_connection
from sse_check.htmx.inheritance import (
    VERBS,
    closest_value,
    extension_active,
    given_in_4,
    is_disabled,
    may_be_boosted,
)
from sse_check.htmx.loaded import Loaded
from sse_check.htmx.outcomes import Outcome, Played
from sse_check.htmx.play import play
from sse_check.htmx.selectors import UnknownSelectorError, find_extended
from sse_check.htmx.spelling import COLON, character_of, with_colons
from sse_check.htmx.spoken import Spoken
from sse_check.htmx.stacks import Stack, without_extension
from sse_check.pages.engine import LivePage, Variant
from sse_check.pages.marks import (
    HOLE,
    OUT_OF_SIGHT,
    Mark,
    is_written_after,
    mark_of,
    named_alike,
)
from sse_check.source import Span
from sse_check.source.timing import timing
from sse_check.template.attributes import read_start_tag
from sse_check.template.html_words import TABLE_PARTS

_MUTATING = spelt("hx-post", "hx-put", "hx-patch", "hx-delete")
_REQUESTING = spelt(*VERBS)
_INERT = ("template", "noscript")
_IDENT = re.compile(r"#[A-Za-z_][\w-]*\Z")


class Inherited(NamedTuple):
    """A value that an element has or inherits, and the element on which it is written."""

    value: str
    holder: Node


@dataclass(eq=False)
class PageView:
    """One rendering of a page with the stack that it loads."""

    page: LivePage
    variant: Variant
    loaded: Loaded
    config: dict[str, object] = field(default_factory=dict)
    copies: Copies = field(default_factory=Copies)
    _inherited: dict[tuple[int, str], Inherited | None] = field(default_factory=dict)
    # What comes down to the children of an element that have no value of their own.
    _handed_down: dict[tuple[int, str], Inherited | None] = field(default_factory=dict)
    _dynamic: dict[tuple[int, str], bool] = field(default_factory=dict)
    _connection: dict[int, Node | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.character = character_of(self.config) if self.generation == "4" else COLON
        self.config = {k: v for k, v in self.config.items() if k != "metaCharacter"}

    @cached_property
    def root(self) -> Node:
        """The page, with colons in its attributes' names whatever the settings put there."""
        root = self.variant.root
        return root if self.character == COLON else with_colons(root, self.character)

    @cached_property
    def stack(self) -> Stack:
        alone = self.complete and self.loaded.alone
        return without_extension(self.loaded.stack) if alone else self.loaded.stack

    @property
    def generation(self) -> str:
        return self.loaded.stack.generation

    @property
    def complete(self) -> bool:
        """Whether every element of the page is known."""
        return self.page.closed and not self.variant.unseen

    # Elements

    @cached_property
    def elements(self) -> list[Node]:
        """Every element that comes from a template, in document order, inert ones too."""
        found = []
        stack = [self.root]
        while stack:
            node = stack.pop()
            if isinstance(node.mark, Mark):
                found.append(node)
            if node.children:
                stack.extend(reversed(node.elements))
        return found

    @cached_property
    def _spoken(self) -> Spoken:
        return Spoken(self.root, self.variant.dropped)

    @cached_property
    def places(self) -> frozenset[tuple[str, int]]:
        """Where its elements are written."""
        elements = (*self.elements, *self.variant.dropped)
        return frozenset(mark_of(node).place for node in elements)

    @cached_property
    def htmx_elements(self) -> list[Node]:
        """Elements with attributes of htmx."""
        return [n for n in self.elements if any(_is_htmx(name) for name in n.attributes)]

    @cached_property
    def requesting_elements(self) -> list[Node]:
        """Elements that may send a request: those with attributes of htmx, links and forms."""
        speaking = {id(node) for node in self.htmx_elements}
        return [n for n in self.elements if n.name in ("a", "form") or id(n) in speaking]

    @cached_property
    def mutating_elements(self) -> list[Node]:
        """Elements that send a request which changes something on the server."""
        return [node for node in self.requesting_elements if self.mutates(node)]

    @cached_property
    def connections(self) -> list[Node]:
        return [node for node in self.htmx_elements if connect_attribute(node) is not None]

    @cached_property
    def open_connections(self) -> list[Node]:
        """The connections that open a stream, as far as their tags say."""
        return [node for node in self.meant_to_open if self._is_switched_on(node)]

    @cached_property
    def meant_to_open(self) -> list[Node]:
        """The connections that are neither inert nor written for another htmx than is loaded."""
        return [
            node
            for node in self.connections
            if not self.is_inert(node)
            and not is_foreign_connection(connect_attribute(node) or "", self.generation)
        ]

    def _is_switched_on(self, node: Node) -> bool:
        """Whether the extension is on where a connection asks for it."""
        asks = self.generation != "4" and node.get("sse-connect") is not None
        return not asks or extension_active(node)

    @cached_property
    def listeners(self) -> list[Node]:
        """Elements that swap what an event brings (`sse-swap`, the old `hx-sse="swap:"`)."""
        return [node for node in self.htmx_elements if swap_attribute(node) is not None]

    def connection_of(self, node: Node) -> Node | None:
        """The nearest connecting element, the element itself included."""
        known = self._connection
        passed: list[int] = []
        above: Node | None = node
        while above is not None and id(above) not in known:
            passed.append(id(above))
            if connect_attribute(above) is not None:
                break
            above = above.parent
        found = None if above is None else known.get(id(above), above)
        known.update((below, found) for below in passed)
        return found

    def htmx_elements_under(self, connection: Node) -> list[Node]:
        """The elements with attributes of htmx of which this is the nearest connection."""
        return self._htmx_elements_under.get(id(connection), [])

    @cached_property
    def _htmx_elements_under(self) -> dict[int, list[Node]]:
        found: dict[int, list[Node]] = {}
        for node in self.htmx_elements:
            found.setdefault(id(self.connection_of(node)), []).append(node)
        return found

    def listeners_under(self, connection: Node) -> list[Node]:
        under = self.htmx_elements_under(connection)
        return [node for node in under if swap_attribute(node) is not None]

    def is_inert(self, node: Node) -> bool:
        return id(node) in self._inert

    @cached_property
    def _inert(self) -> frozenset[int]:
        """The elements in templates, which are not part of the page."""
        holders = [node for node in self.elements if node.name in _INERT]
        found: set[int] = set()
        for holder in holders:
            pending = holder.elements
            while pending:
                node = pending.pop()
                found.add(id(node))
                pending.extend(node.elements)
        return frozenset(found)

    @property
    def dropped(self) -> tuple[Node, ...]:
        """Elements that are written and that the HTML parser drops."""
        return self.variant.dropped

    def is_put_before_table(self, node: Node) -> bool:
        """Whether the HTML parser took an element out of a table and put it in front of that."""
        if node.parent is None or node.name in TABLE_PARTS:
            return False
        table = self._table_after.get(id(node))
        if table is None or not isinstance(node.mark, Mark) or not isinstance(table.mark, Mark):
            return False
        return is_written_after(node.mark, table.mark)

    @cached_property
    def _table_after(self) -> dict[int, Node]:
        """The next table beside each element that has one."""
        found: dict[int, Node] = {}
        parents = {id(n.parent): n.parent for n in self.elements if n.name == "table"}
        for parent in parents.values():
            table: Node | None = None
            for child in reversed(parent.elements if parent is not None else []):
                if table is not None:
                    found[id(child)] = table
                if child.name == "table":
                    table = child
        return found

    def sees_all_above(self, node: Node) -> bool:
        """Whether all ancestors are known, with all their attributes."""
        for above in node.lineage():
            if above.name == OUT_OF_SIGHT:
                return False
            if isinstance(above.mark, Mark) and above.mark.tag.open_for:
                return False
        return True

    def sees_around(self, node: Node) -> bool:
        """Whether no unknown element stands above one."""
        return all(above.name != OUT_OF_SIGHT for above in node.ancestors())

    def may_gain(self, node: Node, *names: str) -> bool:
        """Whether an expression in a start tag, here or above, may add one of these attributes."""
        return any(
            isinstance(above.mark, Mark) and any(above.mark.tag.may_gain(name) for name in names)
            for above in node.lineage()
        )

    # Attributes

    def inherited(self, node: Node, name: str) -> Inherited | None:
        """The value in force for an element, as its htmx looks it up, and its holder."""
        if not self._spoken.has(name):
            return None
        if self.generation != "4" and node.parent is not None and not node.get(name):
            known, key = self._handed_down, (id(node.parent), name)
        else:
            known, key = self._inherited, (id(node), name)
        if key not in known:
            known[key] = self._find_inherited(node, name)
        return known[key]

    def _find_inherited(self, node: Node, name: str) -> Inherited | None:
        if self.generation == "4":
            given = given_in_4(node, name, self.config, implicit=self.stack.compat)
            return Inherited(*given) if given is not None and given[0].strip() else None
        value = closest_value(node, name, self.config, self.generation)
        if value is None:
            return None
        holder = next((n for n in node.lineage() if n.get(name)), None)
        return Inherited(value, holder) if holder is not None else None

    def dynamic(self, node: Node, *names: str) -> bool:
        """Whether one of these attributes is known only when rendered, here or above."""
        may_be = self._spoken.may_be_dynamic
        return any(self._is_dynamic(node, n) for n in (*names, "hx-disinherit") if may_be(n))

    def _is_dynamic(self, node: Node, name: str) -> bool:
        """One attribute, on an element or above it; what was found on the way is kept."""
        passed: list[Node] = []
        found = False
        for above in node.lineage():
            known = self._dynamic.get((id(above), name))
            if known is not None:
                found = known
                break
            passed.append(above)
            mark = above.mark
            said = (above.get(name) or "") + (above.get(f"{name}:inherited") or "")
            if HOLE in said or (isinstance(mark, Mark) and mark.tag.may_gain(name)):
                found = True
                break
        for below in passed:
            self._dynamic[(id(below), name)] = found
        return found

    def find(self, start: Node, selector: str) -> Node | str | None:
        """What htmx finds for a selector; raises `UnknownSelectorError` when nobody can tell."""
        if HOLE in selector:
            raise UnknownSelectorError(selector)
        if _IDENT.match(selector):
            return self._by_id.get(selector[1:])
        return find_extended(start, selector, self.root)

    @cached_property
    def _by_id(self) -> dict[str, Node]:
        """The first element of each id."""
        found: dict[str, Node] = {}
        for node in self.root.subtree():
            if "id" in node.attributes:
                found.setdefault(node.attributes["id"], node)
        return found

    def target_of(self, node: Node) -> Node | str | None:
        """Where an element's answer goes; "?" when that cannot be told."""
        given = self.inherited(node, "hx-target")
        if given is None:
            return node
        if given.value == "this":
            return given.holder
        if HOLE in given.value:
            return named_alike(given.holder) or "?"
        try:
            return self.find(node, given.value)
        except UnknownSelectorError:
            return "?"

    def is_boosted(self, node: Node) -> bool:
        boost = self.inherited(node, "hx-boost")
        is_on = boost is not None and boost.value == "true"
        return is_on and may_be_boosted(node, self.generation)

    def requests(self, node: Node) -> bool:
        return node.has_any(_REQUESTING)

    def mutates(self, node: Node) -> bool:
        """Whether an element sends a request that changes something on the server."""
        if self.generation != "4" and is_disabled(node):
            return False
        if node.has_any(_MUTATING) or node.name != "form":
            return node.has_any(_MUTATING)
        method = (node.attributes.get("method") or "").lower()
        return method == "post" and self.is_boosted(node)

    # Places

    def span(self, node: Node, *names: str) -> Span:
        """The first of these attributes that an element has, else its start tag."""
        mark = mark_of(node)
        for name in names:
            for spelling in (name, f"data-{name}"):
                if spelling in mark.attributes:
                    return mark.attributes[spelling].attribute.place
        return mark.span

    def spans_like(self, node: Node, name: str) -> list[Span]:
        """An attribute on an element, and on those beside it that it stands for."""
        mark = mark_of(node)
        spans = [self.span(node, name)]
        for other in mark.others:
            written = read_start_tag(mark.template, other).attributes
            found = (one for one in written if one.name == name)
            spans.extend(Span(mark.template.source, one.start, one.end) for one in found)
        return spans

    # Outcomes

    @cached_property
    def played(self) -> Played:
        if not self.connections:
            return Played((), ())
        with timing.part("model"):
            return play(self.root, self.stack, self.config, copies=self.copies)

    @property
    def cut(self) -> str:
        """What was left out of the page's events, as far as they were asked for."""
        played: Played | None = vars(self).get("played")
        return played.cut if played is not None else ""

    def outcomes(self, node: Node) -> list[Outcome]:
        return self._outcomes.get(id(node), [])

    @cached_property
    def _outcomes(self) -> dict[int, list[Outcome]]:
        found: dict[int, list[Outcome]] = {}
        for outcome in self.played.outcomes:
            found.setdefault(id(outcome.listener), []).append(outcome)
        return found


def _is_htmx(name: str) -> bool:
    return "hx-" in name or "sse" in name
