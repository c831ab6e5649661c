"""Macros that a template sees through others: what is rendered together shares its names.

What a layout imports or defines is seen in the blocks of its pages, and the other way round; an
included file sees what the file has that includes it. Jinja and kida do this alike. Here it is
told from the bytes of the files which names may be seen where; `pages` knows which are.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sse_check.project.files import Files
    from sse_check.project.graph import Graph

_NAMING = re.compile(
    rb"\{%[-+~]?\s*(?:(?:macro|def|region)\s+([A-Za-z_]\w*)|(import|from)\b([^%{}]*)%\})"
)
_WORDS = (b"macro", b"import", b"def", b"region")


class Lending:
    """The names of macros that files have, and who may see those of others."""

    def __init__(self, files: Files, graph: Graph) -> None:
        self.files = files
        self.graph = graph
        self._lenders: dict[str, tuple[str, ...]] = {}
        self._lent: dict[str, frozenset[str]] = {}

    @cached_property
    def _named(self) -> dict[str, dict[str, str]]:
        """The files that have macros: each name with the file that it is from."""
        found = {path: self.named_in(path) for path in self.files.found.templates}
        return {path: names for path, names in found.items() if names}

    def named_in(self, path: str) -> dict[str, str]:
        """What a file defines and imports, each name with the file that it is from."""
        data = self.files.data(path)
        if b"{%" not in data or not any(word in data for word in _WORDS):
            return {}
        from sse_check.template.expressions import read_link

        found: dict[str, str] = {}
        for own, word, rest in _NAMING.findall(data):
            if own:
                found.setdefault(own.decode(), path)
                continue
            link = read_link(word.decode(), rest.decode("utf-8", "replace").strip(" -+~"), "jinja")
            names = [link.alias] if link.alias else [local for _, local in link.imported]
            targets = (self.graph.names.resolve(name, path) for name in link.names)
            target = next((one for one in targets if one is not None), "")
            found.update(dict.fromkeys(names, target))
        return found

    @property
    def is_known(self) -> bool:
        """Whether some file has macros that others may see, and somebody asked."""
        return bool(self.__dict__.get("_named"))

    def changed(self, path: str) -> None:
        """A file has other content now."""
        if "_named" in self.__dict__:
            names = self.named_in(path)
            self._named.pop(path, None)
            if names:
                self._named[path] = names
        self._lenders.clear()
        self._lent.clear()

    def lenders(self, path: str) -> tuple[str, ...]:
        """The files whose macros another may see without a word of its own."""
        if not self._named:
            return ()
        found = self._lenders.get(path)
        if found is None:
            together = self._together(path)
            found = self._lenders[path] = tuple(one for one in together if one in self._named)
        return found

    def lent_to(self, path: str) -> frozenset[str]:
        """The names that these files have."""
        found = self._lent.get(path)
        if found is None:
            names = (self._named[one] for one in self.lenders(path))
            found = self._lent[path] = frozenset().union(*names)
        return found

    def _together(self, path: str) -> dict[str, None]:
        """The files that may be rendered before a file, or around it, on one page."""
        graph, found = self.graph, dict[str, None]()
        seen, pending = {path}, [path]
        while pending:
            for page in self._extending(pending.pop()):
                found.update(dict.fromkeys(self._with_layouts(page)))
                for user in graph.including.get(page, ()):
                    if user not in seen:
                        seen.add(user)
                        pending.append(user)
        found.pop(path, None)
        return found

    def _extending(self, path: str) -> Iterable[str]:
        """A file and all that extend it."""
        found, pending = {path: None}, [path]
        while pending:
            for user in self.graph.extending.get(pending.pop(), ()):
                if user not in found:
                    found[user] = None
                    pending.append(user)
        return found

    def _with_layouts(self, path: str) -> Iterable[str]:
        found: dict[str, None] = {}
        current: str | None = path
        while current is not None and current not in found:
            found[current] = None
            current = self.graph.layout_of(current)
        return found

    def calling(self, speaking: set[str], known: set[str]) -> set[str]:
        """The files, apart from the known ones, that may call a macro of one that speaks of events
        through another file."""
        lent: dict[str, set[str]] = {}
        for path, names in self._named.items():
            for name, target in names.items():
                if target in speaking:
                    lent.setdefault(name, set()).add(path)
        if not lent:
            return set()
        words = b"|".join(re.escape(name).encode() for name in lent)
        call = re.compile(rb"(?<![\w.])(" + words + rb")\s*[.(]")
        found: set[str] = set()
        for path in self.files.found.templates:
            data = self.files.data(path) if path not in known else b""
            called = {name.decode() for name in call.findall(data)} if b"(" in data else ()
            if called and any(not lent[name].isdisjoint(self.lenders(path)) for name in called):
                found.add(path)
        return found
