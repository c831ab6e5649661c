"""Payloads that are only out-of-band, into a listener that they empty."""

import ast
import re
from collections.abc import Iterator

from sse_check.api import Context, Emission, Finding, Hit, Related, Rule, View

_ONLY_OOB = re.compile(r"\s*<(\w+)[^<>]*\shx-swap-oob=[^<>]*>(?:(?!<\1\b).)*</\1>\s*\Z", re.DOTALL)
_TITLE = re.compile(r"\s*<title\b", re.IGNORECASE)


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, lambda view: judge(context, view))


def judge(context: Context, view: View) -> Iterator[Hit]:
    if view.generation == "4":
        return
    for connection in view.connections:
        emissions = context.emissions_of(view, connection)
        for wait in context.waits_of(view, connection):
            if wait.kind != "swap" or view.dynamic(wait.node, "hx-swap"):
                continue
            swap = view.inherited(wait.node, "hx-swap")
            style = (swap.value.split() or [""])[0] if swap is not None else "innerHTML"
            if style not in ("innerHTML", "outerHTML"):
                continue
            for emission in emissions:
                text = _text(emission) if emission.name == wait.name else ""
                if _ONLY_OOB.match(text):
                    what = "removes" if style == "outerHTML" else "empties"
                    yield Hit(
                        wait.node,
                        wait.span,
                        f"everything in `{wait.name}` is swapped out of band (`hx-swap-oob`): "
                        f"what is left is empty, and {what} this element",
                        'write `hx-swap="none"` here',
                        (Related("it is sent here", emission.span),),
                    )
                elif _TITLE.match(text) and view.generation == "2":
                    yield Hit(
                        wait.node,
                        wait.span,
                        f"`{wait.name}` contains a `<title>`, which renames the page",
                        "remove the title from the payload",
                        (Related("it is sent here", emission.span),),
                    )


def _text(emission: Emission) -> str:
    """The literal text of a payload; what is not known counts as a word."""
    payload = emission.payload
    if isinstance(payload, ast.Constant) and isinstance(payload.value, str):
        return payload.value
    if isinstance(payload, ast.JoinedStr):
        return "".join(
            str(value.value) if isinstance(value, ast.Constant) else "x" for value in payload.values
        )
    return ""


rule = Rule(
    name="sse_oob_empties",
    summary="a payload that is only out-of-band empties its listener",
    severity="info",
    check=check,
    stacks=("1", "2"),
)
