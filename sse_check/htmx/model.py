"""One way in to the model: a live page of any stack that is modelled."""

from collections.abc import Callable, Mapping

from sse_check.htmx.copying import Copies
from sse_check.htmx.dom import Node
from sse_check.htmx.effects import Answer, Parse
from sse_check.htmx.htmx1 import Htmx1
from sse_check.htmx.htmx1_old import Htmx1At1910, Htmx1Until199
from sse_check.htmx.htmx2 import Htmx2
from sse_check.htmx.htmx4 import Htmx4
from sse_check.htmx.markup import fragment
from sse_check.htmx.mismatch import (
    Htmx1Core,
    Htmx1WithExtension2,
    Htmx2Core,
    Htmx2WithExtension1,
    Htmx4Core,
)
from sse_check.htmx.page import Page
from sse_check.htmx.stacks import Stack

_OLD: dict[str, type[Page]] = {"connection": Htmx1Until199, "element": Htmx1At1910}
_GENERATIONS: dict[tuple[str, str | None], type[Page]] = {
    ("1", None): Htmx1,
    ("1", ""): Htmx1Core,
    ("1", "2"): Htmx1WithExtension2,
    ("2", None): Htmx2,
    ("2", ""): Htmx2Core,
    ("2", "1"): Htmx2WithExtension1,
    ("4", None): Htmx4,
    ("4", ""): Htmx4Core,
}


def open_page(
    root: Node,
    stack: Stack,
    config: Mapping[str, object] | None = None,
    answer: Answer | None = None,
    parse: Parse = fragment,
    connections: int | None = None,
    streams: Callable[[str], bool] | None = None,
    copies: Copies | None = None,
) -> Page:
    """Load a page: its connections are open and its listeners registered when this returns."""
    kind = _OLD.get(stack.reach) or _GENERATIONS[stack.generation, stack.extension]
    page = kind(root, stack, parse, config, answer, connections)
    page.streams = streams or page.streams
    page.copies = copies or page.copies
    page.load()
    return page
