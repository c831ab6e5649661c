"""What stands in a connection and is not known: there something may listen that nobody sees.

`{{ content|safe }}`, the call of a function of Python, a file that a variable names, a tag that
some library brings: what they put out is seen when the page is rendered. What can be followed
(layouts' blocks, files, macros and what they are given) is followed.
"""

import re
from collections.abc import Iterator

from sse_check.htmx.view import PageView
from sse_check.pages.lent import macro_at
from sse_check.pages.library import LOADING, body_of, named_partial
from sse_check.pages.marks import mark_of
from sse_check.pages.node import Node
from sse_check.pages.places import PLAIN_METHODS, stands_in_content
from sse_check.pages.scene import Frame
from sse_check.project.project import Macro, Project, body_stretch
from sse_check.source import Span
from sse_check.source.lazy import lazy
from sse_check.template.calls import called_in
from sse_check.template.expressions import called
from sse_check.template.model import NO_ELEMENT, Site, Template

# A stretch of a template, as it is seen from these frames.
_Stretch = tuple[tuple[Frame, ...], int, int]
_DEEPEST = 20
# Statements that put out no markup of others, besides those that end something.
_HARMLESS = frozenset(
    "if unless elif elsif else for empty while match case try fallback block fragment set let with "
    "macro def region capture call trans blocktrans blocktranslate translate pluralize plural load "
    "url static csrf_token comment filter do now cycle resetcycle firstof widthratio regroup "
    "ifchanged ifequal ifnotequal autoescape spaceless verbatim raw localize localtime timezone "
    "language get_static_prefix get_media_prefix get_current_language templatetag lorem debug "
    "querystring continue break import from extends partialdef cache compress globals imports "
    "async push provide ifversion apply module comment super".split()
)
# Filters that give no markup.
_PLAIN_FILTERS = frozenset(
    "abs add addslashes batch bool capfirst capitalize center count cut d date default "
    "default_if_none dictsort dictsortreversed divisibleby e escape escapejs filesizeformat first "
    "float floatformat force_escape forceescape format get_digit groupby indent int intcomma "
    "intword iriencode items join last length length_is linenumbers list ljust lower make_list map "
    "max min naturalday naturaltime number ordinal phone2numeric pluralize pprint random reject "
    "rejectattr replace reverse rjust round select selectattr slice slugify sort string "
    "stringformat striptags sum time timesince timeuntil title tojson trim truncate truncatechars "
    "truncatechars_html truncatewords truncatewords_html unique upper url urlencode urlize "
    "urlizetrunc wordcount wordwrap yesno".split()
)
_FILTER = lazy(r"\|>?\s*([A-Za-z_]\w*)")
_TEXT = lazy(r"\"(?:[^\"\\]|\\.)*+\"|'(?:[^'\\]|\\.)*+'")
# Names under which content is handed over.
_CONTENT = frozenset("content body children html form slot".split())
_OTHER_LANGUAGE = re.compile(r"<%|\$\{")
# Attributes that make a listener.
_LISTENING = ("sse-swap", "hx-sse", "hx-trigger")


def unknown_in(project: Project, view: PageView, connection: Node) -> Span | None:
    """Where something that is not known comes into a connection; None where all of it is."""
    for node in (connection, *connection.descendants()):
        if node.name[0] != "#" and any(map(mark_of(node).tag.may_gain, _LISTENING)):
            return mark_of(node).span
    mark = mark_of(connection)
    end = mark.template.content_end(mark.node)
    if end is None:
        if len(mark.frames) > 1:
            # What stands in it is written in another file.
            return mark.span
        end = len(mark.template.text)
    content = _Content(project, view.page.path)
    return content.unknown(mark.frames, mark.template.ends[mark.node], end)


class _Content:
    """What stretches of templates bring, with all that they take from others."""

    def __init__(self, project: Project, page: str) -> None:
        self.project = project
        self.page = page
        self._seen: set[tuple[str, int, int]] = set()

    def unknown(self, frames: tuple[Frame, ...], start: int, end: int) -> Span | None:
        path, template = frames[0].path, frames[0].template
        key = (path, start, end)
        if key in self._seen or len(frames) > _DEEPEST:
            return None
        self._seen.add(key)
        for at, last, inner in self._places(frames, template, start, end):
            if inner is None:
                return Span(template.source, at, last)
            for deeper in inner:
                found = self.unknown(*deeper)
                if found is not None:
                    return found
        return None

    def _places(
        self, frames: tuple[Frame, ...], template: Template, start: int, end: int
    ) -> Iterator[tuple[int, int, list[_Stretch] | None]]:
        """What brings something in a stretch, with the stretches that this brings; None where that
        is not known."""
        for match in _OTHER_LANGUAGE.finditer(template.mask, start, end):
            if stands_in_content(template, match.start()):
                yield match.start(), match.end(), None
        sites: dict[int, list[Site]] = {}
        for site in template.sites:
            if start <= site.start < end and not site.in_tag:
                sites.setdefault(site.start, []).append(site)
        for at, last, word in template.tags:
            if start <= at < end and word != "{{" and stands_in_content(template, at):
                yield at, last, self._of_statement(frames, sites.get(at, []), word, last)
        for at, last in template.outputs:
            if start <= at < end and stands_in_content(template, at):
                yield at, last, self._of_expression(frames, template.text[at + 2 : last - 2])

    def _of_statement(
        self, frames: tuple[Frame, ...], sites: list[Site], word: str, end: int
    ) -> list[_Stretch] | None:
        found: list[_Stretch] = []
        if word == "block":
            return list(self._blocks(frames, end))
        for site in sites:
            if site.kind in LOADING:
                files = self._files(frames, site)
                if files is None:
                    return None
                found += files
            elif site.kind == "call-block":
                macro = macro_at(self.project, frames, self.page, called(site.name)[0])
                if macro is None:
                    return None
                found.append(self._in_macro(frames, macro, site))
            elif site.kind == "slot":
                if frames[0].template.dialect.name == "django":
                    return None
                found += self._passed(frames)
        if sites or word in _HARMLESS or word.startswith("end"):
            return found
        return None

    def _of_expression(self, frames: tuple[Frame, ...], expression: str) -> list[_Stretch] | None:
        found: list[_Stretch] = []
        bare = _TEXT.sub("''", expression)
        if not _PLAIN_FILTERS.issuperset(_FILTER.findall(bare)):
            return None
        for name in called_in(expression):
            owner, _, method = name.partition(".")
            if name == "caller":
                found += self._passed(frames)
            elif (macro := macro_at(self.project, frames, self.page, name)) is not None:
                found.append(self._in_macro(frames, macro, None))
            elif owner not in ("super", "self") and method not in PLAIN_METHODS:
                return None
        name = bare.strip(" \t\r\n-+~")
        captured = [
            (frames, *body_stretch(frames[0].template, node))
            for node, root in frames[0].template.roots.items()
            if root.kind in ("set", "capture") and root.name == name
        ]
        return [*found, *captured] if captured or name not in _CONTENT else None

    def _files(self, frames: tuple[Frame, ...], site: Site) -> list[_Stretch] | None:
        path, template = frames[0].path, frames[0].template
        own = named_partial(template, site.name) if site.kind == "partial" else None
        if own is not None:
            return [(frames, *body_stretch(template, own))]
        link = self.project.link(path, template, site)
        named = [(name, self.project.target(name, path)) for name in link.names]
        found = []
        for _, target in named:
            other = self.project.template(target) if target is not None else None
            if target is not None and other is not None:
                frame = Frame(target, other, link.bindings, link.isolated, site, "include")
                found.append(((frame, *frames), 0, len(other.text)))
        return None if link.open or not (found or link.optional) else found

    def _in_macro(self, frames: tuple[Frame, ...], macro: Macro, site: Site | None) -> _Stretch:
        frame = Frame(macro.path, macro.template, {}, True, site, "macro", macro.shares)
        return (frame, *frames), *body_stretch(macro.template, macro.node)

    def _passed(self, frames: tuple[Frame, ...]) -> Iterator[_Stretch]:
        """What a call passes to the macro that this is."""
        frame, *outer = frames
        if frame.via == "macro" and frame.site is not None and outer:
            root = body_of(outer[0].template, frame.site)
            if root != NO_ELEMENT:
                yield tuple(outer), *body_stretch(outer[0].template, root)

    def _blocks(self, frames: tuple[Frame, ...], start: int) -> Iterator[_Stretch]:
        """What pages put into a block of their layout."""
        template = frames[0].template
        block = next((one for one in template.blocks if one.start == start), None)
        chain = self.project.chain(self.page)
        if block is None or frames[0].path not in chain:
            return
        for path in chain[: chain.index(frames[0].path)]:
            other, own = self.project.template(path), self.project.block(path, block.name)
            if other is not None and own is not None:
                frame = Frame(path, other, {}, False, None, "extends")
                yield (frame, *frames), own.start, other.block_ends[own.number]
