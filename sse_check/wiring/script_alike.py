"""What several texts of a script come to, where one of them is taken."""

from sse_check.template.values import Pattern


def alike(ways: list[Pattern]) -> Pattern:
    """The text that all of them are; addresses that differ in their queries alone are one, with a
    query that is not known."""
    if len(set(ways)) == 1:
        return ways[0]
    paths = {Pattern.of(*_path(way)) for way in ways}
    return Pattern.of(*paths.pop().parts, "?", None) if len(paths) == 1 else Pattern((None,))


def _path(address: Pattern) -> list[str | None]:
    """The parts of an address before its query."""
    found: list[str | None] = []
    for part in address.parts:
        found.append(part.partition("?")[0] if part is not None else None)
        if part is not None and "?" in part:
            break
    return found
