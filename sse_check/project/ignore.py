"""`.gitignore` patterns, as git reads them."""

import re
from functools import lru_cache
from typing import NamedTuple


class Rule(NamedTuple):
    pattern: re.Pattern[str]
    negated: bool
    folders_only: bool


@lru_cache(maxsize=256)
def read_rules(text: str) -> tuple[Rule, ...]:
    """The rules of one file, in order."""
    rules = []
    for raw in text.splitlines():
        line = raw.rstrip() if not raw.endswith("\\ ") else raw
        if not line or line.startswith("#"):
            continue
        negated = line.startswith("!")
        line = line[1:] if negated else line
        folders_only = line.endswith("/")
        line = line.rstrip("/")
        if line:
            rules.append(Rule(_compiled(line), negated, folders_only))
    return tuple(rules)


def _compiled(line: str) -> re.Pattern[str]:
    anchored = "/" in line
    line = line.removeprefix("/")
    translated, position = [], 0
    while position < len(line):
        if line.startswith("**/", position):
            translated.append("(?:.*/)?")
            position += 3
        elif line.startswith("**", position):
            translated.append(".*")
            position += 2
        elif line[position] == "*":
            translated.append("[^/]*")
            position += 1
        elif line[position] == "?":
            translated.append("[^/]")
            position += 1
        elif line[position] == "[" and "]" in line[position + 2 :]:
            end = line.index("]", position + 2)
            body = line[position + 1 : end].replace("\\", "\\\\")
            translated.append("[" + ("^" + body[1:] if body[:1] == "!" else body) + "]")
            position = end + 1
        else:
            position += line[position] == "\\" and position + 1 < len(line)
            translated.append(re.escape(line[position]))
            position += 1
    prefix = "" if anchored else "(?:.*/)?"
    try:
        return re.compile(prefix + "".join(translated) + r"\Z", re.DOTALL)
    except re.error:
        return re.compile(re.escape(line) + r"\Z")


def is_ignored(path: str, is_folder: bool, levels: list[tuple[str, tuple[Rule, ...]]]) -> bool:
    """Whether `path` is ignored; `levels` are the rule files above it, outermost first.

    The last rule that matches decides, as in git.
    """
    for base, rules in reversed(levels):
        inner = path[len(base) :].lstrip("/")
        for rule in reversed(rules):
            if rule.folders_only and not is_folder:
                continue
            if rule.pattern.match(inner):
                return not rule.negated
    return False
