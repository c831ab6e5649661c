"""`sse-check map`."""

import sys
from dataclasses import dataclass, replace

from sse_check.cli.output import note, write_report
from sse_check.cli.settings import settings_at, shown_path
from sse_check.cli.targets import Wanted, open_targets
from sse_check.findings.context import Context
from sse_check.findings.covered import unseen_pages
from sse_check.findings.result import Problem, problems_of
from sse_check.project.settings import Settings
from sse_check.report import wiring, wiring_html, wiring_json, wiring_text
from sse_check.report.indented import dumps
from sse_check.report.style import Style, wants_colour


@dataclass(frozen=True, slots=True)
class MapOptions:
    """What was asked for on the command line."""

    targets: tuple[str, ...]
    format_: str
    output_file: str | None
    htmx: str | None
    color: str
    follow_links: bool


def run_map(options: MapOptions) -> int:
    wanted = open_targets(options.targets, lambda target: _settings(target, options))
    notes = dict.fromkeys(note for one in wanted for note in one.project.settings.notes)
    pages: list[wiring.MapPage] = []
    problems = [Problem(shown_path(path), message) for path, message in notes]
    for one in wanted:
        context = _context(one)
        pages.extend(wiring.wiring(context))
        problems.extend(problems_of(one.project, set(one.paths)))
        problems.extend(unseen_pages(context))
        problems.extend(Problem(one.file, one.message, internal=True) for one in context.failures)
    incomplete = any(one.unreadable for one in wanted)
    incomplete = incomplete or any(one.internal or one.unseen for one in problems)
    write_report(
        _rendered(pages, options, incomplete=incomplete), options.output_file, options.format_
    )
    for problem in problems:
        note(f"{problem.path}: {problem.message}")
    return 2 if incomplete else 0


def _settings(target: str, options: MapOptions) -> Settings:
    settings = settings_at(target, follow_links=options.follow_links)
    return settings if options.htmx is None else replace(settings, htmx=options.htmx)


def _context(wanted: Wanted) -> Context:
    project, graph = wanted.project, wanted.project.graph
    paths = [path for path in graph.relevant if path in wanted.paths]
    if not wanted.whole:
        # A page whose layout alone opens streams.
        found = (path for path in project.files.found.templates if path in wanted.paths)
        paths += [p for p in found if p not in paths and graph.leads_to_relevant(p, apart_from="")]
    return Context(project, tuple(paths))


def _rendered(pages: list[wiring.MapPage], options: MapOptions, *, incomplete: bool) -> str:
    if options.format_ == "json":
        return dumps(wiring_json.as_data(pages)) + "\n"
    if options.format_ == "html":
        return wiring_html.render(pages)
    style = Style(options.output_file is None and wants_colour(options.color, sys.stdout))
    return wiring_text.render(pages, style, incomplete=incomplete)
