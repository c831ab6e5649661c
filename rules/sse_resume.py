"""Event ids that nobody reads again, or that mean nothing to whoever reads them."""

import ast
import re
from collections.abc import Iterator

from sse_check.api import Context, Finding, Module, ModuleScope, Rule, frame_text, last_name

_READING = ("last-event-id", "last_event_id")
_ID = re.compile(r"^id:[ \t]*\S", re.MULTILINE)
_MENTIONED = re.compile(r"id:")
_BEFORE_ID = re.compile(r"(?:^|\n)id:[ \t]*$")
_EVENTS = frozenset("SSEEvent SseEvent ServerSentEvent ServerSentEventMessage SSEMessage".split())
# What makes an id that was never seen before, and what counts from the start of the process.
_RANDOM = frozenset("uuid1 uuid4 token_hex token_urlsafe random randint getrandbits".split())
_COUNTING = frozenset(("count",))


def check(context: Context) -> Iterator[Finding]:
    written = _written_by_hand(context)
    for module in context.streaming_modules:
        found = next((call for _, call in _event_calls(module) if _id_of(call) is not None), None)
        place = found or written.get(module.path)
        if place is None:
            continue
        if _is_read(context, module):
            yield from _meaningless(module)
            continue
        yield Finding(
            rule.name,
            module.span(place),
            "events have ids, but the route never reads `Last-Event-ID`: events that are "
            "sent while the connection is down are lost",
            "read the header and send what came after that id, or leave the ids out",
        )


def _is_read(context: Context, module: Module) -> bool:
    """Whether the application says anything of the header, in this file or in another of its."""
    if any(sign in module.source.text.lower() for sign in _READING):
        return True
    files = context.project.files
    paths = {p for app in context.live_apps if module.path in app.modules for p in app.modules}
    return any(sign.encode() in files.data(path).lower() for path in paths for sign in _READING)


def _written_by_hand(context: Context) -> dict[str, ast.expr]:
    """The first frame with an id in each file."""
    found: dict[str, ast.expr] = {}
    for one in context.streams:
        for value, frame, pattern in one.stream.raw:
            if _ID.search(frame_text(pattern)):
                found.setdefault(frame.module.path, value)
    return found


def _event_calls(module: Module) -> list[tuple[ModuleScope, ast.Call]]:
    return module.calls_named(*_EVENTS)


def _id_of(node: ast.Call) -> ast.expr | None:
    """The id that a call gives its event."""
    given = (k.value for k in node.keywords if k.arg == "id")
    return next((value for value in given if not _is_none(value)), None)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


# Ids that are read, and cannot be found again


def _meaningless(module: Module) -> Iterator[Finding]:
    for value in _ids(module):
        kind = _kind(module, value)
        if kind is not None:
            yield Finding(
                rule.name,
                module.span(value),
                f"this id is {kind}: after a restart, or on another worker, the "
                "`Last-Event-ID` that a browser sends back matches no event",
                "take the id from where the events are stored: a row, an offset, a time",
            )
            return


def _ids(module: Module) -> Iterator[ast.expr]:
    for _, call in _event_calls(module):
        value = _id_of(call)
        if value is not None:
            yield value
    for scope in module.scopes_matching(_MENTIONED):
        for one in scope.yields:
            for node in ast.walk(one):
                if isinstance(node, ast.JoinedStr):
                    yield from _ids_in_a_frame(node)


def _ids_in_a_frame(node: ast.JoinedStr) -> Iterator[ast.expr]:
    before = ""
    for part in node.values:
        if isinstance(part, ast.FormattedValue) and _BEFORE_ID.search(before):
            yield part.value
        before = str(part.value) if isinstance(part, ast.Constant) else ""


def _kind(module: Module, value: ast.expr) -> str | None:
    """How an id comes about, when that is by chance or by counting in this process."""
    for node in ast.walk(value):
        if isinstance(node, ast.Call):
            name = last_name(node.func)
            if name in _RANDOM:
                return "random"
            if name == "next" and node.args and _counts(module, node.args[0]):
                return "counted in this process"
        elif isinstance(node, ast.Name) and _is_global_counter(module, node.id):
            return "counted in this process"
    return None


def _counts(module: Module, node: ast.expr) -> bool:
    """Whether an iterator is an `itertools.count()` of the module."""
    if not isinstance(node, ast.Name):
        return False
    return any(
        isinstance(binding.value, ast.Call) and last_name(binding.value.func) in _COUNTING
        for binding in module.scope.bindings.get(node.id, ())
    )


def _is_global_counter(module: Module, name: str) -> bool:
    """A number of the module that functions count up."""
    values = (binding.value for binding in module.scope.bindings.get(name, ()))
    if not any(isinstance(v, ast.Constant) and isinstance(v.value, int) for v in values):
        return False
    return any(
        binding.kind == "augment"
        for scope in module.scopes_mentioning(name)
        for binding in scope.bindings.get(name, ())
    )


rule = Rule(
    name="sse_resume",
    summary="event ids without anything that reads them, or that mean nothing later",
    severity="info",
    check=check,
    in_python=True,
)
