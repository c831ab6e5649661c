"""Where a project opens streams, as far as its files tell: for who looked at another page."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from sse_check.stream.around import (
    CONNECTIONS,
    App,
    Context,
    LivePage,
    Node,
    PageView,
    Project,
    mark_of,
    take_in_markup,
)
from sse_check.stream.web import Site

_MOST = 4


@dataclass(frozen=True, slots=True)
class Opener:
    """What opens a stream: a page or another answer, and where the connection is written."""

    request: str
    place: str
    is_page: bool = False

    @property
    def path(self) -> str:
        return self.request.removeprefix("GET ")


def openers_of(project: Project) -> Iterator[Opener]:
    """Every connection of a project's pages, with the requests that bring it."""
    take_in_markup(project)
    context = Context(project, tuple(project.files.found.templates))
    apps = _apps_here(context)
    for view in context.views:
        for connection in view.connections:
            span = view.span(connection, *CONNECTIONS)
            place = f"{span.source.path}:{span.start_position.line}"
            own = _template_of(project, view, connection)
            found = [one for app in apps for one in _requests(app, context, view.page, own)]
            for request, is_page in found:
                yield Opener(request, place, is_page)
            if not found and not place.startswith("../"):
                yield Opener("", place)


def _template_of(project: Project, view: PageView, connection: Node) -> str:
    """The template in which a connection is written; the page's own when that cannot be told."""
    template = mark_of(connection).template
    return next(
        (path for path in view.page.files if project.template(path) is template), view.page.path
    )


def _requests(app: App, context: Context, page: LivePage, own: str) -> Iterator[tuple[str, bool]]:
    """Requests that are answered with a page, which is true, or with the part that connects."""
    for route in app.routes:
        names = [str(name) for one in app.renders_of(route) for name in one.names]
        rendered = {context.template_of(app, name) for name in names}
        if page.path in rendered and page.closed and route.takes("GET"):
            yield f"GET {route.path}", True
        elif own in rendered and route.methods:
            yield f"{route.methods[0]} {route.path}", False


def _apps_here(context: Context) -> list[App]:
    """The applications of the current folder; all of the project when none is in it."""
    product = [app for app in context.apps if not app.is_test]
    here = f"{os.getcwd()}{os.sep}"
    own = [app for app in product if os.path.join(context.project.root, app.path).startswith(here)]
    return own or product


def may_serve(site: Site) -> bool:
    """Whether a site may be the project's: the server of another machine is anybody's."""
    host = urlsplit(site.origin).hostname or ""
    return host == "::1" or host.startswith("127.") or host.split(".")[-1] == "localhost"


def advice(project: Project, looked_at: str, *, is_ours: bool) -> str:
    """Words for a help; none when nothing is known.

    Of an app that was named, the page is the project's own; a server may serve another's.
    """
    openers = list(dict.fromkeys(openers_of(project)))
    answers = [one for one in openers if one.request and not one.is_page]
    here = next((one for one in openers if one.is_page and one.path == looked_at), None)
    if here is not None and here.place not in {one.place for one in answers}:
        if is_ours:
            return f"its connection in {here.place} was not rendered this time"
        return f"in this project the connection of {looked_at} is written in {here.place}"
    pages = [one.path for one in openers if one.is_page and one.path != looked_at]
    if pages:
        return f"in this project a stream is opened by {_named(pages)}"
    if answers:
        asked = _named(f'--do "{one.request}"' for one in answers)
        return f"in this project what opens a stream is sent by {asked}"
    places = _named(one.place for one in openers)
    return f"in this project a connection is written in {places}" if places else ""


def _named(words: Iterable[str]) -> str:
    known = list(dict.fromkeys(words))
    shown = known[:_MOST]
    if len(known) > _MOST:
        return f"{', '.join(shown)} and {len(known) - _MOST} more"
    return " or ".join(part for part in (", ".join(shown[:-1]), *shown[-1:]) if part)
