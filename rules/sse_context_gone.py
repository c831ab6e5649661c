"""A stream of Flask that asks for the request, or the application, when both are gone."""

import ast
from collections.abc import Iterator

from sse_check.api import (
    Context,
    Finding,
    Module,
    ModuleScope,
    Related,
    Rule,
    StreamRoute,
    last_name,
)

# What has a meaning only as long as a request is answered.
_BOUND = frozenset("request session g current_app current_user".split())
_BINDING = frozenset(
    """render_template render_template_string url_for jsonify make_response flash
    get_flashed_messages stream_template send_file redirect""".split()
)
_PACKAGES = frozenset(("flask", "flask_login"))


def check(context: Context) -> Iterator[Finding]:
    told: set[int] = set()
    for one in context.streams:
        response, module = one.stream.response, one.stream.module
        if response is None or module is None or not module.mentions("flask"):
            continue
        if "app_context().push" in module.source.text:
            continue
        generator = _generator(one, module, response)
        if generator is None or id(generator.node) in told:
            continue
        told.add(id(generator.node))
        found = _first_use(generator) or _used_below(generator)
        if found is None:
            continue
        node, home = found
        yield Finding(
            rule.name,
            home.module.span(node),
            f"`{last_name(node)}` is asked for when the request is over: Flask raises an error, "
            "and the stream breaks off",
            f"give the answer `stream_with_context({generator.name}(...))`, or ask before it",
            related=(
                Related("the generator runs after the view has returned", module.span(response)),
            ),
        )


def _generator(one: StreamRoute, module: Module, response: ast.Call) -> ModuleScope | None:
    """The generator that an answer goes through, where it is called in its first argument."""
    view = one.route.view
    given = response.args[0] if response.args else None
    if view is None:
        return None
    if isinstance(given, ast.Name):
        bound = view.scope.bindings.get(given.id, ())
        given = bound[0].value if len(bound) == 1 else None
    if not isinstance(given, ast.Call) or not isinstance(given.func, ast.Name):
        return None
    for scope in (view.scope, module.scope):
        for child in scope.children.values():
            decorated = getattr(child.node, "decorator_list", ())
            if child.name == given.func.id and child.yields and not decorated:
                return child
    return None


def _used_below(generator: ModuleScope) -> tuple[ast.expr, ModuleScope] | None:
    """What a function of the same file uses that the generator calls."""
    helpers = {
        child.name: child
        for child in generator.module.scope.children.values()
        if child.is_function and not child.yields
    }
    for call in generator.calls:
        helper = helpers.get(call.func.id) if isinstance(call.func, ast.Name) else None
        if helper is not None and not _is_kept(generator, call) and _first_use(helper):
            return call.func, generator
    return None


def _first_use(scope: ModuleScope) -> tuple[ast.expr, ModuleScope] | None:
    """The first thing in a function that needs a request."""
    for node in _nodes(scope.node):
        used = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in _BOUND
        called = isinstance(node, ast.Call) and last_name(node.func) in _BINDING
        name = node if used else node.func if called and isinstance(node, ast.Call) else None
        if not isinstance(name, ast.Name) or not _is_of_flask(scope, name.id):
            continue
        if not _is_kept(scope, node):
            return name, scope
    return None


def _nodes(function: ast.AST) -> Iterator[ast.AST]:
    """What a function does itself, in the order of the text."""
    for node in getattr(function, "body", ()):
        yield from _inside(node)


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _inside(child)


def _is_of_flask(scope: ModuleScope, name: str) -> bool:
    """Whether a name is Flask's own, and nothing in the functions around has it."""
    for around in scope.around():
        bound = around.bindings.get(name)
        if bound:
            dotted = bound[0].dotted if len(bound) == 1 and bound[0].kind == "import" else ""
            return dotted.partition(".")[0] in _PACKAGES
    return False


def _is_kept(scope: ModuleScope, node: ast.AST) -> bool:
    """Whether a place is inside `with app.app_context():` or the like."""
    return any(
        any(inner is node for inner in ast.walk(outer))
        for outer in ast.walk(scope.node)
        if isinstance(outer, ast.With)
        and any("context(" in ast.unparse(item.context_expr) for item in outer.items)
    )


rule = Rule(
    name="sse_context_gone",
    summary="a stream of Flask that needs the request when that is over",
    severity="error",
    check=check,
    in_python=True,
)
