"""Text that becomes part of a page: what is no markup is escaped."""

import re
from collections.abc import Callable, Collection
from dataclasses import replace

from sse_check.markup.strings import cut
from sse_check.markup.tree import Choice, Loop, Markup, Part, Safe, Text
from sse_check.source import Source, Span

_SIGNS = re.compile(r'[&<>"]')
_ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}


def escaped(markup: Markup) -> Markup:
    """The same with its texts escaped; what is markup already stays as it is."""
    return _changed(markup, _escape)


def as_it_is(markup: Markup) -> Markup:
    """The same, and nothing escapes it any more."""
    return _changed(markup, lambda text: [Safe(text.text, text.span)])


def moved(markup: Markup, sources: Collection[Source], place: Span) -> Markup:
    """The same, with all that is written in these sources said to stand in one place."""

    def there(span: Span) -> Span:
        return place if span.source in sources else span

    found: list[Part] = []
    for part in markup:
        match part:
            case Choice():
                options = tuple((test, moved(one, sources, place)) for test, one in part.options)
                found.append(Choice(options, there(part.span)))
            case Loop():
                found.append(Loop(part.head, moved(part.body, sources, place), there(part.span)))
            case _:
                found.append(replace(part, span=there(part.span)))
    return tuple(found)


def _changed(markup: Markup, change: Callable[[Text], list[Text]]) -> Markup:
    found: list[Part] = []
    for part in markup:
        match part:
            case Safe():
                found.append(part)
            case Text():
                found.extend(change(part))
            case Choice():
                options = tuple((test, _changed(one, change)) for test, one in part.options)
                found.append(Choice(options, part.span))
            case Loop():
                found.append(Loop(part.head, _changed(part.body, change), part.span))
            case _:
                found.append(part)
    return tuple(found)


def _escape(text: Text) -> list[Text]:
    found: list[Text] = []
    done = 0
    for match in _SIGNS.finditer(text.text):
        found.append(cut(text, done, match.start()))
        done = match.end()
        found.append(Text(_ESCAPED[match[0]], cut(text, match.start(), done).span))
    found.append(cut(text, done, len(text.text)))
    return [Safe(one.text, one.span) for one in found if one.text]
