"""Which statement does what: the words that mean the same in every dialect."""

from collections.abc import Callable

from sse_check.template.control import Control
from sse_check.template.dialects import JINJA
from sse_check.template.lexer import CALL, Tag


class _Actions(dict[str, Callable[[Control, Tag], None]]):
    """What each word does that means the same in every dialect."""

    def __init__(self) -> None:
        super().__init__()
        for names, action in (
            (JINJA.branches, Control.open_branch),
            (JINJA.loops, Control.open_loop),
            (JINJA.continuations, Control.next_branch),
            (JINJA.links - {"embed"}, Control.link),
            (("block",), Control.open_block),
            ((CALL,), Control.expression),
            ((f"end{word}" for word in ("", "if", "for", "block", "macro")), Control.end),
        ):
            self.update(dict.fromkeys(names, action))

    def __missing__(self, word: str) -> Callable[[Control, Tag], None]:
        return Control.end if word[:3] == "end" else Control.other


ACTIONS = _Actions()
"""A statement changes what is open: `ACTIONS[word](control, tag)`."""
