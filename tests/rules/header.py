"""The lines at the head of a rule's page that say how it is used, made of the rule's metadata."""

import re
from collections.abc import Sequence

from sse_check.findings.rule import Rule
from sse_check.project.settings import LEVELS
from tests.rules.marks import sayings

_HEADER = re.compile(r"^- Severity: .*?(?=^\n)", re.MULTILINE | re.DOTALL)
_SUMMARY_END = re.compile(r"\A# \w+\n\n(?:.+\n)+\n", re.MULTILINE)
_FIXES = {"safe": "`--fix`", "unsafe": "`--fix --unsafe-fixes`"}


def header_of(rule: Rule, said: list[str]) -> str:
    """`said` is what the rule says of its examples and cases."""
    others = [
        level
        for level in LEVELS
        if level != rule.severity and any(_level(saying) == level for saying in said)
    ]
    profiles = "`contract` and `browser`"
    if any(saying.startswith(tuple(f"{level}, harmless" for level in LEVELS)) for saying in said):
        profiles += "; `browser` leaves out what does no harm"
    lines = {
        "Severity": rule.severity + (f"; {_listed(others)} in some cases" if others else ""),
        "Fix": _listed([_FIXES[fix] for fix in rule.fixes]) or "by hand",
        "Applies to": f"htmx {_listed(rule.stacks)}",
        "Profiles": profiles,
        "Silence": f"`sse-check: ignore[{rule.name}] why` in a comment on its line or the one above; "
        f'`ignore = ["{rule.name}"]` in the settings',
        "Since": rule.since,
    }
    return "".join(f"- {name}: {value}\n" for name, value in lines.items())


def _level(saying: str) -> str:
    return re.split(r"[:,]", saying.removeprefix("possible "), maxsplit=1)[0]


def _listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)


def with_header(page: str, header: str) -> str:
    """A page with its header, new or in place of the old one."""
    if _HEADER.search(page):
        return _HEADER.sub(lambda _: header, page, count=1)
    return _SUMMARY_END.sub(lambda summary: f"{summary[0]}{header}\n", page, count=1)


def said_by(rule: str, messages: dict[str, str]) -> list[str]:
    return [
        saying
        for title, text in messages.items()
        if title.startswith(f"{rule}: ")
        for saying in (sayings(text) or text.splitlines())
    ]
