"""What live pages take from outside of the project, so that something of them cannot be told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sse_check.htmx.loaded import Script
from sse_check.pages.marks import HOLE, mark_of
from sse_check.wiring.coverage import UnreadFile

if TYPE_CHECKING:
    from sse_check.findings.context import Context

_AROUND = frozenset(("extends", "include", "embed"))
_ALL = _AROUND | {"import", "from"}
_EXTENSION = "whether the page loads the SSE extension is not known"


def outside(context: Context, shown: set[str]) -> list[UnreadFile]:
    """The files that take in a template or a script which the project does not have."""
    files = context.project.files
    found = dict.fromkeys((*_templates(context), *_scripts(context)))
    unread = [UnreadFile(files.display_path(path), why) for path, why in found]
    return [one for one in unread if one.path in shown]


def _templates(context: Context) -> Iterator[tuple[str, str]]:
    """Layouts and macros of packages, which may open a stream or stand around one: the first of
    each package in an application."""
    met: set[tuple[str, tuple[int, ...]]] = set()
    for path, kinds in _places(context):
        apps = tuple(id(app) for app in context.wiring.serving(path))
        for link in context.links_of(path):
            name = link.names[0] if link.names else ""
            if not name or link.found or link.open or link.optional or link.kind not in kinds:
                continue
            package = (name.partition("/")[0], apps)
            if package not in met and not _is_told(context, path, name):
                met.add(package)
                yield path, f"`{name}` is not in the project: what it brings is not known"


def _places(context: Context) -> Iterator[tuple[str, frozenset[str]]]:
    """The templates of live pages, where layouts matter, and all of an application with a stream
    that no page opens as far as is known: there a macro may be what does."""
    opened = {
        id(one.stream)
        for view in context.views
        for node in view.connections
        for one in context.joined(view, node).streams
    }
    opened.update(id(s.stream) for one in context.scripts for e in one.ends for s in e.streams)
    # Of some files alone it is not known what the pages of the others open.
    streams = context.wiring.streams if context.whole else ()
    unheard = {id(app) for app, one in streams if id(one.stream) not in opened}
    live = (view for view in context.views if view.listeners or view.connections)
    for path in sorted({mark_of(node).path for view in live for node in view.elements}):
        yield path, _AROUND
    for path in context.project.files.found.templates if unheard else ():
        if any(id(app) in unheard for app in context.wiring.serving(path)):
            yield path, _ALL


def _is_told(context: Context, path: str, name: str) -> bool:
    """Whether a template is missing by a fault, which is a finding."""
    app = context.only_app_of(path)
    return context.is_left_out(name) or (
        app is not None
        and (
            context.nearest_template(app, name) is not None
            or context.is_own_template_name(app, name)
        )
    )


def _scripts(context: Context) -> Iterator[tuple[str, str]]:
    """Scripts that may be the extension, on pages that open streams and load none by its name."""
    for view in context.views:
        asks = [node for node in view.meant_to_open if node.get("hx-sse") is None]
        loaded = view.loaded
        if not view.page.closed or not asks or loaded.script("extension") is not None:
            continue
        core = loaded.script("core")
        path = core.span.source.path if core is not None and not core.by_framework else ""
        place = context.project.files.paths_shown.get(path, view.page.path)
        if loaded.other and HOLE not in loaded.other and "{" not in loaded.other:
            yield place, f"{_EXTENSION}: `{loaded.other}` may be it"
        elif loaded.others:
            yield place, f"{_EXTENSION}: the address of a script is computed"
        elif core is not None and not _is_whole(core):
            yield place, f"{_EXTENSION}: it may be in `{core.url}`, which the project does not have"
        elif not view.complete:
            yield place, f"{_EXTENSION}: what is shown on it is not all in the project"


def _is_whole(core: Script) -> bool:
    """Whether all that comes with the script of htmx is known."""
    return core.seen or core.by_framework or core.is_elsewhere or core.url == "htmx_script"
