"""What is done while the streams are open changes the page, and may open more streams."""

from collections.abc import Callable, Sequence

from sse_check.source.counted import counted
from sse_check.stream.actions import Did
from sse_check.stream.answers import Answer, answer_of, leaving, live, put
from sse_check.stream.around import Node, PageView, with_content
from sse_check.stream.opening import Opening, opening_of
from sse_check.stream.visit import Visitor
from sse_check.stream.web import Reply

_NOWHERE = "the target that the element names is not on the page"


class Doing:
    """The page of a look, and what the answers put into it one after the other."""

    def __init__(
        self, view: PageView, visitor: Visitor, path: str, room: int, name: Callable[[str], str]
    ) -> None:
        self.view = view
        self.visitor = visitor
        self.path = path
        # How many more streams are read.
        self.room = room
        self.name = name
        self.page = live(view)
        self.answers: list[Answer] = []
        self.opening = Opening([], [])

    def local(self, url: str) -> str | None:
        return self.visitor.local(self.path, url)

    def answered(self, did: Did, seconds: float) -> tuple[Did, Sequence[str]]:
        """An answer is put into the page; returns the streams that it opens."""
        reply = did.reply
        if did.request is None or reply is None or did.failure:
            return did, ()
        answer = answer_of(did.request, reply, seconds, self.name(did.shown))
        if answer is None:
            return did._replace(told=_told(reply, _nothing(reply))), ()
        found = put(self.page, answer, self.local)
        answer.nodes = found.nodes
        self.answers.append(answer)
        self.view = with_content(self.view)
        new = {id(node) for node in found.nodes.values()}
        connections = [node for node in self.view.connections if id(node) in new]
        opening = opening_of(
            self.view, connections, self._opened(), self.visitor, self.path, self.room
        )
        self.room -= len(opening.wanted)
        self.opening.wanted.extend(opening.wanted)
        self.opening.left_out.extend(opening.left_out)
        opens = len(opening.wanted)
        said = f"{found.how}, opens {counted(opens, 'stream') if opens else 'no stream'}"
        targets = [target for _, _, target in opening.wanted]
        help_ = _NOWHERE if found.failure else ""
        return did._replace(told=_told(reply, said), failure=found.failure, help=help_), targets

    def _opened(self) -> list[Node]:
        return [source.element for source in self.page.sources]


def _nothing(reply: Reply) -> str:
    header = leaving(reply)
    if header:
        return f"it leads to another page (`{header}: {reply.headers[header]}`)"
    return "empty" if not reply.body.strip() else f"sent as `{reply.kind or 'nothing'}`, no markup"


def _told(reply: Reply, what: str) -> str:
    return f"{reply.status}, {what}"
