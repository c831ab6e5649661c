"""Event ids that nobody reads again."""

import ast
import re
from collections.abc import Iterator

from sse_check.api import Context, Finding, Module, Rule, frame_text

_READING = ("last-event-id", "last_event_id")
_ID = re.compile(r"^id:[ \t]*\S", re.MULTILINE)
_EVENTS = frozenset("SSEEvent SseEvent ServerSentEvent ServerSentEventMessage SSEMessage".split())


def check(context: Context) -> Iterator[Finding]:
    written = _written_by_hand(context)
    for module in context.modules:
        if any(sign in module.source.text.lower() for sign in _READING):
            continue
        calls = (node for node in ast.walk(module.tree) if isinstance(node, ast.Call))
        found = next((call for call in calls if _gives_id(call, module)), None)
        place = found or written.get(module.path)
        if place is not None:
            yield Finding(
                rule.name,
                module.span(place),
                "events have ids, but the route never reads `Last-Event-ID`: what was missed "
                "while the connection was down is lost",
                "read the header and send what came after that id, or leave the ids out",
            )


def _written_by_hand(context: Context) -> dict[str, ast.expr]:
    """The first frame with an id in each file."""
    found: dict[str, ast.expr] = {}
    for one in context.streams:
        for value, scope, pattern in one.stream.raw:
            if _ID.search(frame_text(pattern)):
                found.setdefault(scope.module.path, value)
    return found


def _gives_id(node: ast.Call, module: Module) -> bool:
    name = module.meaning(node.func).rsplit(".", 1)[-1]
    return name in _EVENTS and any(k.arg == "id" and not _is_none(k.value) for k in node.keywords)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


rule = Rule(
    name="sse_resume",
    summary="event ids without anything that reads them",
    severity="info",
    check=check,
)
