"""From a rendered sample back to its templates: every start tag is marked before it is rendered."""

import os
import re
import secrets
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sse_check.findings.model import Finding
from sse_check.source import Source, Span
from sse_check.stream.around import Template, parsed

_ATTRIBUTE = re.compile(r"[^\s=>/\"'<]+")
_VALUE = r"(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>\"']+))?"


@dataclass(slots=True)
class _Written:
    """A start tag of the rendered page, and the one in a template that it comes from."""

    start: int
    template: Template
    at: int
    end: int


class Places:
    """Which start tag of a page was written where."""

    def __init__(self, word: str = "") -> None:
        # A name that no template has.
        self.word = word or f"data-sse-check-{secrets.token_hex(6)}"
        self.templates: list[Template] = []
        self.tags: list[_Written] = []

    def marked(self, text: str, path: str) -> str:
        """A template's text with its place in every start tag."""
        template = parsed(Source(_shown(path), text))
        number = len(self.templates)
        self.templates.append(template)
        parts, position = [], 0
        for start, name in sorted(zip(template.starts, template.names, strict=True)):
            after = start + 1 + len(name)
            if start < position or text[start : start + 1] != "<":
                continue
            if text[start + 1 : after].lower() == name and name:
                parts.append(f'{text[position:after]} {self.word}="{number}:{start}"')
                position = after
        return "".join(parts) + text[position:]

    def take_over(self, read: Iterable[tuple[str, str]]) -> None:
        """The templates, in the order in which they were marked elsewhere."""
        self.templates = [parsed(Source(path, text)) for path, text in read]

    def taken_out_of(self, marked: str) -> str:
        """The page as it would be without the marks; where each tag stands is kept."""
        quote = "(?:\"|'|&#34;|&quot;)"
        pattern = re.compile(rf" {self.word}={quote}(\d+):(\d+){quote}", re.IGNORECASE)
        parts: list[str] = []
        position = length = 0
        for match in pattern.finditer(marked):
            parts.append(marked[position : match.start()])
            length += match.start() - position
            position = match.end()
            template, at = self.templates[int(match[1])], int(match[2])
            start = length - _name_length(template.text, at)
            self.tags.append(_Written(start, template, at, _end(template, at)))
        parts.append(marked[position:])
        return "".join(parts)

    def traced(self, finding: Finding) -> Finding:
        """The finding at its template."""
        written = self._written(finding.span)
        if written is None:
            return finding
        related = tuple(
            one._replace(span=self._written(one.span) or one.span) for one in finding.related
        )
        return replace(finding, span=written, related=related)

    def _written(self, span: Span) -> Span | None:
        number = bisect_right(self.tags, span.start, key=lambda tag: tag.start) - 1
        if number < 0:
            return None
        tag = self.tags[number]
        source, mask = tag.template.source, tag.template.mask
        if span.start == tag.start:
            return Span(source, tag.at, tag.end)
        text = span.text
        if source.text.count(text, tag.at, tag.end) == 1:
            start = source.text.index(text, tag.at, tag.end)
            return Span(source, start, start + len(text))
        # What was rendered differs from what is written: the attribute, or else the tag.
        named = _ATTRIBUTE.match(text)
        if named is not None:
            name = re.compile(
                rf"(?<=[\s\"'/]){re.escape(named[0])}(?=[\s=>/]){_VALUE}", re.IGNORECASE
            )
            found = name.search(mask, tag.at, tag.end)
            if found is not None:
                return Span(source, found.start(), found.end())
        return Span(source, tag.at, tag.end)


def _name_length(text: str, at: int) -> int:
    match = re.compile(r"<[^\s/>{]+").match(text, at)
    return len(match[0]) if match is not None else 1


def _end(template: Template, at: int) -> int:
    """Where a start tag ends in a template, past what its attributes hold."""
    tag = re.compile(r"<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>").match(template.mask, at)
    return tag.end() if tag is not None else at + 1


def _shown(path: str) -> str:
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative.replace(os.sep, "/")
