"""Whether the answer to a request can have what its `hx-select` asks for."""

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sse_check.apps.model import App, Emission, Render, Route
from sse_check.findings.carried import carried_markup
from sse_check.htmx.view import PageView
from sse_check.pages.ids import is_written, may_have_id
from sse_check.pages.marks import HOLE
from sse_check.pages.node import Node

if TYPE_CHECKING:
    from sse_check.findings.context import Context

# What is put in as markup, and not as a text.
_AS_IT_IS = re.compile(r"\|\s*safe\b|\bautoescape\b|\braw\b|mark_safe|\|\s*n\b")
# What elements wait for, and a start tag of which some attributes are put in.
_WAITING = re.compile(r"(?:hx-trigger|sse-swap|hx-sse)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>]+)")
_WRITTEN = re.compile(r"<\w[^<>=]*(?:=\"[^\"]*\"[^<>=]*)*\s\{\{")
_PSEUDO = re.compile(r":[\w-]+(?:\([^()]*\))?|\[[^\]]*\]")
_PART = re.compile(r"([#.]?)((?:[\w-]|\\.)+)")


def answer_lacking(
    context: "Context", view: PageView, node: Node, attribute: str, selector: str
) -> Route | None:
    """The route whose answer has certainly nothing for a selector; None where it may have.

    It is known of routes that do nothing but render templates which can be read.
    """
    joined = context.answers_of(view, node, attribute)
    if HOLE in selector or joined.app is None or joined.state != "route" or joined.streams:
        return None
    if view.dynamic(node, "hx-select"):
        return None
    for route in joined.routes:
        texts = _answers(context, joined.app, route)
        if texts is None or _may_match(context, joined.app, selector, texts):
            return None
    return joined.routes[0] if joined.routes else None


def answer_deaf(
    context: "Context", view: PageView, node: Node, attribute: str, name: str
) -> Route | None:
    """The route whose answer certainly has nothing that waits for an event; None where it may."""
    joined = context.answers_of(view, node, attribute)
    if joined.app is None or joined.state != "route" or joined.streams:
        return None
    for route in joined.routes:
        texts = _answers(context, joined.app, route)
        if texts is None or any(_may_wait(text, name) for text in texts):
            return None
    return joined.routes[0] if joined.routes else None


def _may_wait(text: str, name: str) -> bool:
    """Whether a template may have an element that waits for an event of this name."""
    waits = (one[1] for one in _WAITING.finditer(text))
    return any(name in one or "{" in one for one in waits) or _WRITTEN.search(text) is not None


def payload_has(context: "Context", emissions: list[Emission], selector: str) -> bool | None:
    """Whether what is sent has something for a selector; None where that cannot be told."""
    answers: set[bool | None] = set()
    for emission in emissions:
        texts = carried_markup(context, emission)
        for text in texts:
            found = any(
                all(_has(text, *part) for part in _PART.findall(_PSEUDO.sub("", alternative)))
                for alternative in selector.split(",")
            )
            # What is not known of a text may be markup as well.
            answers.add(found or (None if "*" in text else False))
        answers.update(() if texts else (None,))
    if True in answers:
        return True
    return None if None in answers or not answers or HOLE in selector else False


def _answers(context: "Context", app: App, route: Route) -> list[str] | None:
    """The texts of all that a route may answer with; None where that is not known."""
    found: list[str] = []
    renders = app.renders_of(route)
    if not _returns_these(route, renders):
        return None
    for render in renders:
        name = render.names[0].literal if len(render.names) == 1 else None
        path = context.template_of(app, name) if name else None
        page = context.engine.page(path) if path is not None else None
        if page is None or any(variant.unseen for variant in page.variants):
            return None
        texts = list(_texts(context, {page.path, *page.files}))
        if any(_AS_IT_IS.search(text) for text in texts):
            return None
        found += texts
    return found or None


def _returns_these(route: Route, renders: tuple[Render, ...]) -> bool:
    """Whether a view answers with what it renders, and else with nothing at all."""
    if route.view is None:
        return False
    module, scope = route.view.module, route.view.scope
    answers = [one.value for one in scope.returns if one.value is not None]
    answers = [one for one in answers if not _is_empty(one)]
    inside = 0
    for answer in answers:
        at = module.span(answer)
        inside += any(
            one.span.source is at.source and at.start <= one.span.start and one.span.end <= at.end
            for one in renders
        )
    # One that returns a name may have rendered before.
    return inside == len(answers) or (len(answers) == 1 and isinstance(answers[0], ast.Name))


def _is_empty(node: ast.expr) -> bool:
    """`"", 204` and the like."""
    first = node.elts[0] if isinstance(node, ast.Tuple) and node.elts else node
    return isinstance(first, ast.Constant) and not first.value


def _texts(context: "Context", paths: set[str]) -> Iterator[str]:
    for path in sorted(paths):
        template = context.project.template(path)
        if template is not None:
            yield template.text


def _may_match(context: "Context", app: App, selector: str, texts: list[str]) -> bool:
    return any(
        all(
            any(_has(text, sign, name) for text in texts) or _is_in_code(context, app, sign, name)
            for sign, name in _PART.findall(_PSEUDO.sub("", alternative))
        )
        for alternative in selector.split(",")
    )


def _has(text: str, sign: str, name: str) -> bool:
    name = name.replace("\\", "")
    if sign == "#":
        return is_written(text, name)
    if sign == ".":
        return (
            re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])|\bclass=[^>]*\{{", text) is not None
        )
    return re.search(rf"<{re.escape(name)}\b|<\{{", text, re.IGNORECASE) is not None


def _is_in_code(context: "Context", app: App, sign: str, name: str) -> bool:
    """Whether Python may write an element with an id."""
    return sign == "#" and may_have_id(context.project, (), sorted(app.modules), name, bool)
