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


MORE = """
class Shown(str, Enum):
    FIRST = "a"
    def __str__(self):
        return self.value
@renaming
class Changed(Enum):
    FIRST = "a"
TABLE = {"one": Plain.FIRST}
"""


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ('f"event: {Plain.FIRST}\\ndata: 1\\n\\n"', "Plain.FIRST"),
        ('"event: {}\\ndata: 1\\n\\n".format(Plain.FIRST)', "Plain.FIRST"),
        ('"event: %s\\ndata: 1\\n\\n" % Plain.FIRST', "Plain.FIRST"),
        ('"event: " + str(Plain.FIRST) + "\\ndata: 1\\n\\n"', "Plain.FIRST"),
        ('f"event: {Numbered.FIRST}\\ndata: 1\\n\\n"', "Numbered.FIRST"),
        ("frame(Plain.SECOND)", "Plain.SECOND"),
        ('"event: {0.value}\\ndata: {one.name}\\n\\n".format(Plain.FIRST, one=Plain.FIRST)', "a"),
        ('"event: {.name}\\ndata: 1\\n\\n".format(Plain.FIRST)', "FIRST"),
        # What is a text already, or becomes one in another way.
        ('f"event: {Plain.FIRST.value}\\ndata: 1\\n\\n"', "a"),
        ('"event: " + Plain.FIRST + "\\ndata: 1\\n\\n"', "a"),
        ('"".join(["event: ", Plain.FIRST, "\\ndata: 1\\n\\n"])', "a"),
        ('f"event: {Plain.FIRST.lower()}\\ndata: 1\\n\\n"', "a"),
        ('f"event: {Kind.FIRST}\\ndata: 1\\n\\n"', "a"),
        ('f"event: {Shown.FIRST}\\ndata: 1\\n\\n"', "a"),
        ('f"event: {Changed.FIRST}\\ndata: 1\\n\\n"', "a"),
        # What a table holds may have come as JSON.
        ("frame(TABLE['one'])", "a"),
        ("frame(TABLE.get('one'))", "a"),
    ],
)
def test_what_becomes_of_a_member_in_a_text(sent: str, expected: str) -> None:
    head = HEAD.replace("def frame", f"{MORE}def frame")
    found = stream_of({"app.py": f"{head}    while True:\n        yield {sent}\n"})
    assert found is not None
    assert names(found) == [expected]


def test_a_model_may_hold_the_values_of_members() -> None:
    model = 'CONFIG = {"use_enum_values": True}\n'
    found = stream_of({"app.py": f"{HEAD}    yield frame(Plain.FIRST)\n{model}"})
    assert found is not None
    assert names(found) == ["a"]


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
