"""Which functions may write markup for htmx, or a script that opens a stream: told by their text,
before anything is evaluated."""

import re
from collections.abc import Iterable

from sse_check.markup.openings import OPENING, SIGN
from sse_check.python.module import Module
from sse_check.python.program import Program
from sse_check.python.scope import Scope

# An attribute of htmx with a value, the keyword of one, a script of htmx, one that opens a stream.
# (In capitals the attributes are headers.)
SPEAKING = re.compile(
    r"(?:sse-(?:connect|swap|close)|hx-[a-z][\w:.-]*)[\"']?\s*[=:]"
    r"|[(,]\s*(?:data_)?(?:sse_(?:connect|swap|close)|hx_[a-z]\w*|hx)\s*="
    r"|<script[^<>]*htmx|htmx[\w./@-]*\.js|unpkg\.com/htmx|\bfast_app\s*\("
    rf"|{OPENING}"
)
_IN_BYTES = re.compile(SPEAKING.pattern.encode())
# What stands in every file of which it may be so.
_SIGNS = (b"sse-", b"sse_", b"hx-", b"hx_", b"htmx", SIGN)
_TEST = re.compile(r"(?:^|/)(?:tests?/|test_[^/]*$|conftest\.py$|[^/]*_test\.py$)")
# Functions that call such functions, and those that call them: pages are put together of parts.
_LEVELS = 12


def files_writing(program: Program) -> list[str]:
    """The files of a project that write markup for htmx; tests are left out."""
    return [
        path
        for path in program.containing(None, *_SIGNS)
        if not _TEST.search(path) and _IN_BYTES.search(program.data(path))
    ]


def writing(modules: Iterable[Module]) -> dict[str, set[int]]:
    """The functions of each module that may, by the identity of their scopes.

    Those in whose text such markup stands, and those that name them, or a constant with it.
    """
    speaking = list(modules)
    found: dict[str, set[int]] = {module.path: set() for module in speaking}
    new = {name for module in speaking for name in _constants(module)}
    for module in speaking:
        new |= _add(found[module.path], module.scopes_matching(SPEAKING))
    known: set[str] = set()
    for _ in range(_LEVELS):
        new -= known
        if not new:
            break
        known |= new
        names, new = new, set()
        for module in speaking:
            new |= _add(found[module.path], module.scopes_mentioning(*names))
    return found


def _add(found: set[int], scopes: Iterable[Scope]) -> set[str]:
    """Note functions; the names by which others may call the new ones."""
    names: set[str] = set()
    for scope in scopes:
        if scope.is_function and id(scope) not in found:
            found.add(id(scope))
            if scope.name and not scope.name.startswith("__"):
                names.add(scope.name)
    return names


def _constants(module: Module) -> Iterable[str]:
    """Names of the module's own that are bound to such markup."""
    text = module.source.text
    for name, bindings in module.scope.bindings.items():
        for binding in bindings:
            if binding.kind == "assign" and binding.value is not None:
                span = module.span(binding.value)
                if SPEAKING.search(text, span.start, span.end):
                    yield name
