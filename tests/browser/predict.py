"""What the model says of a page, in the form in which the browser is observed."""

from typing import Any

from sse_check.htmx import markup
from sse_check.htmx.dom import Node
from sse_check.htmx.model import open_page
from sse_check.htmx.stacks import STACKS
from tests.browser.harness import REPLY, Case, Observation

PARSED_DIFFERENTLY = "parsed differently"
_OPAQUE = frozenset(("noscript", "script", "template"))


def shown(node: Node) -> list[Any]:
    ident = node.attributes.get("data-oid") or node.attributes.get("id") or ""
    out: list[Any] = [node.name, ident]
    if node.name in _OPAQUE:
        return out
    text = ""
    for child in [*node.children, None]:
        if isinstance(child, str):
            text += child
            continue
        if text.strip():
            out.append(" ".join(text.split()))
        text = ""
        if child is not None:
            out.append(shown(child))
    return out


def predict(case: Case, stack: str) -> list[Observation]:
    root = markup.page(case.document())

    def answer(method: str, url: str) -> str:
        return case.replies.get(url, REPLY)

    def body() -> list[Any] | None:
        found = next((node for node in root.subtree() if node.name == "body"), None)
        return shown(found) if found is not None else None

    def look() -> Observation:
        return Observation(body(), page.open_streams(), list(page.requests))

    parsed = body()
    page = open_page(root, STACKS[stack], case.config, answer)
    seen = [look()]
    seen[0].parsed = parsed
    for frame in case.frames:
        if frame.click is not None:
            page.click(frame.click)
        else:
            page.event(frame.name, frame.data, frame.to)
        seen.append(look())
    return seen


def difference(predicted: list[Observation], observed: list[Observation]) -> str:
    """The first step in which the model and the browser disagree; empty when they agree.

    Where the tree already differs before any script has run, the page says nothing of htmx:
    the parser that the tests use takes `noscript` for markup, as browsers without scripts do.
    """
    if predicted[0].parsed != observed[0].parsed:
        return PARSED_DIFFERENTLY
    for step, (ours, theirs) in enumerate(zip(predicted, observed, strict=True)):
        for what in ("body", "streams", "requests"):
            left, right = getattr(ours, what), getattr(theirs, what)
            if left != right:
                return f"step {step} {what}: model {left}; browser {right}"
    return ""
