"""The attributes of a page's elements, in one rendering of it."""

from sse_check.pages.bound import Names
from sse_check.pages.decisions import Decisions
from sse_check.pages.library import Library
from sse_check.pages.marks import AttributeValue, ElementAttribute, ElementTag, Mark, Value
from sse_check.pages.node import Node
from sse_check.pages.outline import Outline
from sse_check.pages.plain import text_of
from sse_check.pages.reader import Reader
from sse_check.pages.scene import Scene
from sse_check.pages.written import Written
from sse_check.template.values import Pattern

# Of more texts than these, the first and the last are enough.
_MOST_TOLD = 6


class Attributes:
    """Makes the elements of one rendering."""

    def __init__(self, library: Library, written: Written, decisions: Decisions) -> None:
        self.library = library
        self.reader: Reader = library.reader
        self.scenes = written.scenes
        self.guards = written.guards
        self.decisions = decisions
        # The conditions on which each element hangs, itself and by its attributes.
        self.hanging: dict[Node, frozenset[str]] = {}
        # Those among them around the element.
        self.around: dict[Node, frozenset[str]] = {}
        self.templates: dict[str, Node] = {}
        # The marks of which the parser made elements.
        self.met: set[str] = set()

    def node(self, tag: str, mark: str, scene: int, guard: str | None, node: int) -> Node:
        """The element that a mark in the markup stands for."""
        self.met.add(mark)
        here, names, outline = self.scenes[scene]
        guards = self.guards[int(guard)] if guard else frozenset[str]()
        around = guards
        known = outline.plain
        plain = known[node] if node in known else self.library.plain(outline, node)
        if plain is not None:
            attributes, read, given = plain
            said = outline.said.get(node)
            if said is None and node in outline.elements:
                said = outline.said[node] = self._said(attributes)
            others = outline.examples.chosen.get(node, ())
            place = Mark(here.path, here.template, node, read, given, here.frames, others, said)
            made = Node(here.template.names[node], attributes, place)
        else:
            touched = self.decisions.touched = set()
            made = self._made(here, names, outline, node)
            guards = guards.union(touched)
        if guards:
            self.hanging[made] = guards
            self.around[made] = around
        if tag == "template":
            self.templates[mark] = made
        return made

    def merge(self, node: Node, more: Node) -> None:
        """Give an element the attributes of another that it does not have."""
        node.attributes = {**more.attributes, **node.attributes}
        hanging = self.hanging.pop(more, None)
        if hanging:
            self.hanging[node] = self.hanging.get(node, frozenset()) | hanging
        self.around.pop(more, None)
        if isinstance(node.mark, Mark) and isinstance(more.mark, Mark):
            node.mark.attributes = {**more.mark.attributes, **node.mark.attributes}
            open_for = [*node.mark.tag.open_for, *more.mark.tag.open_for]
            is_shared = node.mark.tag.is_shared or more.mark.tag.is_shared
            node.mark.tag = ElementTag(node.mark.tag.attributes, open_for, is_shared)
            node.mark.said = self._said(node.attributes)

    def _said(self, attributes: dict[str, str]) -> tuple[tuple[str, str], ...]:
        """The attributes that make a difference."""
        matters = self.library.interest.matters
        return tuple(item for item in attributes.items() if matters(item[0]))

    def _made(self, scene: Scene, names: Names, outline: Outline, node: int) -> Node:
        template = scene.template
        tag = self.reader.tag(names, node)
        given: dict[str, AttributeValue] = {}
        attributes: dict[str, str] = {}
        for attribute in tag.attributes:
            if attribute.name not in given:
                self._add(scene, attribute, given, attributes)
        others = outline.examples.chosen.get(node, ())
        said = self._said(attributes) if node in outline.elements else None
        mark = Mark(scene.path, template, node, tag, given, scene.frames, others, said)
        return Node(template.names[node], attributes, mark)

    def _add(
        self,
        scene: Scene,
        attribute: ElementAttribute,
        given: dict[str, AttributeValue],
        attributes: dict[str, str],
    ) -> None:
        """Add an attribute, if it stands there in this rendering."""
        name = attribute.name
        matters = self.library.interest.matters(name)
        file = attribute.written.template
        where = f"{scene.path if file is scene.template else file.path}@{attribute.written.start}"
        if matters and not self._stands(attribute, where):
            return
        if attribute.values is None:
            given[name] = AttributeValue(None, attribute)
            attributes[name] = ""
            return
        pattern = self._chosen(attribute.values, where, matters=matters)
        if pattern is not None:
            given[name] = AttributeValue(pattern, attribute)
            attributes[name] = text_of(pattern)

    def _stands(self, attribute: ElementAttribute, where: str) -> bool:
        if not self.decisions.hold(attribute.facts):
            return False
        return attribute.fixed or self.decisions.truth(f"#{where}")

    def _chosen(self, values: tuple[Value, ...], where: str, *, matters: bool) -> Pattern | None:
        if not matters:
            return values[0].pattern if values else None
        fitting = [value.pattern for value in values if self.decisions.hold(value.facts)]
        if not fitting:
            return None
        if len(fitting) == 1 or self.decisions.truth(f"={where}"):
            return fitting[0]
        for number, pattern in enumerate(fitting[1:-1] if len(fitting) <= _MOST_TOLD else ()):
            if self.decisions.truth(f"={where}#{number}"):
                return pattern
        return fitting[-1]
