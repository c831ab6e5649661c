"""The answers of a view that are streams, and what feeds each."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from sse_check.apps.event_calls import (
    CONTENT_TYPE,
    FASTAPI,
    FRAMES,
    OBJECTS,
    WRITERS,
    Dialect,
    Response,
    plain,
    response_named,
)
from sse_check.apps.publishing import channel_of
from sse_check.python.evaluate import Evaluator
from sse_check.python.module import last_name
from sse_check.python.scope import Scope, Store
from sse_check.python.truth import reached
from sse_check.python.values import (
    ClassValue,
    External,
    Frame,
    FunctionValue,
    GeneratorValue,
    InstanceValue,
    MappingValue,
    SequenceValue,
    Text,
    Unknown,
    Value,
)
from sse_check.template.values import Pattern

_TYPE = Pattern.of(CONTENT_TYPE)


class Answer(NamedTuple):
    """A stream that a view answers with: what feeds it, where that is written, by which dialect.

    `call` makes the response.
    """

    source: Value | ast.expr
    node: ast.expr
    frame: Frame
    dialect: Dialect = FRAMES
    call: ast.Call | None = None


class Writer(NamedTuple):
    """An answer on which a view sends its events one by one, with what makes it and sends."""

    maker: str
    call: ast.Call
    sent: list[ast.Call]
    frame: Frame
    dialect: Dialect = FRAMES


class Doubt(NamedTuple):
    """An answer that may be a stream."""

    node: ast.AST
    frame: Frame
    why: str


class Answers:
    """Looks for the streams of one view."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator

    def of(
        self, view: FunctionValue, frame: Frame, route: ast.Call | None
    ) -> Iterator[Answer | Writer | Doubt]:
        scope = view.scope
        dialect = self._declared(view, frame, route)
        if dialect is not None and scope.yields:
            yield Answer(GeneratorValue(view, frame), _at(scope), frame, dialect)
            return
        yield from self._assigned(scope, frame)
        yield from self._writers(scope, frame)
        places = self.evaluator.places(scope)
        for statement in scope.returns:
            if statement.value is None or not reached(self.evaluator, places.of(statement), frame):
                continue
            for value in self.evaluator.values(statement.value, frame):
                yield from self._answer(value, statement.value, frame, dialect)
        if isinstance(scope.node, ast.Lambda):
            for value in self.evaluator.values(scope.node.body, frame):
                yield from self._answer(value, scope.node.body, frame, dialect)

    def _declared(
        self, view: FunctionValue, frame: Frame, route: ast.Call | None
    ) -> Dialect | None:
        """What `response_class=EventSourceResponse` of a route's decorator says."""
        del frame
        calls = [
            d for d in getattr(view.scope.node, "decorator_list", ()) if isinstance(d, ast.Call)
        ]
        home = view.closure
        for call in [*calls, *([route] if route is not None else [])]:
            for keyword in call.keywords:
                if keyword.arg != "response_class":
                    continue
                row = response_named(self.evaluator.dotted(keyword.value, home))
                if row is not None and row.typed:
                    return FASTAPI if row.dialect is FASTAPI else row.dialect
        return None

    def _assigned(self, scope: Scope, frame: Frame) -> Iterator[Answer]:
        """`resp.sse = generator()` is how falcon is told."""
        for store in scope.stores:
            if isinstance(store.target, ast.Attribute) and store.target.attr == "sse":
                yield Answer(store.value, store.value, frame, OBJECTS)

    def _writers(self, scope: Scope, frame: Frame) -> Iterator[Writer]:
        """Responses that the view writes on, piece by piece."""
        made: dict[str, tuple[str, ast.Call]] = {}
        for name, bindings in scope.bindings.items():
            for binding in bindings:
                node = binding.value
                node = node.value if isinstance(node, ast.Await) else node
                if isinstance(node, ast.Call) and last_name(node.func) in WRITERS:
                    dotted = self.evaluator.dotted(node.func, frame) or last_name(node.func)
                    if plain(dotted) == "sse_response" or self._has_type(node, frame):
                        made[name] = (dotted, node)
        for name, (dotted, node) in made.items():
            sent = [
                call
                for call in scope.calls
                if isinstance(call.func, ast.Attribute)
                and isinstance(call.func.value, ast.Name)
                and call.func.value.id == name
                and call.func.attr in WRITERS[plain(dotted)]
            ]
            if sent:
                yield Writer(dotted, node, sent, frame)

    # Values that are returned

    def _answer(
        self, value: Value, node: ast.expr, frame: Frame, dialect: Dialect | None
    ) -> Iterator[Answer | Writer | Doubt]:
        match value:
            case InstanceValue():
                yield from self._response(value, node, frame)
            case SequenceValue() if isinstance(value.node, ast.Tuple) and value.items:
                yield from self._tuple(value, node, frame)
            case GeneratorValue() if dialect is not None:
                yield Answer(value, node, frame, dialect)
            case Unknown() if not _is_of_one_piece(node):
                yield Doubt(node, frame, "what is answered here cannot be told")
            case External():
                yield from ()

    def _response(
        self, value: InstanceValue, node: ast.expr, frame: Frame
    ) -> Iterator[Answer | Writer | Doubt]:
        if isinstance(value.of, ClassValue):
            yield from self._of_project(value, value.of)
            return
        if value.call is not None and channel_of(self.evaluator, value) is not None:
            # `stream.response()`, `broker.response(channel)`
            if plain(value.dotted) == "response":
                yield Answer(value, node, frame, FRAMES, value.call)
            return
        row = response_named(value.dotted)
        if row is None or value.call is None:
            if row is None and plain(value.dotted) not in WRITERS and _may_stream(value.dotted):
                yield Doubt(node, frame, f"what `{value.dotted}` answers cannot be told")
            return
        yield from self._made(value, row, value.call, value.frame)

    def _made(
        self, value: InstanceValue, row: Response, call: ast.Call, frame: Frame
    ) -> Iterator[Answer | Writer | Doubt]:
        typed = row.typed or self._is_typed(value)
        source = self.evaluator.argument(call, row.source, row.position)
        if not typed:
            if row.name in ("make_response", "Response") and source is not None:
                # `make_response(Response(...))`: an answer within an answer.
                for inner in self.evaluator.values(source, frame):
                    if isinstance(inner, InstanceValue) and inner is not value:
                        yield from self._response(inner, source, frame)
            if any(k.arg is None for k in call.keywords):
                yield Doubt(call, frame, "the content type of this answer cannot be told")
            return
        dialect = row.dialect
        if dialect.default_event:
            default = self.evaluator.argument(call, dialect.default_event)
            if default is not None:
                for name in self.evaluator.texts(default, frame):
                    dialect = dialect._replace(unnamed=name)
        if source is None:
            yield Doubt(call, frame, "what this answer streams cannot be told")
            return
        yield Answer(source, source, frame, dialect, call)

    def _of_project(
        self, value: InstanceValue, owner: ClassValue
    ) -> Iterator[Answer | Writer | Doubt]:
        """A response class of the project, derived from one that is known."""
        evaluator = self.evaluator
        for base in evaluator.lineage(owner):
            row = response_named(base.dotted) if isinstance(base, External) else None
            if row is None or value.call is None:
                continue
            call, frame = value.call, value.frame
            for method in evaluator.attribute(value, "__init__"):
                if not isinstance(method, FunctionValue):
                    continue
                inner = evaluator.inside(method, value.call, value.frame)
                for one in method.scope.calls:
                    if getattr(one.func, "attr", "") == "__init__":
                        call, frame = one, inner
            typed = row.typed or any(
                _names_type(text)
                for name in ("media_type", "content_type", "mimetype", "default_mimetype")
                for text in evaluator.attribute(value, name)
            )
            as_typed = row._replace(typed=typed)
            yield from self._made(InstanceValue(base, call, frame), as_typed, call, frame)
            return

    def _tuple(
        self, value: SequenceValue, node: ast.expr, frame: Frame
    ) -> Iterator[Answer | Writer | Doubt]:
        """`return stream(), 200, {"Content-Type": "text/event-stream"}`."""
        first, *rest = value.items
        if any(self._says_type(one, value.frame) for one in rest):
            yield Answer(first, first, value.frame)
            return
        for inner in self.evaluator.values(first, value.frame):
            if isinstance(inner, InstanceValue):
                yield from self._response(inner, node, frame)

    # Content types

    def _is_typed(self, value: InstanceValue) -> bool:
        """Whether a response has the content type of a stream, by its call or set afterwards."""
        return value.call is not None and self._has_type(value.call, value.frame)

    def _has_type(self, call: ast.Call, frame: Frame) -> bool:
        given = (*call.args[1:], *(k.value for k in call.keywords))
        if any(self._says_type(one, frame) for one in given):
            return True
        return any(self._sets_type(store, frame) for store in frame.scope.stores)

    def _says_type(self, node: ast.expr, frame: Frame) -> bool:
        return any(self._is_type(value) for value in self.evaluator.values(node, frame))

    def _is_type(self, value: Value) -> bool:
        if isinstance(value, MappingValue):
            return any(self._says_type(item, value.frame) for item in value.items)
        if isinstance(value, SequenceValue):
            return any(self._says_type(item, value.frame) for item in value.items)
        if isinstance(value, InstanceValue) and value.call is not None:
            # `Headers({"Content-Type": ...})`
            arguments = (*value.call.args, *(k.value for k in value.call.keywords))
            return plain(value.dotted) in ("Headers", "MutableHeaders", "CIMultiDict") and any(
                self._says_type(one, value.frame) for one in arguments
            )
        return _names_type(value)

    def _sets_type(self, store: Store, frame: Frame) -> bool:
        """`response.mimetype = "text/event-stream"`, `response["Content-Type"] = ...`."""
        target = store.target
        if isinstance(target, ast.Attribute):
            if target.attr not in ("mimetype", "content_type", "media_type"):
                return False
        elif "content-type" not in ast.dump(target.slice).lower():
            return False
        return self._says_type(store.value, frame)


def _at(scope: Scope) -> ast.expr:
    """An expression that stands where a function does."""
    return ast.copy_location(ast.Name(scope.name), scope.node)


def _names_type(value: Value) -> bool:
    return isinstance(value, Text) and any(
        CONTENT_TYPE in part for part in value.pattern.parts if part is not None
    )


_ANSWERS_OF_ONE_PIECE = (
    *("TemplateResponse", "HTMLResponse", "JSONResponse", "RedirectResponse", "PlainTextResponse"),
    *("redirect", "render_template"),
)


def _is_of_one_piece(node: ast.expr) -> bool:
    """Whether an answer is no stream, whoever makes it: `templates.TemplateResponse(...)`."""
    node = node.value if isinstance(node, ast.Await) else node
    return isinstance(node, ast.Call) and last_name(node.func).endswith(_ANSWERS_OF_ONE_PIECE)


def _may_stream(dotted: str) -> bool:
    """Whether what something external gives may be a stream: frameworks' own answers are known."""
    top = dotted.partition(".")[0]
    if "." not in dotted or top in _KNOWN:
        return False
    return not plain(dotted).endswith(_ANSWERS_OF_ONE_PIECE)


_KNOWN = frozenset(
    "fastapi starlette flask quart django litestar sanic aiohttp blacksheep falcon robyn chirp "
    "cello fasthtml jinja2 jinja2_fragments json datetime builtins rest_framework".split()
)
