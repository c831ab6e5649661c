"""Scripts of different generations, and markup of another one than the page loads."""

import re
from collections.abc import Callable, Iterator
from functools import cache

from sse_check.api import (
    Context,
    Finding,
    Loaded,
    Node,
    PageView,
    Related,
    Rule,
    Script,
    Severity,
    Violation,
    mark_of,
)

_TAG = re.compile(r"\{%[-+~]?\s*([\w.:]+)")
_EXPRESSION = re.compile(r"\{\{([^}]*)\}\}")
# For a page that was written for an htmx of its time, and loads whatever is newest.
_PINNED = "load `htmx.org@2.0.11` and `htmx-ext-sse@2.2.4`"
_SCRIPTS = re.compile(r"script|media|asset|bundle|vite|safe|head|css|js|\(", re.IGNORECASE)
# What of a head is no element that an expression stands for: texts, tags with their attributes.
_NO_CONTENT = re.compile(
    r"<!--.*?-->|\{#.*?#\}|<(title|script|style)\b.*?</\1\s*>|<(?:\"[^\"]*\"|'[^']*'|[^<>\"'])*>",
    re.DOTALL | re.IGNORECASE,
)
# Tags that bring nothing but what is written in templates.
_PLAIN = frozenset(
    """block endblock extends if elif else endif for endfor empty end with endwith set endset
    include load trans url comment endcomment macro endmacro from import csrf_token now cycle
    firstof spaceless endspaceless autoescape endautoescape verbatim endverbatim raw endraw
    blocktrans endblocktrans blocktranslate endblocktranslate plural translate language endlanguage
    localize endlocalize ifchanged endifchanged regroup widthratio templatetag querystring
    get_static_prefix get_media_prefix get_current_language""".split()
)


def check(context: Context) -> Iterator[Finding]:
    # Scripts that do not fit cost nothing as long as no template asks the extension for anything.
    severity: Severity | None = None if context.htmx_elements else "warning"
    nowhere = cache(lambda: _is_nowhere(context))
    return context.each_view(rule, lambda view: judge(view, severity, nowhere))


def _is_nowhere(context: Context) -> bool:
    """Whether no page of the project loads htmx, or anything that it could be in."""
    return not any(
        view.loaded.script("core") is not None or view.loaded.others_before
        for view in context.all_views
    )


def judge(
    view: PageView, severity: Severity | None, nowhere: Callable[[], bool]
) -> Iterator[Violation]:
    of_scripts = list(_scripts(view, severity, nowhere))
    yield from of_scripts
    yield from _nothing_loaded(view)
    # Who pins htmx to what the markup was written for has no other word to change.
    if view.loaded.known and not (of_scripts and _is_outrun(view)):
        for node in view.htmx_elements:
            yield from _markup(view, node)


def _scripts(
    view: PageView, severity: Severity | None, nowhere: Callable[[], bool]
) -> Iterator[Violation]:
    if not view.elements:
        return
    loaded = view.loaded
    core, extension = loaded.script("core"), loaded.script("extension")
    if core is None:
        if extension is not None:
            yield from _no_core(view, extension, nowhere)
        return
    # Tags of a library write scripts that are no elements of the page's own.
    page = next((node for node in view.elements if node.name == "script"), view.elements[0])
    if extension is None:
        if loaded.alone and view.complete and not _is_open_head(view):
            yield from _alone(view, core)
        return
    related = (Related("htmx itself is loaded here", core.span),)
    fault = _fault(view, core, extension)
    if fault is not None:
        said, help_ = fault
        yield Violation(page, extension.span, said, help_, related, severity=severity)
    elif extension.version is None and core.version and not core.newest and "://" in extension.url:
        message = (
            "this loads the newest extension, while htmx is pinned: an update can break the page"
        )
        yield Violation(
            page, extension.span, message, "pin a version here too", related, severity="warning"
        )


def _fault(view: PageView, core: Script, extension: Script) -> tuple[str, str] | None:
    """Why an extension does nothing, or fails, beside this htmx, and what to do."""
    if extension.broken:
        said = "the file that is loaded as the SSE extension has nothing of it: no stream is opened"
        return said, f"put {_script_of(view)} in its place"
    if extension.gone:
        return _gone(view, extension)
    clash = _clash(core, extension)
    if clash:
        return clash, _PINNED if _is_outrun(view) else f"load {_script_of(view)} instead"
    if _comes_first(view.loaded, extension, core):
        return _too_early(extension, core)
    return None


def _no_core(view: PageView, extension: Script, nowhere: Callable[[], bool]) -> Iterator[Violation]:
    """The extension on a page that loads nothing else that could be htmx."""
    known = extension.is_elsewhere or extension.seen
    if view.loaded.others_before or not known or not view.page.closed or not view.connections:
        return
    if not view.complete and not nowhere():
        return
    if _is_open_head(view) or any(_has_own_tags(text) for text in _texts(view)):
        return
    connection = view.connections[0]
    yield Violation(
        connection,
        extension.span,
        "this loads the extension alone, and nothing on the page loads htmx: no stream is opened",
        "load htmx before it",
        (
            Related(
                "this connection needs it", view.span(connection, "sse-connect", "hx-sse:connect")
            ),
        ),
        sure=False,
    )


def _alone(view: PageView, core: Script) -> Iterator[Violation]:
    """The core without its extension; htmx 1 has words for streams of its own."""
    connections = [n for n in view.meant_to_open if n.get("hx-sse") is None]
    if not connections:
        return
    if any(node.answered for node in view.elements):
        # A view of a fragment that the page fetches: what is wrong is said where it connects.
        yield from (_in_fragment(view, node, core) for node in connections)
        return
    connection = connections[0]
    span = view.span(connection, "sse-connect", "hx-sse:connect")
    message = "the page loads htmx without its SSE extension: no stream is opened"
    if core.by_framework:
        help_ = f"load {_script_of(view)} in the page"
        related = (Related("the application has htmx loaded here", core.span),)
        yield Violation(connection, span, message, help_, related)
        return
    help_ = _PINNED if _is_outrun(view) else f"add {_script_of(view)} after it"
    if core.url == "htmx_script":
        help_ = 'name it: `{% htmx_script extensions="hx-sse" %}`'
    # It is so wherever the connection is: other pages with this script need nothing.
    related = (Related("this connection needs it", span),)
    yield Violation(connection, core.span, message, help_, related)


def _in_fragment(view: PageView, connection: Node, core: Script) -> Violation:
    return Violation(
        connection,
        view.span(connection, "sse-connect", "hx-sse:connect"),
        "the page that fetches this loads htmx without its SSE extension: no stream is opened",
        f"load {_script_of(view)} in that page",
        (Related("htmx is loaded here", core.span),),
    )


def _nothing_loaded(view: PageView) -> Iterator[Violation]:
    """A whole page with a head of its own, and nothing in it that could be htmx."""
    loaded = view.loaded
    if loaded.known or loaded.scripts or loaded.others or not view.complete or not view.connections:
        return
    head = next((node for node in view.elements if node.name == "head"), None)
    if head is None or not head.elements or any(_may_write_scripts(text) for text in _texts(view)):
        return
    connection = view.connections[0]
    yield Violation(
        connection,
        view.span(connection, "sse-connect", "hx-sse:connect", "hx-sse"),
        "the page loads no htmx: no stream is opened",
        "load htmx and its SSE extension in the page's head",
        sure=False,
    )


def _is_open_head(view: PageView) -> bool:
    """Whether an expression stands for whole elements of the head: they may be scripts."""
    for node in view.elements:
        mark = mark_of(node) if node.name == "head" else None
        end = mark.template.content_end(mark.node) if mark is not None else None
        if mark is not None and end is not None:
            inner = mark.template.text[mark.template.ends[mark.node] : end]
            if "{{" in _NO_CONTENT.sub("", inner):
                return True
    return False


def _texts(view: PageView) -> list[str]:
    marks = map(mark_of, view.elements)
    return list({mark.path: mark.template.text for mark in marks}.values())


def _may_write_scripts(text: str) -> bool:
    """Whether an expression or a tag of a template could bring a script into the page."""
    return _has_own_tags(text) or any(
        # One inside a tag writes an attribute.
        _SCRIPTS.search(match[1])
        for match in _EXPRESSION.finditer(_NO_CONTENT.sub("", text))
    )


def _has_own_tags(text: str) -> bool:
    """Whether a template has tags of a library, which may bring anything."""
    return any(match[1] not in _PLAIN for match in _TAG.finditer(text))


def _is_outrun(view: PageView) -> bool:
    """Whether a page loads the newest htmx, and was written for an older one."""
    core = view.loaded.script("core")
    return (core is not None and core.newest) and not any(
        name.startswith("hx-sse:") for node in view.htmx_elements for name in node.attributes
    )


def _gone(view: PageView, extension: Script) -> tuple[str, str]:
    """What is said of a file that its package does not have any more, or not yet."""
    newest = "`htmx.org` without a version is" if extension.newest else "this is"
    name = extension.url.rsplit("/", 1)[-1]
    return (
        f"{newest} htmx {extension.major}, which has no `ext/{name}`: no stream is opened",
        _PINNED if _is_outrun(view) else f"put {_script_of(view)} in its place",
    )


def _clash(core: Script, extension: Script) -> str:
    if not core.version or extension.generation is None:
        return ""
    generation = str(core.version[0])
    if generation == extension.generation:
        return ""
    if extension.generation == "1" and generation == "2":
        return (
            "this extension is for htmx 1: with htmx 2 it connects "
            "and fails at every event (`api.selectAndSwap is not a function`)"
        )
    newest = ", the newest" if core.newest else ""
    return (
        f"this extension is for htmx {extension.generation}, and the page loads "
        f"htmx {generation}{newest}: nothing is ever swapped"
    )


def _comes_first(loaded: Loaded, extension: Script, core: Script) -> bool:
    if extension.unordered or core.unordered:
        return False
    if extension.deferred != core.deferred:
        # What is deferred runs when the page is there, behind all that is not.
        return core.deferred
    return loaded.scripts.index(extension) < loaded.scripts.index(core)


def _too_early(extension: Script, core: Script) -> tuple[str, str]:
    """What is said of an extension that runs first, and what to do."""
    if core.deferred and not extension.deferred:
        return (
            "the extension runs before htmx, which is deferred, so it is never registered",
            "write `defer` here too",
        )
    return "the extension is loaded before htmx, so it is never registered", "load it after htmx"


def _script_of(view: PageView) -> str:
    return {
        "1": "`htmx.org@1.9.12/dist/ext/sse.js`",
        "2": "`htmx-ext-sse@2.2.4`",
        "4": "`htmx.org@4/dist/ext/hx-sse.js`",
    }[view.generation]


def _markup(view: PageView, node: Node) -> Iterator[Violation]:
    generation = view.generation
    if generation in ("2", "4") and node.get("hx-sse") is not None:
        yield Violation(
            node,
            view.span(node, "hx-sse"),
            f"`hx-sse` is syntax of htmx 1: htmx {generation} ignores it silently",
            'write `hx-ext="sse" sse-connect="..."`, and `sse-swap` on a child',
            _source(view),
            sure=view.page.closed,
        )
    if generation == "4" and node.get("sse-swap") is not None:
        yield Violation(
            node,
            view.span(node, "sse-swap"),
            "htmx 4 has no `sse-swap`: named events swap nothing",
            "send unnamed messages to `hx-sse:connect`, or listen for the name with `hx-trigger`",
            _source(view),
            sure=view.page.closed,
        )
    modern = [name for name in node.attributes if name.startswith("hx-sse:")]
    if generation in ("1", "2") and modern:
        yield Violation(
            node,
            view.span(node, modern[0]),
            f"`{modern[0]}` is syntax of htmx 4: htmx {generation} ignores it silently",
            'write `hx-ext="sse" sse-connect="..."`',
            _source(view),
            sure=view.page.closed,
        )


def _source(view: PageView) -> tuple[Related, ...]:
    core = view.loaded.script("core")
    return (
        (Related("the page loads this htmx", core.span, is_cause=True),) if core is not None else ()
    )


rule = Rule(
    name="sse_stack",
    summary="scripts or markup of different generations of htmx",
    severity="error",
    check=check,
    first=True,
)
