"""The names of Air."""

from sse_check.markup.elements.shape import VOID, Shape

_HTML = frozenset(
    """A Abbr Address Area Article Aside Audio B Base Bdi Bdo Blockquote Body Br Button Canvas
    Caption Cite Code Col Colgroup Data Datalist Dd Del Details Dfn Dialog Div Dl Dt Em Embed
    Fieldset Figcaption Figure Footer Form H1 H2 H3 H4 H5 H6 Head Header Hgroup Hr Html I Iframe
    Img Input Ins Kbd Label Legend Li Link Main Map Mark Menu Meta Meter Nav Noscript Object Ol
    Optgroup Option Output P Param Picture Pre Progress Q Rp Rt Ruby S Samp Script Search Section
    Select Small Source Span Strong Style Sub Summary Sup Table Tbody Td Template Textarea Tfoot
    Th Thead Time Title Tr Track U Ul Var Video Wbr
    """.split()
)
_ALONE = frozenset("Children Tag Tags Fragment Transparent AirResponse TagResponse".split())
_RAW = frozenset("Raw SafeStr".split())
_RENAMED = {"class_": "class", "for_": "for", "id_": "id", "as_": "as"}


def shape(module: str, name: str) -> Shape | None:
    """What a name of Air is: an element, a container, or a layout with the htmx it loads."""
    if module == "air.layouts" and name in ("mvpcss", "picocss"):
        return Shape(helper=f"air.{name}")
    if name in _ALONE or name in _RAW:
        return Shape(is_raw=name in _RAW)
    if module.endswith(".svg") and name[:1].isupper():
        return Shape(name[:1].lower() + name[1:])
    if name not in _HTML:
        return None
    tag = name.lower()
    before = "<!doctype html>" if tag == "html" else ""
    return Shape(tag, tag in VOID, is_raw=tag in ("script", "style"), before=before)


def attribute(name: str) -> str:
    """The name in the page of a keyword: `class_`, `_class`, `hx_get`."""
    return _RENAMED.get(name, name).lstrip("_").replace("_", "-")
