"""HTML made from a request's values without escaping them."""

import ast
from collections.abc import Iterator

from sse_check.api import Context, Edit, Emission, Finding, Fix, Module, Rule, Span, last_name

_REQUEST = frozenset(
    "query_params path_params form args GET POST headers cookies json query".split()
)
_ESCAPING = frozenset("escape conditional_escape quote urlencode clean int float len".split())


def check(context: Context) -> Iterator[Finding]:
    seen = set()
    for one in context.streams:
        parameters = _texts_of(one.route.view.scope.node) if one.route.view is not None else set()
        for emission in one.stream.emissions:
            node = _unescaped(emission, parameters)
            if node is None:
                continue
            module = emission.module
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


def _texts_of(function: ast.AST) -> set[str]:
    """The parameters of a route that hold text from the address or the form."""
    found: set[str] = set()
    arguments = getattr(function, "args", None)
    for argument in (*arguments.args, *arguments.kwonlyargs) if arguments is not None else ():
        annotation = argument.annotation
        if isinstance(annotation, ast.Name) and annotation.id == "str":
            found.add(argument.arg)
    return found


def _unescaped(emission: Emission, parameters: set[str]) -> ast.expr | None:
    payload = emission.payload
    if not isinstance(payload, ast.JoinedStr):
        return None
    html = any(isinstance(v, ast.Constant) and "<" in str(v.value) for v in payload.values)
    if not html:
        return None
    for value in payload.values:
        if isinstance(value, ast.FormattedValue) and _is_tainted(value.value, parameters):
            return value.value
    return None


def _is_tainted(node: ast.expr, parameters: set[str]) -> bool:
    if isinstance(node, ast.Call) and last_name(node.func) in _ESCAPING:
        return False
    if isinstance(node, ast.Name):
        return node.id in parameters
    return any(_reads_request(inner) for inner in ast.walk(node))


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
