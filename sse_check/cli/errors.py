"""Wrong use of the command line: a message, and exit status 2."""

from collections.abc import Iterable


class UseError(Exception):
    """The user asked for something that cannot be done as it was said."""


def meant(word: str, known: Iterable[str]) -> str:
    """What was most likely meant by a word, as the end of a message; empty when nothing is near."""
    from difflib import get_close_matches

    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean `{close[0]}`?" if close else ""
