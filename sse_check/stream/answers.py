"""What an answer does to the page: it is put where htmx would put it, on the model."""

import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sse_check.stream.actions import Send
from sse_check.stream.around import (
    Mark,
    Node,
    Page,
    PageView,
    describe,
    fragment,
    mark_of,
    open_page,
    rendered,
)
from sse_check.stream.web import Reply

# By these an answer says itself where it goes, and how.
_GIVEN = {"hx-retarget": "hx-target", "hx-reswap": "hx-swap", "hx-reselect": "hx-select"}
_LEAVING = ("hx-redirect", "hx-location", "hx-refresh")
_MARKUP = ("text/html", "application/xhtml+xml")

# The path on the same server that an address of the page means.
Local = Callable[[str], str | None]


# Elements by where they are written, and which copy each is: parts may be put into several places.
Nodes = dict[tuple[int, int], Node]


@dataclass(slots=True, eq=False)
class Answer:
    """The markup of an answer. Each of its elements knows where it stands there."""

    request: Send
    headers: Mapping[str, str]
    # The markup, with the place of each start tag in an attribute named by `word`.
    text: str
    word: str
    marks: dict[int, Mark]
    # When it came, in seconds from the first request for a stream.
    seconds: float
    # Its elements in the view of the session.
    nodes: Nodes = field(default_factory=dict)


class Put(NamedTuple):
    """The elements of an answer that are on a page now, and how they got there."""

    nodes: Nodes
    how: str
    # Why htmx puts it nowhere.
    failure: str = ""


def answer_of(request: Send, reply: Reply, seconds: float, name: str) -> Answer | None:
    """An answer that can be put into a page; None for one that is no markup, or empty."""
    if reply.kind not in _MARKUP or not reply.body.strip() or leaving(reply):
        return None
    view = rendered(name, reply.body, whole=True, is_file=False)
    marks = {_place(one): one for one in map(mark_of, view.elements)} if view is not None else {}
    word = f"data-sse-check-{secrets.token_hex(6)}"
    source = next(iter(marks.values())).template.source if marks else None
    text = source.text if source is not None else reply.text
    parts, position = [], 0
    for place, mark in sorted(marks.items()):
        after = place + 1 + len(mark.template.names[mark.node])
        parts.append(f'{text[position:after]} {word}="{place}"')
        position = after
    marked = "".join(parts) + text[position:]
    return Answer(request, reply.headers, marked, word, marks, seconds)


def leaving(reply: Reply) -> str:
    """The header by which an answer sends the browser to another page."""
    return next((name for name in _LEAVING if name in reply.headers), "")


def live(view: PageView) -> Page:
    """The page of a view, on the model. What is put into it is in the view, too."""
    # A page that has no connection free asks for nothing when it is loaded.
    page = open_page(view.root, view.stack, view.config, lambda *_: "", fragment, 0)
    page.connections = None
    return page


def put(page: Page, answer: Answer, local: Local) -> Put:
    """An answer arrives at a live page, by the element that asked for it."""
    askers = list(_asking(page, answer.request, local))
    before = page.parse, page.answer, page.connections

    def arrived(*_: str) -> str:
        # What the answer itself asks for when it is loaded is not asked: no connection is free.
        page.connections = 0
        return answer.text

    page.parse = lambda markup: _marked(fragment(markup), answer)
    page.answer = arrived
    try:
        done = _by_element(page, askers, answer) if askers else _alone(page, answer, local)
    finally:
        page.parse, page.answer, page.connections = before
    return done._replace(nodes=_brought(page, answer))


def _brought(page: Page, answer: Answer) -> Nodes:
    """The elements of an answer that are on a page."""
    own = {id(mark): place for place, mark in answer.marks.items()}
    found: Nodes = {}
    copies: Counter[int] = Counter()
    for node in page.root.subtree():
        place = own.get(id(node.mark))
        if place is not None:
            found[place, copies[place]] = node
            copies[place] += 1
    return found


def _by_element(page: Page, askers: list[Node], answer: Answer) -> Put:
    asker = askers[0]
    own = dict(asker.attributes)
    asker.attributes.update(
        {
            name: answer.headers[header]
            for header, name in _GIVEN.items()
            if header in answer.headers
        }
    )
    effects = page.request(asker)
    asker.attributes.clear()
    asker.attributes.update(own)
    swap = next((e for e in effects if e.listener is asker and e.request is not None), None)
    swap = swap or next((e for e in effects if e.listener is asker), None)
    who = f"the first of {len(askers)} elements that ask for it" if len(askers) > 1 else "it"
    if swap is None or swap.failure:
        why = swap.failure if swap is not None else "it sends nothing"
        return Put({}, "put nowhere", f"is answered, and htmx puts that nowhere: {why}")
    if swap.lands is None:
        beside = "parts of it go beside" if swap.out_of_band else "nothing of it is swapped"
        return Put({}, beside)
    order = f", as {who} says" if len(askers) > 1 else ""
    return Put({}, f"put into {describe(swap.lands)} ({swap.style}){order}")


def _alone(page: Page, answer: Answer, local: Local) -> Put:
    """Nothing on the page asks for it: where it goes is not known, what is in it is."""
    holder = Node("div", {"hx-ext": "sse"})
    holder.insert(0, page.parse(page.answer(*answer.request[:2])))
    body = next((node for node in page.root.subtree() if node.name == "body"), page.root)
    body.insert(len(body.children), [holder])
    page.process(holder)
    if any(_sends(node, answer.request, local) for node in page.root.subtree()):
        return Put({}, "a form without htmx asks for it: looked at by itself")
    return Put({}, "no element of the page asks for it: looked at by itself")


def _asking(page: Page, request: Send, local: Local) -> Iterator[Node]:
    """The elements that make a request: those with the very same query first."""
    found = [
        (local(url), node)
        for node in page.root.subtree()
        for method, url in [page.request_of(node) or ("", "")]
        if method == request.method
    ]
    bare = request.path.partition("?")[0]
    yield from (node for path, node in found if path == request.path)
    yield from (
        node
        for path, node in found
        if path is not None and path != request.path and path.partition("?")[0] == bare
    )


def _sends(node: Node, request: Send, local: Local) -> bool:
    """Whether an element is a plain form for a request."""
    if node.name != "form":
        return False
    method = (node.attributes.get("method") or "get").upper()
    path = local(node.attributes.get("action") or "") or ""
    return method == request.method and path.partition("?")[0] == request.path.partition("?")[0]


def _marked(content: list[Node | str], answer: Answer) -> list[Node | str]:
    """The parsed answer: each element knows its place instead of telling it in an attribute."""
    pending = [one for one in content if isinstance(one, Node)]
    while pending:
        node = pending.pop()
        place = node.attributes.pop(answer.word, None)
        if place is not None:
            node.mark = answer.marks[int(place)]
        pending.extend(node.elements)
    return content


def _place(mark: Mark) -> int:
    return mark.template.starts[mark.node]
