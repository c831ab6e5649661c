"""Which template names which other: found with one pattern over the bytes of every file.

The pattern also sees links in comments and raw blocks. That costs a needless parse at most:
the exact links come from the parsed template.
"""

import codecs
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

from sse_check.project.files import Files
from sse_check.project.given_templates import included_by, templates_given
from sse_check.project.lending import Lending
from sse_check.project.names import TemplateNames
from sse_check.source.timing import timing

# A statement ends before the next one begins: one that never ends is not looked for in the rest.
_LINK = re.compile(
    rb"\{%[-+~]?\s*(include|extends|import|from|embed|partial)\b"
    rb"((?:[^%{\"']|\{(?!%)|\"(?:[^\"{]|\{(?!%))*\"|'(?:[^'{]|\{(?!%))*'|%(?!\}))*)%\}"
)
# `<c-card>` or `<Card>`: tags that may stand for a template.
_COMPONENT = re.compile(rb"<(c-[\w.-]+|[\w.]*[A-Z][\w.]*)")
_IMPORTING = frozenset((b"import", b"from"))
_SHARING = re.compile(rb"\bwith\s+context\b")
# A function of jinja_partials.
_RENDERED = re.compile(rb"\brender_partial\(\s*(?:\"([^\"\n]+)\"|'([^'\n]+)')")
_QUOTED = re.compile(rb"\"([^\"\n]+)\"|'([^'\n]+)'")
# In small letters.
_SSE = re.compile(rb"(?<![a-z])sse")
_SIGNAL = re.compile(rb"\{\{-?\s*signal")
_EVENTS = (b"sse-", b"hx-sse", b"sse:")
# What a page that says nothing to htmx does to its layout, and what could make that unclear.
_BLOCK = re.compile(rb"\{%[-+~]?\s*block\s+([\w-]+)")
_UNCLEAR = re.compile(rb"\{#|\{%[-+~]?\s*(?:raw|verbatim|comment|set|let|end\s)|<!--|super")
LAYOUT = "_layout.html"


class Links:
    """Links between files, both ways."""

    def __init__(self) -> None:
        self.users: defaultdict[str, list[str]] = defaultdict(list)
        self.links: defaultdict[str, list[str]] = defaultdict(list)
        # The layout that a file names first.
        self.layout_of: dict[str, str] = {}
        # The files that name a file as their layout.
        self.extending: defaultdict[str, set[str]] = defaultdict(set)
        # Links by which a file takes in what another says: all but the one to its layout.
        self.takers: defaultdict[str, set[str]] = defaultdict(set)
        # Of these, the files in which another is put where it is named.
        self.including: defaultdict[str, set[str]] = defaultdict(set)

    def add(self, path: str, named: Iterable[tuple[bytes, str]]) -> None:
        """The files that a file names, each with the word of the statement."""
        linked = set()
        for word, target in named:
            if word != b"extends":
                self.takers[target].add(path)
                if word not in _IMPORTING:
                    self.including[target].add(path)
            else:
                self.layout_of.setdefault(path, target)
                self.extending[target].add(path)
            if target not in linked:
                linked.add(target)
                self.users[target].append(path)
                self.links[path].append(target)

    def remove(self, path: str) -> None:
        """All links of a file."""
        for target in self.links.pop(path, ()):
            self.users[target].remove(path)
            self.takers[target].discard(path)
            self.including[target].discard(path)
            self.extending[target].discard(path)
        self.layout_of.pop(path, None)


class Graph:
    """Links between files, both ways, and the files in which events could matter.

    Links are read when somebody asks for one: where no file speaks of events, nobody does.
    """

    def __init__(self, files: Files, names: TemplateNames) -> None:
        self.files = files
        self.names = names
        self.lending = Lending(files, self)
        files.lent_to = self.lending.lent_to
        self._saying: set[str] = set()
        self._speaking: set[str] = set()
        words = "|".join(map(re.escape, files.including))
        tags = rf"\{{%[-+~]?\s*({words})\b" if words else ""
        self._tags = re.compile(tags.encode()) if tags else None
        for path in files.found.templates:
            self._scan(path)
        self.layouts = frozenset(
            path for path in files.found.templates if path.rsplit("/", 1)[-1] == LAYOUT
        )
        self._conclude()

    def changed(self, path: str) -> None:
        """A file has other content now."""
        self._all.remove(path)
        self._all.add(path, self._targets(path))
        self.lending.changed(path)
        self._saying.discard(path)
        self._speaking.discard(path)
        self._scan(path)
        self._conclude()

    @cached_property
    def _all(self) -> Links:
        found = Links()
        with timing.part("index"):
            for path in self.files.found.templates:
                found.add(path, self._targets(path))
        return found

    @property
    def users(self) -> defaultdict[str, list[str]]:
        """The files that name each file."""
        return self._all.users

    @property
    def links(self) -> defaultdict[str, list[str]]:
        """The files that each file names."""
        return self._all.links

    @property
    def extending(self) -> defaultdict[str, set[str]]:
        """The files that name each file as their layout."""
        return self._all.extending

    @property
    def including(self) -> defaultdict[str, set[str]]:
        """The files in which each file is put where they name it."""
        return self._all.including

    def layout_of(self, path: str) -> str | None:
        """The layout that a file names first."""
        return self._all.layout_of.get(path)

    def _scan(self, path: str) -> None:
        data = _searchable(self.files.data(path))
        says, speaks = _said(data.lower())
        if says:
            self._saying.add(path)
        if speaks:
            self._speaking.add(path)

    def _conclude(self) -> None:
        # Macros may put events into the tags of files that do not speak of events themselves.
        self.relevant_set = set(self._saying)
        for path in self._speaking:
            self.relevant_set.update(self._all.takers.get(path, ()))
        if self._speaking:
            live = self._speaking.union(*(self._all.takers.get(one, ()) for one in self._speaking))
            self.relevant_set |= self.lending.calling(live, self.relevant_set)
        self.speaking = frozenset(self._speaking)
        self.relevant = [path for path in self.files.found.templates if path in self.relevant_set]

    def _targets(self, path: str) -> Iterator[tuple[bytes, str]]:
        data = _searchable(self.files.data(path))
        for word, name in self._named(data) if b"{%" in data or b"render_partial" in data else ():
            target = self.names.resolve(name, path)
            if target is not None:
                yield word, target
        components = self.files.components
        for tag in _COMPONENT.findall(data) if components else ():
            target = components.get(tag.decode())
            if target:
                yield b"include", target

    def misses(self, path: str) -> bool:
        """Whether a file may name one that is not there."""
        data = _searchable(self.files.data(path))
        return any(self.names.resolve(name, path) is None for _, name in self._named(data))

    def _named(self, data: bytes) -> Iterator[tuple[bytes, str]]:
        """The files that statements name, each with the word of its statement."""
        for match in _LINK.finditer(data):
            quoted = _QUOTED.findall(match[2])
            # What is imported so sees what an included file would see.
            shares = match[1] in _IMPORTING and _SHARING.search(match[2]) is not None
            word = b"include" if shares else match[1]
            for first, second in quoted:
                for name in (first or second).decode("utf-8", "replace").split(","):
                    yield word, name.split("#")[0]
            variable = match[2].strip(b" \t\r\n-+~").decode("utf-8", "replace")
            if match[1] == b"include" and not quoted:
                variable = included_by(variable)
            if match[1] in (b"extends", b"include") and variable.isidentifier():
                for name in templates_given(self.files, variable):
                    yield match[1], name
        for first, second in _RENDERED.findall(data) if b"render_partial" in data else ():
            yield b"include", (first or second).decode("utf-8", "replace")
        for match in self._tags.finditer(data) if self._tags is not None else ():
            yield match[1], self.files.including[match[1].decode()].template

    def replaced_blocks(self, path: str) -> frozenset[bytes] | None:
        """The blocks that a plain page of one layout replaces; None when it needs a closer look.

        A plain page links to its layout and to nothing else.
        """
        data = _searchable(self.files.data(path))
        if self.links.get(path) != [self._all.layout_of.get(path)] or _UNCLEAR.search(data):
            return None
        return frozenset(_BLOCK.findall(data))

    def leads_to_relevant(self, path: str, apart_from: str) -> bool:
        """Whether a file, or one that it links to by more than `apart_from`, may matter."""
        seen, pending = {path, apart_from}, [path]
        while pending:
            current = pending.pop()
            if current in self.relevant_set:
                return True
            linked = [target for target in self.links.get(current, ()) if target not in seen]
            seen.update(linked)
            pending.extend(linked)
        return False

    def wrapping_layout(self, path: str) -> str | None:
        """The `_layout.html` that wraps a page by where it lies: its own folder's, or above.

        Pages and layouts lie below a folder named `pages`.
        """
        parts = path.split("/")
        if "pages" not in parts[:-1]:
            return None
        depth = len(parts) - 1
        if parts[-1] == LAYOUT:
            depth -= 1
        while depth > 0 and "pages" in parts[:depth]:
            candidate = "/".join([*parts[:depth], LAYOUT])
            if candidate in self.layouts:
                return candidate
            depth -= 1
        return None


def _said(small: bytes) -> tuple[bool, bool]:
    """Whether a text in small letters says anything to htmx, and whether it speaks of events."""
    signals = b"signal" in small and _SIGNAL.search(small) is not None
    sse = b"sse" in small and _SSE.search(small) is not None
    says = signals or sse or b"hx-" in small
    return says, says and (signals or any(word in small for word in _EVENTS))


def _searchable(data: bytes) -> bytes:
    """The bytes in an encoding that patterns over bytes can read."""
    if data[:2] not in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return data
    return data.decode("utf-16", "replace").encode()
