"""Whether an element with an id can be on a page, and the parts of payloads that are for one."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from sse_check.apps.model import App, Emission, Route
from sse_check.findings.carried import Part, carried_elements, carried_templates
from sse_check.htmx.view import PageView
from sse_check.pages.ids import may_have_id as may_be_written
from sse_check.pages.marks import HOLE, mark_of
from sse_check.project.project import Project
from sse_check.source import Span
from sse_check.wiring.fetches import is_written_by

if TYPE_CHECKING:
    from sse_check.findings.context import Context

_TAG = re.compile(r"<(?!!)\w[^<>]*?\s(?:data-)?hx-swap-oob\b[^<>]*>")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_HOW = re.compile(r"""\s(?:data-)?hx-swap-oob(?:=(?:"([^"]*)"|'([^']*)'|([^\s"'>]*)))?(?=[\s/>])""")
_ID = re.compile(r"""(?<![\w:.-])id=(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))(?=[\s/>])""")
_FOR_ID = re.compile(r"\w+:\s*#([\w-]+)\s*\Z")
_WORD = re.compile(r"\w*\Z")


class OutOfBand(NamedTuple):
    """An element of a payload that goes to the one with this id, and where it is written; `sure`
    says that the event always brings it."""

    ident: str
    span: Span
    sure: bool


def out_of_band_parts(context: "Context", emission: Emission) -> Iterator[OutOfBand]:
    """The parts of an event that are swapped out of band into an element which is named in full."""
    if emission.wrapped or emission.encodes_json:
        return
    texts = [_COMMENT.sub("", str(text)) for text in context.payload_texts(emission)]
    named = [set(_named(text)) for text in texts]
    for ident in sorted(set().union(*named)):
        yield OutOfBand(ident, emission.span, all(ident in names for names in named))
    renderings = [] if texts else carried_elements(context, emission)
    found: dict[tuple[str, Span], int] = {}
    for outermost in renderings:
        here: dict[tuple[str, Span], None] = {}
        for node in (inner for one in outermost for inner in one.subtree()):
            how, own = node.get("hx-swap-oob"), node.get("id") or ""
            ident = _aimed_at(how, own) if how is not None and HOLE not in how else ""
            # Where the other selector names the place, an id of its own may be anything.
            if ident and HOLE not in ident:
                here[ident, mark_of(node).span] = None
        for key in here:
            found[key] = found.get(key, 0) + 1
    for (ident, span), number in found.items():
        yield OutOfBand(ident, span, number == len(renderings))


def _named(text: str) -> Iterator[str]:
    """The ids of the elements for which a text has parts; what is not known in it is a star."""
    for tag in _TAG.findall(text):
        how, own = _HOW.search(tag), _ID.search(tag)
        ident = _aimed_at(_value(how), _value(own)) if how is not None else ""
        if ident and "*" not in ident:
            yield ident


def _value(match: re.Match[str] | None) -> str:
    return next((one for one in match.groups() if one is not None), "") if match else ""


def _aimed_at(how: str, own: str) -> str:
    """The id that `hx-swap-oob` is for, "" for any other selector."""
    aimed = _FOR_ID.match(how)
    if aimed is not None:
        return aimed[1]
    return own if _WORD.match(how) else ""


def may_have_id(context: "Context", view: PageView, name: str) -> bool:
    """Whether an element of the application that serves a page may have an id."""
    app, project = context.app_of(view), context.project
    found = project.files.found

    def is_sent(path: str) -> bool:
        return context.only_sent.issuperset(context.engine.tops(path))

    if app is None:
        code = (*found.scripts, *found.python)
        return may_be_written(project, found.templates, code, name, is_sent)
    templates = set(context.wiring.templates.names(app).values()) if app.folders.known else ()
    home = app.path.rpartition("/")[0]
    own = [path for path in found.scripts if path.startswith(home)] + sorted(app.modules)
    return may_be_written(project, templates or found.templates, own, name, is_sent)


def is_named_in_python(context: "Context", app: App, name: str) -> bool:
    """Whether Python has an id as a text of its own, which it may give to an element."""
    quoted = re.compile(rf"[\"']{re.escape(name)}[\"']")
    return any(quoted.search(module.source.text) for module in context.modules_of(app, name))


def opening_files(context: "Context") -> frozenset[str]:
    """The files in which elements that connect are written."""
    return frozenset(mark_of(one).path for view in context.all_views for one in view.connections)


def answer_opens(context: "Context", app: App, route: Route, opening: frozenset[str]) -> bool:
    """Whether what a route answers with has an element that connects."""
    inner = (context.project.files.inner_at(path) for path in opening)
    if any(one is not None and one.scope >= 0 and is_written_by(route, one) for one in inner):
        return True
    names = (name.literal for render in app.renders_of(route) for name in render.names)
    paths = (context.template_of(app, name) for name in names if name)
    pages = (context.engine.page(path) for path in paths if path is not None)
    return any(not opening.isdisjoint((page.path, *page.files)) for page in pages)


def is_in_code(project: Project, name: str) -> bool:
    """Whether a program of the project has a name anywhere in its text."""
    found, word = project.files.found, name.encode()
    return any(word in project.files.data(path) for path in (*found.python, *found.scripts))


def only_sent(context: "Context") -> frozenset[str]:
    """The templates that are rendered into events alone: what is out of band in them is on no page
    before."""
    parts: dict[str, set[Part]] = {}
    for app, one in context.wiring.streams if context.is_live else ():
        for emission in one.stream.emissions:
            for path, part in carried_templates(context, emission, app):
                parts.setdefault(path, set()).add(part)
    engine = context.engine
    found = {path for path, of_it in parts.items() if of_it == {None} and not engine.is_whole(path)}
    for app in context.streaming_apps if found else ():
        found -= _rendered_by_others(context, app)
    return frozenset(found)


def _rendered_by_others(context: "Context", app: App) -> set[str]:
    """The templates that routes render which do not stream."""
    streaming = {id(one.route) for _, one in context.wiring.streams}
    names = {
        name.literal
        for route in app.routes
        if id(route) not in streaming
        for render in app.renders_of(route)
        for name in render.names
    }
    found = (context.template_of(app, name) for name in names if name)
    return {path for path in found if path is not None}
