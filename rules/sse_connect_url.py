"""Addresses from which no stream can come."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from sse_check.api import (
    HOLE,
    AddressFault,
    Context,
    Edit,
    Finding,
    Fix,
    Joined,
    Node,
    PageView,
    Related,
    Required,
    Rule,
    ScriptJoined,
    Severity,
    Span,
    Violation,
    connect_attribute,
    is_in_own_tag,
    mark_of,
    unmet,
    url_of,
)

_SENDING = ("hx-post", "hx-put", "hx-patch", "hx-delete")
# By these an address with parameters is known, however its framework spells them.
_PARAMETERS = "{<([\\"
# A text in quotes with nothing put into it.
_WRITTEN = re.compile(r"([\"'`])[^\"'`?&${+]*\1")


def check(context: Context) -> Iterator[Finding]:
    yield from context.each_view(rule, lambda view: judge(context, view))
    for script in context.scripts:
        fault = script.fault
        if fault is not None:
            yield _in_script(script.connection.span, fault)
        else:
            yield from _unmet_by_script(context, script)


def _in_script(span: Span, fault: AddressFault) -> Finding:
    """An address that a script asks for, and no application it may reach answers with a stream."""
    return Finding(
        rule.name, span, fault.message, fault.help, severity="error", related=_defined(fault)
    )


def judge(context: Context, view: PageView) -> Iterator[Violation]:
    for node in view.connections:
        name = connect_attribute(node) or "sse-connect"
        url = url_of(node)
        span = view.span(node, name)
        fault = _fault(url)
        if fault is not None:
            yield Violation(node, span, *fault)
            continue
        joined = context.joined(view, node)
        if joined.fault is not None and not view.is_inert(node):
            yield _hit(node, span, name, joined.fault)
        elif not joined.streams:
            yield from _posted(view, node, span)
        elif not view.is_inert(node):
            yield from _unmet(context, view, node, span, joined)


def _unmet(
    context: Context, view: PageView, node: Node, span: Span, joined: Joined
) -> Iterator[Violation]:
    """An address that lacks what its route has to be given."""
    # htmx 4 fetches its streams, and may send headers.
    is_browsers = view.generation != "4" and not context.handled.may_make(view)
    asked_for = context.wiring.applications.asked_for
    required = unmet(joined, asked_for, query=True, headers=is_browsers)
    if required is None:
        return
    lack = _lack(joined.address.shown, required)
    yield Violation(
        node, span, lack.message, lack.help, lack.related, lack.severity, sure=lack.sure
    )


def _unmet_by_script(context: Context, script: ScriptJoined) -> Iterator[Finding]:
    """The same of an address that a script asks for, in the one application that answers."""
    answering = [end for end in script.ends if end.streams]
    if len(answering) != 1 or len(script.ends) != 1 or script.is_built:
        return
    span = script.connection.span
    # Of an address that a script puts together the query is not known; another `EventSource` than
    # the browser's may send headers.
    is_written = _WRITTEN.fullmatch(span.text) is not None
    is_browsers = "headers" not in span.source.text
    asked_for = context.wiring.applications.asked_for
    required = unmet(answering[0], asked_for, query=is_written, headers=is_browsers)
    if required is None:
        return
    lack = _lack(answering[0].address.shown, required)
    yield Finding(
        rule.name,
        span,
        lack.message,
        lack.help,
        lack.severity,
        "certain" if lack.sure else "possible",
        lack.related,
    )


class _Lack(NamedTuple):
    """What is said of an address whose route asks for more."""

    message: str
    help: str
    related: tuple[Related, ...]
    severity: Severity
    sure: bool = True


def _lack(shown: str, required: Required) -> _Lack:
    if required.source == "header":
        return _header(shown, required)
    name = required.name
    return _Lack(
        f"`{shown}` asks for `{name}` in its query, and answers 422: the connection fails",
        "give it its type: `request: Request`"
        if name == "request"
        else f"write `{shown}?{name}=...`, or give the parameter a default",
        (Related("the parameter is here", required.span),),
        "error",
    )


def _header(shown: str, required: Required) -> _Lack:
    """An address whose route asks for a header that browsers do not send."""
    related = (Related("it is asked for here", required.span),)
    name = required.name.replace("_", "-")
    if name.lower() == "last-event-id":
        return _Lack(
            f"`{shown}` asks for `Last-Event-ID`, which the first request has not: it answers 422, "
            "and the connection fails",
            "give the parameter a default: `= None`",
            related,
            "error",
        )
    if required.guard:
        harm = f"`{required.guard}` refuses the connection"
        help_ = "take the user from a cookie, which browsers send: a session, or `APIKeyCookie`"
    else:
        harm = "it answers 422"
        help_ = "take it from the query or a cookie, or give the parameter a default"
    return _Lack(
        f"`{shown}` asks for a header `{name}`, which no `EventSource` sends: {harm}",
        f"{help_}; a proxy in front may also add the header",
        related,
        "warning",
        sure=False,
    )


def _posted(view: PageView, node: Node, span: Span) -> Iterator[Violation]:
    """An element that sends a form to the very address from which it wants the stream."""
    url = url_of(node)
    verb = next((one for one in _SENDING if node.get(one) == url), None)
    if verb is None or view.generation == "4" or view.is_inert(node):
        return
    yield Violation(
        node,
        span,
        f"the stream is asked for by GET as soon as the page loads, not when `{verb}` sends",
        "let the answer to the form bring an element that connects to the route which streams",
        (Related("the form is sent to it here", view.span(node, verb)),),
        severity="warning",
        sure=False,
    )


def _fault(url: str) -> tuple[str, str] | None:
    """What is wrong with an address whoever the server is."""
    if not url.strip():
        # A macro may be called without its address on purpose; an empty text is none.
        return ("an empty address opens no stream", "write the address of the route that streams")
    if HOLE in url:
        return None
    text = url.strip().lower()
    if text.startswith(("javascript:", "#")):
        return (
            f"`{url}` is not the address of a stream",
            "write the address of the route that streams",
        )
    if text.startswith(("ws://", "wss://")):
        return (
            f"`{url}` is a WebSocket address, and events come over HTTP",
            "write an HTTP address, or use htmx's ws extension",
        )
    return None


def _hit(node: Node, span: Span, name: str, fault: AddressFault) -> Violation:
    """An address that the application does not answer with a stream."""
    return Violation(
        node,
        span,
        fault.message,
        fault.help,
        _defined(fault),
        severity="error",
        fixes=_fixes(node, name, fault),
    )


def _defined(fault: AddressFault) -> tuple[Related, ...]:
    if fault.route is None:
        return ()
    found = [Related(f"`{fault.route.path}` is defined here", fault.route.span)]
    if fault.at is not None:
        found.append(Related("this answers in its place", fault.at))
    for span, text in fault.types:
        said = f"its content type is `{text}`" if text else "this answer names no content type"
        found.append(Related(said, span))
    return tuple(found)


def _fixes(node: Node, name: str, fault: AddressFault) -> tuple[Fix, ...]:
    """Write the address that was most likely meant, where the whole of it is a plain text."""
    given = mark_of(node).attributes.get(name)
    if given is None or fault.kind != "missing" or not fault.written:
        return ()
    if any(sign in fault.written for sign in _PARAMETERS):
        return ()
    value = given.attribute.value_span
    if given.pattern is None or value.text != given.pattern.literal:
        return ()
    if not is_in_own_tag(node, value):
        return ()
    return (Fix(f"write `{fault.written}`", "unsafe", (Edit(value, fault.written),)),)


rule = Rule(
    name="sse_connect_url",
    summary="a connection to an address from which no stream can come",
    severity="error",
    check=check,
    fixes=("unsafe",),
)
