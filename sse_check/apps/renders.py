"""Which template a call renders, with which context."""

import ast
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, field, replace
from functools import partial

from sse_check.apps.addresses import lstrip
from sse_check.apps.asked import AskedAddresses
from sse_check.apps.inner import InnerTemplates
from sse_check.apps.members import fields_of, tables_of
from sse_check.apps.model import Given, Render, Route, Unread
from sse_check.apps.shapes import (
    BLOCKS,
    CONTEXTS,
    FRAMEWORKS,
    INLINE,
    LOOKING_UP,
    NAMES,
    NOT_CONTEXT,
    OF_HANDLERS,
    SHAPES,
    Shape,
)
from sse_check.python.evaluate import Evaluator
from sse_check.python.module import last_name
from sse_check.python.sequences import Sequences
from sse_check.python.values import (
    Frame,
    InstanceValue,
    MappingValue,
    SequenceValue,
    Text,
)
from sse_check.python.written import assigned
from sse_check.source import Span
from sse_check.template.values import Pattern

HOLE = Pattern((None,))
# Frameworks that add the ending of a file to its name.
_SHORT = {
    "view": ".jinja",
    "view_async": ".jinja",
    "template": ".html",
    "jinja2_template": ".html",
}


@dataclass(eq=False)
class Renders:
    """Reads calls that render, each in the frame that is asked about."""

    evaluator: Evaluator
    sequences: Sequences
    by_name: dict[str, list[Route]] = field(default_factory=dict)
    is_django: bool = False
    inner: InnerTemplates = field(default_factory=InnerTemplates)
    # The names of contexts that matter; None where any may.
    names: Container[str] | None = None
    inline: list[Unread] = field(default_factory=list)
    _met: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.addresses = AskedAddresses(self.evaluator, self.by_name)

    def of(self, call: ast.Call, frame: Frame) -> Render | None:
        """What a call renders; None when it renders nothing, or a text that is no file."""
        name = last_name(call.func)
        if name in ("render", "render_string") and self._package(call.func, frame) == "tornado":
            return self._shaped(call, frame, OF_HANDLERS, name)
        if name in INLINE or (name == "Template" and self._is_inline(call, frame)):
            return self._string(call, frame)
        shape = SHAPES.get(name)
        if shape is None:
            return None
        if name in ("render", "render_async"):
            looked_up = self._looked_up(call, frame)
            if looked_up is not None:
                return looked_up
        if shape.packages and self._package(call.func, frame) not in shape.packages:
            return None
        if shape.keyword == "tpl" and self._is_source(call, frame):
            return self._string(call, frame)
        return self._shaped(call, frame, shape, name)

    def _package(self, node: ast.expr, frame: Frame) -> str:
        return self.evaluator.dotted(node, frame).partition(".")[0]

    def _is_framework(self, call: ast.Call, frame: Frame) -> bool:
        return self._package(call.func, frame) in FRAMEWORKS

    def _is_inline(self, call: ast.Call, frame: Frame) -> bool:
        return self._package(call.func, frame) in ("jinja2", "django", "kida", "mako", "tornado")

    def _is_source(self, call: ast.Call, frame: Frame) -> bool:
        """Whether Bottle takes what it is given for the template itself, and not for its name."""
        return bool(call.args) and all(map(is_text, self._names(call.args[0], frame)))

    def _string(self, call: ast.Call, frame: Frame) -> Render | None:
        name = self.inner.rendered(call, frame)
        if name is not None:
            span = frame.module.span(call)
            given = partial(self._given, call, frame, Shape(-1, spread=True), -1)
            # A template that is made here may be rendered elsewhere, with more.
            return Render((name,), span, id(frame.scope), read=partly(given))
        if id(call) not in self._met:
            self._met.add(id(call))
            why = "the template is written in a Python string, which is not read"
            self.inline.append(Unread(frame.module.span(call), why))
        return None

    # Names

    def _shaped(self, call: ast.Call, frame: Frame, shape: Shape, name: str) -> Render | None:
        given, place = self._name_by_keyword(call, frame, shape), -1
        if given is None:
            for at in dict.fromkeys((0, shape.place)):
                candidate = self.evaluator.argument(call, (), at)
                if candidate is not None and self._may_be_name(candidate, frame):
                    given, place = candidate, at
                    break
        if given is None:
            if name == "render" and not self._is_framework(call, frame):
                return None
            if not call.args and not call.keywords:
                return None
            last = self.evaluator.argument(call, (), shape.place)
            if last is None:
                return None
            given, place = last, shape.place
        names = self._names(given, frame)
        if name in _SHORT:
            names = tuple(with_suffix(one, _SHORT[name]) for one in names)
        is_any = name in ("render", "view") and not any(map(is_template, names))
        if is_any and not self._is_framework(call, frame):
            # Anything may have a method of this name.
            return None
        blocks, span = self._blocks(call, frame, shape, place)
        read = partial(self._given, call, frame, shape, place)
        return Render(names, frame.module.span(call), id(frame.scope), blocks, read, span)

    def _name_by_keyword(self, call: ast.Call, frame: Frame, shape: Shape) -> ast.expr | None:
        """The keyword that names a file. `render_template("x.html", name="Ida")` has none: what
        is called so there is for the template."""
        named = self.evaluator.argument(call, shape.keyword or NAMES)
        first = self.evaluator.argument(call, (), 0)
        if named is None or shape.keyword or first is None:
            return named
        return None if all(map(is_template, self._names(first, frame))) else named

    def _may_be_name(self, node: ast.expr, frame: Frame) -> bool:
        if _is_request(node):
            return False
        values = self.evaluator.values(node, frame)
        return any(
            (isinstance(v, Text) and v.kind == "text") or isinstance(v, SequenceValue)
            for v in values
        )

    def _names(self, node: ast.expr, frame: Frame) -> tuple[Pattern, ...]:
        found: dict[Pattern, None] = {}
        for value in self.evaluator.values(node, frame):
            if isinstance(value, SequenceValue):
                for item in value.items:
                    found.update(dict.fromkeys(self.evaluator.texts(item, value.frame)))
            elif not (isinstance(value, Text) and value.kind == "none"):
                found.setdefault(self.evaluator.as_text(value))
        # A name with "None" in it is put together of a default that stands for nothing.
        found = {self._cleaned(name): None for name in found}
        likely = [name for name in found if not any("None" in (p or "") for p in name.parts)]
        return tuple(likely or found) or (HOLE,)

    def _cleaned(self, name: Pattern) -> Pattern:
        """Jinja's loaders do not mind a slash before a name; Django's do."""
        return name if self.is_django else lstrip(name)

    def _looked_up(self, call: ast.Call, frame: Frame) -> Render | None:
        """`env.get_template("x.html").render(...)`, in one step or two."""
        if not isinstance(call.func, ast.Attribute):
            return None
        owner = call.func.value
        places = [(owner, frame)]
        if isinstance(owner, ast.Name | ast.Attribute):
            places = assigned(self.evaluator, owner, frame) or self._made(owner, frame)
        names: dict[Pattern, None] = {}
        span = frame.module.span(call)
        for node, home in places:
            inner = node.value if isinstance(node, ast.Await) else node
            if isinstance(inner, ast.Call) and last_name(inner.func) in LOOKING_UP and inner.args:
                names.update(dict.fromkeys(self._names(inner.args[0], home)))
                # In two steps: what is shown is where the name stands.
                span = span if node is owner else home.module.span(inner)
        if not names:
            return None
        given = partial(self._given, call, frame, Shape(-1, 0, spread=True), -1)
        return Render(tuple(names), span, id(frame.scope), (), given)

    def _made(self, node: ast.expr, frame: Frame) -> list[tuple[ast.expr, Frame]]:
        return [
            (value.call, value.frame)
            for value in self.evaluator.values(node, frame)
            if isinstance(value, InstanceValue) and value.call is not None
        ]

    # Blocks

    def _blocks(
        self, call: ast.Call, frame: Frame, shape: Shape, place: int
    ) -> tuple[tuple[Pattern, ...], Span | None]:
        if shape.blocks:
            return self._several(call, frame, shape), None
        given = self.evaluator.argument(
            call, BLOCKS, place + shape.block if shape.block >= 0 and place >= 0 else -1
        )
        if given is None:
            return (), None
        return self._names(given, frame), frame.module.span(given)

    def _several(self, call: ast.Call, frame: Frame, shape: Shape) -> tuple[Pattern, ...]:
        found: dict[Pattern, None] = {}
        for keyword, default in shape.blocks:
            given = self.evaluator.argument(call, keyword)
            names = (Pattern.of(default),) if given is None else self._names(given, frame)
            found.update(dict.fromkeys(name for name in names if name.parts))
        return tuple(found)

    # Contexts

    def _given(self, call: ast.Call, frame: Frame, shape: Shape, place: int) -> Given:
        found: dict[str, tuple[Pattern, ...]] = {}
        complete = True
        given = self._context_argument(call, frame, shape, place)
        if given is not None:
            complete = self._table(given, frame, found)
        for keyword in call.keywords:
            if keyword.arg is None:
                complete = self._table(keyword.value, frame, found) and complete
            elif shape.spread and self._is_given(keyword.arg, shape, place):
                found[keyword.arg] = self.known(keyword.value, frame)
                self.fields(keyword.arg, keyword.value, frame, found)
                self._items(keyword.arg, keyword.value, frame, found)
        return Given(found, complete)

    def _is_given(self, keyword: str, shape: Shape, place: int) -> bool:
        """Whether a keyword is a name of the context that somebody looks at."""
        taken = (shape.keyword,) if shape.keyword else NOT_CONTEXT
        free = keyword not in taken or (place >= 0 and not shape.keyword and keyword in NAMES)
        return free and self.matters(keyword)

    def _context_argument(
        self, call: ast.Call, frame: Frame, shape: Shape, place: int
    ) -> ast.expr | None:
        given = self.evaluator.argument(call, () if shape.keyword else CONTEXTS)
        if given is not None or shape.context < 0:
            return given
        # `render_template("x.html", request, {...})`: a request may stand between.
        for at in (place + shape.context, place + shape.context + 1):
            given = self.evaluator.argument(call, (), at)
            if given is None:
                break
            values = self.evaluator.values(given, frame)
            if any(isinstance(value, MappingValue) for value in values):
                return given
        return self.evaluator.argument(call, (), place + shape.context)

    def _table(self, node: ast.expr, frame: Frame, found: dict[str, tuple[Pattern, ...]]) -> bool:
        """Takes in a dict; false when other names may be in it."""
        complete = True
        values = self.evaluator.values(node, frame)
        for value in values:
            if not isinstance(value, MappingValue):
                complete = isinstance(value, Text) and value.kind == "none" and complete
                continue
            for key, item in zip(value.keys, value.items, strict=True):
                name = self.evaluator.text(key, value.frame) if key is not None else None
                if name is not None and not self.matters(name):
                    continue
                if name is not None:
                    found[name] = (*found.get(name, ()), *self.known(item, value.frame))
                    self.fields(name, item, value.frame, found)
                    self._items(name, item, value.frame, found)
                elif key is None:
                    complete = self._table(item, value.frame, found) and complete
                else:
                    complete = False
        return complete and not self._grows(node, frame)

    def fields(
        self, name: str, node: ast.expr, frame: Frame, found: dict[str, tuple[Pattern, ...]]
    ) -> None:
        """What a dict, a class or a module in a context gives under names of its own: `page.url`,
        `Kind.FIRST.value`."""
        for table in tables_of(self.evaluator, node, frame, self.matters):
            for inner, item in table.items():
                known = self.known(*item)
                found[f"{name}.{inner}"] = (*found.get(f"{name}.{inner}", ()), *known)
        if not isinstance(node, ast.Dict):
            given = fields_of(self.evaluator, node, frame, self.matters, calls=self.is_django)
            found.update((f"{name}.{inner}", values) for inner, values in given.items())

    def _items(
        self, name: str, node: ast.expr, frame: Frame, found: dict[str, tuple[Pattern, ...]]
    ) -> None:
        """How many items a list in a context has, where all are written: a tuple, a constant, or
        a list that stands in the context itself."""
        fixed = isinstance(node, ast.List) or last_name(node).isupper()
        lengths: list[Pattern] = []
        for value in self.evaluator.values(node, frame):
            if not isinstance(value, SequenceValue) or value.more:
                return
            if not (fixed or isinstance(value.node, ast.Tuple)):
                return
            if any(isinstance(item, ast.Starred) for item in value.items):
                return
            lengths.append(Pattern.of(str(len(value.items))))
        found[f"{name}|length"] = (*found.get(f"{name}|length", ()), *lengths)

    def _grows(self, node: ast.expr, frame: Frame) -> bool:
        """Whether a dict with a name gets more items after it was made."""
        if not isinstance(node, ast.Name):
            return False
        for store in frame.scope.stores:
            target = store.target
            if isinstance(target, ast.Subscript) and last_name(target.value) == node.id:
                return True
        return any(
            isinstance(call.func, ast.Attribute)
            and call.func.attr == "update"
            and last_name(call.func.value) == node.id
            for call in frame.scope.calls
        )

    def matters(self, name: str) -> bool:
        """Whether something of a context is looked at by anybody."""
        return self.names is None or name in self.names

    def known(self, node: ast.expr, frame: Frame) -> tuple[Pattern, ...]:
        """What a value in a context may be as a text: constants and addresses, else a hole."""
        return self.addresses.known(node, frame)


def with_suffix(name: Pattern, suffix: str) -> Pattern:
    """Templates that are named without the ending of their files."""
    literal = name.literal
    return name if literal is None or "." in literal else Pattern.of(literal, suffix)


def is_text(name: Pattern) -> bool:
    """Whether a text is no name of a file to Bottle."""
    return any(sign in (part or "") for part in name.parts for sign in "\n{%$")


def parted(render: Render) -> Render:
    """Django's names with a part: `page.html#row` renders the `partialdef` of that name."""
    split = [_at_sign(name) for name in render.names]
    parts = tuple(dict.fromkeys(part for _, part in split if part is not None))
    if not parts:
        return render
    # Where some are rendered whole, all may be.
    whole = any(part is None for _, part in split)
    names = tuple(dict.fromkeys(name for name, _ in split))
    return replace(render, names=names, block=() if whole else parts)


def _at_sign(name: Pattern) -> tuple[Pattern, Pattern | None]:
    for at, text in enumerate(name.parts):
        if text is not None and "#" in text:
            before, _, after = text.partition("#")
            return Pattern.of(*name.parts[:at], before), Pattern.of(after, *name.parts[at + 1 :])
    return name, None


def is_template(name: Pattern) -> bool:
    last = name.parts[-1] if name.parts else ""
    return last is not None and "." in last


def partly(read: Callable[[], Given]) -> Callable[[], Given]:
    """The same, where other names may be given too."""
    return lambda: read()._replace(complete=False)


def calls_of(frame: Frame) -> Iterator[ast.Call]:
    """The calls of a scope, those of its lambdas too."""
    yield from frame.scope.calls
    for child in frame.scope.children.values():
        if isinstance(child.node, ast.Lambda):
            yield from child.calls


def _is_request(node: ast.expr) -> bool:
    """`request`, `self.request`, `context["request"]`: what stands before the name of a file."""
    if isinstance(node, ast.Subscript):
        return isinstance(node.slice, ast.Constant) and node.slice.value == "request"
    return last_name(node) == "request"
