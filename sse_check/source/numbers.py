"""Numbers that others wrote: Python reads no digits beyond some thousands, and some that are none.

`"²".isdigit()` holds and `int("²")` raises, as `int` does for five thousand nines; a count of
5,000 digits is no count.
"""

# What a number in a browser can hold, and nothing counts as far as that.
_MOST_DIGITS = 15


def count_of(text: str) -> int | None:
    """A whole number of figures alone; None when it is none, or larger than anything counts."""
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        return None
    return int(text)


def clamped(text: str) -> int:
    """A number with or without a sign; beyond what can be counted one is like another."""
    number = count_of(text.lstrip("+-"))
    number = 10**_MOST_DIGITS if number is None else number
    return -number if text.startswith("-") else number


def written_out(value: object) -> str:
    """A constant of Python as it is written into a text."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    try:
        return str(value)
    except ValueError:
        # An integer that Python does not write out either: no program gets further than this.
        return hex(value) if isinstance(value, int) else repr(type(value))
