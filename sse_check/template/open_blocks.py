"""An open block of the template language, while a file is parsed."""

from typing import NamedTuple

from sse_check.template.lexer import Tag


class TagResume(NamedTuple):
    """A start tag begun before a branch that closes it."""

    node: int
    tag_start: int


class Frame:
    """An open block of the template language."""

    # Class attributes are defaults: most frames need few of these, and frames are many.
    first_node = 0
    exhaustive = False
    in_tag: TagResume | None = None
    in_case = False
    block = -1
    ends: list[tuple[int, int]] | None = None

    def __init__(self, word: str, kind: str, tag: Tag, before: int) -> None:
        self.word = word
        self.kind = kind
        self.tag = tag
        self.before = before
        # Where the tag of the branch that is open now begins.
        self.branch = tag[0]
