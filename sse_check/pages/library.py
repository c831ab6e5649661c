"""The outlines of a project's templates, and what each of them comes to with all that it uses."""

from typing import NamedTuple

from sse_check.pages.allowance import Allowance
from sse_check.pages.interest import Interest
from sse_check.pages.lent import macros_that_may_be
from sse_check.pages.outline import Item, Outline
from sse_check.pages.plain import Plain, read_plain
from sse_check.pages.reader import Reader
from sse_check.project.project import Project
from sse_check.template.expressions import Link, called
from sse_check.template.model import NO_ELEMENT, Site, Template

_DEEPEST = 60
LOADING = frozenset(("include", "embed", "partial", "render"))


class Effect(NamedTuple):
    """What a root comes to on a page: elements that matter, things unseen, a paragraph's end."""

    live: bool
    unseen: bool
    ends_p: bool


_UNKNOWN = Effect(live=True, unseen=False, ends_p=True)
_NOTHING = Effect(live=False, unseen=False, ends_p=False)
_UNSEEN = Effect(live=False, unseen=True, ends_p=False)


class Library:
    """Outlines by path. What depends on other files is kept apart, and forgotten with them."""

    def __init__(self, project: Project, interest: Interest, reader: Reader) -> None:
        self.project = project
        self.interest = interest
        self.reader = reader
        self.allowance = Allowance(len(project.files.found.templates))
        self._outlines: dict[str, tuple[Template, Outline]] = {}
        self._effects: dict[tuple[str, int], Effect] = {}
        self._depth = 0
        self._site_effects: dict[tuple[str, Site], Effect] = {}
        self._targets: dict[tuple[str, int], list[str]] = {}

    def forget(self, paths: set[str], changed: str) -> None:
        """A file changed: forget it, and what was concluded about those that lead to it."""
        self.allowance = Allowance(len(self.project.files.found.templates))
        self._outlines.pop(changed, None)
        if self.project.graph.lending.is_known:
            # A file may take macros from others without naming them.
            self._effects.clear()
            self._site_effects.clear()
        for effect in [key for key in self._effects if key[0] in paths]:
            del self._effects[effect]
        for site in [key for key in self._site_effects if key[0] in paths]:
            del self._site_effects[site]
        for target in [key for key in self._targets if key[0] in paths]:
            del self._targets[target]

    def outline(self, path: str, template: Template) -> Outline:
        known = self._outlines.get(path)
        if known is None or known[0] is not template:
            known = (template, Outline(path, template, self.interest, self.reader))
            self._outlines[path] = known
        return known[1]

    def plain(self, outline: Outline, node: int) -> Plain | None:
        """The attributes of an element, if they are the same wherever it stands."""
        known = outline.plain
        if node not in known:
            known[node] = read_plain(self.reader, outline.path, outline.template, node)
        return known[node]

    def targets(self, path: str, template: Template, site: Site) -> list[str]:
        """The files of the project that a site may load, the likeliest first."""
        key = (path, site.start)
        found = self._targets.get(key)
        if found is None:
            link = self.project.link(path, template, site)
            named = (self.project.target(name, path) for name in link.names)
            found = self._targets[key] = [target for target in named if target is not None]
        return found

    # Effects

    def effect(self, path: str, root: int = 0) -> Effect:
        """What a root comes to, with everything that it brings in."""
        key = (path, root)
        known = self._effects.get(key)
        if known is not None:
            return known
        template = self.project.template(path)
        if template is None:
            return _UNSEEN
        # What uses itself is not looked through, nor what lies deeper than pages are written.
        if self._depth > _DEEPEST:
            return _UNKNOWN
        self._effects[key] = _UNKNOWN
        self._depth += 1
        try:
            self._effects[key] = self._effect_of_root(path, template, root)
        finally:
            self._depth -= 1
        return self._effects[key]

    def _effect_of_root(self, path: str, template: Template, root: int) -> Effect:
        outline = self.outline(path, template)
        own = outline.root(root)
        live, unseen, ends_p = own.live, outline.has_raw_output, own.ends_p
        for item in own.items:
            more = self._effect_of_item(path, template, item)
            live, unseen, ends_p = live or more.live, unseen or more.unseen, ends_p or more.ends_p
        return Effect(live, unseen, ends_p)

    def brings(self, path: str, template: Template, site: Site) -> Effect:
        """What a site comes to: every rendering of every page with the file asks for it."""
        key = (path, site)
        known = self._site_effects.get(key)
        if known is None:
            known = self._site_effects[key] = self._effect_of_site(path, template, site)
        return known

    def _effect_of_item(self, path: str, template: Template, item: Item) -> Effect:
        site = item.site
        if site is None:
            return _UNSEEN if item.kind == "foreign" else _NOTHING
        return self._effect_of_site(path, template, site)

    def _effect_of_site(self, path: str, template: Template, site: Site) -> Effect:
        if site.kind in LOADING:
            return self._effect_of_loading(path, template, site)
        if site.kind == "call":
            return self._effect_of_call(path, site)
        if site.kind == "component":
            return self._effect_of_component(path, template, site)
        if site.kind == "call-block":
            return self._effect_of_call_block(path, template, site)
        if site.kind == "output":
            found = [
                self.effect(path, node)
                for node, root in template.roots.items()
                if root.kind in ("set", "capture") and root.name == site.name
            ]
            return _together(found)
        # A slot shows what is passed, which is looked at where it is passed.
        return _NOTHING

    def _effect_of_loading(self, path: str, template: Template, site: Site) -> Effect:
        if site.kind == "partial":
            named = named_partial(template, site.name)
            if named is not None:
                return self.effect(path, named)
        link = self.project.link(path, template, site)
        found = self.targets(path, template, site)
        part = part_named(link)
        effects = [self._effect_of_target(target, part) for target in found]
        if site.kind == "embed":
            effects.extend(
                self.effect(path, node)
                for node, root in template.roots.items()
                if root.kind == "block"
            )
        if link.open or (not found and not link.optional):
            effects.append(_UNSEEN)
        return _together(effects)

    def _effect_of_target(self, path: str, part: str) -> Effect:
        template = self.project.template(path) if part else None
        root = named_partial(template, part) if template is not None else None
        return self._effect_of_file(path) if root is None else self.effect(path, root)

    def _effect_of_file(self, path: str) -> Effect:
        chain = self.project.chain(path)
        if len(chain) == 1:
            return self.effect(path)
        effects: list[Effect] = []
        for one in chain:
            template = self.project.template(one)
            if template is not None:
                effects.extend(self.effect(one, node) for node in template.roots)
        return _together(effects)

    def _effect_of_call(self, path: str, site: Site) -> Effect:
        if site.name in ("super", "caller") or site.name.startswith("self."):
            return _NOTHING
        return _together(self._effects_of_macro(path, site.name))

    def _effects_of_macro(self, path: str, name: str) -> list[Effect]:
        macros = macros_that_may_be(self.project, path, name)
        return [self.effect(one.path, one.node) for one in macros] or [_UNSEEN]

    def _effect_of_component(self, path: str, template: Template, site: Site) -> Effect:
        return _together([self.effect(site.name), *self._effects_of_body(path, template, site)])

    def _effects_of_body(self, path: str, template: Template, site: Site) -> list[Effect]:
        """What stands between a call and its end, and in the slots in it."""
        return [
            self.effect(path, node)
            for node, root in template.roots.items()
            if root.start == site.start
            or (root.kind == "slot" and template.root_of(root.node) == body_of(template, site))
        ]

    def _effect_of_call_block(self, path: str, template: Template, site: Site) -> Effect:
        found = self._effects_of_body(path, template, site)
        found += self._effects_of_macro(path, called(site.name)[0])
        return _together(found)


def _together(effects: list[Effect]) -> Effect:
    return Effect(
        any(one.live for one in effects),
        any(one.unseen for one in effects),
        any(one.ends_p for one in effects),
    )


def named_partial(template: Template, name: str) -> int | None:
    """The root of the `partialdef` of a name."""
    wanted = name.strip("\"' ")
    for node, root in template.roots.items():
        if root.kind == "partialdef" and root.name == wanted:
            return node
    return None


def part_named(link: Link) -> str:
    """The part of a template that a link names: `{% include "page.html#row" %}` (Django)."""
    return link.names[0].partition("#")[2] if len(link.names) == 1 else ""


def body_of(template: Template, site: Site) -> int:
    """The root of what stands between a `call` and its end."""
    for node, root in template.roots.items():
        if root.kind == "call" and root.start == site.start:
            return node
    return NO_ELEMENT
