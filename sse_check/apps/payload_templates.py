"""What is rendered into the data of an event."""

import ast
from collections.abc import Iterator

from sse_check.apps.model import App, Emission, Render
from sse_check.python.values import Frame


def rendered_in(emission: Emission, app: App) -> Iterator[Render]:
    """The templates whose rendering is, or is a part of, what an event carries."""
    if emission.payload is None or emission.frame is None:
        return
    module = emission.frame.module
    # A helper is called where the event is shown: what it is called with is a part of that.
    spans = [emission.span, *(module.span(node) for node in _expressions(emission))]
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
