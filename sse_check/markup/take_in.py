"""The templates in the Python files of a project become templates of the project."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sse_check.markup.programs import Inner as InnerProgram
from sse_check.markup.programs import find_programs
from sse_check.markup.writers import files_writing
from sse_check.project.files import Inner
from sse_check.project.project import Project
from sse_check.python.program import Program
from sse_check.source.composed import ComposedSource

if TYPE_CHECKING:
    from sse_check.markup.units import Unit


def take_in_markup(project: Project) -> None:
    """Look for markup in Python files, once; what is found counts as templates from then on."""
    files = project.files
    if files.inner is not None:
        return
    files.inner = {}
    program = Program(
        tuple(files.found.python),
        files.data,
        files.display_path,
        own_package=files.own_package,
        parsed=files.parsed_python,
        words=files.python_words,
    )
    writing = files_writing(program)
    found = _units(project, program, writing) if writing else {}
    found.update((one.path, _program(one)) for one in find_programs(program))
    if found:
        project.take_in(found)


def _units(project: Project, program: Program, writing: list[str]) -> dict[str, Inner]:
    from sse_check.markup.units import find_units

    units = find_units(program, writing)
    project.files.markup_cut = units.cut
    for path, error in units.failed.items():
        project.files.fail(path, "the reader of markup", error)
    return {unit.path: _inner(unit) for unit in units.units}


def _program(found: InnerProgram) -> Inner:
    home = found.span.source
    source = ComposedSource(home.path, found.written.text, found.written.stretches, home.file)
    return Inner(found.file, source, home, is_python=True)


def _inner(unit: "Unit") -> Inner:
    home = unit.span.source
    source = ComposedSource(home.path, unit.written.text, unit.written.stretches, home.file)
    plain = "" if unit.dialect is not None else unit.written.plain
    return Inner(
        unit.file, source, home, plain, unit.dialect or "jinja", unit.scope, unit.call, unit.cut
    )


def with_inner(project: Project, paths: Iterable[str]) -> tuple[str, ...]:
    """The files that are wanted, and the templates in those of them that are Python files."""
    wanted = dict.fromkeys(paths)
    for path, inner in (project.files.inner or {}).items():
        if inner.file in wanted:
            wanted.setdefault(path)
    return tuple(wanted)
