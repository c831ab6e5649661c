"""Small programs for tests: files given as texts, and what a name in them may be."""

from textwrap import dedent

from sse_check.python.evaluate import Evaluator
from sse_check.python.program import Program
from sse_check.python.values import Frame, Value


def program(**files: str) -> Evaluator:
    """An evaluator of files; `a__b` is the file `a/b.py`."""
    data = {f"{name.replace('__', '/')}.py": dedent(text).encode() for name, text in files.items()}
    data = {path.replace("/init.py", "/__init__.py"): text for path, text in data.items()}
    return Evaluator(Program(tuple(data), data.__getitem__, str))


def at(evaluator: Evaluator, name: str, path: str = "main.py") -> Frame:
    """The frame of a function (or "" for the module) of a file."""
    module = evaluator.program.module(path)
    assert module is not None
    scope = module.scope
    for part in name.split(".") if name else ():
        binding = scope.bindings[part][-1]
        inner = scope.child(binding.node)
        assert inner is not None
        scope = inner
    return evaluator.frame(scope)


def values(evaluator: Evaluator, name: str, *, inside: str = "") -> tuple[Value, ...]:
    """What a name may be at the end of the module, or at the end of a function."""
    return evaluator.name(name, at(evaluator, inside))


def texts(evaluator: Evaluator, name: str, *, inside: str = "") -> list[str]:
    """The same as texts, with `*` for what is not known."""
    return [str(evaluator.as_text(value)) for value in values(evaluator, name, inside=inside)]
