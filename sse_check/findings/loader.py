"""Load rules: the built-in ones, a user's folders, and entry points. One loader for all."""

import importlib.util
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from sse_check.findings.rule import Rule
from sse_check.source.lazy import lazy
from sse_check.source.printable import one_line
from sse_check.source.reading import UnreadableError, read_file
from sse_check.source.seen import seen

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

_GROUP = "sse_check.rules"
_NAME = lazy(r"[a-z][a-z0-9_]*\Z")


class RuleError(ValueError):
    """A rule that cannot be loaded; the message names the file and what is wrong."""


def built_in_folder() -> Path:
    """`rules/` inside the installed package, or at the top of the checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "rules"
    return installed if installed.is_dir() else package.parent / "rules"


def load_rules(folders: tuple[Path, ...] = ()) -> dict[str, Rule]:
    """All rules by name, in order. A user's rule may not take a built-in name."""
    rules: dict[str, Rule] = {}
    for folder in (built_in_folder(), *folders):
        if not folder.is_dir():
            raise RuleError(f"{folder}: no such folder of rules")
        for rule in _from_folder(folder):
            _add(rules, rule, str(folder))
    for name, loaded in _from_entry_points():
        if not isinstance(loaded, Rule):
            raise RuleError(f"entry point {name}: {loaded!r} is not a Rule")
        _add(rules, loaded, f"entry point {name}")
    return dict(sorted(rules.items()))


def _from_entry_points() -> Iterator[tuple[str, object]]:
    """Rules of installed packages. Nearly nobody has any, so look before a slow import."""
    folders = environment_folders()
    if not any(_mentions_rules(Path(folder)) for folder in folders):
        return
    from importlib.metadata import distributions

    with _importing_from(folders):
        for distribution in distributions(path=folders):
            for entry in distribution.entry_points:
                if entry.group == _GROUP:
                    yield entry.name, _loaded(entry)


def _loaded(entry: "EntryPoint") -> object:
    try:
        return entry.load()
    except (Exception, SystemExit) as error:
        raise RuleError(
            f"entry point {entry.name}: {type(error).__name__}: {one_line(error)}"
        ) from error


def environment_folders() -> list[str]:
    """Where installed packages lie: the import path without the current folder before them.

    `python -m` and PYTHONPATH may put it there, and what lies in it was not installed.
    """
    here = os.path.realpath(os.getcwd())
    library = os.path.dirname(os.__file__)
    first = sys.path.index(library) if library in sys.path else len(sys.path)
    return [
        folder
        for number, folder in enumerate(sys.path)
        if folder and (number > first or os.path.realpath(folder) != here)
    ]


@contextmanager
def _importing_from(folders: list[str]) -> Iterator[None]:
    before = sys.path[:]
    sys.path[:] = folders
    try:
        yield
    finally:
        sys.path[:] = before


def _mentions_rules(folder: Path) -> bool:
    return any(_speaks_of_rules(path) for path in folder.glob("*.dist-info/entry_points.txt"))


def _speaks_of_rules(path: Path) -> bool:
    try:
        return _GROUP.encode() in read_file(str(path))
    except UnreadableError:
        return False


def _add(rules: dict[str, Rule], rule: Rule, origin: str) -> None:
    if not _NAME.match(rule.name):
        raise RuleError(f"{origin}: `{rule.name}` is no rule name (a-z, 0-9 and _)")
    if rule.name in rules:
        raise RuleError(f"{origin}: there is a rule `{rule.name}` already")
    rules[rule.name] = rule


def _from_folder(folder: Path) -> Iterator[Rule]:
    for path in sorted(folder.glob("*.py")):
        if path.name.startswith("_"):
            continue
        seen.asked(str(path))
        module = _load(path)
        rule = getattr(module, "rule", None)
        if not isinstance(rule, Rule):
            raise RuleError(f"{path}: has no `rule = Rule(...)`")
        page = path.with_suffix(".md")
        yield replace(rule, page=page if page.is_file() else None)


def _load(path: Path) -> ModuleType:
    if not path.is_file():
        # A pipe would be waited for, and a device read without end.
        raise RuleError(f"{path}: cannot be loaded: it is no file")
    name = "sse_check_rules." + path.stem
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise RuleError(f"{path}: cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise RuleError(f"{path}: {type(error).__name__}: {one_line(error)}") from error
    return module
