"""The names of FastHTML and of the library below it, fastcore."""

import re

from sse_check.markup.elements.shape import VOID, Shape

_HTML = frozenset(
    """A Abbr Address Area Article Aside Audio B Base Bdi Bdo Blockquote Body Br Button Canvas
    Caption Cite Code Col Colgroup Data Datalist Dd Del Details Dfn Dialog Div Dl Dt Em Embed
    Fencedframe Fieldset Figcaption Figure Footer Form H1 H2 H3 H4 H5 H6 Head Header Hgroup Hr I
    Iframe Img Input Ins Kbd Label Legend Li Link Main Map Mark Math Menu Meta Meter Nav Noscript
    Object Ol Optgroup Option Output P Param Picture PortalExperimental Pre Progress Q Rp Rt Ruby
    S Samp Script Search Section Select Slot Small Source Span Strike Strong Style Sub Summary Sup
    Svg Table Tbody Td Template Textarea Tfoot Th Thead Time Title Tr Track U Ul Var Video Wbr
    """.split()
)
_NAMED = frozenset(
    "a button form frame iframe img input map meta object param select textarea".split()
)
_HELPERS = frozenset("Titled Card Group Grid DialogX Container CheckboxX clear".split())
# What says nothing about htmx: scripts, styles and links for something else.
_ASIDE = frozenset(
    """MarkdownJS KatexMarkdownJS HighlightJS SortableJS MermaidJS Favicon Socials Surreal On Prev
    Now AnyNow HtmxOn run_js PicoBusy light_media dark_media LdJson picolink picocondlink
    """.split()
)
# What a route may return beside its elements: no part of the page.
_NOTHING = frozenset("HtmxResponseHeaders HttpHeader cookie BackgroundTask BackgroundTasks".split())
# What MonsterUI makes of one `div`, and what it names otherwise.
_MONSTER = frozenset(
    """Container Grid Center DivCentered DivFullySpaced DivHStacked DivVStacked DivLAligned
    DivRAligned""".split()
)
# What its themes put into a head, `Theme.blue.headers()`: styles, and scripts of other libraries.
_THEMES = frozenset(("headers", "local_headers"))
_ALONE = frozenset("Fragment FtResponse to_xml fill_form show Safe NotStr".split())
_CLASSES = {"htmlClass": "class", "cls": "class", "_class": "class", "klass": "class"}
# Keywords whose value is a route, by its function or its name.
ROUTES = {**{m: f"hx_{m}" for m in ("get", "post", "put", "delete", "patch")}, "link": "href"}
_FOR = {"_for": "for", "fr": "for", "htmlFor": "for"}
_RENAMED = {**_CLASSES, **_FOR, **ROUTES, "target_id": "hx_target"}
# A name with one of these is taken as it is.
_SPECIAL = frozenset("@.-!~:[](){}$%^&*+=|/?<>,`")
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def shape(module: str, name: str) -> Shape | None:
    """What a name of FastHTML is: an element, a helper, or none of these."""
    if name in ("ft_hx", "ft_html", "ft", "ft_svg"):
        return Shape(names_tag=True)
    own = _of_monster_ui(module, name) if module.startswith("monsterui") else None
    if own is not None:
        return own
    if name in _HELPERS:
        return Shape(helper=f"fasthtml.{name}")
    if name in _ALONE:
        return Shape(is_raw=name in ("Safe", "NotStr"), parameters=_first(name))
    if name in _ASIDE:
        return Shape(helper="fasthtml.aside")
    if name in _NOTHING:
        return Shape(helper="fasthtml.nothing")
    if name in _HTML or _is_made_up(module, name):
        return _element(module, name)
    return _variant(name)


def _of_monster_ui(module: str, name: str) -> Shape | None:
    if name in _MONSTER:
        return of_tag("div")
    if name == "Card":
        return Shape(helper="fasthtml.MonsterCard")
    if name in _THEMES and ".Theme." in f"{module}.":
        return Shape(helper="fasthtml.aside")
    return None


def _first(name: str) -> tuple[str, ...]:
    """All but the first argument of some functions is no part of the page."""
    return () if name in ("Fragment", "to_xml") else ("", *["_"] * 4)


def _is_made_up(module: str, name: str) -> bool:
    """In these modules every name that begins with a capital is an element."""
    own = module in ("fasthtml.components", "fasthtml.ft", "fasthtml.svg", "fastcore.xml")
    return own and name[:1].isupper() and name not in ("FT", "File", "E", "XML", "SvgOob", "SvgInb")


def _element(module: str, name: str) -> Shape:
    tag = _WORD.sub("-", name.lstrip("_").replace("_", "-")).lower()
    if module == "fasthtml.svg":
        tag = (name[:1].lower() + name[1:]).replace("_", "-")
    is_plain = module in ("fasthtml.components", "fastcore.xml", "fasthtml.ft")
    extra = _OWN.get(name, Shape()) if not is_plain else Shape()
    before = "<!doctype html>" if name == "Html" else ""
    made = of_tag(tag)._replace(before=before, given=extra.given, is_raw=extra.is_raw)
    return made if module != "fastcore.xml" else made._replace(copied=())


def of_tag(tag: str) -> Shape:
    """The element of a tag: those that a form sends get their name from their id."""
    return Shape(tag, tag in VOID, copied=(("name", "id"),) if tag in _NAMED else ())


def _variant(name: str) -> Shape | None:
    """Functions of FastHTML that make one element in a way of their own."""
    if name == "Html":
        return _element("", name)
    if name == "AX":
        return _element("", "A")._replace(parameters=("", "hx_get", "target_id", "hx_swap"))
    if name == "Hidden":
        hidden = (("type", "hidden"), ("value", ""))
        return _element("", "Input")._replace(parameters=("value", "id"), given=hidden)
    if name == "HxPartial":
        return Shape("hx-partial")
    return None


_OWN = {
    "A": Shape(given=(("href", "#"),)),
    "Form": Shape(given=(("enctype", "multipart/form-data"),)),
    "Script": Shape(is_raw=True),
    "Style": Shape(is_raw=True),
}


def attribute(name: str) -> str:
    """The name in the page of a keyword: `cls`, `hx_get`, `_at_click`, `hx_on__after_swap`."""
    name = name.lower() if name not in _RENAMED else name
    if name.startswith("_at_"):
        name = f"@{name[4:]}"
    if not _SPECIAL.isdisjoint(name):
        return name
    name = _RENAMED.get(name, name)
    return name if name == "_" else name.lstrip("_").replace("_", "-")
