"""Random blocks inside start tags, and pages that replace them, for comparisons with the engines."""

import random

NAMES = ("hx-vals", "hx-sync", "hx-params", "hx-push-url", "hx-encoding")
CONDITIONS = ("a", "b", "c")


class TagBlocks:
    """Makes what stands in a layout's tags, and the blocks of those that extend it."""

    def __init__(self, seed: int, above: str) -> None:
        # Apart from the rest of a project, which stays what it was for its seed.
        self.chance = random.Random(f"tags {seed}")
        self.above = above
        self.left = 12
        # The blocks that there are, each with what makes its content.
        self.known: dict[str, bool] = {}

    def place(self) -> str:
        """What stands in a start tag of the layout."""
        if self.chance.random() < 0.4:
            return ""
        return self.attribute(0) if self.chance.random() < 0.3 else self.block(True, 0)

    def replaced(self) -> str:
        """The blocks of a file that extends a layout."""
        found = []
        for name, is_attributes in list(self.known.items()):
            if self.chance.random() < 0.4:
                continue
            inner = self.content(is_attributes, 1)
            if self.chance.random() < 0.4:
                gap = " " if is_attributes else ""
                pieces = [inner, f"{gap}{{{{ {self.above} }}}}"]
                self.chance.shuffle(pieces)
                inner = "".join(pieces)
            if self.chance.random() < 0.1:
                inner = f"{{% if {self.chance.choice(CONDITIONS)} %}}{inner}{{% endif %}}"
            found.append(f"{{% block {name} %}}{inner}{{% endblock %}}")
        return "".join(found)

    def block(self, is_attributes: bool, level: int) -> str:
        name = f"tag{len(self.known)}"
        self.known[name] = is_attributes
        text = f"{{% block {name} %}}{self.content(is_attributes, level + 1)}{{% endblock %}}"
        return f" {text}" if is_attributes and self.chance.random() < 0.5 else text

    def content(self, is_attributes: bool, level: int) -> str:
        make = self.attribute if is_attributes else self.value
        return "".join(make(level) for _ in range(self.chance.choice((0, 1, 1, 2))))

    def attribute(self, level: int) -> str:
        self.left -= 1
        kind = self.chance.randrange(5) if self.left > 0 and level < 4 else 0
        if kind == 1:
            return self.either(True, level)
        if kind == 2:
            return self.block(True, level)
        return f' {self.chance.choice(NAMES)}="{self.value(level + 1)}"'

    def value(self, level: int) -> str:
        self.left -= 1
        kind = self.chance.randrange(6) if self.left > 0 and level < 4 else 0
        if kind == 1:
            return self.either(False, level)
        if kind >= 4:
            return self.block(False, level)
        return self.chance.choice("xyz")

    def either(self, is_attributes: bool, level: int) -> str:
        key = self.chance.choice(CONDITIONS)
        inner = self.content(is_attributes, level + 1)
        if self.chance.random() < 0.5:
            return f"{{% if {key} %}}{inner}{{% endif %}}"
        other = self.content(is_attributes, level + 1)
        return f"{{% if not {key} %}}{inner}{{% else %}}{other}{{% endif %}}"
