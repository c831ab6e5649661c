"""Which names the tags of a Django template may give a value."""

import re
from functools import lru_cache

from sse_check.template.model import Template

# Tags of Django that give no name a value...
_PLAIN = frozenset(
    """if elif else empty ifchanged include extends block comment load csrf_token spaceless
    autoescape verbatim filter templatetag lorem debug resetcycle plural""".split()
)
# ... and those that say which they do.
_NAMING = frozenset(
    """for with regroup cycle firstof url now widthratio static get_static_prefix
    get_media_prefix trans translate blocktrans blocktranslate querystring localize localtime
    timezone""".split()
)
# What is there without being given.
_ALWAYS = frozenset("forloop block csrf_token True False None".split())
_NAMES = re.compile(r"[^\W\d]\w*")


def may_bind(template: Template, name: str) -> bool:
    """Whether a name may have a value in a file by what stands in the file itself."""
    named = _named(template.text, tuple(template.tags))
    return name in _ALWAYS or named is None or name in named


@lru_cache(maxsize=256)
def _named(text: str, tags: tuple[tuple[int, int, str], ...]) -> frozenset[str] | None:
    """The names in tags that bind some; None where a tag may bind any."""
    found: set[str] = set()
    for start, end, word in tags:
        if word in _NAMING:
            found.update(_NAMES.findall(text, start, end))
        elif word not in _PLAIN and not word.startswith("end"):
            return None
    return frozenset(found)
