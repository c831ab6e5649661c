"""What the branches of a condition say: facts that hold in them, so that branches correlate."""

from functools import lru_cache

from sse_check.source.lazy import lazy

Facts = tuple[tuple[str, bool], ...]
"""Conditions known to be true or false, by their text."""

Clause = tuple[str, bool, str]
"""What a branch says before anybody reads it: condition, truth, and what keeps it apart."""

Clauses = tuple[Clause, ...]

_SPACE = lazy(r"\s+")
_NAME = lazy(r"[A-Za-z_]\w*")
_AND = lazy(r"\s+and\s+")
_OR = lazy(r"\s+or\s+")
_NOT = lazy(r"not\s+(?=[\w.\[\]'\"]+$)|not\s+(?=\()")


def names_in(text: str) -> frozenset[str]:
    return frozenset(_NAME.findall(text))


@lru_cache(maxsize=4096)
def facts_when(condition: str, truth: bool, scope: str = "") -> Facts:
    """The facts that follow from `condition` being true or false.

    `a and b` being true says both; `a or b` being false denies both. Anything with
    parentheses is one opaque fact: to know less is safe, to know wrongly is not.
    """
    text = _SPACE.sub(" ", condition).strip()
    if not text:
        return ()
    if "(" not in text and " if " not in text:
        splitter = None
        if truth and " or " not in text:
            splitter = _AND
        elif not truth and " and " not in text:
            splitter = _OR
        if splitter is not None:
            parts = splitter.split(text)
            if len(parts) > 1:
                return tuple(fact for part in parts for fact in facts_when(part, truth, scope))
    negation = _NOT.match(text)
    if negation and " and " not in text and " or " not in text:
        return ((scope + text[negation.end() :], not truth),)
    return ((scope + text, truth),)


def consistent(known: dict[str, bool], facts: Facts) -> bool:
    """Can `facts` hold where `known` holds?"""
    return all(known.get(key, truth) == truth for key, truth in facts)


def combine(known: dict[str, bool], facts: Facts) -> dict[str, bool]:
    if not facts:
        return known
    return {**known, **dict(facts)}


def facts_of(clauses: Clauses) -> Facts:
    return tuple(fact for clause in clauses for fact in facts_when(*clause))
