"""Which stack a page loads: read from its scripts, the project's files, or the settings."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from sse_check.htmx.contents import is_beside, is_page, is_stand_in, version_of
from sse_check.htmx.copies import (
    OwnScript,
    Served,
    installed_copies,
    own_script,
    own_scripts,
    read_script,
    version_among,
)
from sse_check.htmx.dom import Node
from sse_check.htmx.loaded import Loaded, Script
from sse_check.htmx.packages import declared, reach_of
from sse_check.htmx.script_tags import IMPORT, address_of, imports_more, written_address
from sse_check.htmx.stacks import (
    HTMX1,
    HTMX2,
    HTMX4,
    NEWEST,
    Stack,
    Version,
    mismatched,
    stack_of,
)
from sse_check.pages.marks import HOLE, Mark
from sse_check.project.places import boundary_of
from sse_check.source import Span
from sse_check.source.lazy import lazy

_AT = r"(?:@(?P<signs>[\^~v]*)(?P<at>[\w.-]+))?"
_CORE = lazy(
    r"(?:htmx\.org" + _AT + r"(?:/dist)?(?:/htmx(?:\.esm|\.amd|\.cjs)?(?:\.min)?\.js)?"
    r"|/htmx/(?P<cdnjs>\d[\w.-]*)/htmx(?:\.min)?\.js"
    r"|htmx(?:\.org)?[-.@]?v?(?P<named>\d[\d.]*\d|\d)?(?:\.esm)?(?:\.min)?\.js)$"
)
_EXTENSION = lazy(
    r"(?:htmx-ext-sse" + _AT + r"(?:/(?:dist/)?(?:hx-)?sse(?:\.min)?\.js)?"
    r"|htmx\.org(?:@[\^~v]*(?P<core>[\w.-]+))?/dist/ext/(?P<file>(?:hx-)?sse)(?:\.min)?\.js"
    r"|/htmx/(?P<cdnjs>\d[\w.-]*)/ext/sse(?:\.min)?\.js"
    r"|(?:^|/)(?:htmx-)?(?:ext[-/])?(?P<local>(?:hx-)?sse)(?:[-.]ext)?(?:[-.@]v?(?P<named>\d[\d.]*\d|\d))?"
    r"(?:\.min)?\.js)$"
)
_COMPAT = lazy(r"htmx-2-compat(?:-4)?(?:\.min)?\.js")
# htmx 4 with its extensions in one file.
_ALL_IN_ONE = lazy(
    r"(?:htmx\.org" + _AT + r"/dist/)?\bhtmax(?:[-.@]v?(?P<named>\d[\d.]*\d|\d))?(?:\.min)?\.js$"
)
_UPSERT = lazy(r"hx-upsert(?:\.min)?\.js$")
# The tag (or function) of django-htmx that writes script tags.
_TEMPLATE_TAG = lazy(r"\{[%{]-?\s*htmx_script\b([^%}]*)[%}]\}")
_TAG_VERSION = lazy(r"\bversion\s*=\s*[\"']?(\d)")
_TAG_EXTENSIONS = lazy(r"\bextensions\s*=\s*(\"[^\"]*\"|'[^']*'|[\[(][^\])]*[\])])")
# The addresses in an import map.
_MAPPED = lazy(r":\s*\"([^\"]+)\"")
_CONFIGURED = re.compile(rb"\bhtmx_version\s*=\s*[\"'](\d[\w.-]*)")


@dataclass
class Detector:
    """Reads stacks off pages; what the project's files say is read once."""

    root: str
    forced: str = "auto"
    # The scripts of a page that came from a server: there is no folder to look into.
    served: Served | None = None
    # The project's Python files with their bytes, in which Chirp is told what to load.
    python: Callable[[], Iterable[tuple[str, bytes]]] = tuple
    _configured: tuple[Version, str] | None = None
    _packages: dict[str, Version] | None = None
    _scripts_found: dict[str, list[str]] | None = None
    _by_tag: dict[tuple[object, ...], tuple[tuple[Script, ...], bool]] = field(default_factory=dict)
    _own_scripts: dict[str, OwnScript | None] = field(default_factory=dict)
    _installed: dict[str, list[str]] | None = None
    _cache: dict[tuple[object, ...], Loaded] = field(default_factory=dict)

    @cached_property
    def within(self) -> str:
        """The folder that links may not lead out of."""
        return boundary_of(self.root) if self.root else ""

    def loaded(self, page: Node, own: tuple[Script, ...] = ()) -> Loaded:
        """What a page loads; `own` is what the framework adds where the page has no core."""
        nodes = list(page.subtree())
        tags = [node for node in nodes if node.name in ("script", "link")]
        templates = {n.mark.path: n.mark for n in nodes if isinstance(n.mark, Mark)}
        loading = [mark for mark in templates.values() if "htmx_script" in mark.template.text]
        places = [(n.mark.place if isinstance(n.mark, Mark) else None) for n in tags]
        key = (*places, *(mark.path for mark in loading), *own)
        if key not in self._cache:
            self._cache[key] = self._read(tags, loading, own)
        found = self._cache[key]
        if found.source == "assumed":
            return replace(found, stack=_assumed(page))
        # Of a page that runs it is told what comes of it.
        told = self.served is not None or found.source == "settings"
        return found if told else _as_it_was_meant(found, page)

    def _read(self, tags: list[Node], loading: list[Mark], own: tuple[Script, ...]) -> Loaded:
        scripts = [script for mark in loading for script in _by_template_tag(mark)]
        others: list[str] = []
        before: list[int] = []
        for node in tags:
            found, is_other = self._of_tag(node)
            scripts.extend(found)
            before += [len(others) for s in found if s.role == "extension" and not s.deferred]
            if is_other:
                others.append(written_address(node))
        if not any(script.role == "core" for script in scripts):
            scripts = [*own, *scripts]
        stack, source, known = self._stack(scripts)
        if any(script.role == "upsert" for script in scripts):
            stack = replace(stack, upsert=True)
        first = min((*before, len(others)))
        return Loaded(stack, source, known, tuple(scripts), len(others), "".join(others[:1]), first)

    def _of_tag(self, node: Node) -> tuple[tuple[Script, ...], bool]:
        """The scripts of htmx that a tag loads, and whether it may load something else of it. A
        tag of a layout is on many pages."""
        if not isinstance(node.mark, Mark):
            return (), False
        key = (*node.mark.place, node.attributes.get("src"))
        if key not in self._by_tag:
            found = tuple(self._scripts(node))
            is_other = not found and self._could_be_htmx(node)
            self._by_tag[key] = found, is_other or imports_more(node, len(found))
        return self._by_tag[key]

    def _could_be_htmx(self, node: Node) -> bool:
        """Whether a script may hold anything: one from elsewhere, or a file that is not found."""
        src = node.attributes.get("src")
        if node.name != "script" or src is None or not isinstance(node.mark, Mark):
            return False
        url = address_of(src, node.mark)
        if HOLE in url or "{" in url:
            return True
        if not self._is_local(url):
            return not is_beside(src)
        own = self._own(url)
        return own is None or own.may_bring_htmx

    # Scripts

    def _scripts(self, node: Node) -> Iterator[Script]:
        mark = node.mark
        if not isinstance(mark, Mark) or node.name != "script":
            return
        src = node.attributes.get("src")
        if src is not None:
            deferred = any(name in node.attributes for name in ("defer", "async"))
            deferred = deferred or node.attributes.get("type") == "module"
            for script in self._script(src, mark, deferred):
                yield script._replace(unordered="async" in node.attributes)
            return
        template = mark.template
        end = template.content_end(mark.node) or template.ends[mark.node]
        addresses = IMPORT
        if node.attributes.get("type") == "importmap":
            addresses = _MAPPED
        for match in addresses.finditer(template.text, template.ends[mark.node], end):
            for script in self._script(match[1], mark, True):
                yield script._replace(unordered=True)

    def _script(self, src: str, mark: Mark, deferred: bool) -> Iterator[Script]:
        given = mark.attributes.get("src")
        span = given.attribute.span if given else mark.span
        url = address_of(src, mark)
        local = self._is_local(url)
        if _COMPAT.search(url):
            yield Script("compat", None, "4", span, url, deferred)
            return
        if _UPSERT.search(url):
            yield Script("upsert", None, "4", span, url, deferred)
            return
        match = _ALL_IN_ONE.search(url)
        if match is not None:
            whole = version_of(match["at"] or match["named"]) or (4,)
            yield Script("core", whole, None, span, url, deferred)
            yield Script("extension", whole, "4", span, url, deferred)
            yield Script("upsert", whole, "4", span, url, deferred)
            return
        match = _EXTENSION.search(url)
        if match is not None:
            found = self._extension(match, span, url, deferred)
            yield self._looked_into(found) if local and match["local"] else found
            return
        match = _CORE.search(url)
        if match is not None:
            version = version_of(match["at"] or match["cdnjs"] or match["named"])
            version = version[: reach_of(match["signs"] or "")] if version else None
            newest = version is None and not local and "htmx.org" in match[0]
            if newest:
                version = NEWEST
            elif version is None and local:
                version = self._version_of_copy(url)
            seen = local and self._own(url) is not None
            script = Script("core", version, None, span, url, deferred, seen=seen)
            yield script._replace(newest=newest)
        elif local and url.endswith((".js", ".mjs")):
            yield from self._by_content(url, span, deferred)

    def _is_local(self, url: str) -> bool:
        if self.served is not None and HOLE not in url:
            return self.served.is_own(url)
        return "://" not in url and not url.startswith("//")

    def _text_of(self, url: str) -> str | None:
        if self.served is not None:
            return self.served.text_of(url)
        if self._scripts_found is None:
            self._scripts_found = own_scripts(self.root) if self.root else {}
        path = own_script(self._scripts_found.get(url.rsplit("/", 1)[-1], []), url)
        return read_script(path, self.within) if path is not None else None

    def _own(self, url: str) -> OwnScript | None:
        """The script that a local address means: a file of the project, or what is served."""
        if url not in self._own_scripts:
            text = self._text_of(url)
            self._own_scripts[url] = OwnScript(text) if text is not None else None
        return self._own_scripts[url]

    def _by_content(self, url: str, span: Span, deferred: bool) -> Iterator[Script]:
        """A copy under a name of its own, or a bundle with htmx in it."""
        own = self._own(url)
        if own is None or not own.names_htmx:
            return
        found = own.contents
        if found.core is not None:
            whole = not own.is_in_pieces
            yield Script("core", found.core, None, span, url, deferred, seen=whole)
        if found.extension is not None:
            version = found.extension_version
            script = Script("extension", version, found.extension, span, url, deferred)
            yield script._replace(splits_close=found.splits_close)
        if found.compat:
            yield Script("compat", None, "4", span, url, deferred)

    def _looked_into(self, script: Script) -> Script:
        """A copy of an extension: for which htmx it is, and whether it is one."""
        own = self._own(script.url)
        if own is None:
            return script
        found = own.contents
        if found.extension is None:
            # Nothing but its name says what it is: a page's own script may have that one too.
            broken = is_page(own.text) or is_stand_in(own.text)
            return script._replace(generation=None, broken=broken)
        version = script.version or found.extension_version
        known = script._replace(version=version, generation=found.extension, seen=True)
        return known._replace(splits_close=found.splits_close)

    def _extension(self, match: "re.Match[str]", span: Span, url: str, deferred: bool) -> Script:
        if match["core"] or match["file"] or match["cdnjs"]:
            core = version_of(match["core"] or match["cdnjs"])
            generation = "4" if match["file"] == "hx-sse" else "1" if core else None
            script = Script("extension", core, generation, span, url, deferred)
            if not match["file"] or not script.is_elsewhere:
                return script
            # htmx 4 has its extension under a name of its own, and none for older ones.
            gone = (script.major >= NEWEST[0]) != (generation == "4")
            return script._replace(gone=gone, newest=core is None)
        if match["local"]:
            version = version_of(match["named"])
            generation = "4" if match["local"] == "hx-sse" else None
            if match["local"] == "hx-sse" and version:
                # django-htmx has one of that name for htmx 2 as well.
                generation = str(version[0])
            return Script("extension", version, generation, span, url, deferred)
        return Script("extension", version_of(match["at"]), "2", span, url, deferred)

    # From scripts to a stack

    def _stack(self, scripts: list[Script]) -> tuple[Stack, str, bool]:
        core = next((s for s in scripts if s.role == "core" and s.version), None)
        compat = any(s.role == "compat" for s in scripts)
        extension = next((s for s in scripts if s.role == "extension"), None)
        if self.forced != "auto":
            # Who asks what another htmx would do asks it of one with its own extension.
            same = core is not None and str((core.version or (0,))[0]) == self.forced
            own = extension if extension and extension.generation == self.forced else None
            version = core.version if same and core else None
            return _stack_of(version or (int(self.forced),), own, compat), "settings", True
        if core is not None and core.version:
            place = core.span.start_position
            stack = _stack_of(core.version, extension, compat)
            return stack, f"{core.span.source.path}:{place.line}", True
        if extension is not None and extension.generation:
            place = extension.span.start_position
            told = extension.version if extension.generation in ("1", "4") else None
            stack = _stack_of(told or (int(extension.generation),), extension, compat)
            return stack, f"{extension.span.source.path}:{place.line}", True
        return self._from_outside(extension, compat)

    def _from_outside(self, extension: Script | None, compat: bool) -> tuple[Stack, str, bool]:
        """What the scripts leave open: a version of a package, a setting of Chirp's."""
        if self._packages is None:
            self._packages = declared(self.root, self.within) if self.root else {}
        core = self._packages.get("htmx.org")
        if core is not None:
            beside = self._packages.get("htmx-ext-sse") if extension is None else None
            if beside is not None and core[0] == 2:
                return stack_of(core, beside, compat=compat), "package.json", True
            return _stack_of(core, extension, compat), "package.json", True
        version, source = self._configuration()
        if version:
            return _stack_of(version, extension, compat), source, True
        return HTMX2, "assumed", False

    # What the project's files say

    def _configuration(self) -> tuple[Version, str]:
        """The version in Chirp's `AppConfig(htmx_version=...)`, and the file that has it."""
        if self._configured is None:
            self._configured = next(self._configurations(), ((), ""))
        return self._configured

    def _configurations(self) -> Iterator[tuple[Version, str]]:
        for path, data in self.python():
            match = _CONFIGURED.search(data) if b"htmx_version" in data else None
            if match is not None:
                yield version_of(match[1].decode()) or (), path

    def _version_of_copy(self, url: str) -> Version | None:
        """What the copy in the project says, else one that an installed package brings."""
        own = self._own(url)
        if own is not None:
            return own.version
        if self.served is not None or not self.root:
            return None
        if self._installed is None:
            self._installed = installed_copies(self.root)
        return version_among(self._installed.get(url.rsplit("/", 1)[-1], []), url)


def _assumed(page: Node) -> Stack:
    """The stack of a page that loads nothing known: the one whose markup it has, else htmx 2."""
    names = {name for node in page.subtree() for name in node.attributes}
    if names & {"sse-connect", "data-sse-connect", "sse-swap", "data-sse-swap"}:
        return HTMX2
    if any(name.startswith("hx-sse:") for name in names):
        return HTMX4
    return HTMX1 if names & {"hx-sse", "data-hx-sse"} else HTMX2


def _as_it_was_meant(found: Loaded, page: Node) -> Loaded:
    """What is newest changes under a page. That it is too new is one fault of the page; all else
    is judged by the htmx that it was written for."""
    core, extension = found.script("core"), found.script("extension")
    meant = _assumed(page).generation
    if core is None or not core.newest or meant == "4":
        return found
    own = extension if extension is not None and extension.generation == meant else None
    return replace(found, stack=_stack_of((int(meant),), own, compat=False))


def _by_template_tag(mark: Mark) -> Iterator[Script]:
    """What `{% htmx_script version=4 extensions="hx-sse" %}` of django-htmx loads."""
    source = mark.template.source
    for match in _TEMPLATE_TAG.finditer(source.text):
        span = Span(source, match.start(), match.end())
        version = _TAG_VERSION.search(match[1])
        generation = version[1] if version else "2"
        listed = _TAG_EXTENSIONS.search(match[1])
        names = re.findall(r"[\w-]+", listed[1]) if listed else []
        yield Script("core", (int(generation),), None, span, "htmx_script", True)
        if "hx-sse" in names or "htmax" in names:
            yield Script("extension", None, generation, span, "htmx_script", True)
        if "htmx-2-compat" in names:
            yield Script("compat", None, "4", span, "htmx_script", True)


def _stack_of(core: Version, extension: Script | None, compat: bool) -> Stack:
    generation = str(core[0])
    version = extension.version if extension is not None else None
    if extension is not None and extension.generation not in (generation, None):
        old = bool(version) and (0,) < (version or ()) < (2, 2) and len(version or ()) > 1
        return mismatched(generation, str(extension.generation), old=old)
    told = version if extension is not None and extension.generation else None
    stack = stack_of(core, told, compat=compat)
    splits = extension is not None and extension.splits_close
    return replace(stack, splits_close=True) if splits else stack
