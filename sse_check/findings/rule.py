"""What a rule is: metadata, one function, and a page beside it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sse_check.findings.model import Finding, Severity
from sse_check.htmx.listeners import Above, Listener, connections_above, listeners
from sse_check.project.elements import Reader
from sse_check.project.project import Project


@dataclass(slots=True)
class Context:
    """What a rule may ask about: the project, and the files whose findings are wanted."""

    project: Project
    paths: tuple[str, ...]
    reader: Reader = field(init=False)
    _listeners: list[Listener] | None = None
    _above: dict[tuple[str, int, str, int], Above] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.reader = Reader(self.project)

    @property
    def listeners(self) -> list[Listener]:
        """Every listener in the files, in order."""
        if self._listeners is None:
            self._listeners = [
                listener
                for path in self.paths
                for listener in listeners(self.project, self.reader, path)
            ]
        return self._listeners

    def above(self, listener: Listener) -> Above:
        """The connections at or above a listener, on every way."""
        written = listener.attribute
        element = listener.element
        key = (element.path, element.node, written.template.path, written.start)
        if key not in self._above:
            self._above[key] = connections_above(self.reader, listener)
        return self._above[key]


Check = Callable[[Context], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as its module declares it. `page` is set by the loader."""

    name: str
    summary: str
    severity: Severity
    check: Check
    since: str = "0.1.0"
    page: Path | None = None

    @property
    def text(self) -> str:
        """The page of the rule."""
        return self.page.read_text(encoding="utf-8") if self.page else self.summary + "\n"
