"""What a rule says of one rendering after the other, and what that comes to for a span."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from sse_check.apps.model import App
from sse_check.findings.model import Finding, Fix, Related, Severity
from sse_check.findings.rule import Rule
from sse_check.findings.views import Fail, Views
from sse_check.htmx.dom import Node
from sse_check.htmx.foreign import foreign_attribute
from sse_check.htmx.outcomes import Outcome
from sse_check.htmx.view import PageView
from sse_check.pages.marks import mark_of
from sse_check.pages.trail import trail
from sse_check.project.settings import LEVELS
from sse_check.source import Span
from sse_check.wiring.handled import Handled


class Violation(NamedTuple):
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


Judge = Callable[[PageView], Iterator[Violation]]


class Collector:
    """Asks what a rule says of each view, and says once what it said of each span."""

    def __init__(self, views: list[PageView], made: Views, fail: Fail, handled: Handled) -> None:
        self.views = views
        self.made = made
        self.fail = fail
        self.handled = handled
        # On how many renderings each element stands, in each application that serves it; on which
        # pages.
        self.present: dict[tuple[str, int], Counter[App | None]] = {}
        self.pages: dict[tuple[str, int], set[str]] = {}
        for view in views:
            app = made.app_of(view)
            for place in view.places:
                if made.is_of(view, place):
                    self.present.setdefault(place, Counter())[app] += 1
                    self.pages.setdefault(place, set()).add(view.page.path)

    def findings(self, rule: Rule, judge: Judge) -> Iterator[Finding]:
        hits: dict[Span, dict[App | None, list[Violation]]] = {}
        pages: dict[Span, list[tuple[Violation, str]]] = {}
        for view in self.views:
            app = self.made.app_of(view)
            for hit in self._judged(rule, judge, view):
                hits.setdefault(hit.span, {}).setdefault(app, []).append(hit)
                pages.setdefault(hit.span, []).append((hit, view.page.path))
        for span, by_app in hits.items():
            for finding in self._concluded(rule, by_app):
                where = self._on_some_pages(finding, pages[span])
                given = _given_at(finding, [hit for hit, _ in pages[span]])
                yield replace(finding, related=(*finding.related, *given, *where))

    def _on_some_pages(
        self, finding: Finding, hits: list[tuple[Violation, str]]
    ) -> tuple[Related, ...]:
        """A page on which it is so, where it is not on all that have the element."""
        hit, page = hits[0]
        mark = mark_of(hit.node)
        if self.pages.get(mark.place, set()) <= {path for _, path in hits} or page == mark.path:
            return ()
        known = {related.span for related in finding.related}
        way = trail(self.made.engine.project, hit.node, page, whole=False)
        at = [span for _, span in way if span.source.path == page][-1:]
        return tuple(Related("so on this page", span) for span in at if span not in known)

    def _concluded(self, rule: Rule, hits: dict[App | None, list[Violation]]) -> Iterator[Finding]:
        """One finding where all applications that serve an element agree, else one for each
        thing that is said, with those of which it is."""
        groups: dict[tuple[str, str], list[App | None]] = {}
        for app, same in hits.items():
            worst = min(same, key=lambda hit: _order(hit, rule))
            groups.setdefault((worst.message, worst.help), []).append(app)
        for apps in groups.values():
            of_them = [hit for app in apps for hit in hits[app]]
            worst = min(of_them, key=lambda hit: _order(hit, rule))
            present = self.present[mark_of(worst.node).place]
            everywhere = len(of_them) >= sum(present[app] for app in apps)
            yield Finding(
                rule.name,
                worst.span,
                worst.message + _served_by(apps, present),
                worst.help,
                severity=worst.severity,
                confidence="certain" if everywhere and worst.sure else "possible",
                related=worst.related,
                outcome=worst.outcome,
                fixes=worst.fixes,
                harmless=all(hit.harmless for hit in of_them),
            )

    def _judged(self, rule: Rule, judge: Judge, view: PageView) -> list[Violation]:
        """The worst hit on each span in one rendering."""
        found: dict[Span, Violation] = {}
        try:
            for hit in judge(view):
                if not rule.first and _is_dead(view, hit.node):
                    continue
                if not self.made.concerns(view, hit.node):
                    continue
                if rule.of_swaps and self.handled.may_keep(view, hit.node):
                    continue
                other = found.get(hit.span)
                if other is None or _order(hit, rule) < _order(other, rule):
                    found[hit.span] = hit
        except Exception as error:  # noqa: BLE001 - the other pages are judged all the same
            self.fail(rule.name, self.made.engine.project.files.display_path(view.page.path), error)
            return []
        return list(found.values())


def _order(hit: Violation, rule: Rule) -> tuple[object, ...]:
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


def _served_by(apps: list[App | None], every: Iterable[App | None]) -> str:
    """Of which applications something is said, when it is not of all that serve an element."""
    if len(apps) == len(set(every)):
        return ""
    made = dict.fromkeys(f"`{app.span.source.path}`" for app in apps if app is not None)
    return f" (where {' and '.join(made)} serves this)" if made else ""


def _is_dead(view: PageView, node: Node) -> bool:
    """Whether an element speaks to another htmx than the page loads: that is said of it first."""
    return view.loaded.known and foreign_attribute(node, view.generation) is not None


def _given_at(finding: Finding, hits: list[Violation]) -> tuple[Related, ...]:
    """Where a macro or a template is called that is given what the element has in a place."""
    hit = next((one for one in hits if finding.message.startswith(one.message)), hits[0])
    frames = mark_of(hit.node).frames
    if len(frames) < 2 or frames[0].site is None or frames[0].via == "extends":
        return ()
    if "{{" not in finding.span.text or not frames[0].bindings:
        return ()
    outer, site = frames[1].template, frames[0].site
    at = Span(outer.source, site.start, site.end)
    known = {related.span for related in finding.related}
    return (Related("its value is given here", at),) if at not in known else ()
