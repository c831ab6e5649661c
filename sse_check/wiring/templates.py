"""The templates of an application by the names that its Python code uses."""

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher, get_close_matches
from typing import NamedTuple

from sse_check.apps.model import App, Render
from sse_check.project.project import Project
from sse_check.source import Source
from sse_check.template.model import Template
from sse_check.template.values import Pattern


class TemplateLink(NamedTuple):
    """A statement by which a template brings in others: `extends`, `include` and the like.

    `open` says that a variable names it, `optional` that it may be missing, `found` that one of
    the names is there.
    """

    kind: str
    names: tuple[str, ...]
    open: bool
    optional: bool
    found: bool
    source: Source
    start: int
    end: int


# What renders the templates of these is told its folders, and no package adds any.
_OF_FOLDERS_ALONE = frozenset(("fastapi", "starlette"))
# The folders of packages whose templates projects put their own in front of.
_OF_PACKAGES = frozenset(
    "admin registration account socialaccount allauth security rest_framework django".split()
)
_LINKING = frozenset(("extends", "include", "embed", "import", "from"))


def _stem(name: str) -> str:
    return name.rpartition("/")[2].partition(".")[0]


def _are_alike(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other).ratio() > 0.6


def links_of(project: Project, path: str) -> Iterator[TemplateLink]:
    """What a template brings in by name."""
    template = project.template(path)
    for site in template.sites if template is not None else ():
        if template is None or site.kind not in _LINKING:
            continue
        link = project.link(path, template, site)
        found = any(project.target(name, path) is not None for name in link.names)
        yield TemplateLink(
            site.kind,
            link.names,
            link.open,
            link.optional,
            found,
            template.source,
            site.start,
            site.end,
        )


def blocks_around(template: Template, node: int) -> tuple[str, ...]:
    """The names of the blocks in which an element is written."""
    start = template.starts[node]
    return tuple(
        block.name
        for block in template.blocks
        if block.start <= start < template.block_ends[block.number]
    )


def binds(template: Template, node: int, name: str) -> bool:
    """Whether a name has a meaning of the template's own before an element, in its block."""
    end = template.starts[node]
    starts = [b.start for b in template.blocks if b.start <= end < template.block_ends[b.number]]
    statement = re.compile(rf"\{{%-?\s*(?:for|set|with|let)\b[^%]*\b{name}\b[^%]*%\}}")
    return statement.search(template.text, max(starts, default=0), end) is not None


def _is_of_nothing(name: str, *given: Container[str]) -> bool:
    """Whether a name is a field of something that is not given."""
    owner, dot, _ = name.partition(".")
    return bool(dot) and not any(owner in names for names in given)


def _shows(render: Render, blocks: tuple[str, ...] | None) -> bool:
    if blocks is None or not render.block:
        return True
    return any(one.matches(Pattern.of(name)) for one in render.block for name in blocks)


@dataclass(eq=False)
class AppTemplates:
    """Looks names up in the template folders of an application, as its engine does."""

    project: Project
    _names: dict[int, dict[str, str]] = field(default_factory=dict)
    _rendered: dict[int, dict[str, list[Render]]] = field(default_factory=dict)

    def names(self, app: App) -> dict[str, str]:
        """The file of each name that the application's folders hold, the first folder first."""
        key = id(app)
        if key not in self._names:
            found: dict[str, str] = {}
            for folder in app.folders.paths:
                start = folder.strip("/") + "/" if folder.strip("/.") else ""
                for path in self.project.files.found.templates:
                    if path.startswith(start):
                        found.setdefault(path[len(start) :], path)
            self._names[key] = found
        return self._names[key]

    def find(self, app: App, name: str) -> str | None:
        """The file that an application renders by a name."""
        if self.project.files.inner_at(name) is not None:
            return name
        if self.project.files.inner_at(app.path) is not None:
            return None
        found = self.names(app).get(name.lstrip("/"))
        if found is not None:
            return found
        if app.folders.known and app.folders.paths:
            return None
        return self.project.names.resolve(name, app.path)

    def given(
        self, app: App, path: str, name: str, blocks: tuple[str, ...] | None = None
    ) -> tuple[Pattern, ...]:
        """What Python gives a template under a name; empty where some of it is not known.

        Of blocks that are rendered by themselves only those in `blocks` count, where it is given;
        else none of them, where the whole of the template is rendered too.
        """
        renders = self._renders(app).get(path, [])
        shown = [one for one in renders if _shows(one, blocks)]
        if blocks is None:
            shown = [one for one in renders if not one.block] or renders
        found: dict[Pattern, None] = {}
        everywhere = app.rendering.everywhere.get(name)
        for render in (one for some in shown for one in (some, *some.alike)):
            context, complete = render.given
            values = context.get(name, everywhere)
            if values is not None:
                found.update(dict.fromkeys(values))
            elif complete and _is_of_nothing(name, context, app.rendering.everywhere):
                # A field of what is not there: either a condition leaves it out, or Jinja fails.
                continue
            elif context or render.block or complete:
                return ()
            # Otherwise it is no more than a declaration, beside the calls that do render it.
        return tuple(found)

    def _renders(self, app: App) -> dict[str, list[Render]]:
        """The places that render each template."""
        key = id(app)
        if key not in self._rendered:
            found: dict[str, list[Render]] = {}
            for render in app.renders:
                for path in {self.find(app, n.literal) for n in render.names if n.literal}:
                    if path is not None:
                        found.setdefault(path, []).append(render)
            self._rendered[key] = found
        return self._rendered[key]

    def rendered(self, app: App) -> list[str]:
        """The templates that an application renders, and what these take in."""
        links = self.project.graph.links
        found = dict.fromkeys(self._renders(app))
        pending = list(found)
        while pending:
            for target in links.get(pending.pop(), ()):
                if target not in found:
                    found[target] = None
                    pending.append(target)
        return list(found)

    def nearest(self, app: App, name: str) -> str | None:
        """The name that was most likely meant."""
        if self._may_be_installed(app, name.lstrip("/").partition("/")[0]):
            return None
        close = get_close_matches(name, self.names(app), n=3, cutoff=0.8)
        return next((one for one in close if _are_alike(_stem(one), _stem(name))), None)

    def is_own(self, app: App, name: str) -> bool:
        """Whether a name can only be one of the application's own templates.

        Packages bring templates below a folder of their own, where the framework looks in them.
        """
        names = self.names(app)
        if not app.folders.known or not names or app.part:
            return False
        if app.framework in _OF_FOLDERS_ALONE:
            return True
        top, slash, _ = name.lstrip("/").partition("/")
        if not slash:
            return app.framework != "django"
        if self._may_be_installed(app, top):
            return False
        return any(known.startswith(top + "/") for known in names)

    def _may_be_installed(self, app: App, name: str) -> bool:
        """Whether a package may bring templates below this folder: what the project has in there
        goes before the package's, and often extends that. A site of Django names its packages."""
        if app.framework in _OF_FOLDERS_ALONE:
            return False
        if name in _OF_PACKAGES or app.framework != "django":
            return name in _OF_PACKAGES
        listed = re.compile(rb"[\"'][\w.]*\b%s(?:\.apps\.\w+)?[\"']" % re.escape(name.encode()))
        found = self.project.files.found
        own = any(f"/{name}/" in f"/{path}" for path in found.python)
        return not own and any(
            listed.search(data)
            for data in map(self.project.files.data, sorted(app.modules))
            if b"INSTALLED_APPS" in data
        )

    def blocks(self, path: str) -> set[str] | None:
        """What of a template may be rendered by itself; None when that cannot be told."""
        chain = self.project.chain(path)
        if self.project.is_layout_open(chain[-1]):
            return None
        found: set[str] = set()
        for step in chain:
            template = self.project.template(step)
            if template is None:
                return None
            found.update(block.name for block in template.blocks)
            found.update(block.name for block in template.tag_blocks)
            found.update(root.name for root in template.roots.values() if root.name)
        return found
