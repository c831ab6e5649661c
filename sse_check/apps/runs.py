"""In which frames a piece of code is run: turns of loops, callers, objects of its class."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from sse_check.python.evaluate import Evaluator
from sse_check.python.objects import method_frame
from sse_check.python.scope import Scope
from sse_check.python.sequences import Sequences
from sse_check.python.values import (
    ClassValue,
    External,
    Frame,
    FunctionValue,
    InstanceValue,
    Limit,
    Unknown,
)

_DEEPEST = 4
# A function whose name is called in more files than this is not followed to its callers.
_COMMON = 40
_MOST_FRAMES = 64
_MOST_HEIRS = 40


@dataclass(eq=False)
class Runs:
    """Answers how code is run. `paths` are the files among which callers are looked for, `given`
    the frames of functions that a framework or a decorator calls."""

    evaluator: Evaluator
    sequences: Sequences
    paths: tuple[str, ...]
    given: dict[int, list[Frame]] = field(default_factory=dict)
    _found: dict[tuple[int, int], list[Frame]] = field(default_factory=dict)
    _called_by_name: dict[str, list[tuple[Scope, ast.Call]]] = field(default_factory=dict)

    def frames(self, scope: Scope, node: ast.expr) -> list[Frame]:
        """The frames in which a registration is evaluated: turns of loops, and callers when it
        depends on what they give."""
        frames: list[Frame] = []
        for frame in self.runs(scope, node):
            frames.extend(self.sequences.turns(node, frame))
        return frames

    def runs(self, scope: Scope, node: ast.expr | None = None, depth: int = 0) -> list[Frame]:
        plain = self.evaluator.frame(scope)
        if not _depends_on_parameters(scope, node):
            return (self._instances(scope, node) if node is not None else []) or [plain]
        given = self.given.get(id(scope))
        if given:
            return given
        key = (id(scope), depth)
        if key not in self._found:
            callers = self._callers(scope, depth) if depth < _DEEPEST else ()
            found = list(islice(callers, _MOST_FRAMES + 1)) or [plain]
            if len(found) > _MOST_FRAMES:
                why = f"this is called in more than {_MOST_FRAMES} ways: the rest is not looked at"
                self.sequences.cuts.setdefault(id(scope), Limit(scope.module, scope.node, why))
            self._found[key] = found[:_MOST_FRAMES]
        return self._found[key]

    def _callers(self, scope: Scope, depth: int) -> Iterator[Frame]:
        """The frames of a function as it is called in the modules that are read."""
        if scope.parent is not None and scope.parent.is_function and not _has_parameters(scope):
            for outer in self.runs(scope.parent, None, depth + 1):
                yield Frame(scope, outer, {}, outer.instance, outer.depth)
            return
        wanted = [scope.name]
        if scope.name == "__init__" and scope.parent is not None:
            wanted = self._made_as(scope.parent)
        for around, call in self._calls_of_any(wanted):
            if not self._may_call(around, call, scope):
                continue
            for frame in self._run_of_caller(around, call, depth):
                yield from self._entered(scope, call, frame)

    def _entered(self, scope: Scope, call: ast.Call, frame: Frame) -> Iterator[Frame]:
        """The frames of a function that a call enters: an `__init__` where an object is made."""
        for value in self.evaluator.values(call.func, frame):
            if isinstance(value, FunctionValue) and value.scope is scope:
                yield self.evaluator.inside(value, call, frame)
            elif isinstance(value, ClassValue):
                for made in self.evaluator.result(value, call, frame):
                    for base in self.evaluator.lineage(value):
                        if not isinstance(base, ClassValue) or base.scope is not scope.parent:
                            continue
                        if isinstance(made, InstanceValue):
                            yield method_frame(self.evaluator, base, scope, made)

    def _may_call(self, around: Scope, call: ast.Call, scope: Scope) -> bool:
        """Whether a call may be of a function, as far as its own scope tells."""
        found = self.evaluator.values(call.func, self.evaluator.frame(around))
        return any(
            isinstance(value, Unknown | ClassValue)
            or (isinstance(value, FunctionValue) and value.scope is scope)
            for value in found
        )

    def _made_as(self, owner: Scope) -> list[str]:
        """The names by which objects of a class are made: its own, and those of its heirs."""
        names = [owner.name]
        program = self.evaluator.program
        for name in names:
            heirs = re.compile(rb"\bclass\s+(\w+)\s*\([^)]*\b%s\b" % re.escape(name.encode()))
            for path in program.matching(list(self.paths), heirs, (name.encode(),)):
                found = (one.decode() for one in heirs.findall(program.data(path)))
                names.extend(one for one in found if one not in names)
            if len(names) > _MOST_HEIRS:
                break
        return names

    def _calls_of_any(self, names: list[str]) -> Iterator[tuple[Scope, ast.Call]]:
        for name in names:
            yield from self._calls_of(name) if name else ()

    def _calls_of(self, name: str) -> list[tuple[Scope, ast.Call]]:
        """Calls of something with this name, anywhere; none of a name that is too common."""
        if name not in self._called_by_name:
            program = self.evaluator.program
            called, renamed = f"{name}(".encode(), f"{name} as ".encode()
            paths = program.containing(self.paths, called, renamed)
            modules = map(program.module, paths if len(paths) <= _COMMON else ())
            self._called_by_name[name] = [
                call
                for module in modules
                if module is not None
                for call in module.calls_named(*module.names_of(name))
            ]
        return self._called_by_name[name]

    def _instances(self, scope: Scope, node: ast.expr) -> list[Frame]:
        """The frames of a method for each object of its class that is made somewhere, when what
        is registered on hangs on the object: `self.app.get("/x")`."""
        owner = scope.parent
        if owner is None or not owner.is_class or not _uses_self(scope, node):
            return []
        plain = self.evaluator.frame(scope)
        called = node.func if isinstance(node, ast.Call) else node
        if any(
            isinstance(value, External) and value.owner is not None and value.owner.call is not None
            for value in self.evaluator.values(called, plain)
        ):
            return []
        found: list[Frame] = []
        for around, call in self._calls_of_any(self._made_as(owner)):
            for value in self.evaluator.values(call, self.evaluator.frame(around)):
                if isinstance(value, InstanceValue) and isinstance(value.of, ClassValue):
                    found.extend(
                        method_frame(self.evaluator, base, scope, value)
                        for base in self.evaluator.lineage(value.of)
                        if isinstance(base, ClassValue) and base.scope is owner
                    )
        return found

    def _run_of_caller(self, scope: Scope, call: ast.Call, depth: int) -> list[Frame]:
        frames: list[Frame] = []
        for frame in self.runs(scope, call, depth + 1):
            frames.extend(self.sequences.turns(call, frame))
        return frames


def _uses_self(scope: Scope, node: ast.AST) -> bool:
    names = positional(scope)
    return bool(names) and any(
        isinstance(one, ast.Name) and one.id == names[0] for one in ast.walk(node)
    )


def positional(scope: Scope) -> list[str]:
    """The names of the parameters of a function that are given by place."""
    arguments = getattr(scope.node, "args", None)
    if not isinstance(arguments, ast.arguments):
        return []
    return [a.arg for a in (*arguments.posonlyargs, *arguments.args)]


def _has_parameters(scope: Scope) -> bool:
    return any(b.kind == "parameter" for bound in scope.bindings.values() for b in bound)


def _depends_on_parameters(scope: Scope, node: ast.expr | None) -> bool:
    """Whether some name of an expression may be a parameter of a function around it, or made
    from one."""
    if not scope.is_function:
        return False
    names = (
        {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
        if node is not None
        else None
    )
    for around in scope.around():
        if not around.is_function:
            continue
        parameters = {
            name
            for name, bound in around.bindings.items()
            if any(b.kind == "parameter" for b in bound)
        } - {"self", "cls"}
        if not parameters:
            continue
        if names is None or names & parameters:
            return True
        for name in names & around.bindings.keys():
            for binding in around.bindings[name]:
                made = binding.value
                if made is not None and any(
                    isinstance(one, ast.Name) and one.id in parameters for one in ast.walk(made)
                ):
                    return True
    return False
