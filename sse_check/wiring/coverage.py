"""What of a project was understood, and what was not and why."""

from dataclasses import dataclass, field

from sse_check.apps.model import App
from sse_check.source import Span
from sse_check.wiring.joins import Joined


@dataclass(frozen=True, slots=True)
class ConnectionCoverage:
    """A connection of the pages, and how far its other end is known."""

    span: Span
    shown: str
    joined: Joined

    @property
    def is_understood(self) -> bool:
        """Whether names on both sides could be compared, or there was nothing to compare with."""
        return self.joined.state == "route" and not self.joined.is_open


@dataclass(frozen=True, slots=True)
class UnreadFile:
    """A file with SSE markup, or with routes, that was not read."""

    path: str
    why: str


@dataclass(slots=True)
class Coverage:
    """Everything that `--coverage` shows."""

    apps: list[App] = field(default_factory=list)
    connections: list[ConnectionCoverage] = field(default_factory=list)
    unread: list[UnreadFile] = field(default_factory=list)
    # By application (its identity): the routes that stream, the pages that it serves.
    streams: dict[int, int] = field(default_factory=dict)
    pages: dict[int, int] = field(default_factory=dict)

    def add(self, other: "Coverage") -> None:
        """Take in what was understood of another project."""
        self.apps += other.apps
        self.connections += other.connections
        self.unread += other.unread
        self.streams.update(other.streams)
        self.pages.update(other.pages)

    # A connection that several applications serve is one of each; it is counted once.

    @property
    def connecting(self) -> int:
        """How many connections the templates have."""
        return len({one.span for one in self.connections})

    @property
    def joined(self) -> int:
        """How many of them some application answers."""
        return len({one.span for one in self.connections if one.joined.state == "route"})

    @property
    def compared(self) -> int:
        """How many are understood, the names of all their events included."""
        return len({one.span for one in self.connections if one.is_understood})

    @property
    def is_complete(self) -> bool:
        """Whether all of the project was understood: only then all is good."""
        return not self.unread and all(one.is_understood for one in self.connections)
