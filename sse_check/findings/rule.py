"""What a rule is: metadata, one function, and a page beside it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from sse_check.findings.model import Finding, Fix, Related, Severity
from sse_check.findings.suppress import SIGN, Suppression, read_suppressions, suppressions_in
from sse_check.htmx.detect import Detector
from sse_check.htmx.dom import Node
from sse_check.htmx.listeners import Above, Listener, connections_above, listeners
from sse_check.htmx.outcomes import Outcome
from sse_check.htmx.outline import mark_of
from sse_check.htmx.variants import Assembler, LivePage
from sse_check.htmx.view import View, config_of
from sse_check.project.elements import Reader
from sse_check.project.project import Project
from sse_check.project.settings import LEVELS
from sse_check.server.modules import Module
from sse_check.server.server import Server, StreamRoute
from sse_check.server.wiring import Wait, messages_of, streams_of, waits_of
from sse_check.source import Span


class Hit(NamedTuple):
    """What a rule says of an element in one rendering of a page.

    Hits of all renderings on one span become one finding: certain when every rendering with
    the element has it. `sure` is false when the rule itself does not know.
    """

    node: Node
    span: Span
    message: str
    help: str = ""
    related: tuple[Related, ...] = ()
    severity: Severity | None = None
    fixes: tuple[Fix, ...] = ()
    outcome: Outcome | None = None
    sure: bool = True
    harmless: bool = False


class Failure(NamedTuple):
    """An exception of this program: in which rule or part of it, and on which file."""

    where: str
    file: str
    error: Exception


@dataclass
class Context:
    """What a rule may ask about: the project, and the files whose findings are wanted.

    `whole` says that all of the project's templates are wanted.
    """

    project: Project
    paths: tuple[str, ...]
    whole: bool = True
    # All files whose findings are wanted, also those that say nothing to htmx.
    wanted: tuple[str, ...] = ()
    # Hears of long work: pages put together, rules asked.
    tell: Callable[[int, int, str], None] | None = None
    reader: Reader = field(init=False)
    _listeners: list[Listener] | None = None
    _above: dict[tuple[str, int, str, int], Above] = field(default_factory=dict)
    _views: list[View] | None = None
    _present: dict[tuple[str, int], int] = field(default_factory=dict)
    _suppressions: list[Suppression] | None = None
    _streams: dict[int, list[StreamRoute]] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)

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

    @property
    def speaking(self) -> tuple[str, ...]:
        """The files that speak of events themselves."""
        return tuple(path for path in self.paths if path in self.project.graph.speaking)

    @property
    def suppressions(self) -> list[Suppression]:
        """The comments in the files that silence findings."""
        if self._suppressions is None:
            files = self.project.files
            self._suppressions = [
                suppression
                for path in self.wanted or self.paths
                if SIGN.encode() in files.data(path)
                and (template := files.template(path)) is not None
                for suppression in suppressions_in(template)
            ]
            for module in self.modules:
                self._suppressions += read_suppressions(module.source)
        return self._suppressions

    @property
    def stacks(self) -> tuple[tuple[str, str], ...]:
        """The stacks of the pages that were looked at, and how each is known."""
        found = dict.fromkeys((v.stack.name, v.loaded.source) for v in self._views or ())
        return tuple(found)

    @cached_property
    def server(self) -> Server:
        """The server side of the project; its Python files are read when something is asked."""
        return Server.of(self.project)

    @property
    def streams(self) -> list[StreamRoute]:
        """Every route that streams, when the whole of a project with live pages is checked."""
        return self.server.streams if self._looks_at_server else []

    @property
    def modules(self) -> list[Module]:
        """The Python files that have to do with streams, under the same condition."""
        return self.server.modules.all if self._looks_at_server else []

    @property
    def _looks_at_server(self) -> bool:
        return self.whole and bool(self.project.graph.speaking)

    def streams_of(self, connection: Node) -> list[StreamRoute]:
        """The routes that a connection may reach and that answer with a stream."""
        key = id(connection)
        if key not in self._streams:
            self._streams[key] = streams_of(self.server, connection)
        return self._streams[key]

    @staticmethod
    def waits_of(view: View, connection: Node) -> list[Wait]:
        """The names that are waited for under a connection."""
        return list(waits_of(view, connection))

    @staticmethod
    def messages_of(view: View, connection: Node) -> list[Wait]:
        """What a connection of htmx 4 swaps of its own: every message without a name."""
        return list(messages_of(view, connection))

    def above(self, listener: Listener) -> Above:
        """The connections at or above a listener, on every way."""
        written = listener.attribute
        element = listener.element
        key = (element.path, element.node, written.template.path, written.start)
        if key not in self._above:
            self._above[key] = connections_above(self.reader, listener)
        return self._above[key]

    @cached_property
    def detector(self) -> Detector:
        """Tells which scripts a page loads."""
        project = self.project
        python = tuple(project.files.found.python)
        return Detector(project.root, project.settings.htmx, python=python)

    @property
    def views(self) -> list[View]:
        """Every rendering of every page on which elements of the files stand."""
        if self._views is None:
            self._views = []
            last = ""
            try:
                for page in Assembler(self.project, self.reader).pages_showing(self.paths):
                    last = page.path
                    self._add_views(page)
            except Exception as error:  # noqa: BLE001 - rules judge the pages that there are
                self.fail("the page engine", last and f"the page after {last}", error)
        return self._views

    def _add_views(self, page: LivePage) -> None:
        if self.tell is not None:
            self.tell(0, 1, page.path)
        loaded = self.detector.loaded
        views = [View(page, v, loaded(v.root), config_of(v.root)) for v in page.variants]
        for view in views:
            for place in {mark_of(node).place for node in view.elements}:
                self._present[place] = self._present.get(place, 0) + 1
        self._views = [*(self._views or ()), *views]

    def each_view(self, rule: "Rule", judge: Callable[[View], Iterator[Hit]]) -> Iterator[Finding]:
        """Ask `judge` about every rendering and say once what it said of each span."""
        hits: dict[Span, list[Hit]] = {}
        for view in self.views:
            for hit in self._judged(rule, judge, view):
                hits.setdefault(hit.span, []).append(hit)
        for span, same in hits.items():
            worst = min(same, key=lambda hit: _order(hit, rule))
            everywhere = len(same) >= self._present[mark_of(worst.node).place]
            yield Finding(
                rule.name,
                span,
                worst.message,
                worst.help,
                severity=worst.severity,
                confidence="certain" if everywhere and worst.sure else "possible",
                related=worst.related,
                outcome=worst.outcome,
                fixes=worst.fixes,
                harmless=all(hit.harmless for hit in same),
            )

    def _judged(
        self, rule: "Rule", judge: Callable[[View], Iterator[Hit]], view: View
    ) -> list[Hit]:
        """The worst hit on each span in one rendering."""
        found: dict[Span, Hit] = {}
        try:
            for hit in judge(view):
                other = found.get(hit.span)
                if other is None or _order(hit, rule) < _order(other, rule):
                    found[hit.span] = hit
        except Exception as error:  # noqa: BLE001 - the other pages are judged all the same
            self.fail(rule.name, self.project.files.shown(view.page.path), error)
            return []
        return list(found.values())

    def fail(self, where: str, file: str, error: Exception) -> None:
        """Note that this program failed; the run goes on without the part that did."""
        self.failures.append(Failure(where, file, error))


def _order(hit: Hit, rule: "Rule") -> tuple[object, ...]:
    """What is said of several hits on one span: the worst, then the surest, and never chance."""
    outcome = hit.outcome
    broken = outcome is not None and (
        outcome.verdict in ("lost", "misrouted") or bool(outcome.destroys)
    )
    places = tuple((related.span.source.path, related.span.start) for related in hit.related)
    return (
        LEVELS.index(hit.severity or rule.severity),
        not broken,
        hit.harmless,
        not hit.sure,
        hit.message,
        hit.help,
        places,
        tuple(fix.title for fix in hit.fixes),
    )


Check = Callable[[Context], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as its module declares it. `page` is set by the loader."""

    name: str
    summary: str
    severity: Severity
    check: Check
    since: str = "0.1.0"
    stacks: tuple[str, ...] = ("1", "2", "4")
    # Whether the rule speaks of what the others found, and so comes after them.
    last: bool = False
    page: Path | None = None

    @property
    def text(self) -> str:
        """The page of the rule."""
        return self.page.read_text(encoding="utf-8") if self.page else self.summary + "\n"
