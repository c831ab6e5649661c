"""How the conditions of one rendering go, and which of them were asked for."""

from sse_check.template.conditions import Facts


class Decisions:
    """Conditions by their text. `chosen` decides some, `default` those that are not in it."""

    __slots__ = ("asked", "chosen", "default", "touched")

    def __init__(self, chosen: dict[str, bool], *, default: bool = True) -> None:
        self.chosen = chosen
        self.default = default
        # Conditions that were met, in their order; and those met since somebody emptied it.
        self.asked: dict[str, bool] = {}
        self.touched: set[str] = set()

    def truth(self, key: str) -> bool:
        self.touched.add(key)
        value = self.asked.get(key)
        if value is None:
            value = self.asked[key] = self.chosen.get(key, self.default)
        return value

    def hold(self, facts: Facts) -> bool:
        asked, touched = self.asked, self.touched
        for key, wanted in facts:
            touched.add(key)
            value = asked.get(key)
            if value is None:
                value = asked[key] = self.chosen.get(key, self.default)
            if value != wanted:
                return False
        return True

    def agree(self, wanted: dict[str, bool]) -> bool:
        """Whether these decisions are among those that were made."""
        chosen, default = self.chosen, self.default
        return all(chosen.get(key, default) == value for key, value in wanted.items())
