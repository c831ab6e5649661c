"""Whether a project has anything to do with events: most have not, and are done at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sse_check.findings.result import Result, problems_of

if TYPE_CHECKING:
    from sse_check.cli.targets import Wanted


def may_be_live(one: Wanted) -> bool:
    """Whether rules may have anything to say of the files that are wanted."""
    relevant = set(one.project.graph.relevant)
    if not relevant.isdisjoint(one.paths):
        return True
    found = one.project.files.found
    if relevant and not set(found.python).isdisjoint(one.paths):
        return True
    from sse_check.wiring.speaks import scripts_listen

    beside = (*found.templates, *found.scripts)
    return scripts_listen(one.project, beside if one.whole else set(beside).intersection(one.paths))


def is_python_alone(one: Wanted) -> bool:
    """Whether Python files are all that is wanted of a project that has pages beside them."""
    found = one.project.files.found
    beside = not one.whole and bool(found.templates)
    return beside and bool(one.paths) and all(path.endswith(".py") for path in one.paths)


def nothing_live(one: Wanted) -> Result:
    """The result for files of which none says anything to htmx: what else does is named."""
    problems = problems_of(one.project, set(one.paths))
    result = Result((), problems, len(one.paths), one.project.settings)
    if not one.whole:
        return result
    from sse_check.wiring.speaks import may_be_unread

    # Asked first: the rest is dear to import, and most projects have no part in it.
    if not may_be_unread(one.project):
        return result
    from sse_check.wiring.unread import unread_alone

    coverage = unread_alone(one.project)
    return result if coverage is None else replace(result, coverage=coverage)
