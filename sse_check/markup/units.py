"""Which expressions of the Python files are templates, each made into one."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple, TypeVar

from sse_check.markup.budget import Budget
from sse_check.markup.candidates import Candidates, Inline
from sse_check.markup.elements.pages import Pages
from sse_check.markup.openings import opens
from sse_check.markup.reader import MarkupReader
from sse_check.markup.tree import Markup, Text
from sse_check.markup.writer import LARGEST, Written, write
from sse_check.markup.writers import writing
from sse_check.python.evaluate import Evaluator
from sse_check.python.module import Module
from sse_check.python.program import Program
from sse_check.python.scope import Scope
from sse_check.python.values import Frame, FunctionValue
from sse_check.source import Span
from sse_check.template.dialects import DialectName, recognise

T = TypeVar("T")
# The attributes of htmx in a start tag, or htmx itself.
_SPEAKING = re.compile(
    r"""<[^<>]*[\s"'](?:data-)?(?:sse-(?:connect|swap|close)|hx-[a-z][\w:.-]*)\s*(?:=|[\s/>])"""
    r"|<script[^<>]*htmx",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """One template that stands in a Python file.

    `path` is its path in the project: the file's own, and a name. `scope` is the place of the
    function whose answer it is, `call` that of the call that renders it (offsets in the file).
    `dialect` is None for markup that Python itself puts together.
    """

    path: str
    file: str
    span: Span
    written: Written
    dialect: DialectName | None = None
    scope: int = -1
    call: int = -1
    cut: bool = False


class Units(NamedTuple):
    """The templates that were found, the files in which there was too much to be followed to
    the end, and those on which this program failed."""

    units: list[Unit]
    cut: frozenset[str]
    failed: dict[str, Exception]


def find_units(program: Program, files: Iterable[str]) -> Units:
    """The templates in files that write markup for htmx."""
    modules = [module for path in files if (module := program.module(path)) is not None]
    if not modules:
        return Units([], frozenset(), {})
    budget = Budget.of(sum(len(module.source.text) for module in modules))
    finding = _Finding(Evaluator(program), budget)
    units = finding.run(modules)
    cut = finding.cut | {unit.file for unit in units if unit.cut}
    return Units(units, frozenset(cut), finding.failed)


@dataclass(eq=False)
class _Finding:
    evaluator: Evaluator
    budget: Budget
    cut: set[str] = field(default_factory=set)
    failed: dict[str, Exception] = field(default_factory=dict)
    units: list[Unit] = field(default_factory=list)
    # Functions that other templates lead to: by themselves they are no template.
    entered: set[int] = field(default_factory=set)
    # The function of each template that is a function's answer, if nothing decorates it.
    plain: dict[str, int] = field(default_factory=dict)
    # The places in each file that are in a template.
    read: dict[str, set[int]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)

    def run(self, modules: list[Module]) -> list[Unit]:
        self.reader = MarkupReader(self.evaluator)
        self.pages = Pages(self.reader.elements)
        candidates = {module.path: Candidates(module) for module in modules}
        for module in modules:
            for inline in self._listed(module, candidates[module.path].inline):
                self._try(module, partial(self._inline, module, inline))
        may_write = writing(modules)
        for module in modules:
            wanted = may_write.get(module.path, set())
            for scope in self._listed(module, module.scope.walk) if wanted else ():
                if id(scope) in wanted:
                    self._try(module, partial(self._answer, module, scope))
        for module in modules:
            read = self.read.get(module.source.path, set())
            pieces = candidates[module.path].pieces
            for piece in self._listed(module, partial(pieces, read)):
                self._try(module, partial(self._piece, module, *piece))
        return [one for one in self.units if self.plain.get(one.path) not in self.entered]

    def _listed(self, module: Module, found: Callable[[], Iterable[T]]) -> list[T]:
        """What is found in a file, as far as it can be looked through."""
        listed: list[T] = []
        self._try(module, lambda: listed.extend(found()))
        return listed

    def _try(self, module: Module, work: Callable[[], None]) -> None:
        """Note where it is too much and where we fail; the rest of the project is read."""
        if self.budget.is_spent:
            self.cut.add(module.path)
            return
        self.reader.steps = 0
        try:
            work()
        except RecursionError:
            self.cut.add(module.path)
        except Exception as error:  # noqa: BLE001 - one file that we fail on is no reason to stop
            self.failed.setdefault(module.path, error)
        self.budget.steps -= self.reader.steps

    def _inline(self, module: Module, inline: Inline) -> None:
        """A template in a language of its own: `render_template_string("...")`."""
        frame = self.evaluator.frame(inline.scope)
        markup = self.reader.read(inline.node, frame)
        if not any(isinstance(part, Text) for part in markup):
            return
        call = module.span(inline.call).start
        unit = self._unit(module, inline.name, markup, inline.node)
        if unit is not None:
            self._add(unit, dialect=inline.dialect, call=call)

    def _answer(self, module: Module, scope: Scope) -> None:
        """What a function returns, when that is markup."""
        returns = [s.value for s in scope.returns if s.value is not None]
        if isinstance(scope.node, ast.Lambda) or not returns:
            return
        frame = self.evaluator.frame(scope)
        closure = frame.outer or frame
        self.reader.read(ast.Constant(None), frame)
        markup = self.reader.returned(FunctionValue(module, scope, closure), None, None)
        entered = self.reader.entered - {id(scope)}
        markup = self.pages.put_around(scope, markup)
        unit = self._unit(module, scope.name, markup, scope.node)
        if unit is None:
            return
        self.entered |= entered
        if not getattr(scope.node, "decorator_list", ()):
            self.plain[unit.path] = id(scope)
        self._add(unit, dialect=self._language(markup), scope=module.span(scope.node).start)

    @staticmethod
    def _language(markup: Markup) -> DialectName | None:
        """The template language of a text that nothing is put into; None where Python does."""
        if not all(isinstance(part, Text) for part in markup):
            return None
        text = "".join(part.text for part in markup if isinstance(part, Text))
        return recognise(text).name if "{%" in text or "{{" in text or "{#" in text else None

    def _piece(self, module: Module, name: str, node: ast.expr, scope: Scope) -> None:
        """Markup of which it is not known where it goes."""
        markup = self.reader.read(node, self._frame(scope))
        unit = self._unit(module, name, markup, node)
        if unit is not None and unit.written.text.lstrip().startswith(("<", "{")):
            self._add(unit, dialect=self._language(markup))

    def _frame(self, scope: Scope) -> Frame:
        return self.evaluator.frame(scope)

    def _unit(self, module: Module, name: str, markup: Markup, node: ast.AST) -> Unit | None:
        """A template of some markup; None when it says nothing to htmx and opens no stream."""
        span = module.span(node)
        written = write(markup, span, min(LARGEST, self.budget.text))
        is_cut = self.reader.is_cut or written.is_cut
        if not _SPEAKING.search(written.text) and not opens(written.text):
            if is_cut:
                self.cut.add(module.path)
            return None
        self.budget.text -= len(written.text)
        return Unit(self._path(module, name), module.path, span, written, cut=is_cut)

    def _add(
        self, unit: Unit, *, dialect: DialectName | None = None, scope: int = -1, call: int = -1
    ) -> None:
        self.names.add(unit.path)
        for stretch in unit.written.stretches:
            origin = stretch.origin
            self.read.setdefault(origin.source.path, set()).add(origin.start)
        self.units.append(
            Unit(unit.path, unit.file, unit.span, unit.written, dialect, scope, call, unit.cut)
        )

    def _path(self, module: Module, name: str) -> str:
        path = f"{module.path}/{name}"
        number = 1
        while path in self.names:
            number += 1
            path = f"{module.path}/{name}-{number}"
        return path
