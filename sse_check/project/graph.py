"""Which template names which other: found with one pattern over the bytes of every file.

The pattern also sees links in comments and raw blocks. That costs a needless parse at most:
the exact links come from the parsed template.
"""

import codecs
import re
from collections import defaultdict

from sse_check.project.files import Files
from sse_check.project.names import TemplateNames

_LINK = re.compile(
    rb"\{%[-+~]?\s*(?:include|extends|import|from|embed|partial)\b((?:[^%\"']|\"[^\"]*\"|'[^']*'|%(?!\}))*)%\}"
)
_QUOTED = re.compile(rb"\"([^\"\n]+)\"|'([^'\n]+)'")
_RELEVANT = re.compile(rb"(?<![a-z])sse|hx-|\{\{-?\s*signal", re.IGNORECASE)
_EVENTS = re.compile(rb"sse-|hx-sse|sse:|\{\{-?\s*signal", re.IGNORECASE)
LAYOUT = "_layout.html"


class Graph:
    """Links between files, both ways, and the files in which events could matter."""

    def __init__(self, files: Files, names: TemplateNames) -> None:
        self.users: defaultdict[str, list[str]] = defaultdict(list)
        self.unresolved: defaultdict[str, list[str]] = defaultdict(list)
        self.links: defaultdict[str, list[str]] = defaultdict(list)
        relevant: set[str] = set()
        speaking: list[str] = []
        for path in files.found.templates:
            data = _searchable(files.data(path))
            if _RELEVANT.search(data):
                relevant.add(path)
                if _EVENTS.search(data):
                    speaking.append(path)
            if b"{%" in data:
                self._links(path, data, names)
        # Macros may put events into the tags of files that do not speak of events themselves.
        for path in speaking:
            relevant.update(self.users.get(path, ()))
        self.speaking = frozenset(speaking)
        self._relevant = relevant
        self.known = frozenset(files.found.templates)
        # Those of which it matters what they leave open.
        self.saying = frozenset(relevant)
        self.relevant = [path for path in files.found.templates if path in relevant]
        self.layouts = frozenset(
            path for path in files.found.templates if path.rsplit("/", 1)[-1] == LAYOUT
        )

    def _links(self, path: str, data: bytes, names: TemplateNames) -> None:
        linked = set()
        for match in _LINK.finditer(data):
            for first, second in _QUOTED.findall(match[1]):
                name = (first or second).decode("utf-8", "replace").split("#")[0]
                target = names.resolve(name, path)
                if target is None:
                    self.unresolved[path].append(name)
                elif target not in linked:
                    linked.add(target)
                    self.users[target].append(path)
                    self.links[path].append(target)

    def leads_to_relevant(self, path: str, apart_from: str) -> bool:
        """Whether a file, or one that it links to by more than `apart_from`, may matter."""
        seen, pending = {path, apart_from}, [path]
        while pending:
            current = pending.pop()
            if current in self._relevant:
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


def _searchable(data: bytes) -> bytes:
    """The bytes in an encoding that patterns over bytes can read."""
    if data[:2] not in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return data
    return data.decode("utf-16", "replace").encode()
