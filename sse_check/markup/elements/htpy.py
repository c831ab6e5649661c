"""The names of htpy."""

import keyword

from sse_check.markup.elements.shape import VOID, Shape

# Names in small letters that are no elements.
_OTHER = frozenset(
    """comment fragment with_children render_node iter_node django starlette html2htpy annotations
    """.split()
)


def shape(module: str, name: str) -> Shape | None:
    """What a name of htpy is: `fragment`, or an element."""
    if module != "htpy":
        return None
    if name == "fragment":
        return Shape()
    if name in _OTHER or not name.islower() or name.startswith("_"):
        return None
    tag = attribute(name)
    return Shape(tag, tag in VOID, before="<!doctype html>" if tag == "html" else "")


def attribute(name: str) -> str:
    """The name in the page of a keyword: `class_`, `hx_get`."""
    if name == "_":
        return name
    bare = name.removesuffix("_")
    return (bare if keyword.iskeyword(bare) else name).replace("_", "-")


def of_css(text: str) -> dict[str, str]:
    """The attributes of `#id.class.class`."""
    parts = text.split(".")
    ids = [part[1:] for part in parts if part.startswith("#")]
    classes = [part for part in parts if part and not part.startswith("#")]
    found = {"id": ids[0]} if ids else {}
    return {**found, "class": " ".join(classes)} if classes else found
