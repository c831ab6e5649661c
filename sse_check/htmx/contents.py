"""What a script is, by its content: htmx, one of its extensions, or neither."""

import re
from typing import NamedTuple

from sse_check.htmx.stacks import Version
from sse_check.source.lazy import lazy
from sse_check.source.numbers import count_of

_VERSION = lazy(r"\bversion\s*[:=]\s*[\"'](\d+\.\d+[\w.-]*)[\"']")
_NUMBER = lazy(r"\d+")
_SECOND = lazy(r"defineExtension\(\s*[\"'`]sse[\"'`]")
_FOURTH = lazy(r"registerExtension\(\s*[\"'`]sse[\"'`]")
_COMPAT = lazy(r"registerExtension\(\s*[\"'`]compat[\"'`]")

# A copy that a project has changed: `sse-close` may be several names there.
_SPLIT_CLOSE = lazy(r"[\"']sse-close[\"'][\s\S]{0,600}?\.split\(\s*(?:[\"'],|/[^/\n]*,)")

# What a script of streams has, of its own or from elsewhere; one without is seldom longer.
_OPENING = lazy(
    r"EventSource|Extension\b|\bfetch\b|\bimport\b|\brequire\b|XMLHttpRequest|createElement|\beval\b"
)
_STAND_IN = 1_000

# What a script has that brings more than its own text: other files, or an extension whose name is
# not written where it is defined.
_BRINGING = lazy(
    r"\bimport\b|\brequire\b|\bimportScripts\b|\beval\b|\bdocument\.write|\.src\s*="
    r"|createElement\(\s*[\"'`]script|setAttribute\(\s*[\"'`]src|getScript|Extension\(\s*[^\"'\s]"
)

# What a script has that asks for other files of its own: a bundle in pieces.
_IMPORTING = lazy(
    r"(?:^|[;}])\s*import\s*[\w$\"'`{*]|\bimport\s*\(\s*[\"'`./]|\brequire\s*\(|\bimportScripts\b"
)
# The file of an extension, by its name.
_FILE = lazy(r"\bsse(?:[.-][\w.-]*)?\.m?js\b")

# Libraries that people load beside htmx, by the names of their packages and files.
_BESIDE = lazy(
    r"(?:^|[/@.])(?:bootstrap|jquery|tailwindcss|daisyui|flowbite|alpinejs|chart\.?js|d3|plotly|"
    r"echarts|apexcharts|marked|highlight(?:\.?js)?|prism(?:js)?|katex|mathjax|mermaid|"
    r"_?hyperscript|axios|sortable(?:js)?|flatpickr|select2|leaflet|font-?awesome|dompurify|"
    r"purify|lucide|feather-icons|iconify(?:-icon)?|@?popperjs|popper|basecoat-css|sweetalert2|"
    r"toastify(?:-js)?|three|moment|dayjs|luxon|lodash|datatables|googletagmanager|idiomorph|"
    r"google-analytics|cloudflareinsights|plausible|umami|posthog|matomo|sentry|sentry-cdn|"
    r"stripe|paypal|recaptcha|hcaptcha|turnstile|@?editorjs|easymde|simplemde|quill|tinymce|"
    r"ckeditor|codemirror|monaco-editor|swiper|gsap|tippy(?:\.js)?|tom-select|choices(?:\.js)?|"
    r"cropper(?:js)?|dropzone|fullcalendar|polyfill|@?unocss|petite-vue|@?xterm|mustache|handlebars)"
    r"(?=[@/._-]|\Z)",
    re.IGNORECASE,
)
# Where packages are published under their names: what is called otherwise is not htmx. Those of an
# organisation (`@acme/site`) may be somebody's bundle, and some load other scripts by themselves.
_PUBLISHED = lazy(
    r"//(?:cdn\.jsdelivr\.net/npm/|unpkg\.com/|cdnjs\.cloudflare\.com/ajax/libs/|esm\.sh/)"
    r"(?!requirejs|require\.js|systemjs)[\w.-]+[@/]"
)
# Extensions of htmx that are not this one.
_EXTENSION = lazy(
    r"/htmx-ext-(?!sse(?![\w-]))[\w-]+"
    r"|/htmx(?:\.org)?[@/][\w.@/-]*/ext/(?!(?:hx-)?sse(?![\w-])|htmx-2-compat)[\w-]+(?:\.min)?\.js"
)


def is_beside(url: str) -> bool:
    """Whether a script elsewhere is a known library that brings neither htmx nor its streams."""
    if "htmx" in url:
        # Behind a comma is another file of the same answer.
        return "," not in url and _EXTENSION.search(url) is not None
    return _BESIDE.search(url) is not None or _PUBLISHED.search(url) is not None


class Contents(NamedTuple):
    """What one file brings. `extension` is the generation it was written for."""

    core: Version | None = None
    extension: str | None = None
    extension_version: Version | None = None
    compat: bool = False
    splits_close: bool = False


def contents_of(text: str) -> Contents:
    """Read a script; everything is None for one that has nothing to do with htmx."""
    core = version_in(text) if _is_core(text) else None
    fourth = _FOURTH.search(text) is not None
    generation, version = ("4", None) if fourth else _second(text)
    compat = _COMPAT.search(text) is not None
    splits = generation == "2" and _SPLIT_CLOSE.search(text) is not None
    return Contents(core, generation, version, compat, splits)


def may_bring_htmx(text: str) -> bool:
    """Whether a script that is neither htmx nor its extension may bring one of them: it speaks of
    htmx, and not only to use it, or of a file that may be the extension."""
    named = "htmx" in text or ("sse" in text and _FILE.search(text) is not None)
    return named and _BRINGING.search(text) is not None


def is_in_pieces(text: str) -> bool:
    """Whether a script asks for other files, so that not all that it brings is in it."""
    return _IMPORTING.search(text) is not None


def _is_core(text: str) -> bool:
    return "htmx" in text and ("defaultSwapStyle" in text or "implicitInheritance" in text)


def _second(text: str) -> tuple[str | None, Version | None]:
    """An extension for htmx 1 or 2: the names that it calls tell how old it is."""
    match = _SECOND.search(text)
    if match is None:
        return None, None
    rest = text[match.start() :]
    if "selectAndSwap" in rest:
        if "getClosestMatch" not in rest:
            return "1", (1, 9, 9)
        return "1", None if "sseBeforeMessage" in rest else (1, 9, 10)
    if "getSelectors" not in rest:
        return "2", (2, 1, 0)
    return "2", None if "getTriggerSpecs" in rest else (2, 2, 0)


def version_in(text: str) -> Version | None:
    """The version that htmx's own source tells."""
    match = _VERSION.search(text)
    return version_of(match[1]) if match else None


def version_of(text: str | None) -> Version | None:
    if not text or not text[0].isdigit():
        return None
    numbers = [count_of(part) for part in _NUMBER.findall(text)[:3]]
    return None if None in numbers else tuple(number for number in numbers if number is not None)


def is_stand_in(text: str) -> bool:
    """Whether a script stands where the extension should be put, and has nothing of it."""
    return len(text) < _STAND_IN and _OPENING.search(text) is None


def is_page(text: str) -> bool:
    """Whether a script is a page or a message that was saved in its place ("Not found")."""
    start = text.lstrip("\ufeff \t\r\n")[:200].lower()
    return bool(re.match(r"<(?:!doctype|html|head|\?xml)", start)) or not re.search(r"[({=;]", text)
