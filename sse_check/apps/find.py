"""Which applications a repository has: what creates them, and where."""

import ast
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sse_check.apps.makers import APP_NAMES, ROUTER_NAMES, Kind, kind_of
from sse_check.python.evaluate import Evaluator
from sse_check.python.module import Module, last_name
from sse_check.python.program import Program
from sse_check.python.values import InstanceValue

# Texts without any of which a file neither creates an app nor adds a route to one.
_MAKERS = tuple(name.encode() for name in (*APP_NAMES, *ROUTER_NAMES))
_SIGNS = tuple(
    sign.encode()
    for sign in (
        *"""include_router register_blueprint add_url_rule add_api_route add_route add_routes
        add_resource add_get add_post add_view add_subapp add_handlers mount_pages
        mount_app urlpatterns
        Mount( Route( Controller) HTTPEndpoint MethodView""".split(),
    )
)
_DECORATED = re.compile(
    rb"@(?:[\w.]+\.)?(?:get|post|put|patch|delete|route|api_route|page|head|options|ws|view|rt)\b"
)
# The same without the sign: `router.get("/news")(news)`.
_APPLIED = re.compile(
    rb"\.(?:get|post|put|patch|delete|route|api_route)\(\s*[\"'][^\"'\n]*[\"'][^()\n]*\)\("
)
# `app.route("/news", callback=news)`
_CALLED_BACK = re.compile(rb"\b(?:get|post|put|patch|delete|route)\([^()\n]*\bcallback\s*=")
_FRAMEWORK = re.compile(
    rb"^[ \t]*(?:from|import)[ \t]+(fastapi|starlette|flask|quart|django|litestar|sanic|aiohttp"
    rb"|blacksheep|falcon|robyn|fasthtml|air|chirp|cello|tornado|bottle)\b",
    re.MULTILINE,
)
# So often an app's class is derived from one that is derived from another.
_DEEPEST = 4


class Creation(NamedTuple):
    """A call that makes an application."""

    kind: Kind
    instance: InstanceValue
    module: Module


def framework_of(text: bytes) -> str:
    """The framework that a file imports, by its text; "" for none."""
    found = _FRAMEWORK.search(text)
    return found[1].decode() if found is not None else ""


def candidates(program: Program, paths: Iterable[str]) -> list[str]:
    """The files that may create an app or add routes to one, by their text."""
    found: list[str] = []
    signs, makers = program.present(_SIGNS), program.present(_MAKERS)
    for path in paths:
        data = program.data(path)
        if (
            any(sign in data for sign in signs)
            or any(_is_made(name, data) for name in makers if name in data)
            or _DECORATED.search(data)
            or _APPLIED.search(data)
            or (b"callback" in data and _CALLED_BACK.search(data))
        ):
            found.append(path)
    return found


def _is_made(name: bytes, data: bytes) -> bool:
    """Whether something of a name is made, or derived from."""
    return any(sign in data for sign in (name + b"(", b"(" + name + b")", b"." + name + b")"))


def makers_elsewhere(program: Program, modules: list[Module], paths: Iterable[str]) -> list[Module]:
    """The files that make an app of a class of the project's own, or derive one from such a
    class, and do nothing else for one."""
    files, found = tuple(paths), list(modules)
    for _ in range(_DEEPEST):
        known = {module.path for module in found}
        names = [name.encode() for name in _derived(found)]
        more = [
            module
            for path in (program.containing(files, *names) if names else ())
            if path not in known
            and any(_is_made(name, program.data(path)) for name in names)
            and (module := program.module(path)) is not None
        ]
        if not more:
            break
        found += more
    return found[len(modules) :]


def creations(evaluator: Evaluator, modules: list[Module]) -> Iterator[Creation]:
    """Every place that makes an app, each once."""
    names = {*APP_NAMES, *_derived(modules)}
    met: set[int] = set()
    for module in modules:
        if module.words.isdisjoint(names):
            continue
        for scope, call in module.calls_named(*names):
            if id(call) in met:
                continue
            for value in evaluator.values(call, evaluator.frame(scope)):
                if not isinstance(value, InstanceValue) or value.call is not call:
                    continue
                kind = kind_of(evaluator, value)
                if kind is not None and kind.is_app:
                    met.add(id(call))
                    yield Creation(kind, value, module)


def _derived(modules: list[Module]) -> list[str]:
    """Classes of the project that may be derived from one that makes apps, or from each other."""
    wanted = set(APP_NAMES)
    found: dict[str, None] = {}
    for _ in range(_DEEPEST):
        before = len(found)
        for module in modules:
            if module.words.isdisjoint(wanted):
                continue
            for scope in module.scope.children.values():
                node = scope.node
                if isinstance(node, ast.ClassDef) and any(
                    last_name(base) in wanted for base in node.bases
                ):
                    found.setdefault(node.name)
        if len(found) == before:
            break
        wanted |= found.keys()
    return list(found)
