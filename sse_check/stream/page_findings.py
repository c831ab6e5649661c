"""What is wrong with a look as a whole: no page, no streams, something that could not be done."""

import re
from collections.abc import Iterator
from functools import partial
from html import unescape

from sse_check.findings.model import Finding, Related, Severity
from sse_check.source import Source, Span
from sse_check.source.counted import counted, in_seconds
from sse_check.stream.around import CONNECTIONS, Node, PageView, whole_page
from sse_check.stream.discretion import discreet
from sse_check.stream.session import Session, name_of_answer

_LISTENING = ("sse-swap", "hx-sse", "sse-connect", "hx-sse:connect", "hx-trigger")

# What Chirp sends where a page that has begun cannot be rendered to its end.
_FAILED = re.compile(r'class="chirp-error"[^>]*>([^<]*)')
_MOST_NAMED = 3
# What has a filter may never be asked for.
_ON_LOAD = re.compile(r"(?:^|,)\s*load\b(?!\s*[\[:-])")
_SOCKETS = ("ws-connect", "hx-ws:connect", "hx-ws")
_NAME_IT = "name the page with the connection: --page PATH"


def finding_at(
    rule: str,
    view: PageView,
    node: Node,
    message: str,
    help_: str = "",
    level: Severity = "error",
    related: tuple[Related, ...] = (),
    names: tuple[str, ...] = _LISTENING,
) -> Finding:
    """A finding at the first of these attributes of an element, else at its start tag."""
    span = view.span(node, *names)
    return Finding(rule, span, message, help_, severity=level, related=related)


# A finding at the attribute by which an element asks for its stream.
at_connection = partial(finding_at, names=CONNECTIONS)


def of_page(session: Session) -> Iterator[Finding]:
    """What a person must know before the streams are looked at."""
    view = session.view
    for node, unread in session.left_out:
        yield at_connection(
            "stream_not_opened", view, node,
            f"this stream was not read: {unread.why}", unread.help, unread.level,
        )  # fmt: skip
    if session.reply.cut or not session.reply.ended:
        how = (
            f"is longer than {len(session.page) / 1024 / 1024:.1f} MB"
            if session.reply.cut
            else f"did not end within {in_seconds(session.limits.page_seconds)}"
        )
        yield at_page(
            session, "stream_page_cut", f"`{session.shown}` {how}: only its start was read",
            "what is further down is not looked at", "warning",
        )  # fmt: skip
    if not session.streams:
        yield _without_streams(session)
    for did in session.done:
        if did.failure:
            yield at_page(session, "stream_do", f"`{discreet(did.shown)}` {did.failure}", did.help)


def of_browser(session: Session, errors: list[str], opened: int) -> Iterator[Finding]:
    """What the browser's console said, and which streams it did not open."""
    for error in dict.fromkeys(errors):
        shown = short(error)
        yield at_page(
            session, "stream_console", f"the browser's console says: {shown}", "", "warning"
        )
    wanted = sum(not stream.late for stream in session.streams)
    if opened < wanted:
        yield at_page(
            session, "stream_not_opened",
            f"the browser opened {opened or 'none'} of {counted(wanted, 'stream')} of the page",
            "a script of the page fails or is not there, or changes the page before htmx sees it",
        )  # fmt: skip


def short(text: str) -> str:
    """The start of a text, in one line."""
    flat = " ".join(text.split())
    return flat if len(flat) <= 60 else flat[:57] + "..."


def _without_streams(session: Session) -> Finding:
    start, help_ = f"`{session.shown}`", _NAME_IT
    # Many frameworks lead to the same address with a slash at its end, or without.
    moved = _place(session.asked) != _place(session.path)
    if moved:
        start = f"`{discreet(session.asked)}` leads to {start},"
    if _asks_for_password(session):
        start = start if moved else "this is"
        return at_page(
            session, "stream_none",
            f"{start} a page that asks for a password, and opens no stream",
            "log in with --cookie NAME=VALUE, or --header",
        )  # fmt: skip
    start = f"{start} which" if moved else start
    failed = _FAILED.search(session.reply.text)
    if failed is not None:
        why = " ".join(unescape(failed[1]).split())
        return at_page(
            session, "stream_none", f"{start} shows an error in place of the page: {short(why)}",
            "the template of the page failed",
        )  # fmt: skip
    if session.left_out:
        message, help_ = "opens no stream that can be read", "see why at each of its connections"
    elif by_scripts := session.opened_by_scripts:
        message = f"opens no stream by htmx; its scripts open {', '.join(by_scripts[:_MOST_NAMED])}"
        help_ = f"a test reads such a stream by itself (`sse_stream`); or {help_}"
    elif by_sockets := _sockets(session):
        message = f"opens no stream, but a WebSocket (`{by_sockets}`), which is not looked at"
    elif session.done:
        message = "opens no stream, nor does what was done there"
    else:
        message, asks = "opens no stream", _first_request(session)
        help_ += f"; or send what brings it, like --do {asks}" if asks else ""
    if moved:
        help_ += "; if it should not lead there, log in with --cookie NAME=VALUE"
    return at_page(session, "stream_none", f"{start} {message}", help_)


def _place(path: str) -> str:
    return path.partition("?")[0].rstrip("/")


def _sockets(session: Session) -> str:
    """The attribute by which the page asks for a WebSocket, with its address; empty for none."""
    for node in whole_page(session.reply.text).subtree():
        for name in _SOCKETS:
            if url := node.get(name):
                return f'{name}="{discreet(url)}"'
    return ""


def _first_request(session: Session) -> str:
    """A request of the page whose answer may open a stream, as it is written after --do."""
    loaded = loads_itself(session)
    if loaded:
        return f'"{loaded[0]}"'
    # What a person sends brings a stream more often than what is shown.
    for verb in ("post", "put", "get"):
        for node in session.view.htmx_elements:
            path = node.get(f"hx-{verb}")
            if path and path.startswith("/"):
                return f'"{verb.upper()} {discreet(path)}"'
    return ""


def loads_itself(session: Session) -> list[str]:
    """Requests that the page makes as it opens, and that were not made here."""
    made = {did.request.path for did in session.done if did.request is not None}
    found = []
    for node in session.view.htmx_elements:
        path, trigger = node.get("hx-get"), node.get("hx-trigger") or ""
        asked = _ON_LOAD.search(trigger) and not session.view.is_inert(node)
        if path and path.startswith("/") and asked and path not in made:
            found.append(f"GET {discreet(path)}")
    return list(dict.fromkeys(found))


def _asks_for_password(session: Session) -> bool:
    """In the whole page: the view has only what concerns htmx, and examples of the rest."""
    fields = (node for node in whole_page(session.reply.text).subtree() if node.name == "input")
    return any((node.get("type") or "").lower() == "password" for node in fields)


def at_page(
    session: Session, rule: str, message: str, help_: str, level: Severity = "error"
) -> Finding:
    """A finding about the page: at its body, or at its start when it has no element."""
    view = session.view
    first = next((n for n in view.elements if n.name == "body"), next(iter(view.elements), None))
    if first is None:
        source = Source(name_of_answer(f"GET {session.path}"), session.reply.text[:1])
        source.file = ""
        return Finding(rule, Span(source, 0, 0), message, help_, severity=level)
    return finding_at(rule, view, first, message, help_, level)
