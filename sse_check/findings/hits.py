"""What a rule says of one rendering after the other, and what that comes to for a span."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from sse_check.findings.model import Finding, Fix, Related, Severity
from sse_check.findings.rule import Rule
from sse_check.findings.views import Fail, Views
from sse_check.htmx.dom import Node
from sse_check.htmx.foreign import foreign_attribute
from sse_check.htmx.outcomes import Outcome
from sse_check.htmx.view import View
from sse_check.pages.marks import mark_of
from sse_check.project.settings import LEVELS
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


Judge = Callable[[View], Iterator[Hit]]


class Court:
    """Asks what a rule says of each view, and says once what it said of each span."""

    def __init__(self, views: list[View], made: Views, fail: Fail) -> None:
        self.views = views
        self.made = made
        self.fail = fail
        # On how many renderings each element stands.
        self.present: dict[tuple[str, int], int] = {}
        for view in views:
            for place in {mark_of(node).place for node in view.elements}:
                self.present[place] = self.present.get(place, 0) + 1

    def findings(self, rule: Rule, judge: Judge) -> Iterator[Finding]:
        hits: dict[Span, list[Hit]] = {}
        for view in self.views:
            for hit in self._judged(rule, judge, view):
                hits.setdefault(hit.span, []).append(hit)
        for span, same in hits.items():
            worst = min(same, key=lambda hit: _order(hit, rule))
            everywhere = len(same) >= self.present[mark_of(worst.node).place]
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

    def _judged(self, rule: Rule, judge: Judge, view: View) -> list[Hit]:
        """The worst hit on each span in one rendering."""
        found: dict[Span, Hit] = {}
        try:
            for hit in judge(view):
                if not rule.first and _is_dead(view, hit.node):
                    continue
                if not self.made.concerns(view, hit.node):
                    continue
                other = found.get(hit.span)
                if other is None or _order(hit, rule) < _order(other, rule):
                    found[hit.span] = hit
        except Exception as error:  # noqa: BLE001 - the other pages are judged all the same
            self.fail(rule.name, self.made.engine.project.files.shown(view.page.path), error)
            return []
        return list(found.values())


def _order(hit: Hit, rule: Rule) -> tuple[object, ...]:
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


def _is_dead(view: View, node: Node) -> bool:
    """Whether an element speaks to another htmx than the page loads: that is said of it first."""
    return view.loaded.known and foreign_attribute(node, view.generation) is not None
