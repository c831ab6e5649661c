"""`sse-check check`."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from sse_check.cli import baseline
from sse_check.cli.errors import UseError
from sse_check.cli.live import is_python_alone, may_be_live, nothing_live
from sse_check.cli.options import CheckOptions, all_rules, check_names, own_rules, settings_for
from sse_check.cli.output import complain, note, read_stdin, write_report
from sse_check.cli.settings import shown_path
from sse_check.findings.result import Problem, Result
from sse_check.project.places import boundary_of, project_root
from sse_check.project.settings import Settings
from sse_check.source.reading import forget_links
from sse_check.source.timing import timing

if TYPE_CHECKING:
    from collections.abc import Callable

    from sse_check.cli.targets import Wanted
    from sse_check.pages.engine import Engine
    from sse_check.project.project import Project
    from sse_check.wiring.coverage import Coverage


# Formats that have no place for what is no finding.
_FINDINGS_ALONE = ("gitlab", "checkstyle", "rdjson")


def run_check(options: CheckOptions) -> int:
    if options.unsafe_fixes and not (options.fix or options.diff):
        raise UseError(
            "--unsafe-fixes widens --fix and --diff, and does nothing alone; "
            "--fix --unsafe-fixes writes, --diff --unsafe-fixes shows"
        )
    if options.statistics and options.format_ != "text":
        raise UseError(f"--statistics prints text; run it without --format {options.format_}")
    if options.stdin_filename is not None and "-" not in options.targets:
        raise UseError("--stdin-filename is the name of what the target `-` brings; add `-`")
    if options.statistics:
        timing.start()
    stdin = read_stdin() if "-" in options.targets else None
    run = Run(options, stdin)
    if options.fix or options.diff:
        return _fix(run)
    if options.watch:
        return _watch(run)
    result = run.checked()
    if options.write_baseline is not None:
        return baseline.write(result, options.write_baseline, _start(options))
    _report(result, options)
    return _status(result)


@dataclass(frozen=True, slots=True)
class Run:
    """What is checked; it can be done again with other texts."""

    options: CheckOptions
    stdin: bytes | None

    def checked(self, replaced: Mapping[str, bytes] = MappingProxyType({})) -> Result:
        """The findings of all targets; `replaced` are texts in place of those in files."""
        return self.checked_in(self.opened(replaced))

    def opened(self, replaced: Mapping[str, bytes] = MappingProxyType({})) -> list[Wanted]:
        """The projects that the targets lie in, each with its own settings."""
        from sse_check.cli.targets import open_targets

        forget_links()
        in_folder: dict[str, Settings] = {}

        def settings_of(target: str) -> Settings:
            folder = target if os.path.isdir(target) else os.path.dirname(target)
            if folder not in in_folder:
                in_folder[folder] = settings = settings_for(self.options, target)
                check_names(self.options, settings)
            return in_folder[folder]

        return open_targets(
            self.options.targets,
            settings_of,
            stdin=self.stdin,
            stdin_filename=self.options.stdin_filename,
            replaced=replaced,
        )

    def checked_in(
        self, wanted: list[Wanted], engine_of: Callable[[Project], Engine] | None = None
    ) -> Result:
        """The findings in open projects, with the page engines of those, where there are some."""
        options = self.options
        results = [self._shown(result) for result in self._results(wanted, engine_of)]
        unparsed = [*_unparsed(wanted)]
        joined = _joined(results, (*self._notes(wanted), *_broken(wanted), *unparsed))
        incomplete = bool(unparsed) or any(one.unreadable for one in wanted)
        incomplete = incomplete or any(one.internal or one.unseen for one in joined.problems)
        alone = bool(wanted) and all(map(is_python_alone, wanted))
        joined = replace(joined, incomplete=incomplete, python_alone=alone)
        if options.debug:
            _tell_tracebacks(joined, wanted)
        return joined

    def _results(
        self, wanted: list[Wanted], engine_of: Callable[[Project], Engine] | None
    ) -> list[Result]:
        known = [self._known(one) for one in wanted]
        if not any(may_be_live(one) for one in wanted):
            # No file says anything to htmx: the rules need not even be loaded.
            return [nothing_live(one) for one in wanted]
        from sse_check.cli.progress import progress
        from sse_check.findings.check import check, select_rules
        from sse_check.findings.suppress import Asked

        results = []
        with progress(not self.options.quiet) as on_progress:
            for one, left_out in zip(wanted, known, strict=True):
                settings = one.project.settings
                every = all_rules(self.options, settings)
                rules = select_rules(every, settings)
                whole = own_rules(self.options, settings) is not None
                asked = Asked(frozenset(rule.name for rule in rules), frozenset(every), whole)
                engine = engine_of(one.project) if engine_of is not None else None
                results.append(
                    check(one.project, one.paths, rules, left_out, on_progress, asked, engine)
                )
        return results

    def _known(self, one: Wanted) -> frozenset[str]:
        writing = self.options.write_baseline is not None
        return baseline.known(self.options.baseline, one.project.settings, writing=writing)

    def _shown(self, result: Result) -> Result:
        if self.options.include_info:
            return result
        shown = tuple(finding for finding in result.findings if finding.level != "info")
        return replace(result, findings=shown)

    def _notes(self, wanted: list[Wanted]) -> Iterator[Problem]:
        """What the user should hear about the settings."""
        by_source = {one.project.settings.source: one.project.settings for one in wanted}
        for settings in by_source.values():
            for path, message in settings.notes:
                yield Problem(shown_path(path), message, of_settings=True)
            if own_rules(self.options, settings) is None:
                listed = ", ".join(f"`{folder}`" for folder in settings.rules)
                yield Problem(
                    shown_path(settings.source or "."),
                    f"rules of the project are left out ({listed}): they are code that would run "
                    "here; --allow-project-rules loads them",
                    of_settings=True,
                )


def _broken(wanted: list[Wanted]) -> Iterator[Problem]:
    """Files on which the parser failed, whether they were asked for or stand around those."""
    for one in wanted:
        files = one.project.files
        for path in sorted(files.broken):
            if path not in one.paths:
                yield Problem(files.display_path(path), files.problems[path], internal=True)


def _unparsed(wanted: list[Wanted]) -> Iterator[Problem]:
    """Python files that were named and are none. Of those beside them coverage tells."""
    for one in wanted:
        files = one.project.files
        for path in sorted(one.named.intersection(files.found.python)):
            if path in files.problems:
                continue
            from sse_check.python.program import Program

            program = Program((path,), files.data, files.display_path, parsed=files.parsed_python)
            program.module(path)
            for found in program.unreadable:
                yield Problem(files.display_path(path), f"line {found.line}: {found.why}")


def _tell_tracebacks(result: Result, wanted: list[Wanted]) -> None:
    from traceback import format_exception

    errors = [*result.failures]
    errors += [error for one in wanted for error in one.project.files.broken.values()]
    for error in errors:
        complain("".join(format_exception(error)))


def _watch(run: Run) -> int:
    from sse_check.cli.kept import Kept
    from sse_check.cli.watch import run_watch

    if run.stdin is not None:
        raise UseError("standard input cannot be watched; name a file or a folder")
    kept = Kept(run.opened)
    try:
        run_watch(
            lambda changed: run.checked_in(kept.renewed(changed), kept.engine_of),
            lambda result: _report(result, run.options),
        )
    except KeyboardInterrupt:
        note("stopped")
    return 0


def _status(result: Result) -> int:
    """A fault of this program spoils a run; what could not be read does when nothing is found."""
    if any(problem.internal for problem in result.problems):
        return 2
    if result.failed:
        return 1
    return 2 if result.incomplete else 0


def _fix(run: Run) -> int:
    from sse_check.cli.fix import fix_all, print_difference, write_all

    options = run.options
    if run.stdin is not None:
        raise UseError("standard input cannot be fixed; name the file, or use --format json")
    fixed = fix_all(run.checked, unsafe=options.unsafe_fixes)
    if options.diff:
        print_difference(fixed)
        for problem in fixed.problems:
            note(f"{problem.path}: {problem.message}")
        return 2 if fixed.first.incomplete else 1 if fixed.texts else 0
    left = write_all(fixed, lambda file: _within(file, options))
    result = fixed.last
    if left:
        # Some texts are not in their files: say what is found in those that are.
        result = run.checked()
    problems = (*result.problems, *fixed.problems, *left)
    result = replace(result, problems=problems, incomplete=result.incomplete or bool(left))
    _report(result, options)
    return _status(result)


def _within(file: str, options: CheckOptions) -> str:
    """The folder that links may not lead out of, for a file that is written."""
    settings = settings_for(options, file)
    return "" if settings.follow_links else boundary_of(settings.folder or project_root(file))


def _start(options: CheckOptions) -> str:
    """The first file or folder that was named."""
    targets = (target for target in options.targets if target != "-")
    return next(targets, options.stdin_filename) or "."


def _joined(results: list[Result], problems: tuple[Problem, ...]) -> Result:
    return Result(
        tuple(finding for result in results for finding in result.findings),
        (*problems, *(problem for result in results for problem in result.problems)),
        sum(result.files_checked for result in results),
        results[0].settings if results else Settings(),
        sum(result.suppressed for result in results),
        sum(result.baselined for result in results),
        tuple(dict.fromkeys(stack for result in results for stack in result.stacks)),
        coverage=_covered(results),
        profiles=tuple(dict.fromkeys(profile for result in results for profile in result.profiles)),
        left_out=sum(result.left_out for result in results),
        failures=tuple(error for result in results for error in result.failures),
        failed=any(result.fails(result.settings.fail_on) for result in results),
        templates={file: t for result in results for file, t in result.templates.items()},
    )


def _covered(results: list[Result]) -> Coverage | None:
    """The coverage of several projects as one."""
    known = [result.coverage for result in results if result.coverage is not None]
    if len(known) < 2:
        return known[0] if known else None
    first, *others = known
    for other in others:
        first.add(other)
    return first


def _report(result: Result, options: CheckOptions) -> None:
    write_report(_rendered(result, options), options.output_file, _format(options))
    if _format(options) in _FINDINGS_ALONE:
        for problem in result.problems:
            note(f"{problem.path}: {problem.message}")


def _format(options: CheckOptions) -> str:
    return "text" if options.statistics else options.format_


def _rendered(result: Result, options: CheckOptions) -> str:
    if options.statistics:
        from sse_check.report import statistics

        return statistics.render(result)
    if options.format_ != "text":
        return str(importlib.import_module(f"sse_check.report.{options.format_}").render(result))
    from sse_check.report import text
    from sse_check.report.style import Style, wants_colour

    coloured = options.output_file is None and wants_colour(options.color, sys.stdout)
    return text.render(result, Style(coloured), quiet=options.quiet, coverage=options.coverage)
