"""HTML that is sent as JSON, and JSON that is swapped into a page."""

import ast
from collections.abc import Iterator

from sse_check.api import Context, Emission, Finding, Hit, Related, Rule, View, last_name

_RENDERING = frozenset("render render_template render_to_string render_block to_xml".split())


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, lambda view: judge(context, view))


def judge(context: Context, view: View) -> Iterator[Hit]:
    for connection in view.connections:
        emissions = context.emissions_of(view, connection)
        for wait in context.waits_of(view, connection):
            if wait.kind != "swap":
                continue
            for emission in emissions:
                fault = _fault(context, emission) if emission.name == wait.name else ""
                if fault:
                    yield Hit(
                        wait.node,
                        wait.span,
                        f"`{wait.name}` carries {fault}: visitors see it as text",
                        "send the HTML as it is (`raw_data=`, `json_encode=False`), "
                        "or render the values into HTML",
                        (Related("it is sent here", emission.span),),
                    )
                    break


def _fault(context: Context, emission: Emission) -> str:
    if emission.encodes_json and emission.payload is not None and _is_html(emission.payload):
        return "HTML quoted as a JSON string"
    return "JSON" if context.carries_json(emission) else ""


def _is_html(node: ast.expr) -> bool:
    if isinstance(node, ast.Call) and last_name(node.func) in _RENDERING:
        return True
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str) and "<" in inner.value:
            return True
    return False


rule = Rule(
    name="sse_payload_json",
    summary="JSON is swapped into a page",
    severity="error",
    check=check,
    of_swaps=True,
)
