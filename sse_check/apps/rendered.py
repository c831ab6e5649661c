"""What each route of an app renders: calls are followed from its view."""

import ast
import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial

from sse_check.apps.contexts import built
from sse_check.apps.everywhere import given_everywhere
from sse_check.apps.inner import InnerTemplates
from sse_check.apps.model import App, Given, Render, Rendering, Route
from sse_check.apps.renders import (
    Renders,
    calls_of,
    is_template,
    parted,
    partly,
    with_suffix,
)
from sse_check.apps.shapes import RENDERING
from sse_check.python.evaluate import Evaluator
from sse_check.python.module import Module, last_name
from sse_check.python.scope import Scope
from sse_check.python.sequences import Sequences
from sse_check.python.values import ClassValue, External, Frame, FunctionValue, Text
from sse_check.template.values import Pattern

_CALL = re.compile(rf"\b(?:{'|'.join(map(re.escape, RENDERING))})\s*\(")
_CALL_BYTES = re.compile(_CALL.pattern.encode())
_NAMES = tuple(name.encode() for name in RENDERING)
_SUFFIXES = (".html", ".htm", ".jinja", ".jinja2", ".j2", ".kida", ".djhtml", ".txt", ".xml")
# Keywords of a route that are never the name of a template, whatever their value ends with.
_OF_ROUTES = frozenset(("path", "rule", "url", "pattern", "name", "endpoint", "summary", "alias"))
# Bottle's, which add the ending of a file to its name.
_SHORT_VIEWS = frozenset(("bottle.view", "bottle.jinja2_view"))
_LEVELS = 2
_DEEPEST = 5
_BUILDING = frozenset(("get_context_data", "get_context"))
_GENERIC = {
    "ListView": "_list",
    "DetailView": "_detail",
    "CreateView": "_form",
    "UpdateView": "_form",
    "DeleteView": "_confirm_delete",
}


@dataclass(eq=False)
class Rendered:
    """Reads what one app renders."""

    evaluator: Evaluator
    sequences: Sequences
    app: App
    inner: InnerTemplates = field(default_factory=InnerTemplates)
    # The names of contexts that matter; None where any may.
    names: Container[str] | None = None

    def read(self) -> Rendering:
        app, done = self.app, Rendering()
        self.renders = Renders(
            self.evaluator,
            self.sequences,
            app.by_name,
            app.framework == "django",
            self.inner,
            self.names,
        )
        program = self.evaluator.program
        of_app = sorted(app.modules)
        calling = set(program.matching(of_app, _CALL_BYTES, _NAMES))
        paths = [path for path in of_app if path in self.inner.files or path in calling]
        modules = [m for m in map(program.module, paths) if m is not None]
        scopes = [s for m in modules for s in m.scopes_matching(_CALL)]
        self.paths = frozenset(paths)
        self.helpers = self._helpers(modules, scopes)
        for route in app.routes:
            of_route = (*self._of_route(route), *self._of_class(route))
            found = tuple(dict.fromkeys(self._parted(of_route)))
            if found:
                done.by_route[id(route)] = found
        every: dict[object, Render] = {}
        for render in (one for found in done.by_route.values() for one in found):
            first = every.setdefault(_key(render), render)
            if first is not render:
                first.alike.append(render)
        places = {(r.span.source.path, r.span.start) for r in every.values()}
        elsewhere = (*self._elsewhere(scopes), *self.inner.elsewhere(sorted(app.modules)))
        for render in self._parted(elsewhere):
            if (render.span.source.path, render.span.start) not in places:
                every.setdefault(_key(render), render)
        for render in self._of_tags(self._tag_modules()):
            every.setdefault(_key(render), render)
        done.renders = list(every.values())
        done.inline = self.renders.inline
        done.at = self._in_frame
        done.everywhere = given_everywhere(self.renders, app.modules)
        return done

    def _in_frame(self, call: ast.Call, frame: Frame) -> Render | None:
        """What one call renders: in a helper, what the caller asks that for."""
        if last_name(call.func) not in RENDERING:
            return None
        found = list(self._parted(self._at(call, frame, self._functions(call, frame))))
        return found[0] if len(found) == 1 else None

    def _parted(self, renders: Iterable[Render]) -> Iterable[Render]:
        return map(parted, renders) if self.app.framework == "django" else renders

    def _tag_modules(self) -> Iterator[Module]:
        """The files of Django's own tags, which are imported by their names in templates."""
        if self.app.framework != "django":
            return
        program = self.evaluator.program
        tags = [path for path in program.paths if "templatetags/" in path]
        for path in program.containing(tags, b"inclusion_tag"):
            module = program.module(path)
            if module is not None:
                yield module

    def _helpers(self, modules: list[Module], scopes: Iterable[Scope]) -> frozenset[str]:
        """Names of functions in which something is rendered, or that call such a function beside
        it. They tell which calls are worth following."""
        found: set[str] = set()
        new = {s.name for s in scopes if s.is_function and _is_telling(s.name)}
        for module in modules:
            if module.path in self.inner.files:
                new |= {s.name for s in module.scope.walk() if self.inner.is_answer(s)}
        for _ in range(_LEVELS):
            new -= found
            if not new:
                break
            found |= new
            names, new = new, set()
            for module in modules:
                new.update(
                    scope.name
                    for scope in module.scopes_mentioning(*names)
                    if scope.is_function and _is_telling(scope.name)
                )
        return frozenset(found)

    def _is_worth(self, function: ast.expr, frame: Frame) -> bool:
        """Whether a call may lead to something that is rendered."""
        if last_name(function) in self.helpers:
            return True
        if not isinstance(function, ast.Name):
            return False
        for scope in frame.scope.around():
            for binding in scope.bindings.get(function.id, ()):
                if binding.kind == "import":
                    home = binding.dotted.rpartition(".")[0]
                    file = self.evaluator.program.find(home, frame.module.path)
                    return file in self.paths
                return binding.kind == "def" and frame.module.path in self.paths
        return False

    # From a view on

    def _of_route(self, route: Route) -> Iterator[Render]:
        if route.view is None:
            return
        yield from self._decorated(route)
        frame = self.evaluator.inside(route.view, None, route.view.closure)
        yield from self._follow(frame, 0, set())

    def _follow(self, frame: Frame, depth: int, met: set[int]) -> Iterator[Render]:
        if id(frame) in met or depth > _DEEPEST:
            return
        met.add(id(frame))
        yield from self.inner.answers(frame)
        for call in calls_of(frame):
            name = last_name(call.func)
            renders = name in RENDERING
            if not renders and not self._is_worth(call.func, frame):
                continue
            functions = self._functions(call, frame)
            found = list(self._at(call, frame, functions)) if renders else []
            yield from found
            for function in functions if not found else ():
                if function.module.path in self.app.modules:
                    inner = self.evaluator.inside(function, call, frame)
                    yield from self._follow(inner, depth + 1, met)

    def _functions(self, call: ast.Call, frame: Frame) -> list[FunctionValue]:
        values = self.evaluator.values(call.func, frame)
        return [value for value in values if isinstance(value, FunctionValue)]

    def _at(self, call: ast.Call, frame: Frame, functions: list[FunctionValue]) -> Iterator[Render]:
        """What a call renders. A function of the project's own that is named as the framework's
        does what that does, and may add to the context."""
        for turn in self.sequences.turns(call, frame):
            render = self.renders.of(call, turn)
            if render is None:
                continue
            if not functions:
                yield render
            elif any(is_template(name) for name in render.names):
                yield replace(render, read=partly(render.read) if render.read else None)

    def _decorated(self, route: Route) -> Iterator[Render]:
        """`@template("x.html")` on a view, `@app.route("/x", template="x.html")`."""
        assert route.view is not None  # noqa: S101 - asked for those with a view
        scope, closure = route.view.scope, route.view.closure
        for decorator in getattr(scope.node, "decorator_list", ()):
            if not isinstance(decorator, ast.Call):
                continue
            short = self.evaluator.dotted(decorator.func, closure) in _SHORT_VIEWS
            named = (k.value for k in decorator.keywords if k.arg and k.arg not in _OF_ROUTES)
            for argument in (*decorator.args[:1], *named):
                name = self._template(argument, closure, short)
                if name is not None:
                    frame = self.evaluator.frame(scope)
                    given = partial(built, self.renders, scope, frame)
                    span = scope.module.span(decorator)
                    yield Render((name,), span, id(scope), read=partly(given))

    def _template(self, node: ast.expr, frame: Frame, short: bool = False) -> Pattern | None:
        if not isinstance(node, ast.Constant | ast.Name | ast.Attribute):
            return None
        for value in self.evaluator.values(node, frame):
            name = (value.pattern.literal or "") if isinstance(value, Text) else ""
            if isinstance(value, Text) and short and name:
                return with_suffix(value.pattern, ".html")
            # One that starts with a slash is the address of a route: `@app.route("/robots.txt")`.
            if isinstance(value, Text) and name.endswith(_SUFFIXES) and name[0] != "/":
                return value.pattern
        return None

    # Classes of views

    def _of_class(self, route: Route) -> Iterator[Render]:
        yield from self._given_to_view(route)
        if route.of_class is None:
            return
        named = False
        for base in self.evaluator.lineage(route.of_class):
            if not isinstance(base, ClassValue):
                continue
            frame = self.evaluator.frame(base.scope)
            given = partial(self._context_of, route.of_class)
            for binding in base.scope.bindings.get("template_name", ()):
                if binding.value is not None and not named:
                    named = True
                    names = self.evaluator.texts(binding.value, frame)
                    if names == (Pattern(()),):
                        continue
                    span = base.module.span(binding.value)
                    yield Render(names, span, id(base.scope), read=partly(given))
            for method in base.scope.children.values():
                if method.is_function and method.name in ("get_template_names", "get_context_data"):
                    inner = self.evaluator.frame(method)
                    yield from self._follow(inner, 1, set())
        if not named:
            yield from self._usual_name(route)

    def _context_of(self, owner: ClassValue) -> Given:
        """What the methods of a class of views put into its context; the nearest wins."""
        found: dict[str, tuple[Pattern, ...]] = {}
        for base in self.evaluator.lineage(owner):
            if isinstance(base, ClassValue):
                for method in base.scope.children.values():
                    if method.is_function and method.name in _BUILDING:
                        frame = self.evaluator.frame(method)
                        found = {**built(self.renders, method, frame).context, **found}
        return Given(found)

    def _of_tags(self, modules: Iterable[Module]) -> Iterator[Render]:
        """`@register.inclusion_tag("x.html")`: what the function returns is the context."""
        for module in modules:
            for scope in module.scope.children.values():
                for decorator in getattr(scope.node, "decorator_list", ()):
                    if not isinstance(decorator, ast.Call) or not decorator.args:
                        continue
                    if last_name(decorator.func) == "inclusion_tag":
                        frame = self.evaluator.frame(scope)
                        names = self.evaluator.texts(decorator.args[0], frame.outer or frame)
                        span = module.span(decorator)
                        given = partial(built, self.renders, scope, frame)
                        yield Render(names, span, id(scope), read=given)

    def _given_to_view(self, route: Route) -> Iterator[Render]:
        """`TemplateView.as_view(template_name="x.html")`."""
        if route.call is None or route.frame is None or self.app.framework != "django":
            return
        for call in ast.walk(route.call):
            if isinstance(call, ast.Call) and last_name(call.func) == "as_view":
                for keyword in call.keywords:
                    if keyword.arg == "template_name":
                        names = self.evaluator.texts(keyword.value, route.frame)
                        span = route.frame.module.span(keyword.value)
                        yield Render(names, span, id(route.frame.scope))

    def _usual_name(self, route: Route) -> Iterator[Render]:
        """Django's generic views name a template after their model."""
        assert route.of_class is not None  # noqa: S101 - asked for those with a class
        suffix = ""
        for base in self.evaluator.lineage(route.of_class):
            if isinstance(base, External):
                suffix = suffix or _GENERIC.get(base.dotted.rpartition(".")[2], "")
        model = self._model(route.of_class)
        if not suffix or not model:
            return
        for binding in route.of_class.scope.bindings.get("template_name_suffix", ()):
            if binding.value is not None:
                frame = self.evaluator.frame(route.of_class.scope)
                suffix = self.evaluator.text(binding.value, frame) or suffix
        label = route.of_class.module.package.removesuffix("/views").rpartition("/")[2]
        name = Pattern.of(f"{label}/{model.lower()}{suffix}.html")
        span = route.of_class.module.span(route.of_class.scope.node)
        yield Render((name,), span, id(route.of_class.scope))

    def _model(self, owner: ClassValue) -> str:
        for base in self.evaluator.lineage(owner):
            if isinstance(base, ClassValue):
                for name in ("model", "queryset"):
                    for binding in base.scope.bindings.get(name, ()):
                        value = binding.value
                        while isinstance(value, ast.Call | ast.Attribute):
                            inner = value.func if isinstance(value, ast.Call) else value.value
                            if isinstance(value, ast.Attribute) and value.attr == "objects":
                                return last_name(value.value)
                            value = inner
                        if isinstance(value, ast.Name):
                            return value.id
        return ""

    # What no route is known to reach

    def _elsewhere(self, scopes: Iterable[Scope]) -> Iterator[Render]:
        for scope in scopes:
            frame = self.evaluator.frame(scope)
            for call in calls_of(frame):
                if last_name(call.func) in RENDERING:
                    yield from self._at(call, frame, self._functions(call, frame))


def _is_telling(name: str) -> bool:
    """Whether a name is one by which calls of a function are found."""
    return bool(name) and not name.startswith("__") and name not in ("get", "post", "put", "main")


def _key(render: Render) -> tuple[object, ...]:
    return (
        render.span.source.path,
        render.span.start,
        render.names,
        render.block,
    )
