"""The HTML pass: one pattern over the mask, merged with the tags, building the tree as it goes.

The open element is one integer into a parent-linked tree, so a branch saves and restores the
whole stack by keeping that integer. Where branches end with different elements open, a merge
node stands for "one of these".
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType

from sse_check.source import Source
from sse_check.source.lazy import lazy
from sse_check.template import html_words as html
from sse_check.template.actions import ACTIONS
from sse_check.template.calls import InclusionTag, with_calls
from sse_check.template.component_tags import ComponentTags
from sse_check.template.components import NO_COMPONENTS, Components
from sse_check.template.dialects import Dialect
from sse_check.template.escaped import with_escaped
from sse_check.template.html_words import MERGE, ROOT
from sse_check.template.lexer import OUTPUT, Tag, scan_tags
from sse_check.template.model import NO_ELEMENT, NOWHERE, Root, TagBlock, Template, new_record
from sse_check.template.open_blocks import TagResume
from sse_check.template.tag_name import glued_name, name_end

# White space in a tag is tab, line feed, form feed, carriage return and blank, and nothing
# else. Groups: 1 name, 2 set after ">"; 3 name of an end tag, 4 set after its ">"; 5 comment;
# 6 anything else that HTML skips up to ">". A choice with an empty end is cheaper than `?` after
# a group, which is a loop.
_MARKUP = re.compile(
    "<(?:"
    "([a-zA-Z\x01][^\t\n\f\r />\x02]*+)"
    "[^>=]*+(?:=[\t\n\f\r \x02]*+"
    "(?:\"[^\"]*+\"|'[^']*+'|[^\t\n\f\r >\"'\x02][^\t\n\f\r >]*+|)[^>=]*+)*(?:>()|)"
    "|/([a-zA-Z\x01][^\t\n\f\r />\x02]*+)[^>]*+(?:>()|)"
    "|(!--)"
    "|([!?/]))"
)
_REST_OF_TAG = lazy(
    "([^>=]*+(?:=[\t\n\f\r \x02]*+"
    "(?:\"[^\"]*+\"|'[^']*+'|[^\t\n\f\r >\"'\x02][^\t\n\f\r >]*+)?[^>=]*+)*)(>)?"
)
_COMMENT_END = lazy("--!?>")
_IN_BRANCHES = frozenset(("else", "elif", "empty"))
_AFTER_END_OF_DOCUMENT = frozenset(("html", "body"))


@cache
def _end_of_raw_text(name: str) -> re.Pattern[str]:
    return re.compile("</(?i:" + re.escape(name) + ")(?=[\t\n\f\r />])[^>]*+>")


def parse(
    source: Source,
    dialect: Dialect,
    including: Mapping[str, InclusionTag] = MappingProxyType({}),
    plain: str = "",
    components: Components = NO_COMPONENTS,
    lent: Callable[[], frozenset[str]] = frozenset,
) -> Template:
    """Parse one file. Never fails: what cannot be read is noted in `errors`.

    `including` are tags of Django templates that bring in a template, each with its name.
    `components` are start tags that stand for a template.
    `plain` is the text without the braces that belong to no tag, where somebody knows them.
    `lent` gives the names of macros that other templates may lend to this one.
    """
    scan = with_escaped(scan_tags(plain or source.text, dialect), source.text)
    tags = with_calls(scan, source.text, dialect, all_of_them=bool(components.kind), lent=lent)
    template = Template(source, dialect, scan.mask, scan.outputs, tags)
    return _Builder(template, scan.words, including, components).run()


class _Builder(ComponentTags):
    def __init__(
        self,
        template: Template,
        words: frozenset[str],
        including: Mapping[str, InclusionTag],
        components: Components,
    ) -> None:
        super().__init__(template, words, including, components)
        self.length = len(template.mask)
        self.current = self.add_root(new_record(Root, ("file", "", "", 0, self.length, NO_ELEMENT)))
        # A tag that never comes spares the loops a look at the length.
        self.tags.append((self.length + 2, self.length + 2, ""))

    def run(self) -> Template:
        position = 0
        while position >= 0:
            position = self._read(position)
        self._tags_until(self.length + 1)
        self.finish()
        return self.template

    # The loop below is the hot path of the whole program: local names, no calls for the
    # common start and end tags. It returns where to go on when the pattern must restart.
    def _read(self, position: int) -> int:  # noqa: C901, PLR0912, PLR0915
        template = self.template
        names, parents, tags = template.names, template.parents, self.tags
        starts, ends = template.starts, template.ends
        content_ends, other_ends = template.content_ends, template.other_ends
        known_tags, strict = html.START_TAGS, html.TABLE_STRICT
        before, after, ends_p = html.BEFORE, html.AFTER, html.ENDS_P
        is_void = html.IS_VOID
        mask, to_the_end, allowed = template.mask, _AFTER_END_OF_DOCUMENT, html.TABLE_ALLOWED
        index, actions = self.next_tag, ACTIONS
        tag = tags[index]
        upcoming = tag[0]
        current = self.current
        for match in _MARKUP.finditer(mask, position):
            start = match.start()
            if upcoming < start:
                self.current = current
                while tag[0] < start:
                    actions[tag[2]](self, tag)
                    index += 1
                    if self.resume is not None:
                        self.next_tag = index
                        self._resume_start_tag(self.resume, tag[1])
                        index = self.next_tag
                    tag = tags[index]
                upcoming = tag[0]
                current = self.current
                if self.position > start:
                    self.next_tag = index
                    return self.position
            kind = match.lastindex
            if kind == 4:
                name = match[3]
                if names[current] == name and name not in to_the_end:
                    if content_ends[current] >= 0:
                        other_ends.append((current, content_ends[current]))
                    content_ends[current] = start
                    current = parents[current]
                    continue
                self.current = current
                if OUTPUT in name:
                    name = template.text[match.start(3) : match.end(3)]
                self.close(name.lower(), start)
                current = self.current
            elif kind == 2:
                words = known_tags.get(match[1])
                if words is None:
                    if self.components.tags:
                        self.current, self.next_tag = current, index
                        if self.component(match):
                            return match.end()
                    words = self._unusual(match)
                name, flags, usual_parents = words
                end = match.end()
                if flags & before:
                    if flags == ends_p:
                        if self.p_seen:
                            current = self.close_p(current)
                    elif names[current] not in usual_parents:
                        current = self.make_room(current, name, flags)
                node = len(names)
                names.append(name)
                starts.append(start)
                ends.append(end)
                parents.append(current)
                content_ends.append(-1)
                if upcoming < end:
                    self.current, self.next_tag = current, index
                    resumed = self._tags_inside(node, end)
                    index = self.next_tag
                    tag = tags[index]
                    upcoming = tag[0]
                    if resumed:
                        self.position = end
                if names[current] in strict and name not in allowed:
                    self.foster(node)
                if flags & after:
                    if flags & is_void or self._stays_closed(node, flags, current, end):
                        continue
                    if flags & html.IS_RAW and not (
                        name == "title" and names[current] in html.FOREIGN_PARENTS
                    ):
                        self.current, self.next_tag = node, index
                        return self._raw_text(name, node, current, end)
                current = node
            else:
                self.current, self.next_tag = current, index
                return self._skip(match)
        self.current, self.next_tag = current, index
        return -1

    def _unusual(self, match: re.Match[str]) -> html.TagWords:
        """A name in capitals, one with an expression in it, or a custom element's."""
        name = match[1].lower()
        if OUTPUT in name:
            name = glued_name(self.template, match.start(1), match.end(1))[0]
        return html.tag_words(name)

    def _stays_closed(self, node: int, flags: int, current: int, end: int) -> bool:
        """Does an element that is not always empty end with its start tag?"""
        if flags & html.IS_FORM:
            return not self._opens_form(node, current)
        return bool(flags & html.IS_FOREIGN) and self.template.mask[end - 2] == "/"

    def _opens_form(self, node: int, current: int) -> bool:
        """A form directly in a table is empty; a form in a form is not there at all."""
        names, parents = self.template.names, self.template.parents
        if names[current] in html.TABLE_STRICT:
            return False
        for _ in range(512):
            name = names[current]
            if name == "form":
                self.template.dropped.add(node)
                return False
            if name in (ROOT, MERGE, "template"):
                return True
            current = parents[current]
        return True

    def _skip(self, match: re.Match[str]) -> int:
        mask, end = self.template.mask, match.end()
        if match.lastindex == 5:
            if mask[end : end + 1] == ">":
                return end + 1
            if mask[end : end + 2] == "->":
                return end + 2
            closing = _COMMENT_END.search(mask, end)
            return closing.end() if closing else len(mask)
        if match.lastindex == 6:
            closer = mask.find(">", end)
            return closer + 1 if closer >= 0 else len(mask)
        self.template.errors.append((match.start(), "the file ends inside this tag"))
        return len(mask)

    def _raw_text(self, name: str, node: int, parent: int, position: int) -> int:
        """Jump over text content; the template's tags in it still count."""
        closing = _end_of_raw_text(name).search(self.template.mask, position)
        end = closing.end() if closing else len(self.template.mask)
        self.template.content_ends[node] = closing.start() if closing else end
        self._tags_until(end)
        self.current = parent if self.current == node else self.current
        return end

    def _tags_until(self, position: int) -> None:
        tags = self.tags
        while (tag := tags[self.next_tag])[0] < position:
            self.next_tag += 1
            ACTIONS[tag[2]](self, tag)
            if self.resume is not None:
                self._resume_start_tag(self.resume, tag[1])

    def _tags_inside(self, node: int, end: int) -> bool:
        """Statements inside a start tag; true when one of them reaches beyond the tag."""
        tags, index = self.tags, self.next_tag
        open_words: list[int] = []
        while (tag := tags[index])[0] < end:
            word = tag[2]
            if word[:3] == "end":
                if open_words:
                    opened = tags[open_words.pop()]
                    if opened[2] == "block":
                        self._block_in_tag(opened, tag, node)
            elif self.opens_block(tag):
                open_words.append(index)
            elif word not in _IN_BRANCHES:
                self.note_in_tag(tag, node)
            index += 1
        self.next_tag = index
        for number in open_words:
            self.open_in_tag(tags[number], node)
        return bool(open_words)

    def _block_in_tag(self, opened: Tag, closed: Tag, node: int) -> None:
        """A block that is no place for markup: it holds attributes, or a part of a value."""
        block = TagBlock(self.block_name_of(opened), opened[1], closed[0], node)
        self.template.tag_blocks.append(block)

    def _resume_start_tag(self, earlier: TagResume, position: int) -> None:
        """An `else` after a start tag that ended in the branch before: the tag goes on here."""
        template = self.template
        self.resume = None
        match = _REST_OF_TAG.match(template.mask, position)
        if match is None or not match[2]:
            return
        node = len(template.names)
        template.names.append(template.names[earlier.node])
        template.starts.append(position)
        template.ends.append(match.end())
        template.parents.append(template.parents[earlier.node])
        template.content_ends.append(NOWHERE)
        template.pieces[node] = (
            (name_end(template, earlier.node), earlier.tag_start),
            (position, match.end() - 1),
        )
        if self.tags[self.next_tag][0] < match.end():
            self._tags_inside(node, match.end())
        if template.names[node] not in html.VOID:
            self.current = node
        self.position = match.end()
