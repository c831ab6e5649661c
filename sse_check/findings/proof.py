"""Proof that a fix does what it is about and nothing else, found before a file is written.

With the edits the file must parse to the same tree, with the same template tags, comments and
attributes. What may differ is what an edit says: an attribute in a start tag, a comment that is
taken out, or an element around content that was there.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from sse_check.findings.model import Edit
from sse_check.findings.moved import Moved, edited, in_order
from sse_check.findings.python_proof import in_python
from sse_check.findings.script_proof import in_script, is_name_in_quotes
from sse_check.source import Source
from sse_check.source.lazy import lazy
from sse_check.template.attributes import Attribute, read_start_tag
from sse_check.template.builder import parse
from sse_check.template.comments import html_comments, is_comment
from sse_check.template.dialects import recognise
from sse_check.template.model import NO_ELEMENT, Template

_END_TAG = lazy(r"</[a-z][a-z0-9-]*>")
_REFERENCE = lazy(r"&[\w#]*\Z")


def objection(source: Source, edits: Sequence[Edit], template: Template | None) -> str:
    """Why the edits of a file may not be made; empty when they may. `template` is its parse."""
    edits = in_order(edits)
    if any(a.span.end > b.span.start for a, b in pairwise(edits)):
        return "two edits change one place"
    if source.file.endswith((".py", ".pyi")):
        return in_python(source, edits)
    if source.file.endswith((".js", ".mjs", ".ts", ".tsx", ".jsx")):
        return in_script(source.text, edits)
    template = template or parse(source, recognise(source.text, source.file))
    return _Proof(template, edits).objection()


class _Proof:
    def __init__(self, template: Template, edits: list[Edit]) -> None:
        self.old = template
        self.edits = edits
        self.moved = Moved(edits)
        text = edited(template.text, edits)
        self.new = parse(Source(template.path, text), template.dialect)
        self.new_ends = frozenset(self.new.content_ends)
        self.new_tags = frozenset(zip(self.new.starts, self.new.ends, strict=True))
        # Which nodes of the new tree were there before, by number.
        self.kept: list[int] = []
        self.starts = sorted(
            (start, node)
            for node, start in enumerate(template.starts)
            if template.names[node][0] != "#"
        )

    def objection(self) -> str:
        """The first thing that is wrong."""
        checks = (
            self._places,
            self._mask,
            self._comments,
            self._tree,
            self._wrappers,
            self._rest,
            self._tags,
        )
        return next((why for check in checks if (why := check())), "")

    def _places(self) -> str:
        """Every edit is inside a start tag, takes out a comment, changes a name in a script, or is
        a whole tag itself."""
        for edit, inserted in zip(self.edits, self.moved.inserted, strict=True):
            start, end = edit.span.start, edit.span.end
            if self._tag_around(start, end) is not None or self._is_name_in_script(edit):
                continue
            if not edit.text:
                start, end = self._without_blanks(start, end)
                if not is_comment(self.old, start, end):
                    return "it would take out what is no comment"
                if _REFERENCE.search(self.old.text, max(0, start - 40), start):
                    return "it would join what the comment parts"
            elif start != end or not self._is_tag(edit.text, inserted):
                return "it would write into the text of the page"
        return ""

    def _without_blanks(self, start: int, end: int) -> tuple[int, int]:
        """What is in whole lines that are taken out, without the blanks around it."""
        text = self.old.text
        whole = (start == 0 or text[start - 1] == "\n") and text[end - 1 : end] == "\n"
        if not whole or "\n" in text[start : end - 1].strip():
            return start, end
        inside = text[start:end]
        return start + len(inside) - len(inside.lstrip()), start + len(inside.rstrip())

    def _tag_around(self, start: int, end: int) -> int | None:
        """The element in whose start tag a stretch lies, behind its name."""
        index = bisect_left(self.starts, (start, 0)) - 1
        if index < 0:
            return None
        first, node = self.starts[index]
        return node if first + 1 < start and end < self.old.ends[node] else None

    def _is_name_in_script(self, edit: Edit) -> bool:
        """Whether an edit changes a name in the quotes of a script that stands in the page."""
        old = self.old
        return is_name_in_quotes(old.text, edit) and any(
            name == "script"
            and old.ends[node] <= edit.span.start
            and edit.span.end <= (old.content_end(node) or 0)
            for node, name in enumerate(old.names)
        )

    def _is_tag(self, text: str, inserted: tuple[int, int]) -> bool:
        if _END_TAG.fullmatch(text):
            return inserted[0] in self.new_ends
        return inserted in self.new_tags

    def _mask(self) -> str:
        """Outside of the edits, the template language sees what it saw."""
        parts: list[Edit] = [
            Edit(edit.span, self.new.mask[first:last])
            for edit, (first, last) in zip(self.edits, self.moved.inserted, strict=True)
        ]
        if self.new.mask != edited(self.old.mask, parts):
            return "it would change what is a template tag"
        before, after = _statements(self.old), _statements(self.new)
        return "" if before == after else "it would change a template tag"

    def _comments(self) -> str:
        moved = self.moved
        before = [
            (moved.start(start), moved.end(end))
            for start, end in html_comments(self.old)
            if not moved.touches(start, end)
        ]
        return "" if before == html_comments(self.new) else "it would change a comment"

    def _tree(self) -> str:
        old, new, moved = self.old, self.new, self.moved
        self.kept = [
            node
            for node, name in enumerate(new.names)
            if name[0] == "#" or not moved.is_new(new.starts[node], new.ends[node])
        ]
        changed = "it would change the tree of the page"
        if [new.names[node] for node in self.kept] != old.names:
            return changed
        number = {node: place for place, node in enumerate(self.kept)}
        for before, after in enumerate(self.kept):
            parent = new.parents[after]
            while parent != NO_ELEMENT and parent not in number:
                parent = new.parents[parent]
            if (number[parent] if parent != NO_ELEMENT else NO_ELEMENT) != old.parents[before]:
                return changed
            if old.names[before][0] != "#" and (
                moved.start(old.starts[before]) != new.starts[after]
                or moved.end(old.ends[before]) != new.ends[after]
            ):
                return changed
            end = old.content_end(before)
            if new.content_end(after) != (None if end is None else moved.start(end)):
                return changed
        return ""

    def _wrappers(self) -> str:
        """What is put around content begins and ends with tags of its own."""
        new = self.new
        own = set(range(len(new.names))) - set(self.kept)
        ends = {new.content_end(node) for node in own}
        places = [first for first, last in self.moved.inserted if first < last]
        written = {first for first in places if new.text.startswith("</", first)}
        return "" if ends == written else "it would change the tree of the page"

    def _rest(self) -> str:
        """Sites, blocks, strays and errors are what they were."""
        old, new = self.old, self.new
        same = (
            [(s.kind, s.name) for s in old.sites] == [(s.kind, s.name) for s in new.sites]
            and [b.name for b in old.blocks] == [b.name for b in new.blocks]
            and len(old.merges) == len(new.merges)
            and len(old.strays) == len(new.strays)
            and len(old.left_open) == len(new.left_open)
            and len(old.moved) == len(new.moved)
            and len(old.dropped) == len(new.dropped)
            and [message for _, message in old.errors] == [message for _, message in new.errors]
        )
        return "" if same else "it would change how the file is put together"

    def _tags(self) -> str:
        """In the start tags that are edited, all other attributes are what they were."""
        places = [(edit.span.start, edit.span.end) for edit in self.edits]
        nodes = {self._tag_around(start, end) for start, end in places} - {None}
        for node in nodes:
            if node is not None and (why := self._attributes(node)):
                return why
        return ""

    def _attributes(self, node: int) -> str:
        moved = self.moved
        before = read_start_tag(self.old, node)
        after = read_start_tag(self.new, self.kept[node])
        edits = moved.within(self.old.starts[node], self.old.ends[node])
        if any(_cuts(edit, before.attributes) for edit in edits):
            return "it would change a part of an attribute"
        staying = [a for a in before.attributes if not self._is_taken_out(a)]
        places = {(moved.start(a.start), moved.end(a.end)): a for a in staying}
        times = Counter(attribute.name for attribute in after.attributes)
        for one in after.attributes:
            old = places.pop((one.start, one.end), None)
            if old is None:
                if not moved.is_new(one.start, one.end):
                    return "it would change another attribute"
            elif not moved.touches(old.start, old.end) and _said(old) != _said(one):
                return "it would change another attribute"
            if (old is None or old.name != one.name) and times[one.name] > 1:
                return f"the element has `{one.name}` already"
        if places:
            return "it would change another attribute"
        if [call.text for call in before.calls] != [call.text for call in after.calls]:
            return "it would change a template tag"
        return ""

    def _is_taken_out(self, one: Attribute) -> bool:
        return any(
            not edit.text and edit.span.start <= one.start and one.end <= edit.span.end
            for edit in self.moved.within(one.start, one.end)
        )


def _cuts(edit: Edit, attributes: Sequence[Attribute]) -> bool:
    """Whether an edit takes out a part of an attribute, or changes more than a name or a value."""
    start, end = edit.span.start, edit.span.end
    met = [one for one in attributes if one.start < end and start < one.end]
    if not edit.text:
        return any(start > one.start or one.end > end for one in met)
    return len(met) > 1 or not all(
        (one.start <= start and end <= one.name_end)
        or (one.value_start <= start and end <= one.value_end)
        for one in met
    )


def _said(one: Attribute) -> tuple[object, ...]:
    return (one.name, one.quote, one.certain)


def _statements(template: Template) -> list[str]:
    """The text of every template tag; an attribute that moves takes its own along."""
    spans = [*((tag[0], tag[1]) for tag in template.tags), *template.outputs]
    return sorted(template.text[start:end] for start, end in spans)
