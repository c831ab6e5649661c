"""What the HTML standard says of tag names, as far as a tree of open elements needs it."""


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Pseudo elements of the tree: where a file, block or macro begins, and where branches meet.
ROOT = "#root"
MERGE = "#merge"

VOID = _names(
    "area base br col embed hr img input link meta source track wbr param keygen frame "
    "basefont bgsound command"
)
# Content up to the end tag is text. noscript is here because a page with htmx runs scripts.
RAW_TEXT = _names("noscript script style textarea title xmp iframe noembed noframes")

# Start tags that close an open <p>.
CLOSES_P = _names(
    "address article aside blockquote center details dialog dir div dl fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr main menu nav ol p pre search section summary "
    "table ul listing xmp li dd dt plaintext"
)
HEADINGS = _names("h1 h2 h3 h4 h5 h6")
SCOPE = _names("html table td th caption template object applet marquee foreignobject desc #root")
BUTTON_SCOPE = SCOPE | {"button"}
SPECIAL = _names(
    "address applet area article aside base basefont bgsound blockquote body br button caption "
    "center col colgroup dd details dir div dl dt embed fieldset figcaption figure footer form "
    "frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html iframe img input keygen li link "
    "listing main marquee menu meta nav noembed noframes noscript object ol p param plaintext pre "
    "script search section select source style summary table tbody td template textarea tfoot th "
    "thead title tr track ul wbr xmp"
)
_LIST_STOP = SPECIAL - {"address", "div", "p"} | {ROOT}
_SELECT_STOP = _names("select datalist template #root")

# Start tag -> (open elements that it closes, where the search for them ends).
# Elements that end without an end tag when something else begins.
ENDS_BY_ITSELF = _names(
    "p li dd dt option optgroup rb rt rtc rp tr td th tbody thead tfoot caption colgroup"
)
CLOSES: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (_names("li"), _LIST_STOP),
    "dd": (_names("dd dt"), _LIST_STOP),
    "dt": (_names("dd dt"), _LIST_STOP),
    "option": (_names("option"), _SELECT_STOP | {"optgroup"}),
    "optgroup": (_names("option optgroup"), _SELECT_STOP),
    "button": (_names("button"), SCOPE),
    "a": (_names("a"), SCOPE),
    "rt": (_names("rt rp"), SCOPE | {"ruby"}),
    "rp": (_names("rt rp"), SCOPE | {"ruby"}),
    "body": (_names("head"), _names("html body #root")),
}

# The parts of a table, and for each start tag the open parts it may stand in.
TABLE_PARTS = _names("table tbody thead tfoot tr td th caption colgroup template")
TABLE_HOME: dict[str, frozenset[str]] = {
    "tr": _names("tbody thead tfoot table"),
    "td": _names("tr"),
    "th": _names("tr"),
    "tbody": _names("table"),
    "thead": _names("table"),
    "tfoot": _names("table"),
    "caption": _names("table"),
    "colgroup": _names("table"),
}
TABLE_STOP = _names("table template html #root")
# Without a table in sight (a partial), a start tag still ends its open siblings.
TABLE_SIBLINGS: dict[str, frozenset[str]] = {
    "tr": _names("tr td th"),
    "td": _names("td th"),
    "th": _names("td th"),
    "tbody": _names("tbody thead tfoot tr td th"),
    "thead": _names("tbody thead tfoot tr td th"),
    "tfoot": _names("tbody thead tfoot tr td th"),
    "caption": frozenset(),
    "colgroup": frozenset(),
}
# The usual parents: under these the start tag ends nothing, which needs no search to know.
NONE: frozenset[str] = frozenset()
USUAL_PARENTS: dict[str, frozenset[str]] = TABLE_HOME | {
    "li": _names("ul ol"),
    "dt": _names("dl"),
    "dd": _names("dl"),
    "option": _names("select"),
}
# Directly inside these the parser moves other content before the table.
TABLE_STRICT = _names("table tbody thead tfoot tr")
TABLE_ALLOWED = _names(
    "caption colgroup col tbody thead tfoot tr td th style script template form input"
)

# Elements that the parser opens again where another end tag came first: `<b><p></b></p>`.
FORMATTING = _names("a b big code em font i nobr s small strike strong tt u")

# End tags that close whatever is open inside their element, up to the next scope boundary.
CLOSES_CONTENT = (
    CLOSES_P | TABLE_PARTS | HEADINGS | _names("button select object html head details")
) - {"xmp", "plaintext"}

# End tags that reach less far than others.
OWN_SCOPE = {"li": SCOPE | {"ul", "ol"}, "p": BUTTON_SCOPE}

FOREIGN = _names(
    "path circle rect use line g polygon polyline ellipse stop symbol svg image lineargradient "
    "radialgradient defs animate text tspan mask clippath filter pattern marker title desc math"
)
# `<title>` and the like are raw text in HTML only, and `<x/>` closes itself in these only.
FOREIGN_PARENTS = FOREIGN - {"title", "desc", "image"}

# A tag name may run straight into an expression: `<li{{ attrs }}>`.
KNOWN = (
    CLOSES_P
    | SPECIAL
    | VOID
    | RAW_TEXT
    | _names("span a b i em strong small label svg canvas video audio picture slot output")
)

# What a start tag does before and after it is added.
ENDS_P, IS_P, ENDS_OPEN, IN_TABLE, IS_HEADING = 1, 2, 4, 8, 16
IS_VOID, IS_FORM, IS_FOREIGN, IS_RAW = 32, 64, 128, 256
BEFORE = ENDS_P | IS_P | ENDS_OPEN | IN_TABLE | IS_HEADING
AFTER = IS_VOID | IS_FORM | IS_FOREIGN | IS_RAW
_FLAGS = (
    (CLOSES_P, ENDS_P),
    ({"p"}, IS_P),
    (CLOSES.keys(), ENDS_OPEN),
    (TABLE_HOME.keys(), IN_TABLE),
    (HEADINGS, IS_HEADING),
    (VOID, IS_VOID),
    ({"form"}, IS_FORM),
    (FOREIGN, IS_FOREIGN),
    (RAW_TEXT, IS_RAW),
)

TagWords = tuple[str, int, frozenset[str]]
"""The name of a start tag, what it does, and the parents under which it ends nothing."""


def tag_words(name: str) -> TagWords:
    flags = sum(flag for names, flag in _FLAGS if name in names)
    return name, flags, USUAL_PARENTS.get(name, NONE)


# All of the above for one look-up a start tag.
START_TAGS: dict[str, TagWords] = {
    name: tag_words(name) for name in KNOWN.union(*(names for names, _ in _FLAGS))
}

# What an HTML parser needs around a part of a table that stands alone: it drops the part
# otherwise. With each the element in which the part is then found.
TABLE_WRAPPERS = {
    "thead": ("<table>", "table"),
    "tbody": ("<table>", "table"),
    "tfoot": ("<table>", "table"),
    "colgroup": ("<table>", "table"),
    "caption": ("<table>", "table"),
    "col": ("<table><colgroup>", "colgroup"),
    "tr": ("<table><tbody>", "tbody"),
    "td": ("<table><tbody><tr>", "tr"),
    "th": ("<table><tbody><tr>", "tr"),
}
