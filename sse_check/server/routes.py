"""Routes: which function answers at which address."""

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from sse_check.server.modules import Function, Module, Modules
from sse_check.server.texts import Scope, texts
from sse_check.template.values import Pattern

_VERBS = frozenset(
    "get post put patch delete route api_route sse_route page stream add_route".split()
)
_PARAMETER = re.compile(r"\{[^}]*\}|<[^>]*>|(?<=/):\w+")
_GROUP = re.compile(r"\((?:[^()]|\([^()]*\))*\)[+*?]?|\\[dw][+*]?")


class Route(NamedTuple):
    """An address with the function that answers there.

    `known` says that the whole address is known, not only its end. `names` are those by which
    templates may ask for it.
    """

    path: Pattern
    known: bool
    module: Module
    function: Function
    names: tuple[str, ...]
    methods: tuple[str, ...]
    # The address as it is written.
    shown: str

    def answers(self, url: Pattern) -> bool:
        """Whether a connection to this address may reach the route."""
        if self.path.matches(url):
            return True
        if self.known:
            return False
        return Pattern.of(None, *self.path.parts).matches(url)


def routes_of(modules: Modules) -> list[Route]:
    """Every route of the project's Python files."""
    found: list[Route] = []
    prefixes = _Prefixes(modules)
    for module in modules.all:
        for function, owner in _functions(module):
            found.extend(_decorated(modules, module, function, owner, prefixes))
        found.extend(_listed(modules, module, prefixes))
        found.extend(_by_folder(module))
    return found


def _functions(module: Module) -> Iterator[tuple[Function, ast.ClassDef | None]]:
    for node in ast.walk(module.tree):
        if isinstance(node, Function):
            yield node, module.owners.get(id(node))


def _decorated(
    modules: Modules,
    module: Module,
    function: Function,
    owner: ast.ClassDef | None,
    prefixes: "_Prefixes",
) -> Iterator[Route]:
    """`@app.get("/x")`, `@router.route("/x")`, litestar's `@get("/x")`."""
    for decorator in function.decorator_list:
        if not isinstance(decorator, ast.Call):
            continue
        called = decorator.func
        verb = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        if verb not in _VERBS and verb != "rt":
            continue
        home = (
            called.value.id
            if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name)
            else ""
        )
        given = _path_argument(decorator)
        if given is None:
            continue
        names = [function.name, *_named(decorator)]
        if home:
            names.append(f"{prefixes.blueprint(module, home)}.{function.name}")
        for prefix, known in prefixes.of(module, home, owner):
            for path in texts(modules, given, Scope(module)):
                if path.literal is None and path.parts == (None,):
                    continue
                whole = Pattern.of(*prefix.parts, *path.parts)
                methods = _methods(verb, decorator)
                yield Route(
                    _cleaned(whole), known, module, function, tuple(names), methods, str(whole)
                )


def _path_argument(call: ast.Call) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg in ("path", "rule", "uri"):
            return keyword.value
    return call.args[0] if call.args else None


def _named(call: ast.Call) -> list[str]:
    return [
        str(k.value.value)
        for k in call.keywords
        if k.arg in ("name", "endpoint") and isinstance(k.value, ast.Constant)
    ]


def _methods(verb: str, call: ast.Call) -> tuple[str, ...]:
    for keyword in call.keywords:
        if keyword.arg == "methods" and isinstance(keyword.value, ast.List | ast.Tuple | ast.Set):
            return tuple(
                str(e.value).upper() for e in keyword.value.elts if isinstance(e, ast.Constant)
            )
    if verb in ("post", "put", "patch", "delete"):
        return (verb.upper(),)
    return ("GET",)


def _cleaned(path: Pattern) -> Pattern:
    """An address with a hole for each parameter."""
    parts: list[str | None] = []
    for part in path.parts:
        if part is None:
            parts.append(None)
            continue
        for number, piece in enumerate(_PARAMETER.split(part)):
            if number:
                parts.append(None)
            parts.append(piece)
    joined = Pattern.of(*parts)
    if not joined.parts or (joined.parts[0] or "").startswith("/") or joined.parts[0] is None:
        return joined
    return Pattern.of("/", *joined.parts)


# Routes that are listed: Django's path(), Starlette's Route(), aiohttp's add_get()


def _listed(modules: Modules, module: Module, prefixes: "_Prefixes") -> Iterator[Route]:
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call) or len(node.args) < 2:
            continue
        name = (
            node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        )
        if name not in (
            "path",
            "re_path",
            "url",
            "Route",
            "add_get",
            "add_route",
            "get",
            "add_api_route",
            "add_url_rule",
        ):
            continue
        view = node.args[2] if name == "add_url_rule" and len(node.args) > 2 else node.args[1]
        target = _view(modules, module, view)
        if target is None:
            continue
        django = name in ("path", "re_path", "url")
        for given in texts(modules, node.args[0], Scope(module)):
            own = _from_regex(given) if name in ("re_path", "url") else given
            known_prefixes = prefixes.django(module) if django else prefixes.of(module, "", None)
            for prefix, known in known_prefixes:
                whole = Pattern.of(*prefix.parts, *own.parts)
                names = (target[1].name, *_named(node))
                yield Route(_cleaned(whole), known, *target, names, ("GET",), str(whole))


def _from_regex(pattern: Pattern) -> Pattern:
    parts: list[str | None] = []
    for part in pattern.parts:
        if part is None:
            parts.append(None)
            continue
        for number, piece in enumerate(_GROUP.split(part.lstrip("^").rstrip("$"))):
            if number:
                parts.append(None)
            parts.append(piece.replace("\\", ""))
    return Pattern.of(*parts)


def _view(modules: Modules, module: Module, node: ast.expr) -> tuple[Module, Function] | None:
    """The function behind a view: itself, `View.as_view()`, a resource with `on_get`."""
    if isinstance(node, ast.Call):
        function = node.func
        if isinstance(function, ast.Attribute) and function.attr == "as_view":
            return _method_of(modules, module, function.value)
        if isinstance(function, ast.Name):
            return _method_of(modules, module, function) or (
                _view(modules, module, node.args[0]) if node.args else None
            )
        return None
    found = modules.function(module, node)
    return found or _method_of(modules, module, node)


def _method_of(modules: Modules, module: Module, node: ast.expr) -> tuple[Module, Function] | None:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        meant = module.names.get(node.value.id)
        other = modules.named(meant) if meant else None
        if other is None or node.attr not in other.classes:
            return None
        found: tuple[Module, ast.ClassDef] | None = (other, other.classes[node.attr])
    elif isinstance(node, ast.Name):
        found = modules.class_(module, node.id)
    else:
        return None
    if found is None:
        return None
    home, definition = found
    for wanted in ("get", "on_get", "dispatch"):
        for statement in definition.body:
            if isinstance(statement, Function) and statement.name == wanted:
                return home, statement
    return None


def _by_folder(module: Module) -> Iterator[Route]:
    """Chirp's pages: `pages/orders/stream.py` with a `get` answers at `/orders/stream`."""
    parts = module.path.removesuffix(".py").split("/")
    if "pages" not in parts[:-1]:
        return
    inside = parts[parts.index("pages") + 1 :]
    if inside[-1] in ("page", "__init__", "index"):
        inside = inside[:-1]
    path = "/" + "/".join(inside)
    for name in ("get", "handler", "stream"):
        function = module.functions.get(name)
        if function is not None:
            yield Route(_cleaned(Pattern.of(path)), True, module, function, (), ("GET",), path)


# Prefixes


class _Prefixes:
    """What stands before the paths of a router: its own prefix and those it is mounted at."""

    def __init__(self, modules: Modules) -> None:
        self.modules = modules
        # (module, variable) of a router -> the prefixes at which it is included.
        self.mounted: dict[tuple[str, str], list[Pattern]] = {}
        self.included: dict[str, list[Pattern]] = {}
        for module in modules.all:
            self._read(module)

    def _read(self, module: Module) -> None:
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Call):
                continue
            name = (
                node.func.attr
                if isinstance(node.func, ast.Attribute)
                else getattr(node.func, "id", "")
            )
            if name in ("include_router", "register_blueprint", "mount", "blueprint") and node.args:
                router = node.args[-1] if name == "mount" else node.args[0]
                self._mount(module, node, router, name)
            elif name == "path" and len(node.args) > 1:
                self._include(module, node)

    def _mount(self, module: Module, node: ast.Call, router: ast.expr, name: str) -> None:
        prefix: ast.expr | None = node.args[0] if name == "mount" else None
        for keyword in node.keywords:
            if keyword.arg in ("prefix", "url_prefix"):
                prefix = keyword.value
        where = self._variable(module, router)
        if where is None:
            return
        found = texts(self.modules, prefix, Scope(module)) if prefix is not None else [Pattern(())]
        self.mounted.setdefault(where, []).extend(found)

    def _variable(self, module: Module, node: ast.expr) -> tuple[str, str] | None:
        if isinstance(node, ast.Name):
            home, name = self.modules.definition(module, node.id)
            return home.path, name
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            other = self.modules.named(module.names.get(node.value.id, ""))
            return (other.path, node.attr) if other is not None else None
        return None

    def _include(self, module: Module, node: ast.Call) -> None:
        """Django's `path("api/", include("app.urls"))`."""
        inner = node.args[1]
        if not isinstance(inner, ast.Call) or not module.meaning(inner.func).endswith("include"):
            return
        target = inner.args[0] if inner.args else None
        if isinstance(target, ast.Tuple) and target.elts:
            target = target.elts[0]
        if isinstance(target, ast.Constant) and isinstance(target.value, str):
            other = self.modules.named(target.value)
            if other is not None:
                prefixes = texts(self.modules, node.args[0], Scope(module))
                self.included.setdefault(other.path, []).extend(prefixes)

    def of(
        self, module: Module, variable: str, owner: ast.ClassDef | None
    ) -> list[tuple[Pattern, bool]]:
        """The prefixes of a router, and whether they are all that stands before its paths."""
        own = Pattern(())
        is_router = False
        for value in module.assigned.get(variable, []):
            if isinstance(value, ast.Call):
                for keyword in value.keywords:
                    if keyword.arg in ("prefix", "url_prefix", "path"):
                        own = texts(self.modules, keyword.value, Scope(module))[0]
                name = module.meaning(value.func).rsplit(".", 1)[-1]
                is_router = name in ("APIRouter", "Blueprint", "Router")
        if owner is not None:
            for statement in owner.body:
                if isinstance(statement, ast.Assign) and any(
                    isinstance(t, ast.Name) and t.id == "path" for t in statement.targets
                ):
                    own = texts(self.modules, statement.value, Scope(module))[0]
        outer = self.mounted.get((module.path, variable), [])
        if outer:
            return [(Pattern.of(*prefix.parts, *own.parts), False) for prefix in outer]
        return [(own, not is_router and bool(variable))]

    def django(self, module: Module) -> list[tuple[Pattern, bool]]:
        prefixes = self.included.get(module.path)
        if prefixes is None:
            return [(Pattern(()), False)]
        return [(prefix, False) for prefix in prefixes]

    @staticmethod
    def blueprint(module: Module, variable: str) -> str:
        for value in module.assigned.get(variable, []):
            if (
                isinstance(value, ast.Call)
                and value.args
                and isinstance(value.args[0], ast.Constant)
            ):
                return str(value.args[0].value)
        return variable
