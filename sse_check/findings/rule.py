"""What a rule is: metadata, one function, and a page beside it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sse_check.findings.model import Finding, Safety, Severity

if TYPE_CHECKING:
    from sse_check.findings.context import Context

Check = Callable[["Context"], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as its module declares it. `page` is set by the loader."""

    name: str
    summary: str
    severity: Severity
    check: Check
    since: str = "0.1.0"
    # The generations of htmx in which what the rule looks for can go wrong.
    stacks: tuple[str, ...] = ("1", "2", "4")
    # Which kinds of fixes its findings may carry.
    fixes: tuple[Safety, ...] = ()
    # Whether it says which htmx a page loads: what follows from that is left out of the others.
    first: bool = False
    # Whether the rule speaks of what the others found, and so comes after them.
    last: bool = False
    # Whether it says what becomes of what htmx swaps: not where a script may keep it from that.
    of_swaps: bool = False
    # Whether all its findings stand in Python files: where none is wanted, it is not asked.
    in_python: bool = False
    page: Path | None = None

    @property
    def text(self) -> str:
        """The page of the rule."""
        return self.page.read_text(encoding="utf-8") if self.page else self.summary + "\n"
