"""Mutation testing of the rules: small mistakes are made in each, and its page must notice.

    python -m tests.rules.mutate [RULE]...

Each mutant is run over the examples of its page and over the contract's cases. One that changes
nothing that they show survives and is listed.
"""

import ast
import sys
import tempfile
from pathlib import Path
from types import ModuleType

from sse_check.findings.check import check
from sse_check.findings.loader import built_in_folder
from sse_check.findings.rule import Rule
from sse_check.project.project import Project
from tests.mutants import mutants
from tests.project.helpers import load
from tests.rules.marks import marked
from tests.rules.pages import all_cases, all_pages
from tests.rules.test_chirp_contract import GUILTY, INNOCENT


def module_of(tree: ast.Module, name: str) -> Rule:
    module = ModuleType(f"mutant_{name}")
    exec(compile(tree, f"{name}.py", "exec"), module.__dict__)
    rule = module.__dict__["rule"]
    assert isinstance(rule, Rule)
    return rule


Set = tuple[dict[str, str], Project]


def shown(rule: Rule, sets: list[Set]) -> list[dict[str, str]]:
    return [
        marked(files, check(project, project.files.found.templates, [rule]).findings)
        for files, project in sets
    ]


def survivors(name: str, folder: Path) -> tuple[int, list[str]]:
    """How many mutants a rule has, and those that nothing notices."""
    sets = [case.sources for rule, case in all_pages() + all_cases() if rule == name]
    if not name.endswith(("crossref", "stream", "json", "escape", "split")):
        sets += [files for _, files in INNOCENT] + [guilty[1] for guilty in GUILTY]
    projects = [
        (files, load(folder / f"{name}{number}", files)) for number, files in enumerate(sets)
    ]
    source = (built_in_folder() / f"{name}.py").read_text(encoding="utf-8")
    expected = shown(module_of(ast.parse(source), name), projects)
    count, alive = 0, []
    for what, tree in mutants(source):
        count += 1
        try:
            if shown(module_of(tree, name), projects) == expected:
                alive.append(what)
        except Exception:  # noqa: BLE001 - a mutant that fails is noticed
            continue
    return count, alive


def main() -> None:
    names = sys.argv[1:] or sorted(path.stem for path in built_in_folder().glob("*.py"))
    total = lost = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            count, alive = survivors(name, Path(folder))
            total, lost = total + count, lost + len(alive)
            print(f"{name}: {count - len(alive)} of {count} noticed", flush=True)
            for what in alive:
                print(f"    {what}")
    print(f"{total - lost} of {total} mutants noticed, {100 * (total - lost) / total:.1f} %")


if __name__ == "__main__":
    main()
