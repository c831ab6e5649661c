"""What the evaluator asks about objects that hand on what is put into them elsewhere."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sse_check.python.values import External, Frame, Value


class Relay(Protocol):
    """Queues, channels and collections that are filled in other places; None for what is none."""

    def result(
        self, function: External, call: ast.Call | None, frame: Frame
    ) -> tuple[Value, ...] | None:
        """What a call of something external gives."""

    def elements(self, value: Value) -> tuple[Value, ...] | None:
        """What a loop over a value goes through."""

    def keys(self, value: Value) -> tuple[Value, ...]:
        """Under which keys something is put into a table."""
