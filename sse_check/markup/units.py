"""Which expressions of the Python files are templates, each made into one."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field

from sse_check.markup.candidates import Candidates, Inline
from sse_check.markup.elements.pages import Pages
from sse_check.markup.reader import MarkupReader
from sse_check.markup.tree import Markup, Text
from sse_check.markup.writer import Written, write
from sse_check.markup.writers import IN_BYTES, writing
from sse_check.python.evaluate import Evaluator
from sse_check.python.module import Module
from sse_check.python.program import Program
from sse_check.python.scope import Scope
from sse_check.python.values import Frame, FunctionValue
from sse_check.source import Span
from sse_check.template.dialects import DialectName, recognise

# What stands in a file that writes markup for htmx. Others are not looked at.
_SIGNS = (b"sse-", b"sse_", b"hx-", b"hx_", b"htmx")
# The attributes of htmx in a start tag, or htmx itself.
_SPEAKING = re.compile(
    r"""<[^<>]*[\s"'](?:data-)?(?:sse-(?:connect|swap|close)|hx-[a-z][\w:.-]*)\s*(?:=|[\s/>])"""
    r"|<script[^<>]*htmx",
    re.IGNORECASE,
)
_TEST = re.compile(r"(?:^|/)(?:tests?/|test_[^/]*$|conftest\.py$|[^/]*_test\.py$)")


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


def find_units(program: Program) -> list[Unit]:
    """The templates in all files of a project that write markup for htmx; tests are left out."""
    files = [
        path
        for path in program.containing(None, *_SIGNS)
        if not _TEST.search(path) and IN_BYTES.search(program.data(path))
    ]
    modules = [module for path in files if (module := program.module(path)) is not None]
    return _Finding(Evaluator(program)).run(modules) if modules else []


@dataclass(eq=False)
class _Finding:
    evaluator: Evaluator
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
            for inline in candidates[module.path].inline():
                self._inline(module, inline)
        may_write = writing(modules)
        for module in modules:
            wanted = may_write.get(module.path, set())
            for scope in module.scope.walk() if wanted else ():
                if id(scope) in wanted:
                    self._answer(module, scope)
        for module in modules:
            read = self.read.get(module.source.path, set())
            for name, node, scope in candidates[module.path].pieces(read):
                self._piece(module, name, node, scope)
        return [one for one in self.units if self.plain.get(one.path) not in self.entered]

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
        """A template of some markup; None when it says nothing to htmx."""
        span = module.span(node)
        written = write(markup, span)
        if not _SPEAKING.search(written.text):
            return None
        return Unit(self._path(module, name), module.path, span, written, cut=self.reader.is_cut)

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
