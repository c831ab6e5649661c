"""A core and an extension that were not made for each other: what works all the same.

The extension of another generation opens streams, and fails when it is to swap: it asks the core
for a function that is not there. What the core does by itself goes on working.
"""

from sse_check.htmx.dom import Node
from sse_check.htmx.effects import Effect, Listener
from sse_check.htmx.htmx1 import Htmx1, connect_below
from sse_check.htmx.htmx2 import Extension2, Htmx2
from sse_check.htmx.htmx4 import Htmx4
from sse_check.htmx.page import Page
from sse_check.htmx.reasons import MISMATCH


class _Fails(Page):
    """The extension hears events and swaps nothing."""

    def swap_payload(self, listener: Listener, data: str) -> Effect:
        if listener.by_core:
            return super().swap_payload(listener, data)
        return Effect(listener.element, "swap", failure=MISMATCH)


class Htmx1Core(Htmx1):
    """htmx 1 alone: it knows `hx-sse`."""

    def after_processing(self, node: Node) -> None:
        """There is no extension."""


class Htmx1WithExtension2(_Fails, Extension2, Htmx1):
    """The core fires triggers by itself; what the extension dispatches reaches nobody."""

    def fire(self, listener: Listener) -> None:
        if listener.by_core:
            super().fire(listener)


class Htmx2Core(Htmx2):
    """htmx 2 alone."""

    def is_processed(self, node: Node) -> bool:
        return Page.is_processed(self, node)

    def after_processing(self, node: Node) -> None:
        """There is no extension."""


class Htmx2WithExtension1(_Fails, Htmx2):
    """Also what htmx.org 2 ships as `dist/ext/sse.js`. It closes nothing and fires nothing."""

    def is_processed(self, node: Node) -> bool:
        return Page.is_processed(self, node)

    def after_processing(self, node: Node) -> None:
        connect_below(self, node)
        for inner in node.subtree():
            self.listen_for_swaps(inner)


class Htmx4Core(Htmx4):
    """htmx 4 alone, or with an extension that finds nothing to extend."""

    def approved(self, extension: str) -> bool:  # noqa: ARG002 - none is loaded
        return False
