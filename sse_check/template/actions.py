"""Which statement does what: the words that mean the same in every dialect."""

from collections.abc import Callable

from sse_check.template.control import Control
from sse_check.template.dialects import JINJA, TORNADO
from sse_check.template.lexer import CALL, Tag
from sse_check.template.model import Site, new_record


def inserted(control: Control, tag: Tag) -> None:
    """`{% raw text %}`, `{% module Row(x) %}`: what comes in here stands in Python, but for
    `{% module Template("row.html") %}`."""
    word = tag[2]
    if word not in control.template.dialect.inserting:
        Control.other(control, tag)
        return
    start, end, _ = tag
    rest = control.template.text[start + 2 : end - 2].strip()[len(word) :].strip()
    name = rest.removeprefix("Template(") if rest.startswith("Template(") else "_"
    site = new_record(Site, ("include", name, start, end, control.current, False))
    control.template.sites.append(site)


class _Actions(dict[str, Callable[[Control, Tag], None]]):
    """What each word does that means the same in every dialect."""

    def __init__(self) -> None:
        super().__init__()
        for names, action in (
            (JINJA.branches, Control.open_branch),
            (JINJA.loops, Control.open_loop),
            (JINJA.continuations | TORNADO.continuations, Control.next_branch),
            (TORNADO.inserting, inserted),
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
