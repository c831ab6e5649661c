"""Which stack a page loads: read from its scripts, the project's files, or the settings."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

from sse_check.htmx.copies import (
    Version,
    installed_copies,
    own_copies,
    version_among,
    version_of,
)
from sse_check.htmx.dom import Node
from sse_check.htmx.outline import Mark
from sse_check.htmx.stacks import (
    HTMX1,
    HTMX2,
    HTMX2_EXT210,
    HTMX4,
    HTMX4_COMPAT,
    MISMATCHED,
    Stack,
)
from sse_check.project.places import boundary_of
from sse_check.source import Span
from sse_check.source.lazy import lazy
from sse_check.source.reading import UnreadableError, read_file

_AT = r"(?:@[\^~v]*(?P<at>[\w.-]+))?"
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
_IMPORT = lazy(r"(?:from|import)\s*\(?\s*[\"']([^\"']+)[\"']")
# The tag (or function) of django-htmx that writes script tags.
_TEMPLATE_TAG = lazy(r"\{[%{]-?\s*htmx_script\b([^%}]*)[%}]\}")
_TAG_VERSION = lazy(r"\bversion\s*=\s*[\"']?(\d)")
_TAG_EXTENSIONS = lazy(r"\bextensions\s*=\s*(\"[^\"]*\"|'[^']*'|[\[(][^\])]*[\])])")
_DEPENDENCY = lazy(r"\"(htmx\.org|htmx-ext-sse)\"\s*:\s*\"[\^~>=v ]*(\d[\w.]*)")
_CONFIGURED = re.compile(rb"\bhtmx_version\s*=\s*[\"'](\d[\w.-]*)")
_LARGEST_FILE = 1_000_000


class Script(NamedTuple):
    """A script of htmx that a page loads: what it is, its version if told, and where."""

    role: Literal["core", "extension", "compat"]
    version: Version | None
    # The generation for which an extension was written, when its address says so.
    generation: str | None
    span: Span
    url: str
    deferred: bool


@dataclass(frozen=True, slots=True)
class Loaded:
    """The stack of a page, how that is known, and the scripts that say so."""

    stack: Stack
    source: str
    known: bool
    scripts: tuple[Script, ...] = ()
    # Scripts that could hold anything, such as a bundle.
    others: int = 0

    def script(self, role: str) -> Script | None:
        return next((script for script in self.scripts if script.role == role), None)


@dataclass
class Detector:
    """Reads stacks off pages; what the project's files say is read once."""

    root: str
    forced: str = "auto"
    # Copies of htmx that pages load, by file name; looked for in the project when first needed.
    copies: dict[str, Version | None] | None = None
    # The project's Python files, in which Chirp is told what to load.
    python: tuple[str, ...] = ()
    _configured: tuple[Version, str] | None = None
    _packages: dict[str, tuple[Version, str]] | None = None
    _installed: dict[str, list[str]] | None = None
    _cache: dict[tuple[object, ...], Loaded] = field(default_factory=dict)

    @cached_property
    def within(self) -> str:
        """The folder that links may not lead out of."""
        return boundary_of(self.root) if self.root else ""

    def loaded(self, page: Node) -> Loaded:
        nodes = list(page.subtree())
        tags = [node for node in nodes if node.name in ("script", "link")]
        templates = list({n.mark.path: n.mark for n in nodes if isinstance(n.mark, Mark)}.values())
        places = ((n.mark.place if isinstance(n.mark, Mark) else None) for n in tags)
        key = (*places, *(mark.path for mark in templates))
        if key not in self._cache:
            self._cache[key] = self._read(tags, templates)
        return self._cache[key]

    def _read(self, tags: list[Node], templates: list[Mark]) -> Loaded:
        scripts = [script for mark in templates for script in _by_template_tag(mark)]
        others = 0
        for node in tags:
            found = list(self._scripts(node))
            scripts.extend(found)
            others += not found and node.name == "script" and "src" in node.attributes
        stack, source, known = self._stack(scripts)
        return Loaded(stack, source, known, tuple(scripts), others)

    # Scripts

    def _scripts(self, node: Node) -> Iterator[Script]:
        mark = node.mark
        if not isinstance(mark, Mark) or node.name != "script":
            return
        src = node.attributes.get("src")
        if src is not None:
            deferred = any(name in node.attributes for name in ("defer", "async"))
            deferred = deferred or node.attributes.get("type") == "module"
            yield from self._script(src, mark, deferred)
            return
        template = mark.template
        end = template.content_ends.get(mark.node, template.ends[mark.node])
        for match in _IMPORT.finditer(template.text, template.ends[mark.node], end):
            yield from self._script(match[1], mark, True)

    def _script(self, src: str, mark: Mark, deferred: bool) -> Iterator[Script]:
        given = mark.given.get("src")
        span = given.attribute.span if given else mark.span
        # What stands before a hole (`{{ static('htmx.js') }}`) is read from the text itself.
        text = span.text.rstrip("\"'}) ") if "\ue000" in src else src
        url = re.split(r"[?#]", text)[0]
        if _COMPAT.search(url):
            yield Script("compat", None, "4", span, url, deferred)
            return
        match = _ALL_IN_ONE.search(url)
        if match is not None:
            whole = version_of(match["at"] or match["named"]) or (4,)
            yield Script("core", whole, None, span, url, deferred)
            yield Script("extension", whole, "4", span, url, deferred)
            return
        match = _EXTENSION.search(url)
        if match is not None:
            yield self._extension(match, span, url, deferred)
            return
        match = _CORE.search(url)
        if match is None:
            return
        version = version_of(match["at"] or match["cdnjs"] or match["named"])
        if version is None and "://" not in url:
            version = self._version_of_copy(url)
        yield Script("core", version, None, span, url, deferred)

    def _extension(self, match: "re.Match[str]", span: Span, url: str, deferred: bool) -> Script:
        if match["core"] or match["file"] or match["cdnjs"]:
            core = version_of(match["core"] or match["cdnjs"])
            generation = "4" if match["file"] == "hx-sse" else "1" if core else None
            return Script("extension", core, generation, span, url, deferred)
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
            own = extension if extension and extension.generation == self.forced else None
            return _stack_of(self.forced, own, compat), "settings", True
        if core is not None and core.version:
            place = core.span.start_position
            stack = _stack_of(str(core.version[0]), extension, compat)
            return stack, f"{core.span.source.path}:{place.line}", True
        if extension is not None and extension.generation:
            place = extension.span.start_position
            stack = _stack_of(extension.generation, extension, compat)
            return stack, f"{extension.span.source.path}:{place.line}", True
        version, source = self._package("htmx.org")
        if version:
            return _stack_of(str(version[0]), extension, compat), source, True
        version, source = self._configuration()
        if version:
            return _stack_of(str(version[0]), extension, compat), source, True
        return HTMX2, "assumed", False

    # What the project's files say

    def _package(self, name: str) -> tuple[Version, str]:
        if self._packages is None:
            self._packages = {}
            try:
                file = os.path.join(self.root, "package.json")
                text = read_file(file, limit=200_000, within=self.within, cut=True).decode()
            except (UnreadableError, UnicodeDecodeError):
                text = ""
            for match in _DEPENDENCY.finditer(text):
                self._packages[match[1]] = (version_of(match[2]) or (), "package.json")
        return self._packages.get(name, ((), ""))

    def _configuration(self) -> tuple[Version, str]:
        """The version in Chirp's `AppConfig(htmx_version=...)`, and the file that has it."""
        if self._configured is None:
            self._configured = next(self._configurations(), ((), ""))
        return self._configured

    def _configurations(self) -> Iterator[tuple[Version, str]]:
        for path in self.python:
            try:
                file = os.path.join(self.root, path)
                data = read_file(file, limit=_LARGEST_FILE, within=self.within, cut=True)
            except UnreadableError:
                continue
            match = _CONFIGURED.search(data)
            if match is not None:
                yield version_of(match[1].decode()) or (), path

    def _version_of_copy(self, url: str) -> Version | None:
        """What the copy in the project says, else one that an installed package brings."""
        name = url.rsplit("/", 1)[-1]
        if self.copies is None:
            self.copies = own_copies(self.root)
        if self.copies.get(name) is not None or not self.root:
            return self.copies.get(name)
        if self._installed is None:
            self._installed = installed_copies(self.root)
        return version_among(self._installed.get(name, []), url)


def _by_template_tag(mark: Mark) -> Iterator[Script]:
    """What `{% htmx_script version=4 extensions="hx-sse" %}` of django-htmx loads."""
    source = mark.template.source
    for match in _TEMPLATE_TAG.finditer(source.text) if "htmx_script" in source.text else ():
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


def _stack_of(generation: str, extension: Script | None, compat: bool) -> Stack:
    version = extension.version or () if extension is not None else ()
    old = (0,) < version < (2, 2) and len(version) > 1
    if extension is not None and extension.generation not in (generation, None):
        return _mismatched(generation, str(extension.generation), old=old)
    if generation == "1":
        return HTMX1
    if generation == "4":
        return HTMX4_COMPAT if compat else HTMX4
    return HTMX2_EXT210 if extension is not None and extension.generation and old else HTMX2


def _mismatched(core: str, extension: str, *, old: bool) -> Stack:
    if (core, extension) == ("1", "2"):
        return MISMATCHED["htmx1-ext210" if old else "htmx1-ext224"]
    if (core, extension) == ("2", "1"):
        return MISMATCHED["htmx2-ext1"]
    # An extension of htmx 4 finds nothing to extend in another, and none else anything in it.
    return MISMATCHED.get(f"htmx{core}-core", HTMX2)
