"""Tags of Django templates that bring in a template: `@register.inclusion_tag("x.html")`.

Found with a pattern over the bytes of the files below `templatetags`; none is parsed for it.
"""

import re
from collections.abc import Iterable

from sse_check.project.files import Files
from sse_check.template.calls import InclusionTag

_DECORATED = re.compile(
    rb"""@[\w.]*\binclusion_tag\(\s*(?:filename\s*=\s*)?["']([^"'\n]+)["']([^@]*?)\)\s*
    (?:@[^\n]*\n\s*)*(?:async\s+)?def\s+(\w+)""",
    re.VERBOSE,
)
_CALLED = re.compile(
    rb"""\binclusion_tag\(\s*(?:filename\s*=\s*)?["']([^"'\n]+)["']([^()]*)\)\(\s*(\w+)\s*\)"""
)
_NAMED = re.compile(r"""\bname\s*=\s*["'](\w+)["']""")
_PARAMETERS = re.compile(r"\s*\(([^()]*)\)[^:\n]*:")
_PARAMETER = re.compile(r"\s*([A-Za-z_]\w*)\s*(?:[:=]|$)")
# What is indented below.
_BODY = re.compile(r"(?:[^\n]*\n(?:[ \t]|(?=\n|\Z)|(?=[)}\]])))*[^\n]*")
# `"event": event`, `event=event`
_GIVEN = re.compile(r"""["'](\w+)["']\s*:\s*(\w+)\s*(?=[,}])|\b(\w+)\s*=\s*\3\s*(?=[,)])""")


def inclusion_tags(files: Files) -> dict[str, InclusionTag]:
    """What each tag brings in, by its name; none where two tags have one name."""
    found: dict[str, set[InclusionTag]] = {}
    for path in files.found.python:
        if "templatetags/" not in path:
            continue
        data = files.data(path)
        if b"inclusion_tag" in data:
            for name, tag in _tags_in(data):
                found.setdefault(name, set()).add(tag)
    return {name: tags.pop() for name, tags in found.items() if len(tags) == 1}


def _tags_in(data: bytes) -> Iterable[tuple[str, InclusionTag]]:
    for pattern in (_DECORATED, _CALLED):
        for match in pattern.finditer(data):
            template, options, function = (one.decode("utf-8", "replace") for one in match.groups())
            named = _NAMED.search(options)
            written = data[match.end() :] if pattern is _DECORATED else b""
            name = named[1] if named is not None else function
            yield name, _with_parameters(template, options, written.decode("utf-8", "replace"))


def _with_parameters(template: str, options: str, written: str) -> InclusionTag:
    """A tag with what its function gives on as it is: `return {"event": event}`."""
    head = _PARAMETERS.match(written)
    body = _BODY.match(written, head.end()) if head is not None else None
    if head is None or body is None or body[0].count("return") != 1:
        return InclusionTag(template)
    names = [_PARAMETER.match(one) for one in head[1].split(",")]
    parameters = [name[1] for name in names if name is not None]
    if "takes_context" in options:
        parameters = parameters[1:]
    passes = tuple(
        (name or same, value or same)
        for name, value, same in _GIVEN.findall(body[0])
        if (value or same) in parameters
        and not re.search(rf"^\s*{value or same}\s*[-+|]?=", body[0], re.MULTILINE)
    )
    return InclusionTag(template, tuple(parameters), passes)
