"""Which words of one file shape the tree: the openers of blocks, and the words that can wait."""

from collections.abc import Set as AbstractSet
from functools import lru_cache

from sse_check.template.dialects import Dialect

Words = tuple[AbstractSet[str], AbstractSet[str]]

# Blocks that render their body once, in place, whatever they are given.
_INERT = frozenset(
    "autoescape blocktrans blocktranslate compress filter language localize localtime spaceless "
    "timezone trans translate with".split()
)
# With one of these a translated block has two bodies; `end` alone ends anything.
_BRANCHING = frozenset(("plural", "pluralize", "end"))


def block_words(dialect: Dialect, words: frozenset[str]) -> Words:
    """The openers and the leaves: most statements (`url`, `load`) open nothing."""
    ends = frozenset([word for word in words if word[:3] == "end"])
    openers, shaping = _shaping(dialect, ends, words.isdisjoint(_BRANCHING))
    return openers, words - shaping


# Files differ in their words, and much less in which of them end something.
@lru_cache(maxsize=1024)
def _shaping(dialect: Dialect, ends: frozenset[str], inert_blocks: bool) -> Words:
    """The openers, and all words that shape the tree of a file with these end words."""
    ended = {word[3:] for word in ends}
    # Anybody can add tags: the words that a file has an end for open a block.
    openers = dialect.openers or ended
    shaping = dialect.shaping | ends | openers
    if inert_blocks:
        inert = ended & _INERT
        shaping -= inert.union(f"end{word}" for word in inert)
        openers -= inert
    return openers, shaping
