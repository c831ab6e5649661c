"""The Python files of a project, found by path and by the names under which they import another."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sse_check.python.imports import imports
from sse_check.python.module import Module, UnreadableError, error_in, parse_module
from sse_check.source import Source

# What is no part of a word, in bytes; those of other alphabets are.
_BLANKS = bytes(
    byte if byte >= 0x80 or byte in b"_" or chr(byte).isalnum() else 0x20 for byte in range(256)
)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that could not be parsed, with the place and the reason."""

    path: str
    line: int
    why: str


# What is known of a file that was compiled for nothing but to see whether that can be done.
_COMPILES = "compiles"


@dataclass(eq=False)
class Program:
    """Parses a file when it is first asked for. `read` gives bytes, `shown` the path to print.

    `outside` are packages that count as installed although the project holds them: in the
    repository of a framework its examples mean by `chirp` what every other project means.
    """

    paths: tuple[str, ...]
    read: Callable[[str], bytes]
    shown: Callable[[str], str]
    outside: frozenset[str] = frozenset()
    # Packages for which a folder of that name within a package does not stand.
    installed: frozenset[str] = frozenset()
    # The text of a file that stands in another, which knows its places there.
    source: Callable[[str], Source | None] = field(default=lambda _: None)
    # The oldest Python that a file is for, as far as its project says.
    python: Callable[[str], tuple[int, ...]] = field(default=lambda _: ())
    # The name of the top folder, where that may be a package.
    own_package: str = ""
    # What has been parsed, which several programs over the same files may share.
    parsed: dict[str, Any] = field(default_factory=dict)
    # The words of each file, once; shared as well.
    words: dict[str, bytes] = field(default_factory=dict)
    unreadable: list[Unreadable] = field(default_factory=list)
    _modules: dict[str, Module | None] = field(default_factory=dict)
    # Those of them that could be parsed, of how many.
    _readable: list[Module] = field(default_factory=list)
    _read: int = 0
    _found: dict[tuple[str, str], str | None] = field(default_factory=dict)
    _imported: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _known: frozenset[str] = frozenset()
    _present: dict[bytes, bool] = field(default_factory=dict)
    _matching: dict[re.Pattern[bytes], dict[str, bool]] = field(default_factory=dict)
    _tails: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._known = frozenset(self.paths)
        for path in self.paths:
            self._tails.setdefault(_stem(path), []).append(path)

    def module(self, path: str) -> Module | None:
        """The module of a file; None when it cannot be parsed."""
        if path not in self._modules:
            if self.parsed.get(path) in (None, _COMPILES):
                self.parsed[path] = self._parsed(path)
            found = self.parsed[path]
            self._modules[path] = found if isinstance(found, Module) else None
            if isinstance(found, Unreadable):
                self.unreadable.append(found)
        return self._modules[path]

    def try_to_parse(self, paths: Iterable[str]) -> None:
        """Learn which files cannot be parsed, also of those that nobody has asked for. The others
        of these are not kept: to compile them takes less time than to build their trees."""
        for path in paths:
            if path in self._modules or self.parsed.get(path) == _COMPILES:
                continue
            if path not in self.parsed and error_in(self.data(path), path) is None:
                self.parsed[path] = _COMPILES
            else:
                self.module(path)

    def _parsed(self, path: str) -> Module | Unreadable:
        try:
            module = parse_module(path, self.read(path), self.shown(path))
        except UnreadableError as error:
            return Unreadable(path, error.line, str(error))
        except OSError as error:
            return Unreadable(path, 1, error.strerror or "cannot be read")
        module.source = self.source(path) or module.source
        return module

    @property
    def modules(self) -> list[Module]:
        """The modules that anybody has asked for so far."""
        if self._read != len(self._modules):
            self._read = len(self._modules)
            self._readable = [one for one in self._modules.values() if one is not None]
        return self._readable

    def containing(self, paths: Iterable[str] | None, *words: bytes) -> list[str]:
        """The files in whose bytes one of these stands; none is parsed for it."""
        words = self.present(words)
        chosen = self.paths if paths is None else paths
        if not words:
            return []
        if len(words) == 1:
            (word,) = words
            # What has a blank in it, such as `import htpy`, is no word.
            is_word = b" " not in word and word.translate(_BLANKS) == word
            search = self._words_in if is_word else self.data
            return [path for path in chosen if word in search(path)]
        return [path for path in chosen if any(word in self.data(path) for word in words)]

    def matching(
        self, paths: list[str], pattern: re.Pattern[bytes], words: Iterable[bytes]
    ) -> list[str]:
        """The files in which a pattern stands, of which each match has one of these words."""
        if not self.present(words := tuple(words)):
            return []
        known = self._matching.setdefault(pattern, {})
        asked = [path for path in paths if path not in known]
        known.update(dict.fromkeys(asked, False))
        for path in self.containing(asked, *words):
            known[path] = pattern.search(self.data(path)) is not None
        return [path for path in paths if known[path]]

    def present(self, words: Iterable[bytes]) -> tuple[bytes, ...]:
        """Those of these words that may stand in some file: most libraries are in none."""
        return tuple(word for word in words if self._may_stand(word))

    def _may_stand(self, word: bytes) -> bool:
        if word not in self._present:
            parts = word.translate(_BLANKS).split()
            self._present[word] = all(part in self._vocabulary for part in parts)
        return self._present[word]

    @cached_property
    def _vocabulary(self) -> bytes:
        """Every word of every file, once: a small part of what there is to search."""
        found: set[bytes] = set()
        for path in self.paths:
            found.update(self._words_in(path).split())
        return b" ".join(found)

    def _words_in(self, path: str) -> bytes:
        """Every word of a file, once."""
        found = self.words.get(path)
        if found is None:
            words = set(self.data(path).translate(_BLANKS).split())
            found = self.words[path] = b" ".join(words)
        return found

    def data(self, path: str) -> bytes:
        """The bytes of a file; empty when it cannot be read."""
        try:
            return self.read(path)
        except OSError:
            return b""

    def find(self, dotted: str, asking: str) -> str | None:
        """The file of a module, as the file `asking` would import it; None when outside.

        The folders from the asking file's own up to the top are tried, each with a `src` in it:
        the nearest wins, so that applications side by side keep to themselves.
        """
        key = (dotted, asking.rpartition("/")[0])
        if key not in self._found:
            self._found[key] = self._find(dotted, key[1])
        return self._found[key]

    def _find(self, dotted: str, folder: str) -> str | None:
        if dotted.startswith("/"):
            base, _, rest = dotted[1:].partition(".")
            return self._at(base, rest)
        if dotted.partition(".")[0] in self.outside:
            return None
        if self._tails.get(dotted.rpartition(".")[2]) is None and not self._is_folder(dotted):
            return None
        is_installed = dotted.partition(".")[0] in self.installed
        while True:
            for top in (folder, f"{folder}/src" if folder else "src"):
                if is_installed and f"{top}/__init__.py" in self._known:
                    continue
                found = self._at(top, dotted)
                if found is not None:
                    return found
            if not folder:
                break
            folder = folder.rpartition("/")[0]
        package, _, inner = dotted.partition(".")
        return self._at("", inner) if inner and package == self.own_package else None

    def _at(self, base: str, dotted: str) -> str | None:
        inner = dotted.replace(".", "/")
        path = "/".join(part for part in (base, inner) if part)
        for file in (f"{path}.py", f"{path}/__init__.py"):
            if file.lstrip("/") in self._known:
                return file.lstrip("/")
        return None

    def _is_folder(self, dotted: str) -> bool:
        return dotted.rpartition(".")[2] in self._tails

    def imported(self, path: str) -> tuple[str, ...]:
        """The files that a file imports, packages on the way included."""
        if path not in self._imported:
            found: dict[str, None] = {}
            for dotted in imports(path, self.data(path)):
                parts = dotted.split(".")
                for end in range(len(parts), 0, -1):
                    target = self.find(".".join(parts[:end]), path)
                    if target is not None:
                        found.setdefault(target)
            self._imported[path] = tuple(found)
        return self._imported[path]

    def reached(self, *starts: str) -> frozenset[str]:
        """Every file that is imported when these are, themselves included; none is parsed."""
        seen = set(starts)
        pending = list(starts)
        while pending:
            for path in self.imported(pending.pop()):
                if path not in seen:
                    seen.add(path)
                    pending.append(path)
        return frozenset(seen)


def _stem(path: str) -> str:
    """The last part of a module's dotted name."""
    whole = path.removesuffix(".py").removesuffix("/__init__")
    return whole.rpartition("/")[2]
