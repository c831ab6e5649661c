"""What a component of django-cotton hands on to one of its elements: `{{ attrs }}`."""

from collections.abc import Iterator

from sse_check.pages.scene import Frame
from sse_check.source.lazy import lazy
from sse_check.template.attributes import read_attribute_text
from sse_check.template.model import Site, Template
from sse_check.template.tag import Attribute, StartTag

_TAG_NAME = lazy(r"<[^\s/>]+")


def handed_on(frames: tuple[Frame, ...]) -> tuple[StartTag, list[str]] | None:
    """What `{{ attrs }}` writes in a component of django-cotton: the attributes of its tag, but for
    those that it declares; and the names of those that are known only when rendered ("" for any).

    None in any other place.
    """
    frame = frames[0]
    site = frame.site
    if len(frames) < 2 or site is None or site.kind != "component" or "cotton/" not in frame.path:
        return None
    tag = tag_of(frames[1].template, site)
    declared = {"is", *_declared(frame.template)}
    given: list[Attribute] = []
    # What is put into the tag by an expression may be anything.
    unknown = [""] if tag.calls else []
    for one in tag.attributes:
        name = one.name.removeprefix(":")
        if one.name == ":attrs" or "{" in name:
            unknown.append("")
        elif name in declared:
            continue
        elif one.name != name or (one.value is not None and not one.quote):
            # `:name="expression"`; without quotes it may be one as well.
            unknown.append(name)
        else:
            given.append(one)
    return StartTag(given), unknown


def _declared(template: Template) -> Iterator[str]:
    """The names in `<c-vars>`: what is given for them is no attribute."""
    for site in template.sites:
        if site.kind == "defaults":
            yield from (one.name.removeprefix(":") for one in tag_of(template, site).attributes)


def tag_of(template: Template, site: Site) -> StartTag:
    """The attributes of a tag that stands for a template."""
    name = _TAG_NAME.match(template.text, site.start)
    start = name.end() if name is not None else site.start
    return read_attribute_text(template, start, site.end - 1)
