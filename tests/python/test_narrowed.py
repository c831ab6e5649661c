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
    # It says nothing where it may be otherwise by then.
    ("x = pick(row)\n if x is None or row:\n  return x\n return 'b'", ["None", "a", "b"]),
    ("x = pick(row)\n if x:\n  x = pick(row)\n  return x\n return 'b'", ["None", "a", "b"]),
    ("x = 'a'\n if x:\n  while row:\n   yield_(x)\n   x = pick(row)\n  return x", ["a", "None"]),
    ("x = pick(row)\n if x:\n  row()\n return x", ["None", "a"]),
    ("if row < 'c':\n  return row\n return 'd'", ["*", "d"]),
    ("if row in names:\n  return row\n return 'd'", ["*", "d"]),
    ("if row == other:\n  return row\n return 'd'", ["*", "d"]),
]


@pytest.mark.parametrize(("body", "expected"), FUNCTIONS)
def test_a_condition_leaves_what_it_may_hold_with(body: str, expected: list[str]) -> None:
    source = f"""
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
