"""Which words of one file shape the tree: the openers of blocks, and the words that can wait."""

from collections.abc import Set as AbstractSet
from functools import cache

from sse_check.template.dialects import Dialect

Words = tuple[AbstractSet[str], AbstractSet[str]]

# Blocks that render their body once, in place, whatever they are given.
_INERT = frozenset(
    "autoescape blocktrans blocktranslate compress filter language localize localtime spaceless "
    "timezone trans translate with".split()
)
# Words of nearly every file, told apart from the rest without a look at each.
_ENDS = frozenset(
    "endif endfor endblock endwith endmacro endcall endset endcomment endblocktrans "
    "endblocktranslate endtrans endfilter endspaceless endautoescape".split()
)
_EVERYDAY = _ENDS.union(
    "if else elif for empty block extends include import from set with macro call trans load url "
    "static csrf_token translate blocktrans blocktranslate filter comment do now cycle".split()
)
# With one of these a translated block has two bodies; `end` alone ends anything.
_BRANCHING = frozenset(("plural", "pluralize", "end"))


def block_words(dialect: Dialect, words: frozenset[str]) -> Words:
    """The openers and the leaves: most statements (`url`, `load`) open nothing."""
    ends = words & _ENDS
    rare = words - _EVERYDAY
    if rare:
        ends |= {word for word in rare if word[:3] == "end"}
    openers, shaping = _shaping(dialect, ends, words.isdisjoint(_BRANCHING))
    return openers, words - shaping


# Files differ in their words, and much less in which of them end something.
@cache
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
