"""HTML made from a request's values without escaping them."""

import ast
from collections.abc import Iterator

from sse_check.api import (
    Context,
    Edit,
    Emission,
    Finding,
    Fix,
    Frame,
    Module,
    ModuleScope,
    Related,
    Rule,
    Span,
    escaped_in,
    last_name,
    put_together,
    texts_behind,
)

_REQUEST = frozenset(
    "query_params path_params form args GET POST headers cookies json query".split()
)
# Elements in which text is read as it is written.
_CODE = frozenset("pre code textarea samp kbd".split())
_DEEPEST = 4
_MARKING = ("Markup", "mark_safe", "SafeString")
_ESCAPING = frozenset("escape conditional_escape quote urlencode clean int float len".split())


def check(context: Context) -> Iterator[Finding]:
    seen = set()
    yield from _twice(context)
    routes = [route for app in context.streaming_apps for route in app.routes]
    views = {id(route.view.scope) for route in routes if route.view is not None}
    for one in context.streams:
        for emission in one.stream.emissions:
            for node, module in _tainted(context, emission, views):
                span = module.span(node)
                if (span.source.path, span.start) in seen:
                    continue
                seen.add((span.source.path, span.start))
                yield Finding(
                    rule.name,
                    span,
                    f"`{span.text}` comes from the request and goes into HTML unescaped: "
                    "the browser runs any script in it",
                    "escape it (`html.escape`), or render a template, which escapes",
                    fixes=_escaped(module, node, span),
                )


def _twice(context: Context) -> Iterator[Finding]:
    """HTML that is escaped as a whole."""
    seen = set()
    for one in context.streams:
        for emission in one.stream.emissions:
            for at, by in escaped_in(context, emission):
                span = Span(*at)
                if span in seen or _is_shown_as_code(context, emission):
                    continue
                seen.add(span)
                yield Finding(
                    rule.name,
                    span,
                    f"`{by}` escapes `{span.text}`, which is HTML and not marked as safe: "
                    "visitors see its tags as text"
                    if by
                    else f"`{span.text}` escapes HTML as a whole: visitors see its tags as text",
                    "make it by `format_html` too, or mark it last, by `mark_safe`"
                    if by
                    else "send it as it is: what has to be escaped is what is put into it",
                    related=(Related("it is sent here", Span(*emission.span)),),
                )


def _is_shown_as_code(context: Context, emission: Emission) -> bool:
    """Whether an element takes an event in which people are to read tags."""
    for view in context.views:
        for connection in view.open_connections:
            if emission not in context.emissions_of(view, connection):
                continue
            for wait in context.event_listeners(view, connection):
                around = {node.name for node in wait.node.lineage()}
                if wait.name.matches(emission.name) and not around.isdisjoint(_CODE):
                    return True
    return False


def _tainted(
    context: Context, emission: Emission, views: set[int]
) -> Iterator[tuple[ast.expr, Module]]:
    """The values of a request that an event carries, and the module in which each is put in."""
    payload, home = _written(emission)
    if payload is None or home is None:
        return
    for text, frame in ((payload, home), *texts_behind(context, payload, home)):
        node = _unescaped(text, frame, views)
        if node is not None:
            yield node, frame.module


def _escaped(module: Module, node: ast.expr, span: Span) -> tuple[Fix, ...]:
    """Call `html.escape`, and import it where the file has nothing of that name."""
    bindings = module.scope.bindings.get("escape", [])
    known = any(binding.dotted.endswith(".escape") for binding in bindings)
    if (bindings and not known) or not _says(span.text, node):
        return ()
    text = span.text if isinstance(node, ast.Name) else f"str({span.text})"
    edits = [Edit(span, f"escape({text})")]
    if not known:
        edits.append(Edit(_before_imports(module), "from html import escape\n"))
    return (Fix("escape it", "unsafe", tuple(edits)),)


def _says(text: str, node: ast.expr) -> bool:
    """Whether a text is the node's own: places in f-strings are not always told right."""
    try:
        return ast.dump(ast.parse(text, mode="eval").body) == ast.dump(node)
    except SyntaxError:
        return False


def _before_imports(module: Module) -> Span:
    """Where an import may be written: before the first, after a docstring and `__future__`."""
    body = module.tree.body
    start = 0
    for statement in body:
        future = isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
        documents = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if not future and not documents:
            first = [*getattr(statement, "decorator_list", ()), statement][0]
            start = module.span(first).start - isinstance(first, ast.expr)
            break
    return Span(module.source, start, start)


def _written(emission: Emission) -> tuple[ast.expr | None, Frame | None]:
    """The data of an event, where it is written: a helper is given it by who calls it."""
    payload, home = emission.payload, emission.frame
    for _ in range(_DEEPEST):
        given = home.given.get(payload.id) if home and isinstance(payload, ast.Name) else None
        if given is None or len(given) != 2:
            break
        node, frame = given
        if not isinstance(node, ast.expr) or not isinstance(frame, Frame):
            break
        payload, home = node, frame
    return payload, home


def _texts_of(scope: ModuleScope) -> set[str]:
    """The parameters of a route that hold text from the address or the form."""
    found: set[str] = set()
    arguments = getattr(scope.node, "args", None)
    for argument in (*arguments.args, *arguments.kwonlyargs) if arguments is not None else ():
        annotation = argument.annotation
        if isinstance(annotation, ast.Subscript) and last_name(annotation.value) == "Annotated":
            inner = annotation.slice
            annotation = inner.elts[0] if isinstance(inner, ast.Tuple) else inner
        if isinstance(annotation, ast.Name) and annotation.id == "str":
            found.add(argument.arg)
    return found


def _is_asked(node: ast.expr | None) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(value=inner, attr="strip" | "get")):
            return _reads_request(inner) or _is_asked(inner)
        case ast.Subscript(value=inner):
            return _reads_request(inner)
    return False


def _unescaped(payload: ast.expr | None, home: Frame, views: set[int]) -> ast.expr | None:
    parts = put_together(payload) if payload is not None else []
    if isinstance(payload, ast.BinOp) and _may_be_marked(parts, home.module):
        return None
    if not any(isinstance(one, ast.Constant) and "<" in str(one.value) for one in parts):
        return None
    put_in = (one for one in parts if not isinstance(one, ast.Constant))
    return next((one for one in put_in if _is_tainted(one, home, views)), None)


def _may_be_marked(parts: list[ast.expr], module: Module) -> bool:
    """Whether a sum may have something in it that is marked as safe: that escapes what is added."""
    called = {last_name(one.func) for one in parts if isinstance(one, ast.Call)}
    return module.mentions(*_MARKING) or not called.isdisjoint(_ESCAPING | {"format_html"})


def _is_tainted(node: ast.expr, home: Frame, views: set[int], depth: int = 0) -> bool:
    if isinstance(node, ast.Call) and last_name(node.func) in _ESCAPING:
        return False
    if isinstance(node, ast.Name):
        return depth < _DEEPEST and _is_name_tainted(node.id, home, views, depth)
    return any(
        _reads_request(inner) or (isinstance(inner, ast.Name) and _is_form(inner.id, home))
        for inner in ast.walk(node)
    )


def _is_form(name: str, home: Frame) -> bool:
    """Whether a name is all that a request has of a kind: `form = await request.form()`."""
    bindings = home.scope.bindings.get(name, []) if home.scope.is_function else []
    value = bindings[0].value if len(bindings) == 1 and bindings[0].kind == "assign" else None
    while isinstance(value, ast.Await):
        value = value.value
    if isinstance(value, ast.Call) and not value.args:
        value = value.func
    return value is not None and _reads_request(value)


def _is_name_tainted(name: str, home: Frame, views: set[int], depth: int) -> bool:
    """Whether a name is a text of a request, where it is bound and has nothing else later."""
    frame: Frame | None = home
    while frame is not None and name not in frame.scope.bindings:
        frame = frame.outer
    bindings = frame.scope.bindings[name] if frame is not None else []
    if frame is None or len(bindings) != 1:
        return False
    given = frame.given.get(name, ())
    if len(given) == 2 and isinstance(given[0], ast.expr) and isinstance(given[1], Frame):
        return _is_tainted(given[0], given[1], views, depth + 1)
    if bindings[0].kind == "parameter":
        return id(frame.scope) in views and name in _texts_of(frame.scope)
    return frame.scope.is_function and _is_asked(bindings[0].value)


def _reads_request(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and node.attr in _REQUEST
        and isinstance(node.value, ast.Name)
        and node.value.id in ("request", "req")
    )


rule = Rule(
    name="sse_payload_escape",
    summary="a request's values go into HTML unescaped",
    severity="error",
    check=check,
    in_python=True,
    fixes=("unsafe",),
)
