"""What the model says of a page, in the form in which the browser is observed."""

import re
from dataclasses import replace
from typing import Any

from sse_check.htmx import markup, selectors
from sse_check.htmx.dom import Node
from sse_check.htmx.htmx4 import Htmx4
from sse_check.htmx.model import open_page
from sse_check.htmx.page import Page
from sse_check.htmx.stacks import MISMATCHED, STACKS, Stack, stack_of
from sse_check.stream.wire import decode
from tests.browser import versions
from tests.browser.harness import REPLY, Case, Observation
from tests.browser.versions import Pair


def stack_for(pair: Pair) -> Stack:
    """The stack that a pair of published versions is taken for."""
    extension = versions.numbers(pair.extension) if pair.extension else None
    return stack_of(versions.numbers(pair.core), extension, compat=pair.compat)


# What htmx.org 2 ships is the extension of htmx 1; one that finds nothing to extend is none.
MODELS = {
    **STACKS,
    **MISMATCHED,
    **{f"{name}-morph": STACKS[name] for name in ("htmx1", "htmx2", "htmx2-ext210")},
    "htmx2-bundled": MISMATCHED["htmx2-ext1"],
    "htmx4-in-one": replace(STACKS["htmx4"], upsert=True),
    "htmx1-ext4": MISMATCHED["htmx1-core"],
    "htmx2-ext4": MISMATCHED["htmx2-core"],
    "htmx4-ext224": MISMATCHED["htmx4-core"],
    **{pair.name: stack_for(pair) for pair in versions.OLDER},
}
PARSED_DIFFERENTLY = "parsed differently"
_SETS = re.compile(r"querySelector\('([^']+)'\)\.innerHTML='([^']*)'")
_PROCESSES = re.compile(r"htmx\.process\(document\.(?:body|querySelector\('([^']+)'\))\)")
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

    def look() -> Observation:
        return Observation(_body(root), page.open_streams(), list(page.requests))

    before = _body(root)
    page = open_page(root, MODELS[stack], case.config, answer, connections=6, streams=_streams)
    seen = [look()]
    seen[0].parsed = before
    for frame in case.frames:
        if frame.script is not None:
            _run(page, frame.script)
        if frame.click is not None:
            page.click(frame.click)
        elif frame.raw is not None:
            for event in decode(frame.raw)[0]:
                page.event(None if event.event == "message" else event.event, event.data, frame.to)
        elif frame.sends and frame.only:
            streams = [source for source in page.connected() if source.url == frame.to]
            for source in [streams[n] for n in frame.only if n < len(streams)]:
                page.event_on(source, frame.name, frame.data)
        elif frame.sends:
            page.event(frame.name, frame.data, frame.to)
        if frame.ends and isinstance(page, Htmx4):
            for source in page.connected():
                if frame.to in (None, source.url) and not page.comes_again(source.element):
                    page.end(source)
        # Else a stream that the server ends is opened again, by the browser or by htmx.
        seen.append(look())
    return seen


def parsed(case: Case) -> list[Any] | None:
    """The body before any script runs."""
    return _body(markup.page(case.document()))


def _body(root: Node) -> list[Any] | None:
    found = next((node for node in root.subtree() if node.name == "body"), None)
    return shown(found) if found is not None else None


def _streams(address: str) -> bool:
    return address.startswith("/sse")


def _run(page: Page, script: str) -> None:
    """What a script changes of the elements; most only type, focus or listen."""
    sets = _SETS.search(script)
    if sets:
        node = selectors.select(page.root, sets[1])[0]
        for child in list(node.children):
            node.children.remove(child)
            if isinstance(child, Node):
                child.parent = None
        node.insert(0, page.parse(sets[2]))
    processes = _PROCESSES.search(script)
    if processes:
        page.process(selectors.select(page.root, processes[1] or "body")[0])


def comes_to_rest(case: Case, stack: str) -> bool:
    """Whether a browser can show what the model says of a page.

    It opens no more than six streams to one origin, some of which are on their way out; and a
    page that opens streams without end has no state to compare.
    """
    if any(len(seen.streams) > 4 for seen in predict(case, stack)):
        return False
    page = open_page(markup.page(case.document()), MODELS[stack], case.config)
    return not (isinstance(page, Htmx4) and page.endless)


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
