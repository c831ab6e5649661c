"""How the generations of htmx read a list of triggers."""

import re
from functools import lru_cache
from typing import NamedTuple

from sse_check.htmx import hcon
from sse_check.pages.marks import HOLE


class Trigger(NamedTuple):
    """One trigger of a list: its event, its filter in brackets, its modifiers (`from:body`)."""

    word: str
    condition: str
    modifiers: list[str]

    @property
    def filters(self) -> bool:
        """Whether it hangs on a filter of which nothing can be told."""
        return self.condition not in ("", "[true]", "[false]")

    def given(self, name: str) -> str | None:
        """The value of a modifier, "" for one without any, None when it is not there."""
        for modifier in self.modifiers:
            key, _, value = modifier.partition(":")
            if key == name:
                return value
        return None


_WORD = re.compile(r"[^,\[\s]*")
_TOKEN = re.compile(r"[_$a-zA-Z][_$a-zA-Z0-9]*|\"[^\"]*\"?|'[^']*'?|.", re.DOTALL)
_UNTIL_BLANK = re.compile(r"[^\s,]*")
_FLAGS = ("changed", "once", "consume")
_SETTINGS = ("delay", "from", "target", "throttle", "queue", "root", "threshold")
_SELECTORS = ("from", "target", "root")
_TWO_WORDS = ("closest", "find", "next", "previous")
_EVERY = re.compile(r"^\s*every\s+(\S+?)\s*(\[[^\]]*\])")
_FIRST = re.compile(r"\s*(\S+\[[^\]]*\]|\S+)\s*(.*?)\s*$", re.DOTALL)


def trigger_specs(text: str, generation: str = "2") -> list[Trigger]:
    """The triggers of a list, in its order."""
    return list(_read(text, generation))


@lru_cache(maxsize=1024)
def _read(text: str, generation: str) -> tuple[Trigger, ...]:
    """The same list is read each time that its page is played."""
    if generation == "4":
        parts = (_by_pairs(part) for part in hcon.split(text))
        return tuple(trigger for trigger in parts if trigger is not None)
    return tuple(_by_tokens(text))


def loads_at_once(text: str, generation: str = "2") -> list[str]:
    """The filters of the `load` triggers that do not wait; an empty one for each without any."""
    return [
        trigger.condition
        for trigger in trigger_specs(text, generation)
        if trigger.word == "load" and trigger.given("delay") is None
    ]


def timing_of(trigger: Trigger) -> tuple[str, ...]:
    """The modifiers that keep a request from going out at once, or every time."""
    return tuple(word for word in trigger.modifiers if word.startswith(("delay", "throttle")))


def _by_pairs(part: str) -> Trigger | None:
    """htmx 4: a word, then settings."""
    match = _FIRST.match(_EVERY.sub(r"every\2 \1", part))
    if match is None:
        return None
    word, bracket, condition = match[1].partition("[")
    settings = hcon.pairs(match[2])
    modifiers = [key if value == "true" else f"{key}:{value}" for key, value in settings.items()]
    return Trigger(word, bracket + condition, modifiers)


def _by_tokens(text: str) -> list[Trigger]:
    """htmx 1 and 2: up to the first that neither is a trigger nor ends at a comma."""
    found: list[Trigger] = []
    at = _blanks(text, 0)
    while True:
        start = at
        word = _next(_WORD, text, at)
        at += len(word)
        if word:
            trigger, at = (_every if word == "every" else _modified)(text, at, word)
            found.append(trigger)
        # What no word starts with is left out, be it a comma.
        at = _blanks(text, at + (at == start))
        if not text.startswith(",", at):
            return found
        at = _blanks(text, at + 1)


def _every(text: str, at: int, word: str) -> tuple[Trigger, int]:
    at = _blanks(text, at)
    pause = _next(_WORD, text, at)
    at = _blanks(text, at + len(pause))
    condition = _condition(text, at)
    return Trigger(word, condition, [pause]), at + len(condition)


def _modified(text: str, at: int, word: str) -> tuple[Trigger, int]:
    modifiers: list[str] = []
    condition = _condition(text, at)
    at = _blanks(text, at + len(condition))
    while at < len(text) and text[at] != ",":
        start, name = at, _next(_TOKEN, text, at)
        at += len(name)
        if name in _SETTINGS and text.startswith(":", at):
            value, at = _value(text, at + 1, name)
            modifiers.append(f"{name}:{value}")
        elif name in _FLAGS:
            modifiers.append(name)
        elif name != HOLE:
            if text[start - 1].isspace() and name not in _SETTINGS:
                modifiers.append(_next(_UNTIL_BLANK, text, start))
            # The script leaves out what comes next as well, be it a comma.
            at += len(_next(_TOKEN, text, at))
        at = _blanks(text, at)
    return Trigger(word, condition, modifiers), at


def _condition(text: str, at: int) -> str:
    """What stands in brackets, up to the one that closes them."""
    depth = 0
    for match in _TOKEN.finditer(text, at):
        depth += (match[0] == "[") - (match[0] == "]")
        if depth == 0:
            return text[at : match.end()] if match.start() > at else ""
    return text[at:]


def _value(text: str, at: int, name: str) -> tuple[str, int]:
    if name in _SELECTORS and text[at : at + 1] in "({":
        end = re.compile(r"[)}]|$").search(text, at)
        stop = end.start() if end else len(text)
        return text[at + 1 : stop].strip(), stop + 1
    value = _next(_UNTIL_BLANK, text, at)
    at += len(value)
    if name == "from" and value in _TWO_WORDS:
        # The script leaves out what comes next, a blank as a rule.
        rest, at = _value(text, at + 1, "target")
        value = f"{value} {rest}" if rest else value
    return value, at


def _next(pattern: re.Pattern[str], text: str, at: int) -> str:
    match = pattern.match(text, at)
    return match[0] if match else ""


def _blanks(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at
