"""Coverage: what of the wanted files was understood, and what was not and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from sse_check.apps.model import App
from sse_check.findings.outside import outside
from sse_check.findings.result import Problem
from sse_check.findings.waited import told_listeners
from sse_check.htmx.attributes import connect_attribute
from sse_check.htmx.view import PageView
from sse_check.pages.marks import mark_of
from sse_check.pages.node import Node
from sse_check.python.suites import is_test
from sse_check.source import Span
from sse_check.source.composed import ComposedSource
from sse_check.template.values import Pattern
from sse_check.wiring.addresses import address_from
from sse_check.wiring.brought import unknown_in
from sse_check.wiring.coverage import ConnectionCoverage, Coverage, UnreadFile
from sse_check.wiring.joins import Joined
from sse_check.wiring.listening import EventListener
from sse_check.wiring.speaks import STREAMING
from sse_check.wiring.unread import unread_files

if TYPE_CHECKING:
    from sse_check.findings.context import Context

_BOUND = re.compile(
    r"(?<=[\s\"'])((?:x-bind|v-bind)?:(?:data-)?(?:sse-connect|hx-sse:connect|hx-sse))"
    r"\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>]+)"
)
# A plain search tells most templates apart, in less time than the pattern takes.
_BOUND_WORDS = (":sse-connect", ":hx-sse", ":data-sse-connect", ":data-hx-sse")
_FIRST_NAME = re.compile(r"[^\W\d]\w*")
# What stands in a file that answers requests or streams.
_ROUTING = (*STREAMING, b"route", b"@app.", b"path(", b"router.")


def covered(context: Context, shown: set[str]) -> Coverage:
    """What is said of the files that are named by the paths in `shown`."""
    found = Coverage()
    for app, _ in context.wiring.streams:
        found.streams[id(app)] = found.streams.get(id(app), 0) + 1
    for app_id, _ in {(id(context.app_of(view)), view.page.path) for view in context.views}:
        found.pages[app_id] = found.pages.get(app_id, 0) + 1
    met: dict[tuple[Span, int], ConnectionCoverage] = {}
    for one in (*_connections(context), *_bound(context), *_in_scripts(context)):
        key = (one.span, id(one.joined.app))
        # Of several uses of one place, that which is not compared counts.
        is_less = key in met and met[key].is_understood and one.joined.state == "route"
        if one.span.source.path in shown and (is_less or key not in met):
            met[key] = one
    found.connections = sorted(met.values(), key=lambda one: (one.span.source.path, one.span.start))
    met_apps = {*found.pages, *(id(one.joined.app) for one in found.connections)}
    found.apps = [a for a in context.apps if id(a) in met_apps or _is_in(context, a, shown)]
    program = context.wiring.applications.program
    files = unread_files(context.project, program) if context.whole else []
    found.unread = [*files, *_unparsed(context), *_cut(context, shown), *outside(context, shown)]
    return found


def _is_in(context: Context, app: App, shown: set[str]) -> bool:
    """Whether an application is made in one of the files that are wanted."""
    return context.whole or context.project.files.display_path(app.path) in shown


def _connections(context: Context) -> Iterator[ConnectionCoverage]:
    for view in context.views:
        for node in view.connections:
            if not view.is_inert(node):
                joined = context.joined(view, node)
                span = _calling(view.span(node, connect_attribute(node) or ""), joined)
                if joined.streams and not joined.is_open:
                    why = _why_not_compared(told_listeners(context, view, node))
                    if context.whole:
                        # Of one file alone nobody says what no page listens for.
                        why = why or _why_unheard(context, view, node)
                    joined = replace(joined, names="some", why=why) if why else joined
                yield ConnectionCoverage(span, joined.address.shown, joined)


def _why_not_compared(waits: Iterable[EventListener]) -> str:
    """Which listener waits for a name of which nothing is known, if one does."""
    for wait in waits:
        if not any(letter.isalnum() for letter in "".join(filter(None, wait.name.parts))):
            place = _place(wait.span.real)
            return f"the name that `{place}` waits for is known only when rendered"
    return ""


def _why_unheard(context: Context, view: PageView, node: Node) -> str:
    """What may listen there and is not known, where an event comes that nothing else waits for."""
    for one in context.streams_of(view, node):
        for emission in one.stream.emissions:
            if context.hearing.hears(one, emission):
                continue
            at = unknown_in(context.project, view, node)
            if at is None:
                return ""
            known = f"whether something waits for `{emission.name}` is not known"
            return f"{known}: what `{_place(at.real)}` brings is seen only when rendered"
    return ""


def _place(span: Span) -> str:
    return f"{span.source.path}:{span.start_position.line}"


def _calling(span: Span, joined: Joined) -> Span:
    """Where a person looks for an address: what a function is given stands where it is called."""
    found = span.real
    name = _FIRST_NAME.match(joined.address.shown)
    if joined.state != "dynamic" or name is None or not isinstance(span.source, ComposedSource):
        return found
    for one in span.source.calls(span):
        head = one.inside.text.partition(":\n")[0]
        if re.search(rf"[(,*]\s*{name[0]}\b", head) is None:
            break
        found = one.call
    return found


def _bound(context: Context) -> Iterator[ConnectionCoverage]:
    """Connections whose address a script in the page gives them: Alpine, Vue."""

    @cache
    def has(path: str) -> bool:
        template = context.project.template(path)
        return template is not None and any(word in template.text for word in _BOUND_WORDS)

    for view in context.views:
        if not any(has(path) for path in (view.page.path, *view.page.files)):
            continue
        for node in view.elements:
            mark = mark_of(node)
            match = _BOUND.search(mark.template.text, mark.span.start, mark.span.end)
            if match is None or view.is_inert(node):
                continue
            address = address_from(Pattern.of(None), [match[2].strip("\"'")])
            why = f"`{match[1]}` is given its address by a script in the page"
            joined = Joined("dynamic", address, context.app_of(view), why=why)
            span = Span(mark.template.source, match.start(), match.end()).real
            yield ConnectionCoverage(span, address.shown, joined)


def _in_scripts(context: Context) -> Iterator[ConnectionCoverage]:
    for script in context.scripts:
        # Where one application answers, that another one does not is no news.
        answered = [end for end in script.ends if end.state == "route"]
        unread = script.connection.unread
        for end in answered or script.ends:
            joined = end
            if unread and end.streams and not end.is_open:
                why = f"the name that `{_place(unread[0].real)}` waits for is computed"
                joined = replace(end, names="some", why=why)
            yield ConnectionCoverage(script.connection.span.real, joined.address.shown, joined)


def _cut(context: Context, shown: set[str]) -> list[UnreadFile]:
    """Pages that are too large, too deep, too varied or too lively to be looked at whole."""
    files = context.project.files
    cuts = [(one.path, one.why) for one in context.cuts]
    cuts += dict.fromkeys((view.page.path, view.cut) for view in context.views if view.cut)
    unread = [UnreadFile(files.display_path(path), why) for path, why in cuts]
    return [one for one in unread if one.path in shown]


def unseen_pages(context: Context) -> Iterator[Problem]:
    """Pages of which nothing was looked at: what is not found in them may be there all the same."""
    cuts = {one.path: one.why for one in context.cuts}
    if not cuts:
        return
    looked_at = {path for view in context.views for path, _ in view.places}
    files = context.project.files
    for path in sorted(cuts.keys() - looked_at):
        if path in context.paths:
            message = f"nothing of this page was looked at: {cuts[path]}"
            yield Problem(files.display_path(path), message, unseen=True)


def _unparsed(context: Context) -> list[UnreadFile]:
    """Python files that cannot be parsed: those of an application, or that look like one; and those
    of streams that can be parsed, and yet Python does not run them: an `await` in a plain function,
    a value that an asynchronous generator returns."""
    program = context.wiring.applications.program
    files = context.project.files
    reached = {path for app in context.apps if not app.is_test for path in app.modules}
    if context.whole:
        program.try_to_parse(sorted(path for path in reached if not is_test(path)))
    found = [
        (one.path, one.line, one.why)
        for one in program.unreadable
        if one.path in reached
        or (not is_test(one.path) and program.containing((one.path,), *_ROUTING))
    ]
    for module in context.streaming_modules if context.whole else ():
        error = module.not_compiled if files.inner_at(module.path) is None else None
        if error is not None:
            found.append((module.path, error.lineno or 1, f"no valid Python: {error.msg}"))
    return [
        UnreadFile(f"{files.display_path(path)}:{line}", why) for path, line, why in sorted(found)
    ]
