"""Producers that go on when the client has gone."""

import ast
import re
from collections.abc import Iterator

from sse_check.api import Context, Finding, ModuleScope, Rule, last_name

_STARTING = ("create_task", "ensure_future")
_LOOPS = (ast.While, ast.For, ast.AsyncFor)
# A task that leads through more functions is looked at no further.
_MOST_NAMES = 20
# What only looks at a collection that it is given.
_LOOKING = frozenset("list tuple set sorted len enumerate iter bool any all print".split())
# What is done once an answer has been sent.
_LATER = frozenset("BackgroundTask BackgroundTasks call_on_close add_task callback".split())


def check(context: Context) -> Iterator[Finding]:
    seen = set()
    for one in context.streams:
        view = one.route.view
        if view is None or id(view.scope) in seen or not one.stream.emissions:
            # What sends no event that is known may be no stream.
            continue
        module = view.module
        seen.add(id(view.scope))
        calls = [call for scope in view.scope.walk() for call in scope.calls]
        words = {n.attr for n in ast.walk(view.scope.node) if isinstance(n, ast.Attribute)}
        for node in calls:
            if last_name(node.func) in _STARTING and "cancel" not in words:
                if _ends_by_itself(context, view.scope, node):
                    continue
                yield Finding(
                    rule.name,
                    module.span(node),
                    "this task keeps running when the client leaves: every visit adds another",
                    "keep a reference, and cancel it in a `finally` around the generator's loop",
                )
        own = set(_made_here(view.scope))
        subscribed = next((call for call in calls if _subscribes(call, own)), None)
        if subscribed is not None and "unregister" not in words:
            yield Finding(
                rule.name,
                module.span(subscribed),
                "this subscription stays when the client has gone",
                "remove it in a `finally`: `broker.unregister(channel, stream)`",
            )
        kept = _kept(view.scope, calls) if not _clears_up(view.scope.node) else None
        if kept is not None and not _is_taken_out(context, kept[1]):
            yield Finding(
                rule.name,
                module.span(kept[0]),
                f"nothing takes this queue out of `{kept[1]}` when the client has gone: "
                "every visit leaves one behind, and it fills up",
                f"remove it from `{kept[1]}` in a `finally` around the generator's loop",
            )


def _ends_by_itself(context: Context, view: ModuleScope, call: ast.Call) -> bool:
    """Whether a task does one thing and is over: a function of the project that shares nothing
    with the view, without a loop in it or in what it waits for."""
    started = call.args[0] if call.args else None
    if not isinstance(started, ast.Call):
        return False
    name, own = last_name(started.func), set(_made_here(view))
    inside = {n.name for n in ast.walk(view.node) if isinstance(n, ast.AsyncFunctionDef)}
    given = {n.id for n in ast.walk(started) if isinstance(n, ast.Name)}
    if name in inside or own & given or not _defined(context, name):
        return False
    names = [name]
    for one in names:
        for node in _defined(context, one):
            parts = list(ast.walk(node))
            if len(names) > _MOST_NAMES or any(isinstance(part, _LOOPS) for part in parts):
                return False
            waits = (part.value for part in parts if isinstance(part, ast.Await))
            called = {last_name(wait.func) for wait in waits if isinstance(wait, ast.Call)}
            names.extend(called.difference(names))
    return True


def _defined(context: Context, name: str) -> list[ast.AsyncFunctionDef]:
    """The functions of a name, wherever they stand in the applications."""
    return [
        node
        for app in context.streaming_apps
        for module in context.modules_of(app, f"def {name}(")
        for node in module.nodes
        if isinstance(node, ast.AsyncFunctionDef) and node.name == name
    ]


def _kept(view: ModuleScope, calls: list[ast.Call]) -> tuple[ast.Call, str] | None:
    """Where a view puts a queue of its own into a collection that outlives it, and its name."""
    own: set[str] = set()
    queues: set[str] = set()
    for scope in view.walk():
        own.update(scope.bindings)
        for name, bindings in scope.bindings.items():
            made = [one.value for one in bindings if isinstance(one.value, ast.Call)]
            if any(last_name(call.func).endswith("Queue") for call in made):
                queues.add(name)
    for call in calls:
        method = call.func
        if not isinstance(method, ast.Attribute) or method.attr not in ("append", "add"):
            continue
        given = call.args[0] if len(call.args) == 1 else None
        if isinstance(given, ast.Name) and given.id in queues:
            holder = _holder(method.value)
            if isinstance(holder, ast.Name) and holder.id not in own:
                return call, holder.id
    return None


def _holder(node: ast.expr) -> ast.expr:
    """`rooms` of `rooms[room]` and of `rooms.setdefault(room, set())`."""
    while True:
        match node:
            case ast.Subscript(value=inner):
                node = inner
            case ast.Call(func=ast.Attribute(value=inner, attr="setdefault")):
                node = inner
            case _:
                return node


def _clears_up(view: ast.AST) -> bool:
    """Whether a view has something done at its end, whatever that is."""
    for node in ast.walk(view):
        if isinstance(node, ast.Try) and node.finalbody:
            return True
        if isinstance(node, ast.With | ast.AsyncWith):
            return True
        if isinstance(node, ast.Call) and last_name(node.func) in _LATER:
            return True
    return False


def _is_taken_out(context: Context, name: str) -> bool:
    """Whether any code of the application may take something out of a collection, or keeps it
    weakly."""
    word = re.escape(name)
    taking = re.compile(
        rf"\b{word}\b.{{0,200}}\.(?:remove|discard|pop\w*|clear|difference_update)\s*\("
        rf"|\bdel\b.{{0,200}}\b{word}\b|\b{word}\b.{{0,200}}-=|\b{word}\b.{{0,200}}=.{{0,200}}\bfor\b"
        rf"|\b{word}\b.{{0,200}}\bWeak"
    )
    handed = re.compile(rf"(\w+)\([^()\n]{{0,200}}\b{word}\b(?!\s*[.\[])")
    modules = [m for app in context.streaming_apps for m in context.modules_of(app, name)]
    texts = [module.source.text for module in modules]
    return any(
        taking.search(text) or any(m[1] not in _LOOKING for m in handed.finditer(text))
        for text in texts
    )


def _made_here(scope: ModuleScope) -> Iterator[str]:
    """The names of objects that a view makes for itself: they go with the request."""
    for inner in scope.walk():
        for name, bindings in inner.bindings.items():
            made = (binding.value for binding in bindings)
            if any(isinstance(v, ast.Call) and last_name(v.func)[:1].isupper() for v in made):
                yield name


def _subscribes(call: ast.Call, own: set[str]) -> bool:
    if last_name(call.func) != "register":
        return False
    holder = call.func.value if isinstance(call.func, ast.Attribute) else None
    return not (isinstance(holder, ast.Name) and holder.id in own)


rule = Rule(
    name="sse_producer_leak",
    summary="a producer or subscription that outlives its client",
    severity="warning",
    check=check,
    in_python=True,
)
