"""What a condition around a place says of a name: the values that it leaves."""

import pytest

from tests.python.helpers import program, texts

# A function, and what `give(...)` may return. `*` stands for any text.
FUNCTIONS = [
    # Nothing is left of None where it was asked for.
    ("x = pick(row)\n if x is not None:\n  return x", ["a"]),
    ("x = pick(row)\n if x is None:\n  return 'none'\n return x", ["none", "a"]),
    ("x = pick(row)\n if x:\n  return x\n return 'b'", ["a", "b"]),
    ("x = pick(row)\n if not x:\n  return 'b'\n return x", ["b", "a"]),
    ("if (x := pick(row)):\n  return x\n return 'b'", ["a", "b"]),
    ("if (x := pick(row)) is not None and row:\n  return x\n return 'b'", ["a", "b"]),
    ("x = pick(row)\n if x is None or row:\n  return 'b'\n return x", ["b", "a"]),
    ("for x in [pick(row)]:\n  if x is None:\n   continue\n  return x", ["a"]),
    ("x = pick(row)\n while row:\n  if x is not None:\n   return x\n  x = pick(row)", ["a"]),
    # A tuple says by its first part what it holds.
    ("x = tell(row)\n if x[0] == 'text':\n  return x[1]\n return 'b'", ["a", "b"]),
    ("x = tell(row)\n if x[0] != 'text':\n  return 'b'\n return x[1]", ["b", "a"]),
    ("x = tell(row)\n if x[0] == row:\n  return x[1]\n return 'b'", ["None", "a", "b"]),
    # What is compared with a text is that text.
    ("if row == 'c':\n  return row\n return 'd'", ["c", "d"]),
    ("if row in ('c', 'd'):\n  return row\n return 'e'", ["c", "d", "e"]),
    ("if row != 'c':\n  return 'd'\n return row", ["d", "c"]),
    ("x = choose(row)\n if x == 'a':\n  return x\n return 'c'", ["a", "c"]),
    ("x = choose(row)\n if x not in ('a',):\n  return x\n return 'c'", ["b", "c"]),
    ("if row in KINDS:\n  return row\n return 'e'", ["a", "b", "e"]),
    ("if row not in KINDS:\n  return 'e'\n return row", ["e", "a", "b"]),
    ("if row in MARKS:\n  return row\n return 'e'", ["a", "e"]),
    ("x = choose(row)\n if x in LATER:\n  return x\n return 'e'", ["b", "e"]),
    # A beginning is a part of it.
    ("if row.startswith('seat:'):\n  return row\n return 'e'", ["seat:*", "e"]),
    (
        "if not row.startswith(('seat:', 'row:')):\n  return 'e'\n return row",
        ["e", "seat:*", "row:*"],
    ),
    ("x = choose(row)\n if x.startswith('a'):\n  return x\n return 'c'", ["a", "c"]),
    ("x = choose(row)\n if not x.startswith('a'):\n  return x\n return 'c'", ["b", "c"]),
    # So is what is read from an object, or out of a dict, as long as nobody else has a turn.
    ("if row.kind in KINDS:\n  return row.kind\n return 'e'", ["a", "b", "e"]),
    ("if row['kind'] == 'c':\n  return row['kind']\n return 'e'", ["c", "e"]),
    ("if row.of['kind'] != 'c':\n  return 'e'\n return row.of['kind']", ["e", "c"]),
    (
        "if row.kind.startswith('seat:'):\n  logger.info(row.kind)\n  return row.kind\n return 'e'",
        ["seat:*", "e"],
    ),
    ("if row.kind == 'c':\n  row.go()\n  return row.kind\n return 'd'", ["*", "d"]),
    ("if row.kind == 'c':\n  yield_()\n  return row.kind\n return 'd'", ["*", "d"]),
    ("if row.kind == 'c':\n  row.kind = other\n  return row.kind\n return 'd'", ["*", "d"]),
    ("if row.kind == 'c':\n  row = other\n  return row.kind\n return 'd'", ["*", "d"]),
    ("if row.kind == 'c':\n  for one in other:\n   return row.kind\n return 'd'", ["*", "d"]),
    ("if row.kind == 'c':\n  return row.name\n return 'd'", ["*", "d"]),
    (
        "one = line.get()\n if one.kind == 'c':\n  other(row)\n  return one.kind\n return 'd'",
        ["c", "d"],
    ),
    (
        "one = line.get()\n if one.kind == 'c':\n  other(one)\n  return one.kind\n return 'd'",
        ["*", "d"],
    ),
    (
        "one = line.get(row)\n if one.kind == 'c':\n  other(row)\n  return one.kind\n return 'd'",
        ["*", "d"],
    ),
    # One of the members of an enumeration.
    ("x = Kind(row)\n if x in KINDS:\n  return x\n return 'd'", ["a", "d"]),
    # It says nothing where it may be otherwise by then.
    ("x = pick(row)\n if x is None or row:\n  return x\n return 'b'", ["None", "a", "b"]),
    ("x = pick(row)\n if x:\n  x = pick(row)\n  return x\n return 'b'", ["None", "a", "b"]),
    ("x = 'a'\n if x:\n  while row:\n   yield_(x)\n   x = pick(row)\n  return x", ["a", "None"]),
    ("x = pick(row)\n if x:\n  row()\n return x", ["None", "a"]),
    ("if row < 'c':\n  return row\n return 'd'", ["*", "d"]),
    ("if row in names:\n  return row\n return 'd'", ["*", "d"]),
    ("KINDS = [row]\n if row in KINDS:\n  return row\n return 'd'", ["*", "d"]),
    ("if row in KINDS + names:\n  return row\n return 'd'", ["*", "d"]),
    ("if row == other:\n  return row\n return 'd'", ["*", "d"]),
]


@pytest.mark.parametrize(("body", "expected"), FUNCTIONS)
def test_a_condition_leaves_what_it_may_hold_with(body: str, expected: list[str]) -> None:
    source = f"""
from enum import StrEnum
class Kind(StrEnum):
    FIRST = "a"
    LAST = "z"
KINDS = ("a", "b")
MARKS = {{"a"}}
LATER = ["b"]
def pick(row):
    if row:
        return None
    return "a"
def choose(row):
    return "a" if row else "b"
def tell(row):
    return ("nothing", None) if row else ("text", "a")
def give(row):
 {body}
given = give(unknown)
"""
    assert list(dict.fromkeys(texts(program(main=source), "given"))) == expected


def test_a_list_that_was_empty_may_have_been_filled() -> None:
    source = """
def give(fill):
    found = []
    fill(found)
    if found:
        return found
    return "none"
given = give(unknown)
"""
    assert len(texts(program(main=source), "given")) == 2
