"""How much is spent on the markup of a project: in proportion to what it holds, and no more.

Functions that call each other write pages that grow with every call, though each page is bounded.
"""

from dataclasses import dataclass

# For each character of Python, and for a small project; measured, a step takes 20 microseconds.
_STEPS = 0.25
_STEPS_AT_LEAST = 40_000
_TEXT = 3
_TEXT_AT_LEAST = 4_000_000


@dataclass
class Budget:
    """Expressions that may be followed, and characters that may be written."""

    steps: int
    text: int

    @staticmethod
    def of(size: int) -> "Budget":
        """The budget for Python files of so many characters."""
        return Budget(_STEPS_AT_LEAST + int(size * _STEPS), _TEXT_AT_LEAST + size * _TEXT)

    @property
    def is_spent(self) -> bool:
        return self.steps <= 0 or self.text <= 0
