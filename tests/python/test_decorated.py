"""What a decorated function gives is what Python makes of it."""

from typing import Any

import pytest

from sse_check.python.values import GeneratorValue
from sse_check.template.values import Pattern
from tests.python.helpers import program, values

HEAD = """
import functools

def plain(f):
    return f

def logged(f):
    @functools.wraps(f)
    def inner(*args, **kwargs):
        print(args)
        return f(*args, **kwargs)
    return inner

def timed(f):
    def inner(*args, **kwargs):
        found = f(*args, **kwargs)
        return found
    return inner

def guarded(f):
    def inner(*args):
        return f(*args) if args else None
    return inner

def framed(f):
    def inner(*args):
        name, data = f(*args)
        return f"event: {name}\\ndata: {data}\\n\\n"
    return inner

def named(name):
    def change(f):
        def inner(*args):
            return f"event: {name}\\ndata: {f(*args)}\\n\\n"
        return inner
    return change

def loud(f):
    def inner(*args):
        text = f(*args)
        return text.upper()
    return inner

class Bus:
    def __init__(self, name):
        self.name = name
    def on(self, f):
        def inner(*args):
            return f"{self.name}: {f(*args)}"
        return inner
    def keep(self, f):
        self.kept = f
        return f

bus = Bus("bus")
"""
CASES = [
    ("@plain\ndef tick(n):\n    return f'tick {n}'\n", "tick x"),
    ("@logged\ndef tick(n):\n    return f'tick {n}'\n", "tick x"),
    ("@timed\ndef tick(n):\n    return f'tick {n}'\n", "tick x"),
    ("@guarded\ndef tick(n):\n    return f'tick {n}'\n", "tick x"),
    ("@functools.lru_cache\ndef tick(n):\n    return f'tick {n}'\n", "tick x"),
    ("@bus.keep\ndef tick(n):\n    return f'tick {n}'\n", "tick x"),
    ("@framed\ndef tick(n):\n    return 'tick', n\n", "event: tick\ndata: *\n\n"),
    ("@named('tick')\ndef tick(n):\n    return n\n", "event: tick\ndata: *\n\n"),
    ("@logged\n@named('tick')\ndef tick(n):\n    return n\n", "event: tick\ndata: *\n\n"),
    ("@named('tick')\n@logged\ndef tick(n):\n    return n\n", "event: tick\ndata: *\n\n"),
    ("@named('b')\n@named('a')\ndef tick(n):\n    return n\n", "event: b\ndata: event: a\ndata: *\n\n\n\n"),
    ("@loud\ndef tick(n):\n    return n\n", "*"),
    ("@bus.on\ndef tick(n):\n    return n\n", "bus: *"),
    ("@named('tick')\ndef tick(n):\n    return tick(n - 1) if n == 1 else n\n", "event: tick\ndata: *\n\n"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "expected"), CASES)
def test_what_a_decorated_function_gives(written: str, expected: str) -> None:
    source = HEAD + written + "told = tick('x')\n"
    made: dict[str, Any] = {}
    exec(source, made)
    evaluator = program(main=source)
    shown = [evaluator.as_text(value) for value in values(evaluator, "told")]
    assert expected in map(str, shown)
    # It leaves open what it does not know, and is right in all else.
    assert any(one.matches(Pattern.of(made["told"])) for one in shown)


def test_a_generator_in_its_place() -> None:
    source = HEAD + (
        "def each(f):\n    def inner(*args):\n        for one in f(*args):\n"
        "            yield f'data: {one}'\n    return inner\n"
        "@each\ndef ticks():\n    return [1, 2]\ntold = ticks()\n"
    )
    (found,) = values(program(main=source), "told")
    assert isinstance(found, GeneratorValue)
    assert getattr(found.function.scope.node, "name", "") == "inner"
