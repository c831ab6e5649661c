"""Tags of Django templates that bring in a template: `@register.inclusion_tag("x.html")`.

Found with a pattern over the bytes of the files below `templatetags`; none is parsed for it.
"""

import re
from collections.abc import Iterable

from sse_check.project.files import Files

_DECORATED = re.compile(
    rb"""@[\w.]*\binclusion_tag\(\s*(?:filename\s*=\s*)?["']([^"'\n]+)["']([^@]*?)\)\s*
    (?:@[^\n]*\n\s*)*(?:async\s+)?def\s+(\w+)""",
    re.VERBOSE,
)
_CALLED = re.compile(
    rb"""\binclusion_tag\(\s*(?:filename\s*=\s*)?["']([^"'\n]+)["']([^()]*)\)\(\s*(\w+)\s*\)"""
)
_NAMED = re.compile(rb"""\bname\s*=\s*["'](\w+)["']""")


def inclusion_tags(files: Files) -> dict[str, str]:
    """The name of the template by the name of the tag; none where two tags have one name."""
    found: dict[str, set[str]] = {}
    for path in files.found.python:
        if "templatetags/" not in path:
            continue
        data = files.data(path)
        if b"inclusion_tag" in data:
            for name, template in _tags_in(data):
                found.setdefault(name, set()).add(template)
    return {name: templates.pop() for name, templates in found.items() if len(templates) == 1}


def _tags_in(data: bytes) -> Iterable[tuple[str, str]]:
    for pattern in (_DECORATED, _CALLED):
        for template, options, function in pattern.findall(data):
            named = _NAMED.search(options)
            name = named[1] if named is not None else function
            yield name.decode("utf-8", "replace"), template.decode("utf-8", "replace")
