"""One Python file as an index: its scopes, what each binds, calls and yields.

A scope is walked when it is first asked about, once; a file is searched by its text first, so
that the functions of a large module that have nothing to do with a question are never walked.
"""

import ast
import re
import warnings
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cached_property

from sse_check.python.nodes import children_on, nodes_of
from sse_check.python.scope import Scope, ScopeNode
from sse_check.source import DecodingError, Source, Span
from sse_check.source.decode import decode_python

Function = ast.FunctionDef | ast.AsyncFunctionDef

_LARGEST = 4 * 1024 * 1024
_WORD = re.compile(r"\w+")
_BLANKS = {code: " " for code in range(128) if not _WORD.match(chr(code))}
_FURTHER_BYTE = re.compile(rb"[\x80-\xbf]")
# `setattr(thing, "name", value)`
_SET = re.compile(r"\bsetattr\([^()\n]*,\s*[\"'](\w+)[\"']\s*,")
_STORED = re.compile(
    r"""\.(\w+)(?:[ \t]*:[^=\n]+)?\s*=(?!=)|\[(?:["']([^"'\n]+)["']|[^\[\]\n]*)(\])\s*=(?!=)"""
)


class UnreadableError(Exception):
    """A file that is no Python here; `line` is where, as far as it is known."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


_COUNTED = re.compile(r"\.(\w+)\s*(?:[-+*/%|&^]|//|\*\*|<<|>>)=(?!=)")
# Where a name gets another one: after it, and before it on its line.
_AS = re.compile(r"[ \t]+as[ \t]+(\w+)")
_KEPT = re.compile(r"[ \t]*(?:\w+\.)*(\w+)[ \t]*=[ \t]*(?:\w+\.)*")
_LAST = re.compile(r"[ \t]*(?:#|$)", re.MULTILINE)


class Module:
    """One parsed file. `dotted` is its name as seen from the top of the project."""

    def __init__(self, path: str, source: Source, tree: ast.Module) -> None:
        self.path = path
        self.source = source
        self.tree = tree
        self._is_ascii = source.text.isascii()
        self._wide: dict[int, list[int]] = {}
        self._scopes: dict[int, Scope] = {}
        self.scope = self.scope_for(tree, None)

    @property
    def package(self) -> str:
        """The folder of the file, which relative imports start from."""
        return self.path.rpartition("/")[0]

    def scope_for(self, node: ScopeNode, parent: Scope | None) -> Scope:
        key = id(node)
        if key not in self._scopes:
            self._scopes[key] = Scope(self, node, parent)
        return self._scopes[key]

    def absolute(self, node: ast.ImportFrom) -> str:
        """What `from X import` means: a dotted name, or a folder of the project for dots.

        A relative import is spelled `/folder/of/package.module`: it never leaves the project.
        """
        if not node.level:
            return node.module or ""
        folder = self.package
        for _ in range(node.level - 1):
            folder = folder.rpartition("/")[0]
        return f"/{folder}" + (f".{node.module}" if node.module else "")

    @cached_property
    def not_compiled(self) -> SyntaxError | None:
        """Why Python does not run a file that can be parsed."""
        # The text takes less time; the tree of a newer grammar may be all that can be compiled.
        return error_in(self.source.text, self.path) and error_in(self.tree, self.path)

    # Searching

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word of the text: what is not among them is nowhere in the file."""
        text = self.source.text
        if text.isascii():
            # Twice as fast as the pattern, which reads most files.
            return frozenset(text.translate(_BLANKS).split())
        return frozenset(_WORD.findall(text))

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """All nodes of the file, outer ones first."""
        return nodes_of(self.tree)

    def nodes_on(self, sign: re.Pattern[str]) -> list[tuple[ast.AST, ast.AST]]:
        """What is in the statements in whose text something stands, outer ones first, each with
        what it is in; the rest of the file, which is most of it, is not looked at."""
        starts = self.source.line_starts
        lines = [bisect_right(starts, one.start()) for one in sign.finditer(self.source.text)]
        tree: ast.AST = self.tree
        found = [(child, tree) for child in children_on(lines, tree)]
        for node, _ in found:
            found += [(child, node) for child in children_on(lines, node)]
        return found

    @cached_property
    def stored_names(self) -> frozenset[str]:
        """The attributes (and keys, as `[key]`) that the file may assign to, by its text."""
        found: set[str] = set()
        for attribute, key, bracket in _STORED.findall(self.source.text):
            found.add(attribute if not bracket else f"[{key}]" if key else "[]")
        if "setattr" in self.source.text:
            found.update(_SET.findall(self.source.text))
        return frozenset(found)

    @cached_property
    def counted(self) -> frozenset[str]:
        """The attributes to which the file adds something, or takes it off: `self.left -= 1`."""
        return frozenset(_COUNTED.findall(self.source.text))

    def mentions(self, *names: str) -> bool:
        return not self.words.isdisjoint(names)

    def calls_named(self, *names: str) -> list[tuple[Scope, ast.Call]]:
        """Calls of something whose last name is one of these, with the scope of each.

        Only scopes in whose text such a name stands are walked.
        """
        wanted = self.words.intersection(names)
        if not wanted:
            return []
        return [
            (scope, call)
            for scope in self._scopes_with(wanted)
            for call in scope.calls
            if last_name(call.func) in wanted
        ]

    def names_of(self, name: str) -> tuple[str, ...]:
        """A name, and those by which the same is called here: `import init_app as init_api`,
        `push = hub.publish`, `self.tell = announce`."""
        if name not in self.words:
            return (name,)
        found = [name]
        for one in found:
            others = dict.fromkeys(_renamed(one, self.source.text))
            found += [other for other in others if other not in found]
        return tuple(found)

    def scopes_mentioning(self, *names: str) -> list[Scope]:
        """The scopes in whose own or inner text one of these words stands, outer ones first."""
        wanted = self.words.intersection(names)
        return self._scopes_with(wanted) if wanted else []

    def _scopes_with(self, names: frozenset[str]) -> list[Scope]:
        return self._scopes_at(at for name in names for at in _places(name, self.source.text))

    def scopes_matching(self, pattern: re.Pattern[str]) -> list[Scope]:
        """The scopes in whose own or inner text the pattern is found, outer ones first."""
        return self._scopes_at(match.start() for match in pattern.finditer(self.source.text))

    def scopes_with(self, pattern: re.Pattern[str], *names: str) -> list[Scope]:
        """The scopes in whose own or inner text the pattern or one of these words is found."""
        text, wanted = self.source.text, self.words.intersection(names)
        offsets = [at for name in wanted for at in _places(name, text)]
        offsets += [match.start() for match in pattern.finditer(text)]
        return self._scopes_at(offsets)

    def _scopes_at(self, offsets: Iterable[int]) -> list[Scope]:
        starts = self.source.line_starts
        lines = sorted({bisect_right(starts, offset) for offset in offsets})
        if not lines:
            return [self.scope]
        found: list[Scope] = []
        pending = [self.scope]
        while pending:
            scope = pending.pop()
            found.append(scope)
            for child in scope.children.values():
                first = getattr(child.node, "lineno", 1)
                last = getattr(child.node, "end_lineno", None) or first
                at = bisect_right(lines, first - 1)
                if at < len(lines) and lines[at] <= last:
                    pending.append(child)
        return found

    # Places

    def span(self, node: ast.AST) -> Span:
        """Where a node is written. The parser counts columns in bytes."""
        line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        end_line = getattr(node, "end_lineno", None) or line
        end_column = getattr(node, "end_col_offset", None) or column
        return Span(self.source, self._offset(line, column), self._offset(end_line, end_column))

    def _offset(self, line: int, column: int) -> int:
        starts = self.source.line_starts
        if line > len(starts):
            return len(self.source.text)
        return starts[line - 1] + column - bisect_right(self._more_bytes(line), column)

    def _more_bytes(self, line: int) -> list[int]:
        """The bytes of a line that are not the first of their character, each by its end."""
        if self._is_ascii:
            return []
        found = self._wide.get(line)
        if found is None:
            text = self.source.line_text(line)
            # Most lines of a file that holds other characters hold none.
            data = b"" if text.isascii() else text.encode("utf-8", "surrogatepass")
            found = [match.end() for match in _FURTHER_BYTE.finditer(data)]
            self._wide[line] = found
        return found


def _places(word: str, text: str) -> Iterator[int]:
    """Where a word stands in a text. Looked for as it is: a pattern takes far longer."""
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        if not _is_in_word(text[start - 1 : start]) and not _is_in_word(text[end : end + 1]):
            yield start
        start = text.find(word, end)


def _renamed(name: str, text: str) -> Iterator[str]:
    """The other names that are given to what has a name in a text."""
    for at in _places(name, text):
        after = _AS.match(text, at + len(name))
        if after is not None:
            yield after[1]
        elif _LAST.match(text, at + len(name)):
            before = _KEPT.fullmatch(text, text.rfind("\n", 0, at) + 1, at)
            if before is not None:
                yield before[1]


def _is_in_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def error_in(program: str | bytes | ast.Module, path: str) -> SyntaxError | None:
    """Why Python does not compile something; None as well where that cannot be told."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(program, path, "exec", dont_inherit=True)
    except SyntaxError as error:
        return error
    except (ValueError, TypeError, RecursionError, MemoryError, SystemError):
        return None
    return None


def parse_module(path: str, data: bytes, shown: str) -> Module:
    """The module of a file; raises `UnreadableError` when it is no Python."""
    if len(data) > _LARGEST:
        raise UnreadableError("the file is larger than 4 MB")
    try:
        text, encoding = decode_python(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = _tree(text)
    except DecodingError as error:
        raise UnreadableError(str(error)) from None
    except SyntaxError as error:
        raise UnreadableError(f"no valid Python: {error.msg}", error.lineno or 1) from None
    except (ValueError, RecursionError, MemoryError, SystemError) as error:
        raise UnreadableError(f"cannot be parsed: {error}") from None
    return Module(path, Source(shown, text, encoding), tree)


def _tree(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except SyntaxError:
        from sse_check.python.newer import in_older_grammar

        for older in in_older_grammar(text):
            with suppress(SyntaxError):
                return ast.parse(older)
        raise


def last_name(node: ast.expr) -> str:
    """The last part of a dotted name: `render` of `templates.render`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
