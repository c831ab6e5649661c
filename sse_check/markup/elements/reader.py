"""Reads expressions that make elements with one of the known libraries."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Protocol

from sse_check.markup.elements.attributes import Attribute, AttributeWriter
from sse_check.markup.elements.components import Components, around
from sse_check.markup.elements.contexts import Contexts
from sse_check.markup.elements.escape import as_it_is, escaped, moved
from sse_check.markup.elements.fasthtml import of_tag
from sse_check.markup.elements.given import Argument, Keyword, Made, is_mapping, keywords, mapped
from sse_check.markup.elements.helpers import Helpers
from sse_check.markup.elements.htpy import of_css
from sse_check.markup.elements.libraries import LIBRARIES, Library, named, packages_in_bytes
from sse_check.markup.tree import Choice, Markup, Part, Safe
from sse_check.python.evaluate import Evaluator
from sse_check.python.values import External, Frame, FunctionValue, InstanceValue
from sse_check.python.written import assigned
from sse_check.source import Span

_DEEPEST = 8
_PROVIDER = "htpy.Context().provider"
# What elements are asked for as text: `page.render()`.
_SHOWING = frozenset("render pretty_render __str__ __html__ _repr_html_ iter_chunks encode".split())


class Inner(Protocol):
    """What reads any expression. `making` notes which functions, by their scopes, make elements."""

    evaluator: Evaluator
    making: dict[int, bool]

    def markup(self, node: ast.expr, frame: Frame) -> Markup: ...

    def hole(self, node: ast.expr, frame: Frame) -> Markup: ...

    def one_of(self, options: list[Markup], node: ast.AST, frame: Frame) -> Markup: ...

    def entering(self, function: FunctionValue, call: ast.Call, frame: Frame) -> Frame: ...

    def span(self, node: ast.AST, frame: Frame) -> Span: ...

    def inside(self, span: Span | None) -> AbstractContextManager[None]: ...


class ElementReader:
    """Writes elements; what stands in them is read by `inner`."""

    def __init__(self, inner: Inner) -> None:
        self.inner = inner
        self.evaluator = inner.evaluator
        self.contexts = Contexts(self)
        self.components = Components(self)
        self.helpers = Helpers(self.evaluator)
        # Where no file names a library, no expression is looked at for one.
        containing = self.evaluator.program.containing
        self._is_used = bool(containing(None, *packages_in_bytes()))
        self._fills = bool(containing(None, b"dominate"))
        # Calls that are made here are kept, since others remember them.
        self._made: list[ast.expr] = []

    def markup(self, node: ast.expr, frame: Frame) -> Markup | None:
        """What an expression makes; None when it is nothing of a known library."""
        if not self._is_used:
            return None
        made = self.made(node, frame)
        if made is not None:
            return self.write(made)
        if isinstance(node, ast.Name | ast.Attribute) and self._fills:
            return self.contexts.of(node, frame)
        if isinstance(node, ast.Call):
            return self._call(node, frame)
        if isinstance(node, ast.Subscript):
            return self.components.with_children(node, frame)
        return None

    def keep(self, node: ast.expr) -> None:
        """Remember an expression that is made here: the evaluator knows it by its identity."""
        self._made.append(node)

    # What an expression is

    def made(self, node: ast.expr, frame: Frame, depth: int = 0) -> Made | None:
        """The element that an expression makes, before it is written."""
        match node:
            case ast.Call():
                return self._called(node, frame, depth)
            case ast.Subscript(value=owner):
                base = self._base(owner, frame, depth)
                if base is not None and base.library.brackets:
                    return replace(base, children=(Argument(node.slice, frame),))
            case ast.Name() | ast.Attribute() if not assigned(self.evaluator, node, frame):
                known = self._known(node, frame)
                if known is not None and known.library.brackets:
                    return known
        return None

    def _base(self, node: ast.expr, frame: Frame, depth: int) -> Made | None:
        """The element that a name, a call or brackets stand for, to which more is added."""
        if not isinstance(node, ast.Name | ast.Attribute):
            found = self.made(node, frame, depth)
            return found if found is not None else self.components.one(node, frame, depth)
        places = assigned(self.evaluator, node, frame)
        if not places:
            return self._known(node, frame)
        return self._base(*places[0], depth + 1) if len(places) == 1 and depth < _DEEPEST else None

    def _called(self, call: ast.Call, frame: Frame, depth: int) -> Made | None:
        base = self._base(call.func, frame, depth)
        if base is None:
            return self._partial(call, frame, depth)
        return self.given(base, call, frame)

    def given(self, base: Made, call: ast.Call, frame: Frame) -> Made | None:
        """An element with what a call of it gives; None when it cannot be called."""
        positional = tuple(Argument(one, frame) for one in call.args)
        if base.shape.names_tag and positional:
            tag = self.evaluator.text(*positional[0])
            base = replace(
                base, shape=of_tag(tag)._replace(parameters=("_",)) if tag else base.shape
            )
        named_ones = tuple(keywords(self.inner, call, frame))
        if base.call is None:
            return replace(
                base,
                positional=(*base.positional, *positional),
                keywords=(*base.keywords, *named_ones),
                call=Argument(call, frame),
            )
        if base.library.brackets:
            return replace(base, positional=positional, keywords=named_ones)
        if not base.library.adds:
            return None
        return replace(
            base, keywords=(*base.keywords, *named_ones), children=(*base.children, *positional)
        )

    def decorating(self, node: ast.expr, frame: Frame) -> Made | None:
        """The element that a function is put into by a decorator: `@div` or `@div(cls="x")`."""
        made = self._base(node, frame, 0)
        return made if made is not None and made.library is LIBRARIES["dominate"] else None

    def _partial(self, call: ast.Call, frame: Frame, depth: int) -> Made | None:
        """`Row = partial(Div, cls="row")`, called."""
        if not isinstance(call.func, ast.Name | ast.Attribute):
            return None
        for value in self.evaluator.values(call.func, frame):
            if isinstance(value, InstanceValue) and value.dotted == "functools.partial":
                inner = value.call
                if inner is None or not inner.args or depth >= _DEEPEST:
                    return None
                base = self._base(inner.args[0], value.frame, depth + 1)
                if base is None:
                    return None
                given = tuple(Argument(one, value.frame) for one in inner.args[1:])
                return replace(
                    base,
                    place=self._name_place(call.func, frame),
                    positional=(*given, *(Argument(one, frame) for one in call.args)),
                    keywords=(
                        *keywords(self.inner, inner, value.frame),
                        *keywords(self.inner, call, frame),
                    ),
                    call=Argument(call, frame),
                )
        return None

    def _known(self, node: ast.Name | ast.Attribute, frame: Frame) -> Made | None:
        """A name of a library: its row, and what it stands for."""
        for dotted in self._dotted(node, frame):
            found = named(dotted)
            if found is not None:
                library, shape = found
                return Made(library, shape, self._name_place(node, frame))
        return None

    def _dotted(self, node: ast.Name | ast.Attribute, frame: Frame) -> Iterator[str]:
        """The full names that a name may have: with several `import *`, any of theirs."""
        for value in self.evaluator.values(node, frame):
            if not isinstance(value, External) or value.owner is not None:
                continue
            bindings = frame.module.scope.bindings
            name = ast.unparse(node) if isinstance(node, ast.Attribute) else node.id
            if value.dotted != name and name.partition(".")[0] not in bindings:
                # The last that has the name wins; which has it, a library's row says.
                for star in reversed(bindings.get("*", ())):
                    yield f"{star.dotted.removesuffix('.*')}.{name}"
            yield value.dotted

    def _name_place(self, node: ast.expr, frame: Frame) -> Span:
        span = self.inner.span(node, frame)
        if isinstance(node, ast.Attribute) and span.text.endswith(node.attr):
            return span._replace(start=span.end - len(node.attr))
        return span

    # Calls of something else that has to do with elements

    def _call(self, call: ast.Call, frame: Frame) -> Markup | None:
        method = call.func
        if isinstance(method, ast.Attribute) and method.attr in _SHOWING:
            shown = self.contexts.of(method.value, frame)
            if shown is None and self._is_element(method.value, frame):
                return self.inner.markup(method.value, frame)
            return shown
        if isinstance(method, ast.Name) and method.id == "map" and len(call.args) == 2:
            return self._mapped(call, frame)
        for value in self.evaluator.values(method, frame):
            is_provider = isinstance(value, External) and value.dotted == _PROVIDER
            if is_provider and len(call.args) == 2:
                return self.inner.markup(call.args[1], frame)
            if isinstance(value, FunctionValue):
                decorated = self.contexts.decorated(value, call, frame)
                if decorated is not None:
                    return decorated
        return self.components.called(call, frame)

    def _is_element(self, node: ast.expr, frame: Frame) -> bool:
        if self._base(node, frame, 0) is not None:
            return True
        return any(
            isinstance(value, InstanceValue) and named(value.dotted) is not None
            for value in self.evaluator.values(node, frame)
        )

    def _mapped(self, call: ast.Call, frame: Frame) -> Markup:
        """`map(row, rows)`: any number of what the function makes."""
        function, items = call.args
        item = ast.copy_location(ast.Name("item", ast.Load()), items)
        one = ast.copy_location(ast.Call(function, [item], []), call)
        loop = ast.comprehension(ast.Name("item", ast.Store()), items, [], 0)
        made = ast.copy_location(ast.ListComp(one, [loop]), call)
        self.keep(made)
        return self.inner.markup(made, frame)

    # Writing

    def write(self, made: Made, more: Markup = (), late: tuple[Keyword, ...] = ()) -> Markup:
        """The markup of an element; `more` is put into it, `late` set on it, after it is made."""
        if made.shape.helper:
            return self._helped(made, more, late)
        parts = _Sorted(self.inner, made, late)
        content = (*self._content(made, parts.children), *more)
        if not parts.tag:
            return content
        place = made.place
        attributes = self._attributes(made.library, parts)
        before = (Safe(made.shape.before, place),) if made.shape.before else ()
        start = (*before, Safe("<", place), *parts.tag, *attributes, Safe(">", place))
        start = around(start, made.calls)
        if made.shape.is_void:
            return start
        end = (Safe("</", place), *parts.tag, Safe(">", place))
        return (*start, *content, *around(end, made.calls))

    def _helped(self, made: Made, more: Markup, late: tuple[Keyword, ...]) -> Markup:
        """What a function of the library makes of its arguments."""
        if made.shape.helper == "dominate.document":
            return self.contexts.document(made, more, late)
        if made.call is None:
            return ()
        options = [
            moved(self.inner.markup(*one), self.helpers.sources, made.place)
            for one in self.helpers.entered(made.shape.helper, made.call)
        ]
        if len(options) < 2:
            return options[0] if options else ()
        tests = [f"option_{made.place.start}_{number}" for number in range(len(options) - 1)]
        return (Choice(tuple(zip([*tests, ""], options, strict=True)), made.place),)

    def _attributes(self, library: Library, parts: _Sorted) -> Markup:
        writer = AttributeWriter(self.inner, library)
        found: list[Part] = []
        for one in parts.attributes.values():
            found.extend(writer.written(one))
        for unknown in parts.unknown:
            found.extend(writer.unknown(unknown))
        return tuple(found)

    def _content(self, made: Made, children: list[Argument]) -> Markup:
        found: list[Part] = []
        for one in children:
            alone = len(children) == 1 and made.library.adds
            if (not alone and self._is_shown(made.library, one)) or _is_text(
                made.library, one.node
            ):
                # The library writes what Python calls it: a generator, a list.
                found.extend(self.inner.hole(*one))
                continue
            inner = self.inner.markup(*one)
            found.extend(as_it_is(inner) if made.shape.is_raw else escaped(inner))
        return tuple(found)

    def _is_shown(self, library: Library, one: Argument) -> bool:
        """Whether it is a generator of which the library writes what Python calls it."""
        if not (library.adds or library.writes_none):
            return False
        return isinstance(one.node, ast.GeneratorExp) or self.components.is_generator(one)


def _is_text(library: Library, node: ast.expr) -> bool:
    return library.writes_none and isinstance(
        node, ast.List | ast.Tuple | ast.ListComp | ast.GeneratorExp | ast.Dict
    )


class _Sorted:
    """What a call gives, sorted: the tag, attributes by their names in the page, children."""

    def __init__(self, reader: Inner, made: Made, late: tuple[Keyword, ...]) -> None:
        self.reader = reader
        self.made = made
        self.attributes: dict[str, Attribute] = {}
        self.unknown: list[Keyword] = []
        self.children: list[Argument] = []
        self.tag: Markup = (Safe(made.shape.tag, made.place),) if made.shape.tag else ()
        for name, text in made.shape.given:
            self._set(name, Attribute(made.library.attribute(name), made.place, text))
        keys = self._positional()
        for keyword in (*self._ordered(keys), *late):
            self._keyword(keyword)
        self.children.extend(made.children)
        self._copy()

    def _ordered(self, keys: list[Keyword]) -> list[Keyword]:
        """What mappings and keywords give, in the order in which one replaces another."""
        library, given = self.made.library, self.made.keywords
        if library.keywords_win:
            return [*keys, *given]
        # The library has these as parameters of its own: in a mapping they are lost.
        found = [*given, *(one for one in keys if not one.is_key or one.name not in library.last)]
        return sorted(found, key=lambda one: one.name in library.last)

    def _positional(self) -> list[Keyword]:
        """Take what stands in places; the mappings among it are returned."""
        made = self.made
        found: list[Keyword] = []
        parameters = list(made.shape.parameters)
        for number, one in enumerate(made.positional):
            if made.shape.names_tag and not number:
                self.tag = self.reader.markup(*one)
            elif made.library.mappings and is_mapping(self.reader, one):
                found.extend(mapped(self.reader, one, is_key=True))
            elif made.library.brackets:
                found.extend(self._short(one))
            elif parameters and (name := parameters.pop(0)):
                found.append(Keyword(name, self.reader.span(*one), one))
            else:
                self.children.append(one)
        return found

    def _short(self, one: Argument) -> Iterator[Keyword]:
        """`div("#id.class")`."""
        text = self.reader.evaluator.text(*one)
        place = self.reader.span(*one)
        if not text:
            yield Keyword("", place, one)
            return
        for name, value in of_css(text).items():
            start = place.text.find(value)
            exact = start >= 0 and " " not in value
            at = place._replace(start=place.start + start) if exact else place
            end = at._replace(end=at.start + len(value)) if exact else at
            self._set(name, Attribute(name, end, value))

    def _keyword(self, one: Keyword) -> None:
        if one.name == "_" and not one.is_key and self.made.shape.parameters:
            # An argument that is no part of the page.
            return
        if not one.name:
            self.unknown.append(one)
            return
        library = self.made.library
        name = library.key(one.name) if one.is_key else library.attribute(one.name)
        before = "#" if one.name == "target_id" else ""
        # Two spellings of one name are one attribute, unless the library writes both.
        key = one.name if library.writes_twice else name
        self._set(key, Attribute(name, one.place, one.value, before, one.name))

    def _set(self, name: str, one: Attribute) -> None:
        if isinstance(one.value, Argument) and one.value.is_none:
            before = self.attributes.get(name)
            if before is not None and isinstance(before.value, str):
                # None for what the library would set itself takes it away.
                del self.attributes[name]
                return
            if before is not None and self.made.library.ignores_none:
                return
        self.attributes[name] = one

    def _copy(self) -> None:
        for name, other in self.made.shape.copied:
            source = self.attributes.get(other)
            if name not in self.attributes and source is not None:
                self.attributes[name] = source._replace(name=name)
