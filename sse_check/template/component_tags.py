"""Start and end tags that stand for a template: `<c-card>` of django-cotton, `<Card>` of JinjaX."""

import re
from collections.abc import Mapping

from sse_check.source.lazy import lazy
from sse_check.template.calls import InclusionTag
from sse_check.template.components import DEFAULTS_TAG, SLOT_TAG, Components
from sse_check.template.control import Control
from sse_check.template.lexer import Tag
from sse_check.template.model import Template

_NAME = lazy(r"\sname\s*=\s*[\"']?([\w-]+)")


class ComponentTags(Control):
    """What lies between such tags is no content of the place: it goes into the template's slot."""

    def __init__(
        self,
        template: Template,
        words: frozenset[str],
        including: Mapping[str, InclusionTag],
        components: Components,
    ) -> None:
        super().__init__(template, words, including)
        self.components = components
        self.tags = self.tags_of_interest()
        self.next_tag = 0

    def component(self, match: re.Match[str]) -> bool:
        """Take in a start tag if it is one of these."""
        name, (start, end) = match[1], match.span()
        path = self.components.tags.get(name)
        if path is None:
            return False
        self._skip_tags(end)
        tag = (start, end, "<" + name.lower())
        if name == DEFAULTS_TAG:
            self._add_site("defaults", "", tag, self.current, in_tag=False)
            return True
        if name != SLOT_TAG:
            self._add_site("component", path, tag, self.current, in_tag=False)
            self._detach(tag, "call", "")
        else:
            named = _NAME.search(self.text, start, end)
            self._detach(tag, "slot", named[1] if named is not None else "")
        if self.template.mask[end - 2] == "/":
            self._pop(end)
        return True

    def _skip_tags(self, end: int) -> None:
        tags = self.tags
        while tags[self.next_tag][0] < end:
            self.next_tag += 1

    def close(self, name: str, at: int) -> None:
        frames = self.frames
        if self.components.tags and frames and frames[-1].word == "<" + name:
            self._pop(at)
            return
        super().close(name, at)

    def _add_site(self, kind: str, name: str, tag: Tag, node: int, *, in_tag: bool) -> None:
        slot = self.components.slot(name) if kind == "output" and not in_tag else None
        if slot is not None:
            kind, name = "slot", slot
        super()._add_site(kind, name, tag, node, in_tag=in_tag)
