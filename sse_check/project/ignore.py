"""`.gitignore` patterns, read by pathspec as git reads them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

    Patterns = GitIgnoreSpec
else:
    # The library is imported when there are patterns to read.
    Patterns = object

Level = tuple[str, Patterns | None]
"""A folder, and the patterns that are written in it for what lies below."""

# Each star doubles, at worst, the time in which a pattern fails; nobody needs this many.
_MOST_STARS = 3
_STARS = re.compile(r"\*+")
_ROW_OF_STARS = re.compile(r"(?<!\\)\*{2,}")
_MOST_PATTERNS = 5_000
# Endings of files that are neither templates nor code.
_ENDS_ELSEWHERE = re.compile(r"\.(?:json|log|txt|xml|zip|gz|tar|csv|map|lock|png|svg|pid|db)\Z")


@lru_cache(maxsize=256)
def read_patterns(text: str) -> tuple[Patterns | None, tuple[str, ...]]:
    """The patterns of one file, and what is said of those that are left out."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if not lines:
        return None, ()
    from pathspec import GitIgnoreSpec

    kept: list[str] = []
    refused: list[str] = []
    if len(lines) > _MOST_PATTERNS:
        refused.append(f"only the first {_MOST_PATTERNS} of {len(lines)} patterns are read")
    for line in lines[:_MOST_PATTERNS]:
        if _is_costly(line):
            if _ENDS_ELSEWHERE.search(line):
                # `report.[0-9]*.[0-9]*.[0-9]*.[0-9]*.json`: whatever it matches, nobody reads it.
                continue
            refused.append(f"the pattern `{line[:60]}` has too many stars and is not read")
        elif _is_pattern(plain := _with_single_stars(line)):
            kept.append(plain)
    return GitIgnoreSpec.from_lines(kept), tuple(refused)


def _is_costly(line: str) -> bool:
    parts = line.split("/")
    many = sum(part == "**" for part in parts) > _MOST_STARS
    return many or any(len(_STARS.findall(part)) > _MOST_STARS for part in parts)


def _with_single_stars(line: str) -> str:
    """The pattern with one star for a row of them, as git takes it; the library counts each."""
    parts = line.split("/")
    for at, part in enumerate(parts):
        stars = part.removeprefix("!") if at == 0 else part
        if stars.rstrip().strip("*"):
            parts[at] = _ROW_OF_STARS.sub("*", part)
        elif len(stars) > 2:
            parts[at] = f"{part[: len(part) - len(stars)]}**"
    return "/".join(parts)


@lru_cache(maxsize=4096)
def _is_pattern(line: str) -> bool:
    """Git passes over what is no pattern; the library stops at it."""
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except (ValueError, re.error):
        return False
    return True


def decide(path: str, levels: list[Level]) -> bool | None:
    """Whether `path` is ignored, or None when nothing speaks of it.

    A folder's path ends with a slash. `levels` are the files of patterns above it, outermost
    first; the innermost that speaks of the path decides.
    """
    for base, patterns in reversed(levels):
        if patterns is None:
            continue
        inner = path[len(base) + 1 :] if base else path
        include = patterns.check_file(inner).include
        if include is not None:
            return include
    return None
