"""The places in a template at which other content comes in, and whether it may hold elements."""

from collections.abc import Callable

from sse_check.source.lazy import lazy
from sse_check.template.model import Site, Template

_RAW = lazy(r"\|\s*safe\b")
# What brings nothing to the place where it stands.
_NOWHERE = frozenset(("extends", "import", "from", "defaults"))
# Mako and Chameleon put files and bodies together in ways of their own, which are not followed.
_OTHER_LANGUAGES = ("<%", "${self.", "${next.", "${caller.", "metal:")
# Names under which frameworks hand over content that is put out as it is.
_CONTENT = frozenset(("content", "body", "children", "html"))
# Methods of texts, numbers, dates and dicts: what they give is put out as any other value is.
PLAIN_METHODS = frozenset(
    "upper lower title capitalize casefold swapcase strip lstrip rstrip removeprefix removesuffix "
    "replace split rsplit splitlines partition rpartition join format startswith endswith zfill "
    "ljust rjust center count index find strftime isoformat date time total_seconds timestamp "
    "weekday isoweekday isocalendar astimezone keys values items get getlist is_integer hex "
    "decode".split()
)
_NAMED_LINK = lazy(r"[A-Za-z_]\w*")


def sites_of(
    template: Template, lent: Callable[[], frozenset[str]]
) -> tuple[list[Site], list[Site]]:
    """The places that bring content of other files or roots, and calls that nobody can follow.

    `lent` gives the names of macros that other files may lend to this one.
    """
    captured = {r.name for r in template.roots.values() if r.kind in ("set", "capture")}
    callable_ = {r.name for r in template.roots.values()} | {"super", "caller", "self"}
    for site in template.sites:
        if site.kind in ("import", "from"):
            callable_.update(_NAMED_LINK.findall(site.name))
    known: list[Site] = []
    foreign: list[Site] = []
    for site in template.sites:
        if site.in_tag or site.kind in _NOWHERE:
            continue
        if site.kind == "call":
            owner, _, method = site.name.partition(".")
            if owner in callable_ or owner in lent():
                known.append(site)
            elif method not in PLAIN_METHODS:
                foreign.append(site)
        elif site.kind != "output" or site.name in captured:
            known.append(site)
        elif site.name in _CONTENT or "safe" in template.inner(site):
            foreign.append(site)
    return known, foreign


def brings_markup(template: Template) -> bool:
    """Whether a value that is put out as it is (`{{ page.body|safe }}`) may hold elements."""
    text = template.text
    if any(word in text for word in _OTHER_LANGUAGES):
        return True
    return "safe" in text and any(
        _RAW.search(text, start, end) and stands_in_content(template, start)
        for start, end in template.outputs
    )


def stands_in_content(template: Template, at: int) -> bool:
    """Whether a place is neither inside a tag nor in a script."""
    mask = template.mask

    def last(sign: str) -> int:
        return mask.rfind(sign, 0, at)

    return last("<") <= last(">") and last("<script") <= last("</script")
