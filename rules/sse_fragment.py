"""Chirp fragments of templates or blocks that do not exist."""

import ast
from collections.abc import Iterator

from sse_check.api import Context, Finding, Module, Rule, StreamRoute


def check(context: Context) -> Iterator[Finding]:
    seen = set()
    for one in context.streams:
        for module, node in _fragments(one):
            if id(node) in seen:
                continue
            seen.add(id(node))
            fault = _fault(context, node)
            if fault is not None:
                argument, message, help_ = fault
                yield Finding(rule.name, module.span(argument), message, help_)


def _fragments(one: StreamRoute) -> Iterator[tuple[Module, ast.Call]]:
    """What a route sends and what its contract names, where it is written."""
    yield from _fragments_in(one.route.module, one.route.function)
    for emission in one.stream.emissions:
        for function in emission.scope.functions if emission.scope else ():
            yield from _fragments_in(emission.module, function)


def _fragments_in(module: Module, function: ast.AST) -> Iterator[tuple[Module, ast.Call]]:
    for node in ast.walk(function):
        if not isinstance(node, ast.Call):
            continue
        name = module.meaning(node.func)
        if name.startswith("chirp") and name.endswith((".Fragment", ".FragmentContract")):
            yield module, node


def _fault(context: Context, node: ast.Call) -> tuple[ast.expr, str, str] | None:
    places = _places(node)
    if places is None:
        return None
    template, block = _text(places[0]), _text(places[1])
    if template is None or block is None:
        return None
    path = context.project.target(template, "")
    if path is None:
        return (
            places[0],
            f"there is no template `{template}`",
            "write the name of a template that the app has",
        )
    names = {name for step in context.project.chain(path) for name in _blocks(context, step)}
    if block in names or not names:
        return None
    listed = ", ".join(f"`{name}`" for name in sorted(names)[:6])
    return places[1], f"`{template}` has no block `{block}`", f"it has {listed}"


def _places(node: ast.Call) -> tuple[ast.expr, ast.expr] | None:
    """Where a call names its template and its block."""
    named = {keyword.arg: keyword.value for keyword in node.keywords}
    given = [
        *node.args[:2],
        *(named[k] for k in ("template", "block")[len(node.args) :] if k in named),
    ]
    return (given[0], given[1]) if len(given) == 2 else None


def _text(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None


def _blocks(context: Context, path: str) -> list[str]:
    """The names of what a fragment may show: blocks, fragments and regions."""
    template = context.project.template(path)
    if template is None:
        return []
    roots = [root.name for root in template.roots.values() if root.name]
    return [*(block.name for block in template.blocks), *roots]


rule = Rule(
    name="sse_fragment",
    summary="a fragment of a template or block that does not exist",
    severity="error",
    check=check,
)
