"""The elements of a template that take events, and the connections above them."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from sse_check.htmx.vocabulary import (
    CONNECTING,
    LEGACY,
    LISTENING,
    SWAP,
    TRIGGER,
    connects,
    plain,
    spellings,
)
from sse_check.project.elements import ElementTag, Given, Reader, renderings
from sse_check.project.project import Project, Step
from sse_check.project.ways import Way, Ways, ways_of
from sse_check.source import Span
from sse_check.source.lazy import lazy
from sse_check.template.attributes import Attribute
from sse_check.template.model import Template
from sse_check.template.values import Choice, Hole, Parts

_SIGN = lazy(r"sse-|hx-sse|sse:", re.IGNORECASE)
_WANTED = spellings(*CONNECTING)


@dataclass(frozen=True, slots=True)
class Element:
    """An element of a template that is of interest, with all its ways."""

    path: str
    template: Template
    node: int
    ways: Ways

    @property
    def name(self) -> str:
        return self.template.names[self.node]


class Listener(NamedTuple):
    """An attribute that takes events: `kind` is swap or trigger."""

    element: Element
    kind: Literal["swap", "trigger"]
    attribute: Attribute

    @property
    def span(self) -> Span:
        attribute = self.attribute
        return Span(attribute.template.source, attribute.start, attribute.end)


class Above(NamedTuple):
    """Whether a connection stands at or above a listener, over all ways.

    `found` lists the connecting attributes met, `bare` the ways on which certainly none
    stands, `unknown` those on which one may stand out of sight.
    """

    found: tuple[tuple[Way, Step, Given], ...]
    bare: tuple[Way, ...]
    unknown: tuple[Way, ...]
    dynamic: bool


def candidates(template: Template) -> list[int]:
    """Elements whose start tag may say something about events."""
    starts, ends = template.starts, template.ends
    found = set(template.written)
    for match in _SIGN.finditer(template.text):
        node = bisect_right(starts, match.start()) - 1
        while node >= 0 and (template.names[node][0] == "#" or ends[node] <= match.start()):
            if template.names[node][0] != "#":
                break
            node -= 1
        if node >= 0 and starts[node] <= match.start() < ends[node]:
            found.add(node)
    for site in template.sites:
        if site.in_tag and site.kind in ("call", "include"):
            found.add(site.node)
    return sorted(found)


def listeners(project: Project, reader: Reader, path: str) -> Iterator[Listener]:
    """The listeners written in one file, or brought into its tags by macros."""
    template = project.template(path)
    if template is None:
        return
    for node in candidates(template):
        element = Element(path, template, node, ways_of(project, path, node))
        seen: set[tuple[str, int]] = set()
        for way in element.ways.ways[:1]:
            for attribute in reader.tag(way, way.steps[0]).attributes:
                kind = _kind(attribute.written)
                key = (attribute.written.template.path, attribute.written.start)
                if kind is not None and key not in seen:
                    seen.add(key)
                    yield Listener(element, kind, attribute.written)


def _kind(attribute: Attribute) -> Literal["swap", "trigger"] | None:
    name = plain(attribute.name)
    if name == SWAP:
        return "swap"
    if name not in LISTENING:
        return None
    text = _literal(attribute.value or ())
    if name == LEGACY and "swap:" in text:
        return "swap"
    if name == TRIGGER and re.search(r"(?:^|,)\s*sse:", text):
        return "trigger"
    return None


def _literal(parts: Parts) -> str:
    """The literal text of a value, with every option of its branches."""
    text = ""
    for part in parts:
        if isinstance(part, Hole):
            text += "\0"
        elif isinstance(part, Choice):
            text += ",".join(_literal(option) for _, option in part.options)
        else:
            text += part
    return text


def connections_above(reader: Reader, listener: Listener) -> Above:
    """Look for a connection among the ancestors-or-self of a listener, on every way."""
    found: list[tuple[Way, Step, Given]] = []
    bare: list[Way] = []
    unknown: list[Way] = []
    dynamic = listener.element.ways.cut
    for way in listener.element.ways.ways:
        expanded = renderings(reader, way, _WANTED, listener.attribute.facts)
        missing = False
        for rendering in expanded.each:
            hit = _nearest(way, rendering)
            if hit is None:
                missing = True
            else:
                found.append((way, *hit))
        if not missing:
            continue
        if any(tag.open_for and _may_connect(tag) for tag in expanded.tags):
            dynamic = True
        (bare if way.closed else unknown).append(way)
    return Above(tuple(found), tuple(bare), tuple(unknown), dynamic)


def _may_connect(tag: ElementTag) -> bool:
    return any(tag.may_gain(name) for name in _WANTED)


def _nearest(way: Way, rendering: tuple[dict[str, Given], ...]) -> tuple[Step, Given] | None:
    for step, attributes in zip(way.steps, rendering, strict=True):
        given = connects(attributes) if attributes else None
        if given is not None:
            return step, given
    return None
