"""One way in to the model: a live page of any stack that is modelled."""

from collections.abc import Mapping

from sse_check.htmx.dom import Node
from sse_check.htmx.htmx1 import Htmx1
from sse_check.htmx.htmx2 import Htmx2
from sse_check.htmx.htmx4 import Htmx4
from sse_check.htmx.markup import fragment
from sse_check.htmx.page import Answer, Page, Parse
from sse_check.htmx.stacks import Stack

_GENERATIONS: dict[str, type[Page]] = {"1": Htmx1, "2": Htmx2, "4": Htmx4}


def open_page(
    root: Node,
    stack: Stack,
    config: Mapping[str, object] | None = None,
    answer: Answer | None = None,
    parse: Parse = fragment,
) -> Page:
    """Load a page: its connections are open and its listeners registered when this returns."""
    page = _GENERATIONS[stack.generation](root, stack, parse, config, answer)
    page.load()
    return page
