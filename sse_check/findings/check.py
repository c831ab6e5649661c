"""Run rules over a project and gather what they say."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from fnmatch import fnmatch
from types import MappingProxyType

from sse_check.findings.context import Context
from sse_check.findings.covered import unseen_pages
from sse_check.findings.model import Finding, fingerprints
from sse_check.findings.places import all_in_files
from sse_check.findings.profiles import Profiles
from sse_check.findings.result import Problem, Result, problems_of
from sse_check.findings.rule import Rule
from sse_check.findings.suppress import Asked, suppress
from sse_check.markup.take_in import take_in_markup, with_inner
from sse_check.pages.engine import Engine
from sse_check.project.project import Project
from sse_check.project.settings import Profile, Settings
from sse_check.source.timing import timing
from sse_check.template.model import Template
from sse_check.wiring.coverage import Coverage


def select_rules(rules: dict[str, Rule], settings: Settings) -> list[Rule]:
    """The rules that the settings leave on. Names may be prefixes."""
    chosen = []
    for name, rule in rules.items():
        if settings.select and not _named(name, settings.select):
            continue
        if _named(name, settings.ignore) or settings.severity_of(name) == "off":
            continue
        chosen.append(rule)
    return chosen


def _named(name: str, patterns: Iterable[str]) -> bool:
    return any(name == pattern or name.startswith(pattern) for pattern in patterns)


OnProgress = Callable[[int, int, str], None]
"""Hears how far a run is: steps done, of how many, and what the next one is about."""


def check(
    project: Project,
    paths: Iterable[str],
    rules: list[Rule],
    known: frozenset[str] = frozenset(),
    on_progress: OnProgress | None = None,
    asked: Asked | None = None,
    engine: Engine | None = None,
) -> Result:
    """Check the files at `paths`, in the context of their whole project.

    Findings whose fingerprints are in `known` (a baseline) are counted and left out. `asked` tells
    the rules from all that there are, where they are not all. `engine` has pages of an earlier run.
    """
    take_in_markup(project)
    wanted = with_inner(project, paths)
    wanted_set = set(wanted)
    relevant = tuple(path for path in project.graph.relevant if path in wanted_set)
    whole = wanted_set.issuperset(project.files.found.templates)
    python_files = frozenset(project.files.found.python)
    python = not wanted_set.isdisjoint(python_files)
    context = Context(project, relevant, whole, wanted, whole or python, on_progress)
    context.kept_engine = engine
    names = frozenset(rule.name for rule in rules)
    context.asked = asked or Asked(names, names, whole=False)
    shown = {project.files.display_path(path) for path in wanted}
    if whole:
        beside = (*project.files.found.python, *project.files.found.scripts)
        shown.update(project.files.display_path(path) for path in beside)
    profiles = Profiles(project.settings.profile, context.wiring)
    first = [rule for rule in rules if not rule.last and _concerns(rule, context)]
    found = list(_run(first, context, shown, profiles))
    kept, suppressed = suppress(found, context.suppressions)
    # What this profile does not want to hear of, another one would.
    suppress(profiles.dropped, context.suppressions)
    kept.extend(_run([rule for rule in rules if rule.last], context, shown, profiles))
    in_order = sorted(kept, key=lambda finding: finding.sort_key)
    all_of_them = named(in_order, project.files.paths_shown)
    for path in relevant:
        project.template(path)
    new = tuple(finding for finding in all_of_them if finding.fingerprint not in known)
    coverage, unseen = _coverage(context, shown)
    return Result(
        new,
        (*problems_of(project, wanted_set), *unseen, *_internal(context)),
        _counted(project, wanted),
        project.settings,
        suppressed,
        len(all_of_them) - len(new),
        context.stacks,
        coverage=coverage,
        profiles=tuple(profiles.reasons.items()),
        left_out=len(profiles.dropped),
        failures=tuple(one.error for one in context.failures),
        templates=_templates_of(new, project),
    )


def _coverage(context: Context, shown: set[str]) -> tuple[Coverage | None, tuple[Problem, ...]]:
    """What was understood; where that cannot be told the findings are told all the same."""
    try:
        coverage = context.coverage(shown)
        return coverage, tuple(unseen_pages(context)) if context.is_live else ()
    except Exception as error:  # noqa: BLE001 - the findings stand
        context.fail("the coverage", "", error)
        return None, ()


def _concerns(rule: Rule, context: Context) -> bool:
    return context.shows_python or not rule.in_python


def _counted(project: Project, wanted: tuple[str, ...]) -> int:
    """How many files were checked: templates, and Python files that hold some."""
    python = frozenset(project.files.found.python)
    files = {project.files.file_of(path) for path in wanted if path not in python}
    return len(files) or len(wanted)


def _templates_of(findings: Iterable[Finding], project: Project) -> dict[str, Template]:
    """The parsed files that fixes of these findings would edit."""
    edited = {edit.span.source.file for f in findings for fix in f.fixes for edit in fix.edits}
    # What an edit stands in was parsed: nothing else is, for this.
    paths = project.files.parsed.intersection(project.files.found.templates)
    parsed = (project.template(path) for path in sorted(paths))
    return {t.source.file: t for t in parsed if t is not None and t.source.file in edited}


def _internal(context: Context) -> Iterator[Problem]:
    """What this program failed on; a rule that fails on many pages is named once."""
    told: set[tuple[str, str]] = set()
    for one in context.failures:
        key = (one.where, type(one.error).__name__)
        if key not in told:
            told.add(key)
            path = one.file or (context.project.files.display_path(one.code) if one.code else ".")
            yield Problem(path, one.message, internal=True)


def named(
    findings: Iterable[Finding], paths: Mapping[str, str] = MappingProxyType({})
) -> list[Finding]:
    """Each finding once, with its fingerprint; no place is related twice with the same words."""
    unique = list(dict.fromkeys(findings))
    return [
        replace(finding, fingerprint=name, related=tuple(dict.fromkeys(finding.related)))
        for finding, name in zip(unique, fingerprints(unique, paths), strict=True)
    ]


def _run(
    rules: list[Rule], context: Context, shown: set[str], profiles: Profiles
) -> Iterator[Finding]:
    settings = context.project.settings
    paths = context.project.files.paths_shown
    for number, rule in enumerate(rules):
        if context.on_progress is not None:
            context.on_progress(number, len(rules), rule.name)
        for finding in all_in_files(_asked(rule, context)):
            if finding.span.source.path not in shown or _ignored_here(finding, settings):
                continue
            path = paths.get(finding.span.source.path, "")
            levelled = _levelled(finding, rule, settings, profiles.of(path))
            if levelled is not None:
                yield levelled
            else:
                profiles.dropped.append(finding)


def _asked(rule: Rule, context: Context) -> list[Finding]:
    """What a rule says; one that fails says what it said until then."""
    found: list[Finding] = []
    try:
        with timing.part(rule.name):
            found.extend(rule.check(context))
    except Exception as error:  # noqa: BLE001 - the other rules go on
        context.fail(rule.name, "", error)
    return found


def _levelled(finding: Finding, rule: Rule, settings: Settings, profile: Profile) -> Finding | None:
    """The finding with its severity; None when the profile does not want to hear of it."""
    level = settings.severity_of(rule.name)
    if level is not None and level != "off":
        return replace(finding, severity=level)
    if profile == "browser":
        return _as_the_browser_sees_it(finding, rule)
    return replace(finding, severity=finding.severity or rule.severity)


def _as_the_browser_sees_it(finding: Finding, rule: Rule) -> Finding | None:
    """Lost, misrouted and destroyed are errors; what does no harm is not reported.

    Of anything else a rule may say itself what it costs.
    """
    if finding.harmless:
        return None
    outcome = finding.outcome
    if outcome is None or outcome.verdict == "unknown":
        return replace(finding, severity=finding.severity or rule.severity)
    broken = outcome.verdict in ("lost", "misrouted") or bool(outcome.destroys)
    return replace(finding, severity="error" if broken else finding.severity or "warning")


def _ignored_here(finding: Finding, settings: Settings) -> bool:
    path = finding.span.source.path
    return any(
        fnmatch(path, pattern) and _named(finding.rule, names)
        for pattern, names in settings.per_file_ignores.items()
    )
