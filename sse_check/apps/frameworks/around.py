"""Channels: the addresses that an ASGI application answers before Django is asked."""

import ast

from sse_check.apps.addresses import from_regex, holes, join
from sse_check.apps.consumers import consumers
from sse_check.apps.reading import Reading, View
from sse_check.python.module import Module, last_name
from sse_check.python.values import Frame
from sse_check.template.values import Pattern

_PROTOCOLS = "ProtocolTypeRouter"
_ROUTER = "URLRouter"


def read(reading: Reading, module: Module | None) -> None:
    """The routes of `ProtocolTypeRouter({"http": URLRouter([path("events/", ...)])})`."""
    for scope, call in module.calls_named(_PROTOCOLS) if module is not None else ():
        frame = reading.evaluator.frame(scope)
        table = call.args[0] if call.args else None
        if not isinstance(table, ast.Dict):
            reading.cannot_tell("what answers before Django cannot be told", call, frame)
            continue
        for key, value in zip(table.keys, table.values, strict=True):
            if key is not None and reading.text(key, frame) == "http":
                _router(reading, value, frame)


def _router(reading: Reading, node: ast.expr, frame: Frame) -> None:
    """The routers in what answers HTTP, whatever is wrapped around them."""
    for made in reading.instances(node, frame):
        if made.call is None:
            continue
        if last_name(made.call.func) == _ROUTER:
            listed = made.call.args[0] if made.call.args else made.call
            for item in reading.sequences.items(listed, made.frame):
                _route(reading, item.node, item.frame)
        elif made.dotted.startswith("channels.") and made.call.args:
            _router(reading, made.call.args[0], made.frame)


def _route(reading: Reading, node: ast.expr, frame: Frame) -> None:
    call = node if isinstance(node, ast.Call) else None
    route = reading.argument(call, ("route", "regex"), 0) if call is not None else None
    if call is None or route is None:
        reading.cannot_tell("what answers before Django cannot be told", node, frame)
        return
    regex = last_name(call.func) != "path"
    viewed = reading.argument(call, "view", 1)
    own_classes = list(consumers(reading.evaluator, viewed, frame)) if viewed is not None else []
    for own in reading.patterns(route, frame):
        pattern = from_regex(own) if regex else holes(own)
        whole = join(Pattern.of("/"), pattern)
        if own_classes:
            for one in own_classes:
                reading.modules.setdefault(one.module.path)
            shown = join(Pattern.of("/"), own)
            reading.add(shown, ("GET",), None, View(), call, frame, "exact", whole)
        elif any(part is None or part for part in pattern.parts):
            # Without an address it is Django's own turn.
            reading.add_outside(whole, None, call, frame)
