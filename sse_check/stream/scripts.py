"""The scripts that a page loads from its own server: what they are is told by their content."""

import re
import time
from collections.abc import Container, Iterator
from dataclasses import replace
from urllib.parse import urljoin

from sse_check.source import Source
from sse_check.stream.around import (
    IMPORT,
    ScriptConnection,
    connections,
    inline_connections,
    whole_page,
)
from sse_check.stream.discretion import discreet
from sse_check.stream.exchange import ask
from sse_check.stream.visit import Visitor
from sse_check.stream.web import Reply, StreamError

# As many are asked for; what is in others is not known.
_MOST = 60
# A server that knows no such file may answer with a page, as one that has no files at all does.
# A browser runs what is sent as a page all the same, unless it is told to believe the server.
_PAGES = ("text/html", "application/xhtml+xml")
# What stands for an import that cannot be read: it may be htmx, or its extension.
_ANYTHING = "import 'htmx'"
_QUERY = re.compile(r"[?#]")


class ServedScripts:
    """Asked for when somebody wants to know, each once, all within the time of a page."""

    def __init__(self, visitor: Visitor, page: str, markup: str) -> None:
        self.visitor = visitor
        self.page = page
        self.markup = markup
        self.until = time.monotonic() + visitor.limits.page_seconds
        # Why scripts of this server are not known, by their addresses.
        self.unread: dict[str, str] = {}
        self._texts: dict[str, str | None] = {}
        self._written: dict[str, set[str]] = {}
        for node in whole_page(markup).subtree():
            src = node.get("src") if node.name == "script" else None
            if src:
                self._written.setdefault(_QUERY.split(src)[0], set()).add(src.partition("#")[0])

    def is_own(self, url: str) -> bool:
        """Whether an address is one of the server that the page is from."""
        return self.visitor.local(self.page, url) is not None

    def text_of(self, url: str) -> str | None:
        """The text of a script of this server; None when it cannot be had."""
        own = self._own_text(url)
        return "\n".join(self._with_imports(url, own, {url})) if own is not None else None

    def _own_text(self, url: str) -> str | None:
        if url not in self._texts:
            self._texts[url] = self._fetched(url)
        return self._texts[url]

    def _with_imports(self, url: str, text: str, seen: set[str]) -> Iterator[str]:
        """A script and all that it imports from this server: what they bring, it brings."""
        yield text
        for match in IMPORT.finditer(text):
            # A name without a path is one of a package, which a script speaks of.
            if not match[1].startswith((".", "/")):
                continue
            imported = _QUERY.split(urljoin(url, match[1]))[0]
            if imported in seen:
                continue
            seen.add(imported)
            # In comments types are imported from what is no file of a server.
            own = self._own_text(imported) if imported.endswith((".js", ".mjs")) else None
            if own is None:
                yield _ANYTHING
            else:
                yield from self._with_imports(imported, own, seen)

    def streams(self, known: Container[str]) -> list[str]:
        """What scripts of the page open: each address as it is written, and where.

        Those that are known for htmx and its extension open what the page says.
        """
        found = [
            f"{_shown(one)} (line {one.span.start_position.line})"
            for one in inline_connections(Source("", self.markup))
        ]
        for url, text in self._texts.items():
            if text is not None and url not in known:
                own = connections(Source("", text))
                found += [f"{_shown(one)} ({url}:{one.span.start_position.line})" for one in own]
        return list(dict.fromkeys(found))

    def _fetched(self, url: str) -> str | None:
        # Where only their queries differ, either may be meant.
        written = self._written.get(url, {url})
        address = self.visitor.local(self.page, next(iter(written))) if len(written) == 1 else None
        left = self.until - time.monotonic()
        if address is None or left <= 0 or len(self._texts) >= _MOST:
            self.unread[url] = "not asked for"
            return None
        limits = replace(self.visitor.limits, page_seconds=left)
        try:
            asked = self.visitor.request(address)
            reply = ask(self.visitor.site, asked, limits, streams=False)
        except StreamError:
            self.unread[url] = "no answer"
            return None
        why = _no_script(reply)
        if why:
            self.unread[url] = why
        return None if why else reply.text


def _no_script(reply: Reply) -> str:
    """Why an answer is no script; empty for one that a browser runs."""
    if reply.status != 200:
        return f"answers {reply.status}"
    if reply.is_stream:
        return f"is sent as `{reply.kind}`"
    if reply.failure or reply.cut or not reply.ended:
        return "not read to its end"
    believed = reply.headers.get("x-content-type-options", "").strip().lower() == "nosniff"
    if reply.kind in _PAGES and (believed or reply.text.lstrip().startswith("<")):
        return f"is sent as `{reply.kind}`"
    return ""


def _shown(one: ScriptConnection) -> str:
    return f"`{discreet(one.url.literal or one.written.strip('`'))}`"
