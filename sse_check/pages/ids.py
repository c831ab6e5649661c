"""Elements by their id, as it is written in templates: whether any selector asks for it or not."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from sse_check.pages.interest import element_at
from sse_check.project.project import Project
from sse_check.source import Span
from sse_check.source.lazy import lazy
from sse_check.template.model import Template

_ID = lazy(r"(?<![\w:.-])id\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_EXPRESSION = lazy(r"\{\{.*?\}\}|\{%.*?%\}")


def elements_with_id(project: Project, paths: Iterable[str], name: str) -> Iterator[Span]:
    """The start tags in these files that have an id, where it is written in full."""
    for path in sorted(paths):
        template = project.template(path) if _speaks_of(project, path, name) else None
        if template is None:
            continue
        for start in _ids_of(template.text)[0].get(name, ()):
            node = element_at(template, start)
            if node >= 0:
                yield Span(template.source, template.starts[node], template.ends[node])


def ids_within(template: Template, node: int) -> Iterator[str]:
    """The ids of the elements inside one, as it is written; what is said by an expression in them
    is a star."""
    literal, others = _ids_of(template.text)
    places = [(start, value) for value, starts in literal.items() for start in starts]
    for start, value in (*places, *others):
        met, at = -1, element_at(template, start)
        while at > node and at != met:
            met, at = at, template.parent(at)
        if at == node and met >= 0:
            yield _EXPRESSION.sub("*", value)


def may_have_id(
    project: Project,
    templates: Iterable[str],
    code: Iterable[str],
    name: str,
    is_sent: Callable[[str], bool],
) -> bool:
    """Whether an element may have an id once it is rendered, by any of these files.

    Of scripts and Python any mention counts that is not a payload's own out-of-band element; so
    it is of templates that are only sent.
    """
    files = project.files
    made = re.compile(
        rf"\.id\s*=\s*[\"\'`]{re.escape(name)}[\"\'`]"
        rf"|[\"\'`]id[\"\'`]\s*,\s*[\"\'`]{re.escape(name)}[\"\'`]"
    )
    for path in templates:
        template = project.template(path)
        if template is None:
            continue
        if name in template.text and made.search(template.text):
            return True
        # What Python writes may be the payload itself.
        is_written = files.inner_at(path) is not None
        for start in _places(template.text, name):
            if not (_is_out_of_band(template.text, start) and (is_written or is_sent(path))):
                return True
    said = re.compile(rf"(?<![\w-])id=[\\\"\']*{re.escape(name)}(?![\w-])")
    for path in code:
        data = files.data(path)
        if name.encode() in data:
            text = data.decode("utf-8", "replace")
            apart = (_is_out_of_band(text, match.start()) for match in said.finditer(text))
            if made.search(text) or not all(apart):
                return True
    return False


def is_written(text: str, name: str) -> bool:
    """Whether an element of a template may have an id."""
    return any(True for _ in _places(text, name))


def _is_out_of_band(text: str, place: int) -> bool:
    """Whether the tag around a place replaces an element rather than being one."""
    start = max(text.rfind("<", 0, place), text.rfind(">", 0, place))
    if start < 0 or text[start] == ">":
        return False
    end = re.compile("[<>]").search(text, place)
    return "hx-swap-oob" in text[start : end.start() if end is not None else None]


def _speaks_of(project: Project, path: str, name: str) -> bool:
    return name.encode() in project.files.data(path)


def _may_be(value: str, name: str) -> bool:
    """Whether an id is a name, once the expressions in it have given their part."""
    pieces = _EXPRESSION.split(value) if "{" in value else [value]
    if len(pieces) == 1:
        return value == name
    return bool(re.fullmatch(".*".join(map(re.escape, pieces)), name, re.DOTALL))


def _places(text: str, name: str) -> Iterator[int]:
    """Where an id is written that may be a name."""
    literal, others = _ids_of(text)
    yield from literal.get(name, ())
    for start, value in others:
        if _may_be(value, name):
            yield start


@lru_cache(maxsize=4096)
def _ids_of(text: str) -> tuple[dict[str, list[int]], list[tuple[int, str]]]:
    """Where each id is written in full, and those with expressions in them."""
    literal: dict[str, list[int]] = {}
    others: list[tuple[int, str]] = []
    for match in _ID.finditer(text):
        value = match[1] or match[2] or match[3] or ""
        if "{" in value:
            others.append((match.start(), value))
        else:
            literal.setdefault(value, []).append(match.start())
    return literal, others
