"""Which words of one file shape the tree: the openers of blocks, and the words that can wait."""

from collections.abc import Set as AbstractSet

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
    ends = {word for word in words if word[:3] == "end"}
    ended = {word[3:] for word in ends}
    # Anybody can add tags: the words that a file has an end for open a block.
    openers: AbstractSet[str] = dialect.openers or ended
    leaves = words - dialect.shaping - ends - openers
    inert = ended & _INERT
    if inert and words.isdisjoint(_BRANCHING):
        leaves |= inert.union(f"end{word}" for word in inert)
        openers = openers - inert
    return openers, leaves
