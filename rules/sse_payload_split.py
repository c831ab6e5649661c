"""Frames that the browser cuts or never dispatches."""

import ast
import re
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from sse_check.api import (
    Context,
    Emission,
    Finding,
    Frame,
    Patterns,
    Related,
    Rule,
    Span,
    StreamRoute,
    ends_in_line,
    frame_text,
    pieces_of_models,
)

_FIELDS = ("event:", "data:", "id:", "retry:", ":")
_EVENT = re.compile(r"\s+event:\s*(\S*)\s*\Z")
_ARMS = ("body", "orelse", "handlers")
_HOLE = "\ue000"
_UNENDED = "no blank line ends this event: the browser never dispatches it"
_LATE = (
    "no blank line ends this event: the browser dispatches it only when a comment follows, "
    "and another event before that runs into it"
)
_GLUED = "no line end closes this event: what is sent next goes on in its last line"
_END_IT = r"end the frame with `\n\n`"


def check(context: Context) -> Iterator[Finding]:
    seen = set()
    for finding in _all(context):
        span = finding.span
        if (span.source.path, span.start) not in seen:
            seen.add((span.source.path, span.start))
            yield finding


def _all(context: Context) -> Iterator[Finding]:
    waited = _waited(context)
    for one in filter(partial(_is_read_by_browsers, context), context.streams):
        yield from _by_hand(context, one)
        yield from _framed(one)
        for emission in one.stream.emissions:
            if emission.lost == "end":
                yield Finding(rule.name, _unended_at(one, emission), _UNENDED, _END_IT)
            elif emission.lost == "glued":
                yield Finding(rule.name, Span(*emission.span), _GLUED, _END_IT)
            elif emission.lost == "late":
                yield Finding(rule.name, Span(*emission.span), _LATE, _END_IT)
            elif emission.lost == "data" and id(emission) in waited:
                yield _without_data(one, emission)
        for sent, made in context.unsplit_elements(one):
            yield Finding(
                rule.name,
                Span(*sent),
                "`to_xml` writes an element with others inside on several lines, and this frame "
                "has one `data:`: only the first line arrives",
                "send it with `sse_message`, or write `to_xml(..., indent=False)`",
                related=(Related("it is written here", Span(*made)),),
            )
        for span, piece in pieces_of_models(context, one):
            yield Finding(
                rule.name,
                Span(*span),
                f"`{piece}` is a piece of a model's answer: what is behind a line break is lost",
                "begin every line with `data: `, or replace line breaks by `<br>`",
                severity="warning",
                confidence="possible",
            )
        for put in context.unsplit(one):
            shown = context.project.files.display_path(put.template)
            yield Finding(
                rule.name,
                put.span,
                f"`{shown}` has several lines, and this frame one `data:`: "
                "only the first line arrives",
                "begin every line of the payload with `data: `",
                related=(Related("it is rendered here", put.rendered),),
            )


def _is_read_by_browsers(context: Context, one: StreamRoute) -> bool:
    """Whether a browser takes the frames of a stream apart: htmx 4 does it with what answers a
    request too, and a script that posts to an address reads as it likes."""
    return one.route.takes("GET") or any(view.generation == "4" for view in context.views)


def _waited(context: Context) -> set[int]:
    """The events that a page or a script waits for."""
    found: set[int] = set()
    for view in context.views:
        for connection in view.open_connections:
            names = Patterns(wait.name for wait in context.event_listeners(view, connection))
            for emission in context.emissions_of(view, connection):
                if names.match(emission.name):
                    found.add(id(emission))
    for one in context.streams:
        for emission in one.stream.emissions:
            if emission.name.literal in context.script_names:
                found.add(id(emission))
    return found


def _without_data(one: StreamRoute, emission: Emission) -> Finding:
    is_empty = isinstance(emission.payload, ast.Constant) and emission.payload.value == ""
    help_ = "give it data: an empty text is enough"
    if is_empty:
        help_ = "give it a text that is not empty, or an element"
    elif any(_is_beside(emission, other) for other in one.stream.emissions):
        help_ = "a blank line ends an event: write a single line end between its name and its data"
    return Finding(
        rule.name,
        Span(*emission.span),
        f"`{emission.name}` has no data line: the browser never dispatches it",
        help_,
    )


def _is_beside(emission: Emission, other: Emission) -> bool:
    """Whether data without a name is sent in the same place, or in the next statement."""
    here, there = Span(*emission.span), Span(*other.span)
    if other.name.literal != "message" or other.lost or there.source is not here.source:
        return False
    lines = there.start_position.line - here.end_position.line
    return here.start == there.start or lines == 1


def _framed(one: StreamRoute) -> Iterator[Finding]:
    """Frames and comments that the library puts into frames of its own."""
    for text, sent, frame in one.stream.framed:
        field, _, _ = frame_text(text.pattern).lstrip("\n").partition(":")
        written = Span(*text.frame.module.span(text.node))
        given = Span(*frame.module.span(sent))
        what = f"a frame already, and the library puts it into another: pages get its `{field}:`"
        yield Finding(
            rule.name,
            written,
            f"this is {what} as text"
            if field
            else "the library sends this comment as the data of an event: pages get it as text",
            "send the payload alone: the library writes the field names itself"
            if field
            else "leave it out, or send it as the library sends a comment",
            related=(Related("it is sent here", given),) if given != written else (),
        )


def _unended_at(one: StreamRoute, emission: Emission) -> Span:
    """Where the blank line is missing: behind the last text, where several make the event."""
    at = Span(*emission.span)
    for sent in _by_function(one):
        for number, raw in enumerate(sent):
            if _span(raw) == at:
                return next((_span(last) for last in _last_of_events(sent[number:])), at)
    return at


class _Raw(NamedTuple):
    """A text that a function sends as it is, with the branches around it."""

    node: ast.expr
    frame: Frame
    text: str
    arms: dict[int, str]


class _Fault(NamedTuple):
    raw: _Raw
    message: str
    help: str
    # The name of an event that is lost by it.
    lost: str = ""


def _span(raw: _Raw) -> Span:
    return Span(*raw.frame.module.span(raw.node))


def _by_hand(context: Context, one: StreamRoute) -> Iterator[Finding]:
    """Frames that are written as texts."""
    for sent in _by_function(one):
        for raw, message, help_, lost in _faults(sent):
            related = tuple(_waiting_for(context, one, lost)) if lost else ()
            yield Finding(rule.name, _span(raw), message, help_, related=related)


def _by_function(one: StreamRoute) -> list[list[_Raw]]:
    """What each function sends as texts, in order."""
    found: dict[int, list[_Raw]] = {}
    arms: dict[int, dict[int, dict[int, str]]] = {}
    for node, frame, pattern in one.stream.raw:
        key = id(frame.scope)
        if key not in arms:
            arms[key] = dict(_arms(frame.scope.node))
        raw = _Raw(node, frame, frame_text(pattern), arms[key].get(id(node), {}))
        found.setdefault(key, []).append(raw)
    return list(found.values())


def _arms(root: ast.AST) -> Iterator[tuple[int, dict[int, str]]]:
    """The expressions in a function, each with the branches in which it is."""
    pending: list[tuple[ast.AST, dict[int, str]]] = [(root, {})]
    while pending:
        node, around = pending.pop()
        for name, value in ast.iter_fields(node):
            for child in value if isinstance(value, list) else (value,):
                if not isinstance(child, ast.AST):
                    continue
                inner = around
                if isinstance(child, ast.match_case):
                    inner = {**around, id(node): str(id(child))}
                elif isinstance(node, ast.If | ast.IfExp | ast.Try) and name in _ARMS:
                    inner = {**around, id(node): name}
                if isinstance(child, ast.expr):
                    yield id(child), inner
                pending.append((child, inner))


def _faults(sent: list[_Raw]) -> Iterator[_Fault]:
    # A blank line of its own ends what is sent line by line, and so may what is sent by others.
    ended = _hands_on(sent) or any(
        "\n\n" in raw.text or raw.text.startswith(("\n", _HOLE)) for raw in sent
    )
    for last in _last_of_events(sent) if not ended else ():
        if not last.text.startswith(":") and not _may_end(last):
            yield _Fault(last, _UNENDED, _END_IT)
    for raw in sent:
        for line in raw.text.strip("\n").split("\n"):
            if line and not line.startswith((*_FIELDS, _HOLE)):
                message = f"the line `{line[:40]}` has no field name: the browser drops it"
                event = _EVENT.match(line)
                lost = event[1] if event is not None and _HOLE not in line else ""
                yield _Fault(raw, message, "begin every line of the payload with `data: `", lost)
                break


def _may_end(raw: _Raw) -> bool:
    """Whether what is not known of a text may have its end: a line that begins with it may be
    several."""
    last = raw.text.rstrip("\n").rpartition("\n")[2]
    if last.startswith(_HOLE):
        return True
    return raw.text.endswith(_HOLE) and not ends_in_line(raw.node, raw.frame)


def _last_of_events(sent: list[_Raw]) -> Iterator[_Raw]:
    """The text with which each event ends: of several texts that make one it is the last."""
    begun: list[_Raw] = []
    for raw in sent:
        known = [one for one in begun if _may_follow(raw, one)]
        if raw.text.startswith("event:") and any("data:" in one.text for one in known):
            yield from _closing(known)
            begun = [one for one in begun if one not in known]
        begun.append(raw)
    yield from _closing(begun)


def _closing(begun: list[_Raw]) -> Iterator[_Raw]:
    """Those after which nothing more of an event is sent."""
    for number, raw in enumerate(begun):
        if not any(_may_follow(later, raw) for later in begun[number + 1 :]):
            yield raw


def _may_follow(later: _Raw, raw: _Raw) -> bool:
    """Whether both are sent on one way: they are not in two branches of one condition."""
    return all(raw.arms.get(key, arm) == arm for key, arm in later.arms.items())


def _waiting_for(context: Context, one: StreamRoute, name: str) -> Iterator[Related]:
    """Where a page waits for the name of an event that is lost."""
    for view in context.views:
        for connection in view.open_connections:
            if any(one.stream is other.stream for other in context.streams_of(view, connection)):
                for wait in context.event_listeners(view, connection):
                    if wait.name.literal == name:
                        yield Related(f"`{name}` is waited for here", wait.span)
                        return


def _hands_on(sent: list[_Raw]) -> bool:
    """Whether a function sends something else as well, as by `yield from`."""
    known = {id(raw.node) for raw in sent}
    return any(id(one.value) not in known for one in sent[0].frame.scope.yields)


rule = Rule(
    name="sse_payload_split",
    summary="a frame that is cut or never dispatched",
    severity="error",
    check=check,
    in_python=True,
)
