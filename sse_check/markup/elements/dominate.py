"""The names of dominate."""

from sse_check.markup.elements.shape import VOID, Shape

_HTML = frozenset(
    """a abbr address area article aside audio b base bdi bdo blockquote body br button canvas
    caption cite code col colgroup command datalist dd del_ details dfn div dl dt em embed fieldset
    figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe img
    input_ ins kbd keygen label legend li link main map_ mark menu meta meter nav noscript object_
    ol optgroup option output p param pre progress q rp rt ruby s samp script section select small
    source span strong style sub summary sup table tbody td textarea tfoot th thead time_ title tr
    track u ul var video wbr _del _input _map _object _time
    """.split()
)
_RENAMED = {
    "cls": "class",
    "className": "class",
    "class_name": "class",
    "klass": "class",
    "fr": "for",
    "html_for": "for",
    "htmlFor": "for",
    "phor": "for",
}


def shape(module: str, name: str) -> Shape | None:
    """What a name of dominate is: an element, a document, text."""
    if name == "document" and module in ("dominate", "dominate.document"):
        return Shape("html", helper="dominate.document")
    if module == "dominate.util" and name in ("text", "raw", "container"):
        return Shape(is_raw=name == "raw", parameters=() if name == "container" else ("", "_"))
    if module == "dominate.svg":
        return Shape(name.rstrip("_").replace("_", "-"))
    if module != "dominate.tags" or name not in _HTML:
        return None
    tag = name.strip("_")
    return Shape(tag, tag in VOID)


def attribute(name: str) -> str:
    """The name in the page of a keyword: only that of `data_` and `aria_` gets dashes."""
    name = _RENAMED.get(name, name)
    name = name.removeprefix("_")
    if name.startswith(("data_", "aria_")) or name == "http_equiv":
        name = name.replace("_", "-").lower()
    if name.partition("_")[0] in ("xlink", "xml", "xmlns"):
        name = name.replace("_", ":", 1).lower()
    return name
