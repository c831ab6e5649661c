"""Edits of start tags, made from what the lexer read of them and from nothing else."""

from weakref import WeakKeyDictionary

from sse_check.findings.model import Edit, Fix
from sse_check.htmx.attributes import connect_attribute, swap_attribute
from sse_check.htmx.dom import Node
from sse_check.htmx.view import PageView
from sse_check.pages.marks import ElementAttribute, mark_of
from sse_check.source import Span

_INSIDE: WeakKeyDictionary[PageView, dict[int, list[Node]]] = WeakKeyDictionary()


def own_attribute(node: Node, *names: str) -> ElementAttribute | None:
    """The first of these attributes that stands in an element's own start tag, if one does.

    What a macro, an included file or a function brings is written elsewhere, and where a block
    stands in the tag it is another on each page.
    """
    mark = mark_of(node)
    if mark.node in mark.template.written or mark.tag.is_shared:
        return None
    for name in names:
        for spelling in (name, f"data-{name}"):
            given = mark.attributes.get(spelling)
            if given is None:
                continue
            return given.attribute if is_in_own_tag(node, given.attribute.place) else None
    return None


def is_in_own_tag(node: Node, span: Span) -> bool:
    """Whether something of an element is written in its own start tag."""
    tag = mark_of(node).span
    return span.source is tag.source and tag.start < span.start < span.end < tag.end


def insert_after(node: Node, names: tuple[str, ...], text: str) -> Edit | None:
    """An edit that writes another attribute behind the first of `names`."""
    attribute = own_attribute(node, *names)
    if attribute is None:
        return None
    span = attribute.span
    return Edit(Span(span.source, span.end, span.end), f" {text}")


def add_attribute(
    view: PageView,
    nodes: list[Node],
    beside_one_of: tuple[str, ...],
    name: str,
    value: str,
    title: str,
) -> tuple[Fix, ...]:
    """Give elements an attribute of their own, behind one that they have.

    Safe when nothing inside them inherits the attribute from above: that would change with it.
    """
    if any(_has_now_and_then(node, name) for node in nodes):
        return ()
    edits = [insert_after(node, beside_one_of, f'{name}="{value}"') for node in nodes]
    made = tuple(edit for edit in edits if edit is not None)
    if not made or len(made) < len(edits):
        return ()
    changes = any(_passes_on(view, node, name) for node in nodes)
    return (Fix(title, "unsafe" if changes else "safe", made),)


def _has_now_and_then(node: Node, name: str) -> bool:
    """Whether an element's tag has an attribute already, if only under a condition."""
    own_attribute = (
        attribute.name.removeprefix("data-") for attribute in mark_of(node).tag.attributes
    )
    return name in own_attribute


def _requesting_inside(view: PageView) -> dict[int, list[Node]]:
    """The elements that may send a request, by the identity of each that they stand in."""
    found = _INSIDE.get(view)
    if found is None:
        found = _INSIDE[view] = {}
        for node in view.requesting_elements:
            for above in node.ancestors():
                found.setdefault(id(above), []).append(node)
    return found


def _passes_on(view: PageView, node: Node, name: str) -> bool:
    """Whether something inside an element acts by a value that is inherited from above it.

    What is live in there would be swapped away by a target that it did not have.
    """
    for inner in _requesting_inside(view).get(id(node), ()):
        if swap_attribute(inner) is not None or connect_attribute(inner) is not None:
            return True
        if inner.get(name) is not None:
            continue
        inherited = view.inherited(inner, name)
        from_above = inherited is None or not node.contains(inherited.holder)
        if from_above and (view.requests(inner) or view.is_boosted(inner)):
            return True
    return False
