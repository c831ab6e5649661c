"""Whether what a page fetches brings an element with an id."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from sse_check.apps.model import App, Route
from sse_check.findings.there import is_in_code
from sse_check.htmx.dom import Node
from sse_check.htmx.inheritance import VERBS
from sse_check.htmx.triggers import trigger_specs
from sse_check.htmx.view import PageView
from sse_check.pages.engine import LivePage
from sse_check.pages.ids import is_written
from sse_check.wiring.addresses import address_of
from sse_check.wiring.fetches import is_written_by
from sse_check.wiring.joins import routes_for

if TYPE_CHECKING:
    from sse_check.findings.context import Context

# What sends a request without anybody doing something.
_BY_ITSELF = frozenset(("load", "revealed", "intersect", "every"))
_NOWHERE = ("none", "delete")
# So many templates are asked for one id.
_MOST = 20


class Asked(NamedTuple):
    """A request of a page; whether it goes out without anybody doing something."""

    node: Node
    verb: str
    by_itself: bool


def brought(context: "Context", view: PageView, name: str) -> Asked | None:
    """The request whose answer may bring the element, one that goes out by itself before others.
    None where nothing that the page fetches has the id."""
    found: Asked | None = None
    for one in _asking(view):
        if _may_bring(context, view, one, name):
            if one.by_itself:
                return one
            found = found or one
    return found


def _asking(view: PageView) -> Iterator[Asked]:
    for node in view.htmx_elements:
        if view.is_inert(node):
            continue
        swap = view.inherited(node, "hx-swap")
        if swap is not None and swap.value.split()[:1] and swap.value.split()[0] in _NOWHERE:
            continue
        yield from _requests(node, view.generation)


def _requests(node: Node, generation: str) -> Iterator[Asked]:
    triggers = trigger_specs(node.get("hx-trigger") or "", generation)
    # What an event of the stream asks for comes by itself as well.
    by_itself = any(t.word in _BY_ITSELF or t.word.startswith("sse:") for t in triggers)
    for verb in VERBS:
        if node.get(verb) is not None:
            yield Asked(node, verb, by_itself)


def _may_bring(context: "Context", view: PageView, asked: Asked, name: str) -> bool:
    app = context.app_of(view)
    joined = context.answers_of(view, asked.node, asked.verb)
    if app is None or not joined.routes:
        return _is_anywhere(context, view, name)
    return any(_has(context, view, app, one, name) for one in joined.routes)


def _is_anywhere(context: "Context", view: PageView, name: str) -> bool:
    """Whether some file of the project has the id: for an answer of which nothing is known."""
    return context.may_have_id(view, name) or is_in_code(context.project, name)


def _has(context: "Context", view: PageView, app: App, route: Route, name: str) -> bool:
    """Whether a route's answer has an element with an id, or what that fetches by itself."""
    pending = [route]
    seen: set[str] = {view.page.path}
    while pending and len(seen) < _MOST:
        one = pending.pop()
        paths = _paths(context, app, one)
        if paths is None:
            if _is_anywhere(context, view, name):
                return True
            continue
        for path in (path for path in paths if path not in seen):
            seen.add(path)
            page = context.engine.page(path)
            templates = map(context.project.template, (page.path, *page.files))
            if any(t is not None and is_written(t.text, name) for t in templates):
                return True
            pending.extend(_fetched_by(app, page))
    return False


def _paths(context: "Context", app: App, route: Route) -> list[str] | None:
    """The templates of a route's answer; None where they are not known."""
    inner = (context.project.files.inner or {}).items()
    written = [path for path, one in inner if is_written_by(route, one)]
    names = [name.literal for render in app.renders_of(route) for name in render.names]
    found = [context.template_of(app, name) if name else None for name in names]
    if None in found or not (found or written):
        return None
    return [*written, *(path for path in found if path is not None)]


def _fetched_by(app: App, page: LivePage) -> Iterator[Route]:
    """The routes that a part asks by itself."""
    for node in (node for variant in page.variants for node in variant.root.subtree()):
        for asked in _requests(node, "2"):
            address = address_of(node, asked.verb)
            if asked.by_itself and not address.origin:
                yield from routes_for(app, address)
