"""Calls that are given the same return the same: that is worked out once."""

import ast

import pytest

from sse_check.python.evaluate import Evaluator
from sse_check.python.values import Frame, FunctionValue, InstanceValue, Text
from tests.python.helpers import at, program, values

VIEWS = """
from starlette.requests import Request

def user_of(request, level="any"):
    session = request.cookies.get("session")
    return "nobody" if session is None else session

def settle(value):
    return value

{views}
"""
VIEW = """
def view_{n}(request: Request, name):
    user = {call}
    return user
"""


def worked_out(monkeypatch: pytest.MonkeyPatch, call: str) -> int:
    """How often the function is looked into that many views call like this."""
    count = 0
    whole = Evaluator.worked_out

    def counted(
        self: Evaluator, function: FunctionValue, call: ast.Call | None, frame: Frame | None
    ) -> object:
        nonlocal count
        count += 1
        return whole(self, function, call, frame)

    monkeypatch.setattr(Evaluator, "worked_out", counted)
    views = "".join(VIEW.format(n=n, call=call.format(n=n)) for n in range(20))
    evaluator = program(main=VIEWS.format(views=views))
    found = {values(evaluator, "user", inside=f"view_{n}")[0] for n in range(20)}
    assert found
    return count


@pytest.mark.parametrize(
    "call",
    [
        "user_of(request)",
        "user_of(request, level=None)",
        "user_of(request.app)",
        "user_of(name)",
        "settle(user_of(request))",
    ],
)
def test_the_same_is_worked_out_once(monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    # The first call is kept without its arguments, which are compared from the second on.
    assert worked_out(monkeypatch, call) <= (1 if "settle" not in call else 21)


@pytest.mark.parametrize("call", ['user_of(request, "level-{n}")', "user_of(*request)"])
def test_what_is_given_otherwise_is_not(monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    assert worked_out(monkeypatch, call) == 20


def test_a_text_is_where_it_is_written() -> None:
    """Two calls with the same words return each its own."""
    evaluator = program(main="def same(x):\n    return x\na = same('x')\nb = same('x')\n")
    (first,), (second,) = values(evaluator, "a"), values(evaluator, "b")
    assert isinstance(first, Text)
    assert isinstance(second, Text)
    assert [first.node.lineno, second.node.lineno] == [3, 4]


def test_a_function_that_makes_something_makes_it_each_time() -> None:
    source = (
        "import asyncio\ndef new(size=1):\n    return asyncio.Queue(size)\na = new()\nb = new()\n"
    )
    evaluator = program(main=source + "c = new(2)\nd = new(2)\n")
    made = [values(evaluator, name)[0] for name in "abcd"]
    assert all(isinstance(one, InstanceValue) for one in made)
    assert len(set(made)) == 4


def test_who_asks_deeper_inside_gets_what_is_known_further_out() -> None:
    """What was cut short for its depth is worked out again where there is room."""
    nested = "\n".join(f"def f{n}(request):\n    return f{n + 1}(request)" for n in range(12))
    source = f"{nested}\ndef f12(request):\n    return 'end'\n"
    source += "def outer(request):\n    a = f0(request)\n    b = f6(request)\n    c = f6(request)\n"
    evaluator = program(main=source)
    assert [str(evaluator.as_text(v)) for v in evaluator.name("a", at(evaluator, "outer"))] == ["*"]
    for name in "bc":
        found = evaluator.name(name, at(evaluator, "outer"))
        assert [str(evaluator.as_text(value)) for value in found] == ["end"]
