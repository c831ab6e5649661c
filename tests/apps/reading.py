"""Streams read from small programs, by the name of the function that answers."""

from pathlib import Path
from textwrap import dedent
from typing import Any

from sse_check.apps.model import App, Route, Stream
from sse_check.apps.streams import Streams
from sse_check.python.evaluate import Evaluator
from sse_check.python.program import Program
from sse_check.python.values import FunctionValue
from sse_check.source import Source, Span
from sse_check.template.values import Pattern

APPS = Path(__file__).parents[2] / "fixtures" / "apps"
NOWHERE = Span(Source("", ""), 0, 0)


def evaluator_of(files: dict[str, str]) -> Evaluator:
    data = {path: dedent(text).encode() for path, text in files.items()}
    return Evaluator(Program(tuple(data), data.__getitem__, str))


def app_of(files: dict[str, str], version: str = "") -> App:
    return App("chirp" if version else "", NOWHERE, "app.py", frozenset(files), version=version)


def view_of(evaluator: Evaluator, name: str = "events", path: str = "app.py") -> FunctionValue:
    module = evaluator.program.module(path)
    assert module is not None, evaluator.program.unreadable
    owner, _, method = name.rpartition(".")
    if owner:
        inner = module.scope.child(module.scope.bindings[owner][-1].node)
        assert inner is not None
        found = evaluator.attribute(evaluator.some_instance(inner, evaluator.frame(inner)), method)
    else:
        found = evaluator.name(name, evaluator.frame(module.scope))
    views = [value for value in found if isinstance(value, FunctionValue)]
    assert views, f"no function {name}"
    return views[-1]


def stream_of(
    files: dict[str, str],
    name: str = "events",
    *,
    version: str = "",
    settings: dict[str, Any] | None = None,
) -> Stream | None:
    """The stream of one view."""
    evaluator = evaluator_of(files)
    return Streams(evaluator, settings).of(view_of(evaluator, name), app_of(files, version))


def routed_stream(files: dict[str, str], name: str) -> Stream | None:
    """The stream of a route with this view."""
    evaluator = evaluator_of(files)
    route = Route("/", Pattern.of("/"), ("GET",), None, view_of(evaluator, name), NOWHERE)
    return Streams(evaluator).of_route(route, app_of(files))


def mounted_stream(files: dict[str, str], mounting: str) -> Stream | None:
    """The stream of a library, mounted by a call with this name."""
    evaluator = evaluator_of(files)
    module = evaluator.program.module("app.py")
    assert module is not None
    streams = Streams(evaluator)
    for scope, call in module.calls_named(mounting):
        frame = evaluator.frame(scope)
        route = Route("/", Pattern.of("/"), ("GET",), None, None, NOWHERE, call=call, frame=frame)
        found = streams.of_route(route, app_of(files))
        if found is not None:
            return found
    return None


def signals_of(files: dict[str, str]) -> Stream | None:
    return Streams(evaluator_of(files)).signals(app_of(files))


def names(stream: Stream) -> list[str]:
    """The names that a stream sends, with "?" when there may be others."""
    found = list(dict.fromkeys(str(one.name) for one in stream.emissions))
    return ["?", *found] if stream.open else found
