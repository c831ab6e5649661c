"""Programs that are written in strings: what a generator of projects writes to disk."""

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from sse_check.python.module import Module
from sse_check.python.program import Program
from sse_check.python.words import in_words
from sse_check.source import Span

if TYPE_CHECKING:
    from sse_check.markup.writer import Written

# A program without a stream has nothing to say to a page.
_SIGNS = (b"EventStream", b"event-stream", b"EventSource", b"ServerSent")
_PROGRAM = re.compile(
    r"^(?:from|import) [\w.]+.*^[^\n]*(?:EventStream|event-stream|EventSource|ServerSent)",
    re.MULTILINE | re.DOTALL,
)
# A name of the module that is given a text of several lines; or of one, with an import in it.
_HELD = re.compile(
    rb"^\w+[^=\n]*=[\s\\]*(?:[rRuU]?(?:\"\"\"|'''|[\"'][^\n]*import )|\([\s(]*[rRuU]?[\"'])",
    re.MULTILINE,
)


class Inner(NamedTuple):
    """A Python file that stands in a string of another."""

    path: str
    file: str
    span: Span
    written: "Written"


def find_programs(program: Program) -> Iterator[Inner]:
    """The strings that are Python files with a stream."""
    for path in program.containing(None, *_SIGNS):
        if not _HELD.search(program.data(path)):
            continue
        module = program.module(path)
        if module is not None:
            yield from _in_module(module)


def _in_module(module: Module) -> Iterator[Inner]:
    names: dict[str, int] = {}
    for statement in module.tree.body:
        if not isinstance(statement, ast.Assign | ast.AnnAssign):
            continue
        value = statement.value
        if not isinstance(value, ast.Constant) or not _is_program(value.value):
            continue
        target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
        name = in_words(target)
        names[name] = names.get(name, 0) + 1
        path = f"{module.path}/{name}-{names[name]}.py"
        span = module.span(value)
        yield Inner(path, module.path, span, _written(value, span))


def _written(value: ast.Constant, span: Span) -> "Written":
    from sse_check.markup.literals import Expression, literal
    from sse_check.markup.writer import write

    pieces = literal(value, span.source, span.start, span.end)
    return write(tuple(piece for piece in pieces if not isinstance(piece, Expression)), span)


def _is_program(text: object) -> bool:
    if not isinstance(text, str) or not _PROGRAM.search(text):
        return False
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError, SystemError):
        return False
    return True
