"""The answers of a view that are streams, and what feeds each."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from sse_check.apps.asgi import called, doubted, receives, sent
from sse_check.apps.content_types import ContentTypes, names_type
from sse_check.apps.data import is_data
from sse_check.apps.doubts import (
    OPEN_TYPE,
    Doubt,
    changing,
    is_answer,
    is_of_one_piece,
    made_of,
    may_stream,
)
from sse_check.apps.event_calls import (
    FASTAPI,
    FRAMES,
    OBJECTS,
    Dialect,
    Response,
    plain,
    response_named,
)
from sse_check.apps.global_response import Said, said_of
from sse_check.apps.handlers import Handling, handling, is_of_handler
from sse_check.apps.publishing import channel_of
from sse_check.apps.writers import Writers, is_writer
from sse_check.python.evaluate import Evaluator
from sse_check.python.scope import Scope
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

_DEEPEST = 8
_OWN_CLASS = "what an object of this class answers cannot be told"


class Answer(NamedTuple):
    """A stream that a view answers with: what feeds it, where that is written, by which dialect.

    `call` makes the response.
    """

    source: Value | ast.expr
    node: ast.expr
    frame: Frame
    dialect: Dialect = FRAMES
    call: ast.Call | None = None


class Answers:
    """Looks for the streams of one view."""

    def __init__(self, evaluator: Evaluator, *, of_handlers: bool = False) -> None:
        self.evaluator = evaluator
        self.types = ContentTypes(evaluator)
        self.writers = Writers(evaluator, self.types.of)
        # Whether every method that answers is one of a handler of Tornado.
        self.of_handlers = of_handlers
        # Whether the decorator of the view says of which type its answers are.
        self.is_typed = False

    def of(
        self, view: FunctionValue, frame: Frame, route: ast.Call | None, inner: bool = False
    ) -> Iterator[Answer | Doubt | Handling]:
        scope = view.scope
        if is_of_handler(self.evaluator, view, surely=self.of_handlers):
            yield from self._handled(view, frame)
            return
        made = made_of(self.evaluator, view) if not inner else None
        if made is not None:
            home = self.evaluator.inside(made, None, made.closure)
            found = list(self.of(made, home, route, inner=True))
            if any(isinstance(one, Answer) for one in found):
                yield from found
                return
        received = receives(view)
        if received:
            yield from self._of_asgi(frame, received)
            return
        self.is_typed = self._typed_beforehand(view, route)
        dialect = self._declared(view, frame, route)
        if dialect is not None and scope.yields:
            yield Answer(GeneratorValue(view, frame), _at(scope), frame, dialect)
            return
        said = said_of(self.evaluator, frame)
        if said is not Said.NOTHING:
            yield from self._said(said, view, frame)
            return
        yield from self._assigned(scope, frame)
        yield from self.writers.of(frame)
        whole = True
        for value, node in self._returned(scope, frame):
            whole = whole and is_answer(value)
            yield from self._answer(value, node, frame, dialect)
        if scope.yields or not whole:
            yield from changing(self.evaluator, view)

    def _handled(self, view: FunctionValue, frame: Frame) -> Iterator[Handling | Doubt]:
        """A handler of Tornado, which writes its answer on itself."""
        made = made_of(self.evaluator, view)
        if made is not None:
            # What a decorator of the project puts in its place is called with the handler.
            outer = made._replace(owner=view.owner)
            found = handling(self.evaluator, outer, self.evaluator.inside(outer, None, None))
            if found.typed is not None:
                yield found
                return
        found = handling(self.evaluator, view, frame)
        if found.typed is not None:
            yield found
            return
        yield from changing(self.evaluator, view)
        if found.open_type is not None:
            yield Doubt(*found.open_type[:3])
        for one in found.doubts:
            if one.foreign:
                yield Doubt(*one[:3])
        for base in found.bases[:1] if found.sends else ():
            why = f"whether `{base}` makes a stream of this answer cannot be told"
            yield Doubt(view.scope.node, frame, why)

    def _of_asgi(self, frame: Frame, names: tuple[str, ...]) -> Iterator[Answer | Doubt | Handling]:
        """What an application of ASGI answers."""
        for one in called(self.evaluator, frame, names):
            value = one.value
            if isinstance(value, FunctionValue) and receives(value):
                inner = self.evaluator.inside(value, one.call, one.frame)
                if inner.depth < _DEEPEST:
                    yield from self.of(value, inner, None)
                    continue
            known = isinstance(value, InstanceValue) and (
                isinstance(value.of, ClassValue) or response_named(value.dotted) is not None
            )
            if known or (isinstance(value, InstanceValue) and is_of_one_piece(value.call)):
                yield from self._answer(value, one.call.func, frame, None)
            else:
                yield doubted(one)
        yield from sent(self.evaluator, frame, names, self.types.of_headers)

    def _said(
        self, said: Said, view: FunctionValue, frame: Frame
    ) -> Iterator[Answer | Doubt | Handling]:
        """What a view of Bottle gives, which has said of what type it is."""
        scope = view.scope
        if said is Said.UNKNOWN:
            yield Doubt(scope.node, frame, OPEN_TYPE)
        elif scope.yields:
            yield Answer(GeneratorValue(view, frame), _at(scope), frame)
        if said is not Said.STREAM:
            return
        for value, node in self._returned(scope, frame, of_lines=True):
            row = response_named(value.dotted) if isinstance(value, InstanceValue) else None
            if row is not None and isinstance(value, InstanceValue) and value.call is not None:
                # An answer of its own has headers of its own.
                given = (*value.call.args[1:], *(k.value for k in value.call.keywords))
                if any(self.types.says(one, value.frame) for one in given):
                    yield from self._response(value, node, frame)
            elif not (isinstance(value, Text) and value.kind == "none"):
                yield Answer(value, node, frame)

    def _returned(
        self, scope: Scope, frame: Frame, *, of_lines: bool = False
    ) -> Iterator[tuple[Value, ast.expr]]:
        """Each value that a view may return, which may be the lines of a stream themselves."""
        places = self.evaluator.places(scope)
        for statement in scope.returns:
            node = statement.value
            if node is None:
                continue
            if not of_lines and is_data(self.evaluator, node, frame):
                yield MappingValue((), (), frame, node), node
                continue
            values = self.evaluator.values(node, frame)
            # Whether it is reached, which costs more, matters only for what may be a stream.
            if not all(map(_is_of_one_piece, values)) and not reached(
                self.evaluator, places.of(statement), frame
            ):
                continue
            yield from ((value, node) for value in values)
        if isinstance(scope.node, ast.Lambda):
            body = scope.node.body
            yield from ((value, body) for value in self.evaluator.values(body, frame))

    def _declared(
        self, view: FunctionValue, frame: Frame, route: ast.Call | None
    ) -> Dialect | None:
        """What `response_class=EventSourceResponse` of a decorator says, or the type of a view."""
        del frame
        home = view.closure
        for call in _registering(view, route):
            for keyword in call.keywords:
                if keyword.arg != "response_class":
                    continue
                row = response_named(self.evaluator.dotted(keyword.value, home))
                if row is not None and row.typed:
                    return FASTAPI if row.dialect is FASTAPI else row.dialect
        is_sheep = view.scope.yields and view.module.mentions("blacksheep")
        return OBJECTS if is_sheep and self._is_of_events(view) else None

    def _typed_beforehand(self, view: FunctionValue, route: ast.Call | None) -> bool:
        """`@get("/events", media_type="text/event-stream")`, as Litestar has it."""
        return any(
            keyword.arg == "media_type" and self.types.says(keyword.value, view.closure)
            for call in _registering(view, route)
            for keyword in call.keywords
        )

    def _is_of_events(self, view: FunctionValue) -> bool:
        """`async def events() -> AsyncIterable[ServerSentEvent]` tells BlackSheep that it is."""
        returns = getattr(view.scope.node, "returns", None)
        names = ast.walk(returns) if returns is not None else ()
        values = [
            base.dotted
            for node in names
            if isinstance(node, ast.Name | ast.Attribute)
            for value in self.evaluator.values(node, view.closure)
            for base in self._lineage(value)
        ]
        return any(v.startswith("blacksheep.") and v.endswith("ServerSentEvent") for v in values)

    def _lineage(self, value: Value) -> Iterator[External]:
        above = self.evaluator.lineage(value) if isinstance(value, ClassValue) else (value,)
        return (one for one in above if isinstance(one, External))

    def _assigned(self, scope: Scope, frame: Frame) -> Iterator[Answer]:
        """`resp.sse = generator()` is how falcon is told."""
        for store in scope.stores:
            if isinstance(store.target, ast.Attribute) and store.target.attr == "sse":
                yield Answer(store.value, store.value, frame, OBJECTS)

    # Values that are returned

    def _answer(
        self, value: Value, node: ast.expr, frame: Frame, dialect: Dialect | None
    ) -> Iterator[Answer | Doubt]:
        match value:
            case InstanceValue():
                yield from self._response(value, node, frame)
            case SequenceValue() if isinstance(value.node, ast.Tuple) and value.items:
                yield from self._tuple(value, node, frame)
            case GeneratorValue() if dialect is not None:
                yield Answer(value, node, frame, dialect)
            case Text() if self.is_typed and value.kind in ("text", "bytes"):
                yield Answer(value, node, frame)
            case Unknown() if not is_of_one_piece(node):
                yield Doubt(node, frame, "what is answered here cannot be told")

    def _response(
        self, value: InstanceValue, node: ast.expr, frame: Frame
    ) -> Iterator[Answer | Doubt]:
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
            if row is None and may_stream(value.dotted) and not is_writer(value.dotted):
                yield Doubt(node, frame, f"what `{value.dotted}` answers cannot be told")
            return
        yield from self._made(value, row, value.call, value.frame)

    def _made(
        self, value: InstanceValue, row: Response, call: ast.Call, frame: Frame
    ) -> Iterator[Answer | Doubt]:
        typed = row.typed or self.is_typed or self.types.of(call, frame)
        source = self.evaluator.argument(call, row.source, row.position)
        if not typed:
            if row.name in ("make_response", "Response") and source is not None:
                # `make_response(Response(...))`: an answer within an answer.
                for inner in self.evaluator.values(source, frame):
                    if isinstance(inner, InstanceValue) and inner is not value:
                        yield from self._response(inner, source, frame)
            if typed is None:
                yield Doubt(call, frame, OPEN_TYPE)
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

    def _of_project(self, value: InstanceValue, owner: ClassValue) -> Iterator[Answer | Doubt]:
        """A response class of the project, derived from one that is known."""
        evaluator = self.evaluator
        answers = [*evaluator.attribute(value, "__call__")]
        if any(isinstance(one, FunctionValue) for one in answers):
            yield Doubt(value.call or owner.scope.node, value.frame, _OWN_CLASS)
        for base in evaluator.lineage(owner):
            row = response_named(base.dotted) if isinstance(base, External) else None
            if row is None or value.call is None:
                if isinstance(base, External) and (
                    may_stream(base.dotted) or is_writer(base.dotted)
                ):
                    yield Doubt(value.call or owner.scope.node, value.frame, _OWN_CLASS)
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
                names_type(text)
                for name in ("media_type", "content_type", "mimetype", "default_mimetype")
                for text in evaluator.attribute(value, name)
            )
            as_typed = row._replace(typed=typed)
            yield from self._made(InstanceValue(base, call, frame), as_typed, call, frame)
            return

    def _tuple(
        self, value: SequenceValue, node: ast.expr, frame: Frame
    ) -> Iterator[Answer | Doubt]:
        """`return stream(), 200, {"Content-Type": "text/event-stream"}`."""
        first, *rest = value.items
        if any(self.types.says(one, value.frame) for one in rest):
            yield Answer(first, first, value.frame)
            return
        found = self.evaluator.values(first, value.frame)
        for inner in found:
            if isinstance(inner, InstanceValue):
                yield from self._response(inner, node, frame)
        if not all(map(is_answer, found)) and any(self.types.is_open(r, value.frame) for r in rest):
            yield Doubt(node, frame, OPEN_TYPE)


def _is_of_one_piece(value: Value) -> bool:
    """Whether something external made an answer that is surely none of events."""
    return (
        isinstance(value, InstanceValue)
        and isinstance(value.of, External)
        and response_named(value.dotted) is None
        and not may_stream(value.dotted)
    )


def _registering(view: FunctionValue, route: ast.Call | None) -> list[ast.Call]:
    """The calls that say how a view answers: its decorators, and what registers it."""
    decorators = getattr(view.scope.node, "decorator_list", ())
    calls = [one for one in decorators if isinstance(one, ast.Call)]
    return [*calls, route] if route is not None else calls


def _at(scope: Scope) -> ast.expr:
    """An expression that stands where a function does."""
    return ast.copy_location(ast.Name(scope.name), scope.node)
