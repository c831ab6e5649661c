"""What one parsed file holds: elements with parents, branches, roots, blocks and sites.

Elements are numbers into parallel arrays of plain integers and strings. That keeps the parser
fast, memory small and everything free of reference cycles; handles with names and attributes
are made only for the few elements that somebody asks for.
"""

from array import array
from functools import cached_property
from typing import NamedTuple

from sse_check.source import Source
from sse_check.template.conditions import Facts
from sse_check.template.dialects import Dialect
from sse_check.template.flow import Flow, Note
from sse_check.template.html_words import ROOT
from sse_check.template.lexer import Tag

NO_ELEMENT = -1
NOWHERE = -1

# Makes a named tuple from a tuple, in less than half the time that its constructor takes.
new_record = tuple.__new__


class Alternative(NamedTuple):
    """One of the elements that may be open where branches meet again."""

    node: int
    facts: Facts


class Root(NamedTuple):
    """Where content begins that does not stand where it is written, or the file itself.

    `node` says where it is written.
    """

    kind: str
    name: str
    arguments: str
    start: int
    end: int
    node: int


class Site(NamedTuple):
    """A place that brings content from elsewhere: include, extends, a macro call, a block..."""

    kind: str
    name: str
    start: int
    end: int
    node: int
    in_tag: bool


class Block(NamedTuple):
    """A named block: where it stands, and its own root when it replaces a layout's block."""

    name: str
    start: int
    number: int
    node: int
    root: int


class TagBlock(NamedTuple):
    """A block inside a start tag: where its content begins and ends, and whose tag it is."""

    name: str
    start: int
    end: int
    node: int


class Template:
    """One parsed file. Two templates are the same only when they are one object."""

    def __init__(
        self,
        source: Source,
        dialect: Dialect,
        mask: str,
        outputs: list[tuple[int, int]],
        tags: list[Tag],
    ) -> None:
        self.source = source
        self.dialect = dialect
        self.mask = mask
        self.outputs = outputs
        self.tags = tags
        # Written down while the file is parsed, for `flow`.
        self.notes: list[Note] = []
        self.assignments: list[tuple[int, str]] = []
        self.names: list[str] = []
        self.starts = array("i")
        self.ends = array("i")
        self.parents = array("i")
        # Where an element's content ends, for those whose end tag was met; else NOWHERE.
        self.content_ends = array("i")
        # Elements with an end tag in several branches: those before the last.
        self.other_ends: list[tuple[int, int]] = []
        self.merges: dict[int, tuple[Alternative, ...]] = {}
        self.roots: dict[int, Root] = {}
        # Elements that belong to a branch which opens inside their start tag: where it opens.
        self.inside: dict[int, int] = {}
        self.blocks: list[Block] = []
        self.block_ends: list[int] = []
        self.tag_blocks: list[TagBlock] = []
        self.sites: list[Site] = []
        # For each root whose content leaves elements open: the innermost one.
        self.left_open: dict[int, int] = {}
        # End tags of elements that are not open in this file.
        self.strays: list[Site] = []
        # Whether elements like `<b>` are ended in another order than they begin.
        self.misnested = False
        # A start tag that ends in several branches: the stretches it is made of.
        self.pieces: dict[int, tuple[tuple[int, int], ...]] = {}
        # Elements that a function of the framework writes: the function, and the call's place.
        self.written: dict[int, tuple[str, Tag]] = {}
        # Elements that the HTML parser moves out of a table, with the parent they get.
        self.moved: dict[int, int] = {}
        # Loops whose second turn starts in another element than the first: their bodies.
        self.turning: list[tuple[int, int]] = []
        # Start tags that the HTML parser ignores (a form in a form).
        self.dropped: set[int] = set()
        self.errors: list[tuple[int, str]] = []

    @cached_property
    def flow(self) -> Flow:
        """The control blocks around each place, worked out when somebody asks."""
        return Flow(self.text, self.notes, self.assignments)

    @property
    def path(self) -> str:
        return self.source.path

    def inner(self, site: Site) -> str:
        """What stands between the braces of a site."""
        return self.text[site.start + 2 : site.end - 2]

    @property
    def text(self) -> str:
        return self.source.text

    @property
    def is_document(self) -> bool:
        """Whether the file is a whole page rather than a piece of one."""
        words = ("html", "body")
        return any(word in self.names for word in words) or (
            "<!doctype" in self.text[:2000].lower()
        )

    def root_of(self, node: int) -> int:
        """The root that a node belongs to, as the text has it."""
        while self.names[node] != ROOT:
            node = self.parents[node]
        return node

    def content_end(self, node: int) -> int | None:
        """Where an element's content ends, if its end tag is in the file."""
        end = self.content_ends[node]
        return end if end != NOWHERE else None

    def parent(self, node: int) -> int:
        """The parent in the browser's tree, which is not always the one in the text."""
        return self.moved.get(node, self.parents[node])

    def context(self, node: int) -> int:
        """The control block around an element."""
        return self.flow.at(self.inside.get(node, self.starts[node]))

    def facts_at(self, offset: int) -> Facts:
        """All conditions under which a place is rendered."""
        return self.flow.facts(self.flow.at(offset))
