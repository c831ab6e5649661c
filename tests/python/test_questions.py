"""Questions within questions: what a condition asks is told apart from what is asked for itself."""

from sse_check.python.evaluate import Evaluator
from sse_check.python.questions import GivenUpError
from sse_check.python.values import External, Value
from tests.python.helpers import at, program

SOURCE = """
TABLE = {}

def put(key, value):
    TABLE[key] = value

def found(key):
    entry = TABLE[key]
    if entry:
        return "there"
    return "not there"

def taken(key):
    return TABLE[key]
"""


class Outside:
    """Says what is in a table that is filled elsewhere, and for whom it was asked."""

    def __init__(self, evaluator: Evaluator, *, gives_up: bool) -> None:
        self.evaluator = evaluator
        self.gives_up = gives_up
        self.deciding: list[bool] = []

    def result(self, *_: object) -> None:
        return None

    def elements(self, value: Value) -> tuple[Value, ...]:
        self.deciding.append(self.evaluator.is_deciding)
        if self.gives_up and self.evaluator.is_deciding:
            raise GivenUpError(at_once=True)
        return (External("somewhere.Thing"),)

    def keys(self, value: Value) -> tuple[Value, ...]:
        return ()


def returned(function: str, outside: Outside) -> list[str]:
    evaluator = outside.evaluator
    inside = at(evaluator, function)
    (value,) = evaluator.name(function, at(evaluator, ""))
    assert inside.scope.is_function
    return sorted(str(evaluator.as_text(one)) for one in evaluator.result(value))


def test_a_table_is_asked_for_a_condition_and_for_itself() -> None:
    outside = Outside(program(main=SOURCE), gives_up=False)
    outside.evaluator.relay = outside
    assert returned("found", outside) == ["not there", "there"]
    assert set(outside.deciding) == {True}
    outside.deciding.clear()
    returned("taken", outside)
    assert set(outside.deciding) == {False}


def test_a_condition_that_is_given_up_at_once_is_open() -> None:
    """It ends the condition alone, however little was spent on it, and nothing else."""
    outside = Outside(program(main=SOURCE), gives_up=True)
    outside.evaluator.relay = outside
    assert returned("found", outside) == ["not there", "there"]
    assert outside.deciding
    assert not outside.evaluator.is_deciding
    assert not outside.evaluator.limits
