"""Frames that the browser cuts or never dispatches."""

import ast
from collections.abc import Iterator

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
    ends_lines_inside,
    frame_text,
    pieces_of_models,
)

_FIELDS = ("event:", "data:", "id:", "retry:", ":")
_UNENDED = "no blank line ends this event: the browser never dispatches it"
_LATE = (
    "no blank line ends this event: the browser dispatches it only when a comment follows, "
    "and another event before that runs into it"
)
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
    for one in context.streams:
        yield from _by_hand(one)
        yield from _framed(one)
        for emission in one.stream.emissions:
            if emission.lost == "end":
                yield Finding(rule.name, Span(*emission.span), _UNENDED, _END_IT)
            elif emission.lost == "late":
                yield Finding(rule.name, Span(*emission.span), _LATE, _END_IT)
            elif emission.lost == "data" and id(emission) in waited:
                yield _without_data(emission)
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
            template = context.project.files.template(put.template)
            if template is not None and ends_lines_inside(template):
                shown = context.project.files.display_path(put.template)
                yield Finding(
                    rule.name,
                    put.span,
                    f"`{shown}` has several lines, and this frame one `data:`: "
                    "only the first line arrives",
                    "begin every line of the payload with `data: `",
                    related=(Related("it is rendered here", put.rendered),),
                )


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


def _without_data(emission: Emission) -> Finding:
    is_empty = isinstance(emission.payload, ast.Constant) and emission.payload.value == ""
    return Finding(
        rule.name,
        Span(*emission.span),
        f"`{emission.name}` has no data line: the browser never dispatches it",
        "give it a text that is not empty, or an element"
        if is_empty
        else "give it data: an empty text is enough",
    )


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


def _by_hand(one: StreamRoute) -> Iterator[Finding]:
    """Frames that are written as texts."""
    by_function: dict[int, list[tuple[ast.expr, Frame, str]]] = {}
    for node, frame, pattern in one.stream.raw:
        text = frame_text(pattern)
        by_function.setdefault(id(frame.scope), []).append((node, frame, text))
    for raw in by_function.values():
        for node, frame, message, help_ in _faults(raw):
            yield Finding(rule.name, Span(*frame.module.span(node)), message, help_)


def _faults(
    raw: list[tuple[ast.expr, Frame, str]],
) -> Iterator[tuple[ast.expr, Frame, str, str]]:
    # A blank line of its own ends what is sent line by line, and so may what is sent by others.
    ended = _hands_on(raw) or any(
        "\n\n" in text or text.startswith(("\n", "\ue000")) for _, _, text in raw
    )
    for node, frame, text in raw:
        if not ended and not text.startswith(":") and not _may_end(text):
            yield node, frame, _UNENDED, _END_IT
        for line in text.strip("\n").split("\n"):
            if line and not line.startswith((*_FIELDS, "\ue000")):
                yield (
                    node,
                    frame,
                    f"the line `{line[:40]}` has no field name: the browser drops it",
                    "begin every line of the payload with `data: `",
                )
                break


def _may_end(text: str) -> bool:
    """Whether what is not known of a text may have its end: a line that begins with it may be
    several."""
    last = text.rstrip("\n").rpartition("\n")[2]
    return text.endswith("\ue000") or last.startswith("\ue000")


def _hands_on(raw: list[tuple[ast.expr, Frame, str]]) -> bool:
    """Whether a function sends something else as well, as by `yield from`."""
    known = {id(node) for node, _, _ in raw}
    return any(id(one.value) not in known for one in raw[0][1].scope.yields)


rule = Rule(
    name="sse_payload_split",
    summary="a frame that is cut or never dispatched",
    severity="error",
    check=check,
    in_python=True,
)
