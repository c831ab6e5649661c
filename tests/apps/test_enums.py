"""Event names that are the members of an enumeration."""

import pytest

from tests.apps.reading import names, stream_of

HEAD = """
import json
from enum import Enum, IntEnum, StrEnum, auto
from starlette.responses import StreamingResponse
class Kind(StrEnum):
    _ignore_ = "x"
    FIRST = "a"
    SECOND: str = "b"
    def label(self):
        return "no"
class Plain(str, Enum):
    FIRST = "a"
    SECOND = "b"
class Numbered(Enum):
    FIRST = 1
    SECOND = auto()
class Automatic(StrEnum):
    FIRST = auto()
    SECOND = auto()
class Base(StrEnum):
    pass
class Below(Base):
    FIRST = "a"
def frame(event):
    return f"event: {event}\\ndata: 1\\n\\n"
def events():
    return StreamingResponse(stream(), media_type="text/event-stream")
async def stream():
"""


@pytest.mark.parametrize(
    ("loop", "sent", "expected"),
    [
        ("for one in Kind", "one", "a b"),
        ("for one in Kind", "one.value", "a b"),
        ("for one in Kind", "one.name", "FIRST SECOND"),
        ("for one in Kind", "one.name.lower()", "first second"),
        ("for one in Plain", "one.value", "a b"),
        ("for one in Numbered", "one.name.lower()", "first second"),
        ("for one in Automatic", "one", "first second"),
        ("for one in Below", "one", "a"),
        ("for one in list(Kind)", "one", "a b"),
        ("for one in reversed(Kind)", "one", "a b"),
        ("for number, one in enumerate(Kind)", "one", "a b"),
        ("for one in Kind.__members__.values()", "one.value", "a b"),
        ("for one in Kind.__members__", "one", "FIRST SECOND"),
        ("for one in [Kind.FIRST, Kind.SECOND]", "one", "a b"),
        ("for one in [Numbered.FIRST]", "one.name", "FIRST"),
    ],
)
def test_names(loop: str, sent: str, expected: str) -> None:
    found = stream_of({"app.py": f"{HEAD}    {loop}:\n        yield frame({sent})\n"})
    assert found is not None
    assert names(found) == expected.split()
    assert found.ending == "ends"


@pytest.mark.parametrize("loop", ["for one in Base", "for one in json.loads(text)"])
def test_no_members(loop: str) -> None:
    found = stream_of({"app.py": f"{HEAD}    {loop}:\n        yield frame(one)\n"})
    assert found is not None
    assert names(found) == ["?", "*"]


def test_members_come_certainly() -> None:
    found = stream_of({"app.py": f"{HEAD}    for one in Kind:\n        yield frame(one)\n"})
    assert found is not None
    assert [one.certain for one in found.emissions] == [True, True]


@pytest.mark.parametrize(
    ("loop", "ending"),
    [
        ("for _, one in enumerate(forever())", "endless"),
        ("for one in filter(None, forever())", "endless"),
        ("for one in map(frame, thrice())", "ends"),
        ("for one in iter(forever, None)", "unknown"),
    ],
)
def test_what_goes_through_another_ends_as_that_does(loop: str, ending: str) -> None:
    more = """
def forever():
    while True:
        yield "a"
def thrice():
    for n in range(3):
        yield "a"
"""
    found = stream_of({"app.py": f"{HEAD}    {loop}:\n        yield frame(one)\n{more}"})
    assert found is not None
    assert found.ending == ending
