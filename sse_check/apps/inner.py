"""Templates that stand in Python files: which function answers with one, which call renders one."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sse_check.apps.model import Render
from sse_check.project.files import Inner
from sse_check.python.scope import Scope
from sse_check.python.values import Frame
from sse_check.source import Span
from sse_check.template.values import Pattern

Place = tuple[str, int]
"""A file, and where in it something begins."""


@dataclass(eq=False)
class InnerTemplates:
    """The templates in Python files by the places that render them."""

    by_scope: dict[Place, list[str]] = field(default_factory=dict)
    by_call: dict[Place, str] = field(default_factory=dict)
    files: frozenset[str] = frozenset()
    # Those of which it is not known what becomes of them: a part of an event, perhaps.
    pieces: dict[str, list[tuple[str, Span]]] = field(default_factory=dict)

    @staticmethod
    def of(inner: dict[str, Inner] | None) -> "InnerTemplates":
        found = InnerTemplates(files=frozenset(one.file for one in (inner or {}).values()))
        for path, one in (inner or {}).items():
            if one.scope >= 0:
                found.by_scope.setdefault((one.file, one.scope), []).append(path)
            elif one.call >= 0:
                found.by_call[one.file, one.call] = path
            elif not one.is_python:
                found.pieces.setdefault(one.file, []).append((path, one.span))
        return found

    def answers(self, frame: Frame) -> Iterator[Render]:
        """The markup that a function puts together and returns."""
        if not self.by_scope:
            return
        scope = frame.scope
        span = frame.module.span(scope.node)
        for path in self.by_scope.get((frame.module.path, span.start), ()):
            yield Render((Pattern.of(path),), span, id(scope))

    def elsewhere(self, files: Iterable[str]) -> Iterator[Render]:
        """The markup in these files that no function returns, where it is written."""
        for file in files:
            for path, span in self.pieces.get(file, ()):
                yield Render((Pattern.of(path),), span, 0)

    def is_answer(self, scope: Scope) -> bool:
        """Whether a function returns markup of its own."""
        place = (scope.module.path, scope.module.span(scope.node).start)
        return scope.is_function and place in self.by_scope

    def rendered(self, call: ast.Call, frame: Frame) -> Pattern | None:
        """The template in a string that a call renders."""
        if not self.by_call:
            return None
        path = self.by_call.get((frame.module.path, frame.module.span(call).start))
        return Pattern.of(path) if path is not None else None
