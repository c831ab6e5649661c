"""A project: its templates, how they are composed, and where that is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from sse_check.project.components import component_tags
from sse_check.project.discovery import Found, walk
from sse_check.project.files import Files, Inner
from sse_check.project.given_templates import included_by, templates_given
from sse_check.project.graph import Graph
from sse_check.project.names import TemplateNames, find_in_libraries, library_folders
from sse_check.project.settings import Settings
from sse_check.project.tags import inclusion_tags
from sse_check.source.lazy import lazy
from sse_check.source.timing import timing

if TYPE_CHECKING:
    from sse_check.template.expressions import Link, Parameter
    from sse_check.template.model import Block, Root, Site, Template

_MACROS = frozenset(("macro", "def", "region"))
_WHOLE = (b"<html", b"<body", b"extends")
_IMPORTING = frozenset(("import", "from"))
_SHARING = lazy(r"\bwith\s+context\b")


class Macro(NamedTuple):
    path: str
    template: Template
    node: int
    root: Root
    # Whether it was imported `with context`: then it sees what is seen where that stands.
    shares: bool = False

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        from sse_check.template.expressions import parameters

        return parameters(self.root.arguments)


@dataclass(slots=True)
class Project:
    """Every template and the graph between them. Templates are parsed when first asked for."""

    root: str
    settings: Settings
    files: Files
    names: TemplateNames
    graph: Graph
    _links: dict[tuple[str, int], Link] = field(default_factory=dict)
    _libraries: list[str] | None = None
    _inherited: dict[str, str | None] = field(default_factory=dict)
    _macros: dict[tuple[str, str, bool], Macro | None] = field(default_factory=dict)

    @staticmethod
    def load(
        root: str,
        settings: Settings,
        *,
        extra: tuple[str, ...] = (),
        replaced: dict[str, bytes] | None = None,
        shown_from: str = "",
    ) -> Project:
        """Walk the folder and link what it holds. `extra` are files taken whatever they are."""
        with timing.part("reading"):
            found = walk(root, settings.exclude, follow_links=settings.follow_links)
        known = set(found.templates)
        found.templates.extend(path for path in extra if path not in known)
        return Project.of(root, settings, found, replaced=replaced, shown_from=shown_from)

    @staticmethod
    def of(
        root: str,
        settings: Settings,
        found: Found,
        *,
        replaced: dict[str, bytes] | None = None,
        shown_from: str = "",
    ) -> Project:
        files = Files(
            root,
            found,
            settings.dialect,
            shown_from=shown_from,
            replaced=replaced or {},
            follow_links=settings.follow_links,
        )
        with timing.part("index"):
            files.including = inclusion_tags(files)
            files.components = component_tags(found.templates)
            names = TemplateNames(found.templates, settings.templates)
            graph = Graph(files, names)
        return Project(root, settings, files, names, graph)

    def take_in(self, inner: dict[str, Inner]) -> None:
        """Templates that stand in Python files, which somebody has found."""
        files = self.files
        for path in files.inner or ():
            files.forget(path)
        known = frozenset(files.inner or ())
        found = files.found
        for paths, is_python in ((found.templates, False), (found.python, True)):
            paths[:] = [path for path in paths if path not in known]
            paths.extend(path for path, one in inner.items() if one.is_python is is_python)
        files.inner = inner
        if inner or known:
            self.names = TemplateNames(found.templates, self.settings.templates)
            self._link_anew()

    def _link_anew(self) -> None:
        self.graph = Graph(self.files, self.names)
        self._links.clear()
        self._inherited.clear()
        self._macros.clear()

    def changed(self, path: str, data: bytes) -> None:
        """A file of the project has other content now."""
        gives_templates = path.endswith(".py") and bool(self.files.given_templates)
        ties = self._ties(path)
        if path.endswith(".py"):
            # Templates may stand in it: whoever reads them looks anew.
            self.take_in({})
            self.files.inner = None
        self.files.replace(path, data)
        if gives_templates:
            self._link_anew()
        if not path.endswith(".py"):
            self.graph.changed(path)
            if ties != self._ties(path):
                # Which macros others may see is no longer what it was.
                self.files.parse_anew()
                self._link_anew()
        for key in [key for key in self._links if key[0] == path]:
            del self._links[key]
        for one in (path, *self.graph.users.get(path, ())):
            # Which of several layouts is the whole page, they say themselves.
            self._inherited.pop(one, None)
        self._macros.clear()

    def _ties(self, path: str) -> object:
        """What a file has to do with macros that are lent, where there are some."""
        lending = self.graph.lending
        names = lending.named_in(path)
        return names, self.graph.links.get(path) if names or lending.lent_to(path) else None

    def template(self, path: str) -> Template | None:
        return self.files.template(path)

    # Links

    def link(self, path: str, template: Template, site: Site) -> Link:
        key = (path, site.start)
        if key not in self._links:
            from sse_check.template.expressions import read_link

            link = read_link(site.kind, site.name, template.dialect.name)
            given = included_by(site.name) if site.kind == "include" and not link.names else ""
            if given:
                link = link._replace(names=templates_given(self.files, given))
            self._links[key] = link
        return self._links[key]

    def target(self, name: str, path: str) -> str | None:
        """The file behind a template name; installed packages count when nothing else fits."""
        name = name.split("#", maxsplit=1)[0]
        found = self.names.resolve(name, path)
        if found is not None:
            return found
        if self._libraries is None:
            self._libraries = library_folders(self.root)
        return find_in_libraries(name, self._libraries) if self._libraries else None

    def parent(self, path: str) -> str | None:
        """The layout that this template extends, when that is known."""
        if path not in self._inherited:
            self._inherited[path] = self._find_parent(path)
        return self._inherited[path]

    def extends_site(self, path: str) -> Site | None:
        template = self.template(path)
        if template is None:
            return None
        return next((site for site in template.sites if site.kind == "extends"), None)

    def _find_parent(self, path: str) -> str | None:
        template, site = self.template(path), self.extends_site(path)
        if template is None or site is None:
            return None
        names = self.link(path, template, site).names
        if not names and site.name.isidentifier():
            names = templates_given(self.files, site.name)
        targets = [target for target in (self.target(name, path) for name in names) if target]
        # Of several, one may be for requests of htmx: the others are whole pages.
        targets.sort(key=self._is_bare)
        return next((target for target in targets if target != path), None)

    def _is_bare(self, path: str) -> bool:
        """Whether a layout is no whole page."""
        return not any(word in self.files.data(path).lower() for word in _WHOLE)

    def is_extended(self, path: str) -> bool:
        """Whether some template extends this one."""
        return any(self.parent(user) == path for user in self.graph.extending.get(path, ()))

    def chain(self, path: str) -> list[str]:
        """A page and its layouts, the page first."""
        chain = {path: None}
        parent = self.parent(path)
        while parent is not None and parent not in chain:
            chain[parent] = None
            parent = self.parent(parent)
        return list(chain)

    def is_layout_open(self, path: str) -> bool:
        """Whether the template extends something that cannot be told from its text."""
        return self.extends_site(path) is not None and self.parent(path) is None

    # Blocks

    def block(self, path: str, name: str) -> Block | None:
        template = self.template(path)
        if template is None:
            return None
        return next((block for block in template.blocks if block.name == name), None)

    def block_text(self, path: str, name: str) -> tuple[int, int] | None:
        """Where the text of a block begins and ends, if it only stands inside a start tag, too."""
        template, block = self.template(path), self.block(path, name)
        if template is None:
            return None
        if block is not None:
            return block.start, template.block_ends[block.number]
        return next(((b.start, b.end) for b in template.tag_blocks if b.name == name), None)

    # Macros

    def macro(self, path: str, name: str, *, lent: bool = False) -> Macro | None:
        """The macro that `name` means in the file at `path`.

        `lent` are those alone that others may see: not what a block or a macro has for itself.
        """
        key = (path, name, lent)
        if key not in self._macros:
            self._macros[key] = self._find_macro(path, name, lent=lent)
        return self._macros[key]

    def _find_macro(self, path: str, name: str, *, lent: bool) -> Macro | None:
        template = self.template(path)
        if template is None:
            return None
        own = self._own_macro(path, template, name)
        if own is not None and not (lent and _is_inside(template, own.root.node, own.root.start)):
            return own
        for site in template.sites:
            if site.kind not in _IMPORTING or (
                lent and _is_inside(template, site.node, site.start)
            ):
                continue
            macro = self._imported_macro(path, template, site, name)
            if macro is not None:
                return macro
        return None

    @staticmethod
    def _own_macro(path: str, template: Template, name: str) -> Macro | None:
        for node, root in template.roots.items():
            if root.kind in _MACROS and root.name == name:
                return Macro(path, template, node, root)
        return None

    def _imported_macro(self, path: str, template: Template, site: Site, name: str) -> Macro | None:
        link = self.link(path, template, site)
        wanted = _name_in_library(link, name)
        if wanted is None:
            return None
        for library in link.names:
            target = self.target(library, path)
            other = self.template(target) if target is not None else None
            if target is None or other is None:
                continue
            macro = self._own_macro(target, other, wanted)
            if macro is not None:
                return macro._replace(shares=_SHARING.search(site.name) is not None)
        return None


def _is_inside(template: Template, node: int, start: int) -> bool:
    """Whether a place is in a block or a macro."""
    ends = template.block_ends
    return template.root_of(node) != 0 or any(
        one.start <= start < ends[one.number] for one in template.blocks
    )


def _name_in_library(link: Link, name: str) -> str | None:
    if link.alias:
        prefix = link.alias + "."
        return name[len(prefix) :] if name.startswith(prefix) else None
    return next((original for original, local in link.imported if local == name), None)


def body_stretch(template: Template, node: int) -> tuple[int, int]:
    """Where the body of a macro, a capture or a call begins and ends."""
    root = template.roots[node]
    deeper = 0
    for start, _, word in template.tags:
        if start < root.end:
            continue
        if word == root.kind:
            deeper += 1
        elif word in (f"end{root.kind}", "end"):
            if not deeper:
                return root.end, start
            deeper -= 1
    return root.end, len(template.text)
