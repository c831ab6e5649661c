"""What is rendered into the data of an event."""

import ast
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from sse_check.apps.model import App, Emission, Render, Stream
from sse_check.python.evaluate import Evaluator
from sse_check.python.values import External, Frame, FunctionValue, InstanceValue, Text
from sse_check.python.written import assigned, laid_out, pieces
from sse_check.source import Span

_DEEPEST = 6
_TRIMMING = frozenset(("strip", "lstrip", "rstrip"))
_WRAPPING = frozenset(("str", "Markup", "mark_safe"))
_BLOCKS = frozenset(
    """Div Article Section Main Header Footer Nav Aside Ul Ol Li Table Thead Tbody Tr Td P Form
    Card Group Container Titled Fieldset Details Dl""".split()
)


class Unsplit(NamedTuple):
    """A rendering that is put whole into one `data:` line, and where that line is sent."""

    render: Render
    span: Span


def unsplit_in(evaluator: Evaluator, stream: Stream, app: App) -> Iterator[Unsplit]:
    """The renderings that frames by hand have in one line each."""
    for call, home, sent in _put_in_data(evaluator, stream):
        render = _render_at(app, call, home)
        if render is not None and not render.block:
            yield Unsplit(render, sent)


def _render_at(app: App, call: ast.Call, frame: Frame) -> Render | None:
    """What a call renders. In a helper that is what its caller asks for; elements are written
    where their function is named."""
    render = app.rendering.at(call, frame)
    spans = (frame.module.span(call), frame.module.span(call.func)) if render is None else ()
    places = ((one.source.path, one.start, one.end) for one in spans)
    return render or next(filter(None, map(app.renders_by_place.get, places)), None)


def unsplit_elements_in(evaluator: Evaluator, stream: Stream) -> Iterator[tuple[Span, Span]]:
    """The elements of FastHTML that `to_xml` writes on several lines and a frame by hand has in
    one: where that is sent, and where they are written."""
    for call, home, sent in _put_in_data(evaluator, stream):
        whole = {keyword.arg for keyword in call.keywords} == set() and len(call.args) == 1
        is_ours = _of_fasthtml(evaluator, call, home) == "to_xml"
        if whole and is_ours and _has_lines(evaluator, call.args[0], home):
            yield sent, home.module.span(call)


def carried_whole(evaluator: Evaluator, emission: Emission, app: App) -> Iterator[Render]:
    """The rendering that is all that an event carries."""
    if emission.payload is None or emission.frame is None:
        return
    node = _alone(emission.payload)
    made = _made_by(evaluator, node, emission.frame, 0) if node is not None and app.renders else []
    for call, home in made if len(made) == 1 else ():
        render = _render_at(app, call, home)
        if render is not None and not render.block and len(render.names) == 1:
            yield render


def _alone(node: ast.expr) -> ast.expr | None:
    """The one thing that is put into a frame by hand as its data; what is no frame as it is."""
    if not isinstance(node, ast.JoinedStr | ast.BinOp):
        return node
    parts = list(pieces(node))
    data = [at for at, part in enumerate(parts) if ends_with_data(part)]
    if len(data) != 1 or len(parts) != data[0] + 3:
        return None
    last = parts[-1]
    ended = isinstance(last, ast.Constant) and not str(last.value).strip()
    return parts[data[0] + 1] if ended else None


def _has_lines(evaluator: Evaluator, node: ast.expr, frame: Frame) -> bool:
    """Whether something is certainly an element with others inside, each on a line of its own."""
    if not isinstance(node, ast.Call) or _of_fasthtml(evaluator, node, frame) not in _BLOCKS:
        return False
    for inner in node.args:
        if isinstance(inner, ast.Starred):
            return True
        if isinstance(inner, ast.Call):
            name = _of_fasthtml(evaluator, inner, frame)
            if name[:1].isupper() and name != "NotStr":
                return True
    return False


def _of_fasthtml(evaluator: Evaluator, call: ast.Call, frame: Frame) -> str:
    """The name of a function of FastHTML that is called."""
    found = evaluator.values(call.func, frame)
    names = {one.dotted for one in found if isinstance(one, External)}
    package, _, name = next(iter(names)).rpartition(".") if len(names) == 1 else ("", "", "")
    return name if len(found) == 1 and package.startswith(("fasthtml", "fastcore")) else ""


def _put_in_data(evaluator: Evaluator, stream: Stream) -> Iterator[tuple[ast.Call, Frame, Span]]:
    """The calls whose text frames by hand have in one line, and where that line is sent."""
    for node, frame, _ in stream.raw:
        for value in evaluator.values(node, frame):
            if not isinstance(value, Text):
                continue
            for piece, within in _data_of(evaluator, value.node, value.frame, set()):
                for call, home in _made_by(evaluator, piece, within, 0):
                    yield call, home, frame.module.span(node)


def _data_of(
    evaluator: Evaluator, node: ast.expr, frame: Frame, met: set[int]
) -> Iterator[tuple[ast.expr, Frame]]:
    """What stands behind `data:` in a text, and in what it was before more was added to it."""
    met.add(id(node))
    parts = list(laid_out(evaluator, node, frame))
    for (before, _), (piece, within) in pairwise(parts):
        if ends_with_data(before):
            yield piece, within
    for part, home in parts:
        for value, place in assigned(evaluator, part, home) if isinstance(part, ast.Name) else ():
            if isinstance(value, ast.JoinedStr | ast.BinOp) and id(value) not in met:
                yield from _data_of(evaluator, value, place, met)


def ends_with_data(node: ast.expr) -> bool:
    """Whether a piece of a frame is followed by data."""
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return False
    return node.value.rstrip(" ").endswith("data:")


def _made_by(
    evaluator: Evaluator, node: ast.expr, frame: Frame, depth: int
) -> list[tuple[ast.Call, Frame]]:
    """The call that makes a text, through the names that it has on its way."""
    node = _bare(node)
    if isinstance(node, ast.Call):
        within = _within_helper(evaluator, node, frame)
        return [within] if within is not None else [(node, frame)]
    if isinstance(node, ast.Subscript | ast.Attribute):
        # A part of what was put into a queue elsewhere.
        return list(_calls_behind(evaluator, node, frame))
    if not isinstance(node, ast.Name) or depth > _DEEPEST:
        return []
    found = assigned(evaluator, node, frame)
    if not found:
        # What a loop goes through, or what is given to a function that is called by others.
        return list(_calls_behind(evaluator, node, frame))
    made = [_made_by(evaluator, *one, depth + 1) for one in found]
    if len(made) == 1:
        return made[0]
    # With a second one, what is sent may be another text, or the same in pieces.
    alike = {_as_written(one[0][0]) if one else "" for one in made}
    return made[0] if len(alike) == 1 and "" not in alike else []


def _as_written(call: ast.Call) -> str:
    """What a call asks for, whatever it is given beside that: "" where that is not in it."""
    first = call.args[0] if call.args and isinstance(call.args[0], ast.Constant) else None
    name = ast.unparse(call.func)
    return f"{name}({first.value!r})" if first is not None else name if "(" in name else ""


def _within_helper(
    evaluator: Evaluator, node: ast.Call, frame: Frame
) -> tuple[ast.Call, Frame] | None:
    """The call that a function of the project has for the one thing that it returns."""
    functions = evaluator.values(node.func, frame)
    if not any(isinstance(one, FunctionValue) for one in functions):
        return None
    if len(evaluator.values(node, frame)) != 1:
        return None
    return next(_calls_behind(evaluator, node, frame), None)


def _bare(node: ast.expr) -> ast.expr:
    """An expression without what leaves the lines inside of a text as they are."""
    while True:
        match node:
            case ast.Await(value=inner):
                node = inner
            case ast.Call(func=ast.Attribute(value=inner, attr=name)) if name in _TRIMMING:
                node = inner
            case ast.Call(func=ast.Name(id=name), args=[inner]) if name in _WRAPPING:
                node = inner
            case _:
                return node


def _calls_behind(
    evaluator: Evaluator, node: ast.expr, frame: Frame
) -> Iterator[tuple[ast.Call, Frame]]:
    """The calls outside the project that make what an expression stands for, and of
    `env.get_template("x.html").render()` in two steps the first."""
    for value in evaluator.values(node, frame):
        made: object = value
        for _ in range(2):
            if isinstance(made, InstanceValue) and made.call is not None:
                yield made.call, made.frame
                made = made.of.owner if isinstance(made.of, External) else None


def rendered_in(evaluator: Evaluator, emission: Emission, app: App) -> Iterator[Render]:
    """The templates whose rendering is, or is a part of, what an event carries."""
    if emission.payload is None or emission.frame is None:
        return
    module = emission.frame.module
    # A helper is called where the event is shown: what it is called with is a part of that.
    spans = [emission.span, *(module.span(node) for node in _expressions(emission))]
    helped: list[Render] = []
    for node in (one for written in _expressions(emission) for one in ast.walk(written)):
        if isinstance(node, ast.Subscript | ast.Attribute):
            behind = _calls_behind(evaluator, node, emission.frame)
            spans += [frame.module.span(call) for call, frame in behind]
        elif isinstance(node, ast.Call):
            within = _within_helper(evaluator, node, emission.frame)
            render = app.rendering.at(*within) if within is not None else None
            helped += [render] if render is not None else []
    # What renders is a call, or names a file; to find all that an app renders takes its time.
    if not any("(" in span.text or "." in span.text for span in spans):
        return
    for render in app.renders:
        at = render.span
        if any(
            at.source.path == span.source.path and span.start <= at.start and at.end <= span.end
            for span in spans
        ):
            yield render
    yield from helped


def _expressions(emission: Emission) -> Iterator[ast.expr]:
    """The data as it is written, and what the names in it were bound to beside it."""
    assert emission.payload is not None  # noqa: S101 - asked for those with data
    assert emission.frame is not None  # noqa: S101 - asked for those with data
    yield emission.payload
    bindings = emission.frame.scope.bindings
    for node in ast.walk(emission.payload):
        if isinstance(node, ast.Name):
            before = [
                one.value
                for one in bindings.get(node.id, ())
                if one.kind == "assign"
                and one.value is not None
                and one.value.lineno <= node.lineno
            ]
            yield from before[-1:]
            yield from _added(emission.frame, node.id)


def _added(frame: Frame, name: str) -> Iterator[ast.expr]:
    """What a function puts into a list of this name."""
    for call in frame.scope.calls:
        method = call.func
        if not isinstance(method, ast.Attribute) or method.attr not in ("append", "extend"):
            continue
        if isinstance(method.value, ast.Name) and method.value.id == name:
            yield from call.args
