"""From a place in a served page back to the template in which it is written."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import NamedTuple

from sse_check.findings.model import Finding, Related
from sse_check.source import Source, Span
from sse_check.stream.around import Project, project_around, take_in_markup

# What a template's language, or Python, puts into a tag.
_DYNAMIC = ("{", "}", "%", "$", "\ue000")
# An expression in a value, which may hold the quote that ends the value elsewhere.
_LONGEST = 500
_MADE = "|".join(
    rf"{start}(?s:.){{0,{_LONGEST}}}?{end}"
    for start, end in ((r"\{\{", r"\}\}"), (r"\{%", r"%\}"), (r"\{#", r"#\}"))
)
_MADE += r"|\$?\{[^{}%]*\}|\ue000"
_EXPRESSION = re.compile(_MADE)
_QUOTED = rf"\"(?>{_MADE}|[^\"])*+\"|'(?>{_MADE}|[^'])*+'"
_TAG = re.compile(rf"<([a-zA-Z][^\s/>]*)((?:{_QUOTED}|[^>\"'])*)")
_ATTRIBUTE = re.compile(rf"([^\s=>\"'/{{}}%]+)(?:\s*=\s*({_QUOTED}|[^\s>\"'{{}}%]+))?")
# A text that says nothing of events may stand anywhere by chance.
_SPEAKING = ("sse-", "hx-")


def at_their_templates(findings: Iterable[Finding], folder: Path) -> list[Finding]:
    """Findings where they are written in the project around a folder; it is read when there are
    any. Raises `SettingsError` when its settings cannot be."""
    templates = Templates(lambda: project_around(folder))
    return [templates.traced(finding) for finding in findings]


class Templates:
    """The templates of the project around a folder, and the markup in its Python files."""

    def __init__(self, load: Callable[[], Project]) -> None:
        self.load = load
        self.sources: list[Source] | None = None

    def traced(self, finding: Finding) -> Finding:
        """The finding at its template, when the text in question stands in one place only."""
        written = self._written(finding.span)
        if written is None or _is_same(written, finding.span):
            return finding
        served = Related("as it was served", finding.span)
        related = tuple(
            one._replace(span=self._written(one.span) or one.span) for one in finding.related
        )
        return replace(finding, span=written, related=(*related, served))

    def _written(self, span: Span) -> Span | None:
        text = span.text
        if not text.startswith(_SPEAKING) and not text.startswith(("data-sse-", "data-hx-")):
            return None
        for places in (_as_it_is, _rendered_from):
            found: dict[tuple[str, int], Span] = {}
            for source in self._read():
                for start, end in places(source.text, text):
                    if len(found) < 2 and _may_be(source.text, start, span):
                        # Markup in a Python file may be rendered in several places: it is
                        # written once.
                        written = Span(source, start, end).real
                        found.setdefault((written.source.path, written.start), written)
            if found:
                return next(iter(found.values())) if len(found) == 1 else None
        return None

    def _read(self) -> list[Source]:
        if self.sources is None:
            project = self.load()
            take_in_markup(project)
            files = project.files
            self.sources = []
            for path in files.found.templates:
                if b"sse" in files.data(path) or b"hx-" in files.data(path):
                    template = files.template(path)
                    if template is not None:
                        self.sources.append(template.source)
        return self.sources


def _as_it_is(text: str, served: str) -> Iterator[tuple[int, int]]:
    start = text.find(served)
    while start >= 0:
        yield start, start + len(served)
        start = text.find(served, start + 1)


def _rendered_from(text: str, served: str) -> Iterator[tuple[int, int]]:
    """Attributes of the name, whose value an expression makes, or may make: `{{ url }}`."""
    name, equals, value = served.partition("=")
    if not equals or not value:
        return
    value = unescape(value.strip("\"'"))
    pattern = re.compile(rf"(?<![\w:-]){re.escape(name)}\s*=\s*({_QUOTED})", re.IGNORECASE)
    for match in pattern.finditer(text):
        parts = _EXPRESSION.split(match[1][1:-1])
        made = ".*".join(re.escape(unescape(part)) for part in parts)
        if len(parts) > 1 and re.fullmatch(made, value, re.DOTALL):
            yield match.start(), match.end()


def _may_be(text: str, start: int, served: Span) -> bool:
    """Whether the element around this place may have been rendered to the one that was served.

    What is said in its tag without the template's language is said in the served one too.
    """
    tag, other = _tag_around(text, start), _tag_around(served.source.text, served.start)
    if _plain(tag.name) and tag.name != other.name:
        return False
    if any(mark in tag.outside for mark in _DYNAMIC):
        return True
    told = ((name, value) for name, value in tag.attributes.items() if _plain(name + value))
    return all(
        unescape(other.attributes.get(name, "\0")) == unescape(value) for name, value in told
    )


class _Tag(NamedTuple):
    """A start tag as its text has it. `outside` is what stands beside its attributes' values."""

    name: str
    attributes: dict[str, str]
    outside: str


def _tag_around(text: str, at: int) -> _Tag:
    start = text.rfind("<", 0, at)
    if start < 0:
        return _Tag("", {}, _DYNAMIC[0])
    found = _TAG.match(text, start)
    whole = found[2] if found is not None else ""
    attributes = {one[1].lower(): (one[2] or "").strip("\"'") for one in _ATTRIBUTE.finditer(whole)}
    name = found[1].lower() if found is not None else ""
    return _Tag(name, attributes, _ATTRIBUTE.sub("", whole) if found else _DYNAMIC[0])


def _plain(text: str) -> bool:
    return not any(mark in text for mark in _DYNAMIC)


def _is_same(one: Span, other: Span) -> bool:
    """A sample page is its own template, where nothing in it was rendered."""
    same_file = one.source.path == other.source.path
    return same_file and one.start_position == other.start_position
