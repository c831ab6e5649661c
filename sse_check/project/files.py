"""The template files of a project: read once, decoded and parsed when asked for."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Literal

from sse_check.project.discovery import Found
from sse_check.project.places import boundary_of, own_package
from sse_check.source import DecodingError, Source, Span, decode
from sse_check.source.composed import ComposedSource
from sse_check.source.decode import decode_python
from sse_check.source.failure import failure
from sse_check.source.printable import printable
from sse_check.source.reading import OutsideError, UnreadableError, read_file
from sse_check.source.timing import timing
from sse_check.template.components import NO_COMPONENTS, Components
from sse_check.template.dialects import (
    DIALECTS,
    KIDA,
    TORNADO,
    Dialect,
    DialectName,
    recognise,
)

if TYPE_CHECKING:
    from sse_check.template.calls import InclusionTag
from sse_check.template.model import Template

_DJANGO_MARKS = ("manage.py",)
_ENDING_ALIKE = re.compile(rb"^[ \t]*(?:from|import)[ \t]+(tornado|chirp|kida)\b", re.MULTILINE)


@dataclass(frozen=True, slots=True, eq=False)
class Inner:
    """A template that stands in another file: in Python.

    `plain` is its text without the braces that belong to no tag; empty where the template's own
    language says which do. `scope` is where the function begins whose answer it is, `call` the
    call that renders it; `cut` says that there was too much to be followed.
    """

    file: str
    source: ComposedSource
    # The text of the file that it stands in.
    home: Source
    plain: str = ""
    dialect: DialectName = "jinja"
    scope: int = -1
    call: int = -1
    cut: bool = False
    # A program rather than a template: what a generator of projects writes.
    is_python: bool = False

    @property
    def span(self) -> Span:
        """Where it begins in its file."""
        origins = (stretch.origin for stretch in self.source.stretches)
        own = (origin for origin in origins if origin.source.path == self.home.path)
        return next(own, Span(self.home, 0, 0))


def _is_ring(error: UnreadableError) -> bool:
    """Whether links lead to each other: which of them should be the file cannot be told."""
    return isinstance(error.__cause__, OSError) and error.__cause__.errno == errno.ELOOP


@dataclass
class Files:
    """Texts and parsed templates by path, relative to the project's folder."""

    root: str
    found: Found
    dialect: DialectName | None = None
    shown_from: str = ""
    replaced: dict[str, bytes] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    # Of these problems, those with what only looks like a file: a pipe, a link to nowhere or
    # out of the project. They spoil a run only when they are named.
    no_files: set[str] = field(default_factory=set)
    # Files on which this program failed, with the exception.
    broken: dict[str, Exception] = field(default_factory=dict)
    follow_links: bool = False
    # Tags of Django templates that bring in a template, each with its name.
    including: dict[str, InclusionTag] = field(default_factory=dict)
    # Start tags that stand for a template, each with its file.
    components: dict[str, str] = field(default_factory=dict)
    # The names of macros that a template may see through others.
    lent_to: Callable[[str], frozenset[str]] | None = None
    # The layouts that Python gives under a name, as far as somebody asked.
    given_templates: dict[str, tuple[str, ...]] = field(default_factory=dict)
    # Templates that stand in Python files, by paths below these. None: nobody has looked.
    inner: dict[str, Inner] | None = None
    # The Python files that were parsed, and every word of all of them, for all who read them.
    parsed_python: dict[str, Any] = field(default_factory=dict)
    python_words: dict[str, bytes] = field(default_factory=dict)
    # Python files with more markup than could be followed to the end.
    markup_cut: frozenset[str] = frozenset()
    _bytes: dict[str, bytes] = field(default_factory=dict)
    _templates: dict[str, Template | None] = field(default_factory=dict)
    # False as long as nobody asked.
    _neighbours: DialectName | Literal[False] | None = False

    def data(self, path: str) -> bytes:
        """The bytes of a file; empty when it cannot be read, which is noted as a problem."""
        if path not in self._bytes:
            with timing.part("reading"):
                self._bytes[path] = self._load(path)
        return self._bytes[path]

    def replace(self, path: str, data: bytes) -> None:
        """Take other content for a file than it had."""
        self.replaced[path] = self._bytes[path] = data
        self.given_templates.clear()
        self._templates.pop(path, None)
        self.parsed_python.pop(path, None)
        self.python_words.pop(path, None)
        self.problems.pop(path, None)
        self.broken.pop(path, None)

    def parse_anew(self) -> None:
        """What a template may take from others is no longer what it was."""
        self._templates.clear()

    def forget(self, path: str) -> None:
        """A template is no longer there."""
        self._bytes.pop(path, None)
        self._templates.pop(path, None)
        self.parsed_python.pop(path, None)
        self.python_words.pop(path, None)

    def _load(self, path: str) -> bytes:
        if path in self.replaced:
            return self.replaced[path]
        inner = self.inner_at(path)
        if inner is not None:
            return inner.source.text.encode("utf-8", "replace")
        full = os.path.join(self.root, path)
        try:
            return read_file(full, within=self._within if self._is_inside(full) else "")
        except UnreadableError as error:
            self.problems[path] = error.why
            if isinstance(error, OutsideError) or not (os.path.isfile(full) or _is_ring(error)):
                self.no_files.add(path)
            return b""

    @property
    def parsed(self) -> frozenset[str]:
        """The files that somebody asked for as templates so far."""
        return frozenset(self._templates)

    @cached_property
    def _within(self) -> str:
        """The folder that links may not lead out of."""
        return "" if self.follow_links else boundary_of(self.root)

    @cached_property
    def own_package(self) -> str:
        """The name by which the project's modules may import each other, where its top has one."""
        return own_package(self.root)

    def is_readable(self, path: str) -> bool:
        """Whether a file is text that can be read; if not, that is noted as a problem."""
        data = self.data(path)
        if path not in self.problems and not data.isascii():
            try:
                (decode_python if path.endswith((".py", ".pyi")) else decode)(data)
            except DecodingError as error:
                self.problems[path] = str(error)
        return path not in self.problems

    def _is_inside(self, full: str) -> bool:
        """Templates of installed packages lie elsewhere, and are not reached by a link."""
        return full.startswith(os.path.join(self.root, ""))

    def inner_at(self, path: str) -> Inner | None:
        """The template in a Python file that a path means, if it means one."""
        return self.inner.get(path) if self.inner else None

    def source_at(self, path: str) -> Source | None:
        """The text of something that stands in a Python file."""
        inner = self.inner_at(path)
        return inner.source if inner is not None else None

    def file_of(self, path: str) -> str:
        """The file that a template stands in: itself, or a Python file."""
        inner = self.inner_at(path)
        return inner.file if inner is not None else path

    def template(self, path: str) -> Template | None:
        if path not in self._templates:
            with timing.part("templates"):
                self._templates[path] = self._parse(path)
        return self._templates[path]

    def _parse(self, path: str) -> Template | None:
        data = self.data(path)
        if path in self.problems:
            return None
        inner = self.inner_at(path)
        if inner is not None:
            from sse_check.template.builder import parse

            lent = partial(self.lent_to, path) if self.lent_to is not None else frozenset
            dialect = DIALECTS[inner.dialect]
            return parse(inner.source, dialect, self.including, inner.plain, lent=lent)
        try:
            text, encoding = decode(data)
        except DecodingError as error:
            self.problems[path] = str(error)
            return None
        # Most files of most projects are never parsed, and then the parser is not needed.
        from sse_check.template.builder import parse

        full = os.path.join(self.root, path)
        source = Source(self.display_path(path), text, encoding, full)
        try:
            return parse(
                source,
                self._dialect(text, path),
                self.including,
                components=self._components_in(path),
                lent=partial(self.lent_to, path) if self.lent_to is not None else frozenset,
            )
        except Exception as error:  # noqa: BLE001 - one file that we fail on is no reason to stop
            self.fail(path, "the parser", error)
            return None

    def _components_in(self, path: str) -> Components:
        if not self.components:
            return NO_COMPONENTS
        is_one = path in self.components.values()
        kind = ("cotton" if "cotton/" in path else "jinjax") if is_one else ""
        return Components(self.components, kind)

    def fail(self, path: str, where: str, error: Exception) -> None:
        """Note that this program failed on a file."""
        self.broken[path] = error
        self.problems[path] = failure(where, "", error)

    def _dialect(self, text: str, path: str) -> Dialect:
        if self.dialect is not None:
            return DIALECTS[self.dialect]
        found = recognise(text, path, self.neighbours())
        # Two languages end their blocks by `{% end %}`.
        is_kida = found is KIDA and not path.endswith(".kida")
        return TORNADO if is_kida and self._is_of_tornado else found

    def neighbours(self) -> DialectName | None:
        """What the project's other files say about its template language."""
        if self._neighbours is False:
            self._neighbours = self._find_neighbours()
        return self._neighbours

    def _find_neighbours(self) -> DialectName | None:
        if any(mark.rsplit("/", 1)[-1] in _DJANGO_MARKS for mark in self.found.marks):
            return "django"
        if any(path.endswith(".kida") for path in self.found.templates):
            return "kida"
        return None

    @cached_property
    def _is_of_tornado(self) -> bool:
        """Whether the project's Python uses Tornado, and nothing whose templates are kida's."""
        texts = [self.data(path) for path in self.found.python]
        if not any(b"tornado" in text for text in texts):
            return False
        return {name for text in texts for name in _ENDING_ALIKE.findall(text)} == {b"tornado"}

    @property
    def paths_shown(self) -> dict[str, str]:
        """The project's path of each file by the path that reports name it with."""
        every = (*self.found.templates, *self.found.python, *self.found.scripts)
        inner = self.inner or {}
        return {self.display_path(path): path for path in every if path not in inner}

    def display_path(self, path: str) -> str:
        """The path as reports name it: relative to the working folder, with `/`."""
        path = self.file_of(path)
        folder = self._folder_shown
        if folder is not None and not path.startswith((".", "/")) and "/." not in path:
            return printable(folder + path)
        return self._shown(os.path.join(self.root, path))

    @cached_property
    def _folder_shown(self) -> str | None:
        """What stands before a path of the project in reports; None where that differs."""
        named = self._shown(self.root)
        if named.startswith("..") or os.path.isabs(named) or os.sep != "/":
            return None
        return "" if named == "." else f"{named}/"

    def _shown(self, full: str) -> str:
        start = self.shown_from or os.getcwd()
        try:
            named = os.path.relpath(full, start)
        except ValueError:
            named = full
        return printable(named.replace(os.sep, "/"))
