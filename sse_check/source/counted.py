"""Numbers of things in sentences."""


def counted(number: int, what: str) -> str:
    """`1 page`, `2 pages`."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def in_seconds(number: float) -> str:
    """`1 second`, `2.5 seconds`."""
    return f"{number:g} second{'' if number == 1 else 's'}"
