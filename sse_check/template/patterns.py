"""Many patterns asked at once: most are plain texts, which are looked up."""

from collections.abc import Iterable

from sse_check.template.values import Pattern


class Patterns:
    """Several patterns; two of them match when one text can fit both."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self.texts: set[str] = set()
        self.open: list[Pattern] = []
        given = list(patterns)
        self.number = len(given)
        for one in dict.fromkeys(given):
            text = one.literal
            if text is None:
                self.open.append(one)
            else:
                self.texts.add(text)

    def match(self, other: Pattern) -> bool:
        """Whether one of them matches a pattern."""
        text = other.literal
        if text is not None:
            return text in self.texts or any(one.matches(other) for one in self.open)
        return any(one.matches(other) for one in self.open) or any(
            Pattern.of(one).matches(other) for one in self.texts
        )
