"""What the template languages say: their block words, and how a file gives its dialect away."""

from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Literal

from sse_check.source.lazy import lazy

DialectName = Literal["html", "jinja", "django", "kida", "tornado"]
DIALECT_NAMES: tuple[DialectName, ...] = ("html", "jinja", "django", "kida", "tornado")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


@dataclass(frozen=True, slots=True, eq=False)
class Dialect:
    """The words of a template language that shape the tree.

    `openers` lists every block word where the language has a fixed set (kida, Tornado). Elsewhere a
    word opens a block when the file holds its `end` word, because anybody can add tags.
    """

    name: DialectName
    branches: frozenset[str] = _words("if unless ifchanged ifequal ifnotequal ifversion match try")
    loops: frozenset[str] = _words("for while async")
    continuations: frozenset[str] = _words("else elif elseif empty case fallback plural pluralize")
    final: frozenset[str] = _words("else empty fallback")
    # Bodies that do not stand where they are written.
    detached: frozenset[str] = _words("macro def region set capture push fragment partialdef")
    links: frozenset[str] = _words("include extends import from embed partial")
    raw: frozenset[str] = _words("raw verbatim")
    openers: frozenset[str] = field(default_factory=frozenset)
    # Statements that put out what stands in Python.
    inserting: frozenset[str] = field(default_factory=frozenset)
    strings_hide_closers: bool = True
    balanced_braces: bool = True
    tags_end_on_their_line: bool = False
    shaping: frozenset[str] = field(init=False)
    # Words whose body holds no tags.
    bodies: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        bodies = self.raw if self.openers else self.raw | {"comment"}
        object.__setattr__(self, "bodies", bodies)
        shaping = _words("{{ set let slot call block").union(
            self.branches,
            self.loops,
            self.continuations,
            self.links,
            self.openers,
            self.inserting,
        )
        object.__setattr__(self, "shaping", shaping)


# Plain HTML has no template tags; a stray `{{ }}` in it is read leniently as an expression.
HTML = Dialect("html")
JINJA = Dialect("jinja", raw=_words("raw"))
DJANGO = Dialect(
    "django",
    raw=_words("verbatim"),
    strings_hide_closers=False,
    balanced_braces=False,
    tags_end_on_their_line=True,
)
KIDA = Dialect(
    "kida",
    raw=_words("raw"),
    openers=_words(
        "if unless for async while with block fragment globals imports def region call capture "
        "cache filter match try spaceless embed push provide trans"
    ),
    balanced_braces=False,
)
# `{% end %}` ends everything, as in kida; `{% import x %}` is Python's.
TORNADO = Dialect(
    "tornado",
    branches=_words("if try"),
    loops=_words("for while"),
    continuations=_words("else elif except"),
    final=_words("else"),
    detached=frozenset(),
    links=_words("include extends"),
    raw=frozenset(),
    openers=_words("if for while try block apply"),
    inserting=_words("raw module"),
    strings_hide_closers=False,
    balanced_braces=False,
)
DIALECTS: dict[str, Dialect] = {
    dialect.name: dialect for dialect in (HTML, JINJA, DJANGO, KIDA, TORNADO)
}

_SUFFIXES: dict[str, DialectName] = {
    ".kida": "kida",
    ".django": "django",
    ".djhtml": "django",
    ".jinja": "jinja",
    ".jinja2": "jinja",
    ".j2": "jinja",
}
_KIDA_SIGNS = lazy(
    r"\{%-?\s*(?:end|def|region|match|unless|provide|promote|let|globals|imports)\b[^%]*%\}"
    r"|\{\{[^{}\n]*(?:\|>|\?\?|\?\.)|\{\{-?\s*signal_(?:connect|block|bind|attrs)\("
)
_TORNADO_SIGNS = lazy(
    r"\{%\s*(?:raw\s+[\w(][^%]*|module\s+\w[\w.]*\([^%]*|apply\s+[\w.]+\s*|autoescape\s+None\s*"
    r"|whitespace\s+\w+\s*)%\}|\{%\s*module\s+xsrf_form_html\(|\{\{\s*xsrf_form_html\("
)
_DJANGO_SIGNS = lazy(
    r"\{%\s*(?:load |csrf_token|url ['\"]|static ['\"]|trans ['\"]|translate ['\"]|blocktrans"
    r"|comment\b|verbatim\b|ifchanged|firstof|cycle |empty\b|include [^%]* with \w+=|partialdef)"
    r"|\{\{[^{}\n]*\|\w+:['\"\w]|\{\{\s*block\.super"
)
_JINJA_SIGNS = lazy(
    r"\{%[-+]?\s*(?:macro|set|import|from|call|raw)\b|\{%-|-%\}|\{\{[^{}\n]*\w\(|\{\{[^{}\n]* ~ "
)


def recognise(text: str, path: str = "", neighbours: DialectName | None = None) -> Dialect:
    """Choose a dialect from the file's ending, the tags it uses, and what its project uses."""
    for suffix in reversed(PurePath(path).suffixes):
        if suffix.lower() in _SUFFIXES:
            return DIALECTS[_SUFFIXES[suffix.lower()]]
    if "{%" not in text and "{{" not in text and "{#" not in text:
        return HTML
    if _TORNADO_SIGNS.search(text) and "endapply" not in text:
        return TORNADO
    if _KIDA_SIGNS.search(text):
        return KIDA
    if _DJANGO_SIGNS.search(text):
        return DJANGO
    if neighbours == "kida" or (neighbours == "django" and not _JINJA_SIGNS.search(text)):
        return DIALECTS[neighbours]
    return JINJA
