"""Small mistakes to make in a module, one at a time: does any test notice?"""

import ast
import copy
import os
import resource
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
}  # fmt: skip


def in_a_child(notices: Callable[[], bool], seconds: int) -> bool:
    """Whether a mutant is noticed, asked in a process of its own; one without an end is, too.

    The limit is of computing time: a full machine makes no mutant noticed that is not.
    """
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        try:
            code = int(notices())
        except Exception:  # noqa: BLE001 - a mutant that fails is noticed
            code = 1
        os._exit(code)
    _, status = os.waitpid(child, 0)
    return status != 0


class _Mutant(MetaPathFinder, Loader):
    """Imports one module with a mistake in it."""

    def __init__(self, name: str, tree: ast.Module) -> None:
        self.name = name
        self.tree = tree

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        return ModuleSpec(fullname, self) if fullname == self.name else None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.tree, f"{self.name}.py", "exec"), module.__dict__)


def put_in_place(name: str, tree: ast.Module, *known: str) -> None:
    """Import a mutant from now on, in a child: what of `known` is loaded is loaded anew."""
    for loaded in list(sys.modules):
        if loaded.startswith(known):
            del sys.modules[loaded]
    sys.meta_path.insert(0, _Mutant(name, tree))


def tests_notice(name: str, tree: ast.Module, tests: tuple[str, ...], seconds: int) -> bool:
    """Whether tests that need no browser fail, with the mutant in the module's place."""

    def fail() -> bool:
        put_in_place(name, tree, "sse_check", "tests")
        for stream in (1, 2):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
        options = ("-x", "-q", "-p", "no:cacheprovider", "-m", "not browser")
        return pytest.main([*options, *(str(ROOT / test) for test in tests)]) != 0

    return in_a_child(fail, seconds)


def need_green(tests: tuple[str, ...], seconds: int) -> None:
    """Tests that fail without any mistake would notice every mutant."""
    if tests_notice("no module", ast.Module([], []), tests, seconds):
        raise SystemExit(f"{' '.join(tests)}: not green without any mistake")


def mutants(source: str) -> Iterator[tuple[str, ast.Module]]:
    """Each mutant of a module, with a word on what was changed."""
    tree = ast.parse(source)
    for number, node in enumerate(ast.walk(tree)):
        for what, change in _changes(node):
            twin = copy.deepcopy(tree)
            target = list(ast.walk(twin))[number]
            change(target)
            line = getattr(node, "lineno", 0)
            yield f"line {line}: {what}", ast.fix_missing_locations(twin)


class Share:
    """One part of all mutants (`1/8`), and what is known of them already, from a file."""

    def __init__(self, part: str, log: Path | None) -> None:
        self.number, self.parts = map(int, part.split("/"))
        self.log = log
        lines = log.read_text("utf-8").splitlines() if log and log.exists() else []
        told = (line.partition(" ") for line in lines)
        self.known = {key: word for word, _, key in told}
        self.count = 0

    def alive(
        self,
        name: str,
        some: Iterable[tuple[str, ast.Module]],
        noticed: Callable[[ast.Module], bool],
    ) -> tuple[int, list[str]]:
        """How many mutants of a module are in this part, and those that nothing notices."""
        total, alive = 0, []
        for what, tree in some:
            self.count += 1
            if self.count % self.parts != self.number % self.parts:
                continue
            total += 1
            key = f"{name} {self.count} {what}"
            if key not in self.known:
                self.known[key] = "noticed" if noticed(tree) else "alive"
                if self.log:
                    with self.log.open("a", encoding="utf-8") as file:
                        file.write(f"{self.known[key]} {key}\n")
            if self.known[key] == "alive":
                alive.append(what)
        return total, alive


def _changes(node: ast.AST) -> Iterator[tuple[str, Callable[[Any], object]]]:
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _COMPARED:
        other = _COMPARED[type(node.ops[0])]
        yield "comparison turned", lambda n: n.ops.__setitem__(0, other())
    elif isinstance(node, ast.BoolOp):
        swapped = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield "and/or swapped", lambda n: setattr(n, "op", swapped())
        for index in range(len(node.values)):
            yield f"condition {index + 1} left out", partial(_leave_out, index)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not dropped", lambda n: setattr(n, "operand", ast.UnaryOp(ast.Not(), n.operand))
    elif isinstance(node, ast.If):
        yield "branch always taken", lambda n: setattr(n, "test", ast.Constant(True))
        yield "branch never taken", lambda n: setattr(n, "test", ast.Constant(False))


def _leave_out(index: int, node: Any) -> None:
    node.values.pop(index)
