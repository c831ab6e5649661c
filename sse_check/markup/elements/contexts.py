"""Elements of dominate that are filled where they are entered: `with div(): p("text")`."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sse_check.markup.elements.escape import escaped
from sse_check.markup.elements.given import Argument, Keyword, Made, keywords, mapped
from sse_check.markup.tree import Choice, Loop, Markup, Part, Safe, bordered
from sse_check.python.values import Frame, FunctionValue, InstanceValue
from sse_check.python.words import in_words
from sse_check.source import Span

if TYPE_CHECKING:
    from sse_check.markup.elements.reader import ElementReader

_Run = Callable[[list[ast.stmt], "_Content"], None]
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_DEEPEST = 20
# The parts of a document that its own name does not mean.
_OF_BODY = frozenset(("body", "header", "main", "footer"))


@dataclass
class _Content:
    """What is put into one element, and what is set on it, once it is made."""

    parts: list[Part] = field(default_factory=list)
    late: list[Keyword] = field(default_factory=list)


class Contexts:
    """Follows the statements that fill an element."""

    def __init__(self, elements: ElementReader) -> None:
        self.elements = elements
        self.evaluator = elements.evaluator
        self._depth = 0

    # Elements that have a name

    def of(self, node: ast.expr, frame: Frame) -> Markup | None:
        """The element that an expression names, with all that is put into it."""
        for value in self.evaluator.values(node, frame):
            if isinstance(value, InstanceValue) and value.dotted.startswith("dominate."):
                return self._built(value)
        return None

    def _built(self, value: InstanceValue) -> Markup | None:
        if value.call is None or self._depth > _DEEPEST:
            return None
        made = self.elements.made(value.call, value.frame)
        if made is None:
            return None
        self._depth += 1
        try:
            content = self._filled(value.call, value.frame, "")
            return self.elements.write(made, tuple(content.parts), tuple(content.late))
        finally:
            self._depth -= 1

    def _filled(self, call: ast.Call, frame: Frame, part: str) -> _Content:
        """What the statements of a scope put into what one call in it makes."""
        names = {
            name
            for name, bindings in frame.scope.bindings.items()
            if any(one.value is call and not one.path for one in bindings)
        }
        body = getattr(frame.scope.node, "body", [])
        content = _Content()
        self._fill(
            body if isinstance(body, list) else [], _Target(names, call, part), frame, content
        )
        return content

    def _fill(
        self, statements: list[ast.stmt], target: _Target, frame: Frame, into: _Content
    ) -> None:
        for node in statements:
            match node:
                case ast.With() | ast.AsyncWith():
                    if any(target.means(item.context_expr) for item in node.items):
                        self._run(node.body, frame, into)
                    else:
                        self._fill(node.body, target, frame, into)
                case ast.If() | ast.For() | ast.AsyncFor() | ast.While() | ast.Try():
                    self._around(
                        node, frame, into, lambda body, one: self._fill(body, target, frame, one)
                    )
                case _:
                    self._put(node, target, frame, into)

    def _put(self, node: ast.stmt, target: _Target, frame: Frame, into: _Content) -> None:
        """`page.add(x)`, `page += x`, `page["class"] = x`."""
        match node:
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr="add") as method) as call):
                if target.means(method.value):
                    into.parts.extend(self._added(call.args, frame))
            case ast.AugAssign(target=owner, op=ast.Add(), value=value):
                if target.means(owner):
                    into.parts.extend(self._added([value], frame))
            case ast.Assign(targets=[ast.Subscript(value=owner, slice=key)], value=value):
                if target.means(owner):
                    into.late.extend(self._set(key, value, frame))

    def _added(self, nodes: list[ast.expr], frame: Frame) -> Markup:
        read = self.elements.inner.markup
        return tuple(part for node in nodes for part in escaped(read(node, frame)))

    def _set(self, key: ast.expr, value: ast.expr, frame: Frame) -> list[Keyword]:
        made = ast.copy_location(ast.Dict([key], [value]), key)
        self.elements.keep(made)
        return list(mapped(self.elements.inner, Argument(made, frame)))

    # Statements inside of an element

    def _run(self, statements: list[ast.stmt], frame: Frame, into: _Content) -> None:
        """What statements put into the element that is entered around them."""
        for node in statements:
            match node:
                case ast.Expr(value=ast.Call() as call):
                    self._call(call, frame, into)
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call):
                    self._assigned(name, call, frame, into)
                case ast.With() | ast.AsyncWith():
                    self._entered(node, frame, into)
                case ast.If() | ast.For() | ast.AsyncFor() | ast.While() | ast.Try():
                    self._around(node, frame, into, lambda body, one: self._run(body, frame, one))

    def _entered(self, node: ast.With | ast.AsyncWith, frame: Frame, into: _Content) -> None:
        made = self.elements.made(node.items[0].context_expr, frame)
        if made is None:
            # Something else is entered, or an element that is written where it was made.
            if not self._is_element(node.items[0].context_expr, frame):
                self._run(node.body, frame, into)
            return
        inner = _Content()
        self._run(node.body, frame, inner)
        into.parts.extend(self.elements.write(made, tuple(inner.parts), tuple(inner.late)))

    def _is_element(self, node: ast.expr, frame: Frame) -> bool:
        return any(
            isinstance(value, InstanceValue) and value.dotted.startswith("dominate.")
            for value in self.evaluator.values(node, frame)
        )

    def _call(self, call: ast.Call, frame: Frame, into: _Content) -> None:
        made = self.elements.made(call, frame)
        if made is not None:
            into.parts.extend(self.elements.write(made))
            return
        for value in self.evaluator.values(call.func, frame):
            if isinstance(value, FunctionValue):
                self._function(value, call, frame, into)
                return
        if self.evaluator.dotted(call.func, frame) in (
            "dominate.tags.attr",
            "dominate.dom_tag.attr",
        ):
            into.late.extend(keywords(self.elements.inner, call, frame))
            for one in call.args:
                into.late.extend(mapped(self.elements.inner, Argument(one, frame)))

    def _function(
        self, function: FunctionValue, call: ast.Call, frame: Frame, into: _Content
    ) -> None:
        """A function of the project makes its elements where it is called."""
        decorated = self.decorated(function, call, frame)
        if decorated is not None:
            into.parts.extend(decorated)
            return
        node = function.scope.node
        if self._depth <= _DEEPEST and isinstance(node, _FUNCTIONS):
            self._depth += 1
            made = _Content()
            try:
                self._run(node.body, self.evaluator.inside(function, call, frame), made)
            finally:
                self._depth -= 1
            span = self.elements.inner.span(call, frame)
            into.parts.extend(bordered(tuple(made.parts), span, function.module.span(node)))
            into.late.extend(made.late)

    def _assigned(self, name: str, call: ast.Call, frame: Frame, into: _Content) -> None:
        """An element that gets a name is written where it is made, unless another takes it."""
        taken = any(
            isinstance(given, ast.Name) and given.id == name
            for other in frame.scope.calls
            for given in other.args
        )
        made = self.elements.made(call, frame)
        if made is None or taken or self._depth > _DEEPEST:
            return
        self._depth += 1
        try:
            inner = self._filled(call, frame, "")
        finally:
            self._depth -= 1
        into.parts.extend(self.elements.write(made, tuple(inner.parts), tuple(inner.late)))

    def _around(self, node: ast.stmt, frame: Frame, into: _Content, run: _Run) -> None:
        """Branches and loops around what is put into an element."""
        span = self.elements.inner.span
        if isinstance(node, ast.If):
            yes, no = _Content(), _Content()
            run(node.body, yes)
            run(node.orelse, no)
            into.late += [*yes.late, *no.late]
            if yes.parts or no.parts:
                options = ((in_words(node.test), tuple(yes.parts)), ("", tuple(no.parts)))
                into.parts.append(Choice(options, span(node.test, frame)))
            return
        inner = _Content()
        bodies = [getattr(node, "body", [])]
        if isinstance(node, ast.Try):
            bodies.append(node.orelse)
        for body in bodies:
            run(body, inner)
        into.late += inner.late
        if isinstance(node, ast.For | ast.AsyncFor) and inner.parts:
            head = f"{in_words(node.target)} in {in_words(node.iter)}"
            into.parts.append(Loop(head, tuple(inner.parts), span(node.iter, frame)))
        elif isinstance(node, ast.While) and inner.parts:
            into.parts.append(Loop("", tuple(inner.parts), span(node.test, frame)))
        else:
            into.parts += inner.parts

    # Decorated functions and documents

    def decorated(self, function: FunctionValue, call: ast.Call, frame: Frame) -> Markup | None:
        """A function with `@div(cls="x")`: the element, filled by its statements."""
        node = function.scope.node
        if not isinstance(node, _FUNCTIONS) or self._depth > _DEEPEST:
            return None
        for decorator in node.decorator_list:
            made = self.elements.decorating(decorator, function.closure)
            if made is not None:
                self._depth += 1
                content = _Content()
                try:
                    self._run(node.body, self.evaluator.inside(function, call, frame), content)
                finally:
                    self._depth -= 1
                return self.elements.write(made, tuple(content.parts), tuple(content.late))
        return None

    def document(self, made: Made, more: Markup, late: tuple[Keyword, ...]) -> Markup:
        """`document(title="x")`: a whole page, with what is put into its head."""
        place = made.place
        head = _Content()
        if made.call is not None and isinstance(made.call.node, ast.Call):
            head = self._filled(made.call.node, made.call.frame, "head")
        title = self._title(made, place)
        body = (
            *_tags("head", place, (*title, *head.parts)),
            *_tags("body", place, more),
        )
        given = tuple(one for one in made.keywords if one.name not in ("title", "doctype"))
        bare = replace(made, shape=made.shape._replace(helper=""), positional=(), keywords=given)
        return (Safe("<!DOCTYPE html>", place), *self.elements.write(bare, body, late))

    def _title(self, made: Made, place: Span) -> Markup:
        named = [one.value for one in made.keywords if one.name == "title"]
        given = [*named, *made.positional[:1]]
        if not given:
            return _tags("title", place, (Safe("Dominate", place),))
        if isinstance(given[0].node, ast.Constant) and given[0].node.value is None:
            return ()
        return _tags("title", place, escaped(self.elements.inner.markup(*given[0])))


@dataclass(frozen=True)
class _Target:
    """The element that is filled: the names it has, the call that makes it, the part of it."""

    names: set[str]
    call: ast.Call
    part: str

    def means(self, node: ast.expr) -> bool:
        """Whether an expression means this element, or the part of it that is asked for."""
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            part = "" if node.attr in _OF_BODY else node.attr
            return node.value.id in self.names and part == self.part
        if node is self.call:
            return not self.part
        return isinstance(node, ast.Name) and node.id in self.names and not self.part


def _tags(name: str, place: Span, content: Markup) -> Markup:
    return (Safe(f"<{name}>", place), *content, Safe(f"</{name}>", place))
