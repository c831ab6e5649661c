"""How the generations of htmx read a list of triggers."""

import re
from functools import lru_cache
from typing import NamedTuple

from sse_check.htmx import hcon


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
_MODIFIER = re.compile(r"[\w-]+")
_BRACKETS = re.compile(r"\[(?:[^\]\"'\[]|\"[^\"]*\"|'[^']*'|\[[^\]]*\])*\]?")
_UNTIL_BLANK = re.compile(r"[^\s,]*")
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
    found: list[Trigger] = []
    at = 0
    while at < len(text):
        start = at
        at = _blanks(text, at)
        match = _WORD.match(text, at)
        word = match[0] if match else ""
        at += len(word)
        if word:
            trigger, at = _modified(text, at, word)
            found.append(trigger)
        at = _blanks(text, at)
        at += at < len(text) and (text[at] == "," or at == start)
    return found


def _modified(text: str, at: int, word: str) -> tuple[Trigger, int]:
    modifiers: list[str] = []
    if word == "every":
        pause = _WORD.match(text, _blanks(text, at))
        modifiers = [pause[0]] if pause else []
        at = _blanks(text, pause.end() if pause else at)
    match = _BRACKETS.match(text, at)
    condition = match[0] if match else ""
    at = _blanks(text, at + len(condition))
    while at < len(text) and text[at] != ",":
        start = at
        match = _MODIFIER.match(text, at)
        name = match[0] if match else text[at]
        at += len(name)
        if text.startswith(":", at):
            value, at = _value(text, at + 1, name)
            name = f"{name}:{value}"
        modifiers.append(name)
        at = max(_blanks(text, at), start + 1)
    return Trigger(word, condition, modifiers), at


def _value(text: str, at: int, name: str) -> tuple[str, int]:
    if name in _SELECTORS and text[at : at + 1] in "({" and at < len(text):
        end = re.compile(r"[)}]|$").search(text, at)
        stop = end.start() if end else len(text)
        return text[at + 1 : stop].strip(), stop + 1
    match = _UNTIL_BLANK.match(text, at)
    value = match[0] if match else ""
    at += len(value)
    if name == "from" and value in _TWO_WORDS and text[at : at + 1].isspace():
        rest, at = _value(text, at + 1, name)
        value = f"{value} {rest}" if rest else value
    return value, at


def _blanks(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at
