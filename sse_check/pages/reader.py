"""Start tags as a page sees them: macros in them expanded, values folded from bound names."""

import re
from typing import Any

from sse_check.pages.bound import Names
from sse_check.pages.handed import handed_on
from sse_check.pages.lent import macro_at
from sse_check.pages.loops import ELSE, looped
from sse_check.pages.marks import ElementAttribute, ElementTag
from sse_check.pages.scene import Frame
from sse_check.pages.tag_blocks import TagBody, bodies_of, filled, has_blocks, inside, is_above
from sse_check.pages.withs import With, withs_of
from sse_check.project.project import Macro, Project
from sse_check.template.attributes import (
    Attribute,
    Call,
    StartTag,
    read_attribute_text,
    read_block_text,
    read_block_value,
    read_start_tag,
)
from sse_check.template.conditions import Facts, consistent
from sse_check.template.expressions import arguments_of, bind, read_link
from sse_check.template.model import Template
from sse_check.template.values import Parts

_DEEPEST_TAG = 8
# Attributes from which others are written when the page is rendered: all of them
# (`th:attr="hx-sse=..."`, `v-bind="all"`), or one of htmx's (`th:hx-ext`, `:sse-connect`).
_BOUND = re.compile(
    r"(?:data-)?th[:-]attr(?:append|prepend)?|v-bind|x-bind"
    r"|(?:(?:data-)?th[:-]|v-bind:|x-bind:|:)(?P<name>(?:data-)?(?:hx|sse)-.*)"
)
_END_OF_BODY = frozenset(("endmacro", "enddef", "end", "endregion"))


def written_from(name: str) -> list[str]:
    """The attribute, "" for any, that Thymeleaf, Vue or Alpine write from one with this name."""
    bound = _BOUND.fullmatch(name)
    return [bound["name"] or ""] if bound is not None else []


class Reader:
    """Reads start tags where they stand. Parsed tags are kept; values depend on the frames."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._tags: dict[str, dict[int, StartTag]] = {}
        self._constant_tags: dict[str, dict[int, ElementTag]] = {}
        self._constants: dict[str, dict[str, list[str]]] = {}
        self._withs: dict[str, tuple[With, ...]] = {}
        self._block_texts: dict[str, dict[tuple[int, int], StartTag | None]] = {}
        self._block_values: dict[str, dict[tuple[int, int, str], Parts | None]] = {}

    def forget(self, path: str) -> None:
        """A file changed: nothing that was read from it holds any more."""
        of_files: tuple[dict[str, Any], ...] = (self._tags, self._constant_tags, self._constants)
        for known in (*of_files, self._withs, self._block_texts, self._block_values):
            known.pop(path, None)

    def start_tag(self, path: str, template: Template, node: int) -> StartTag:
        known = self._tags.setdefault(path, {})
        tag = known.get(node)
        if tag is None:
            tag = known[node] = read_start_tag(template, node)
        return tag

    def tag(self, names: Names, node: int) -> ElementTag:
        """The start tag of an element in the innermost file of these frames."""
        frame = names.frame
        constant = self._constant_tags.setdefault(frame.path, {})
        known = constant.get(node)
        if known is not None:
            return known
        tag = self.start_tag(frame.path, frame.template, node)
        result = ElementTag()
        self._add(tag, names, result, (), 0)
        if not tag.calls and all(_is_constant(attribute) for attribute in tag.attributes):
            constant[node] = result
        return result

    def _add(
        self,
        tag: StartTag,
        names: Names,
        result: ElementTag,
        outer: Facts,
        depth: int,
        *,
        certain: bool = True,
    ) -> None:
        """The attributes in the order of the text: of two with one name the first counts."""
        parts: list[Attribute | Call] = [*tag.attributes, *tag.calls]
        if tag.calls:
            parts.sort(key=_start_of)
        for part in parts:
            facts = _within(outer, names.decide(part.facts))
            if facts is None:
                continue
            if isinstance(part, Call):
                self._expand(part, names, result, facts, depth, certain=certain)
            elif "{{" in part.name or "{%" in part.name:
                result.open_for.append(part.name.split("{")[0])
            else:
                result.open_for += written_from(part.name)
                fixed = part.certain and certain
                if part.value and (tag.has_blocks or names.supers):
                    one, whole = _with_blocks(part, names, part.value, facts, fixed=fixed)
                    result.open_for += () if whole else ("",)
                else:
                    one = ElementAttribute(part.name, part, names.values(part), facts, fixed)
                result.attributes.append(one)

    def _expand(
        self,
        call: Call,
        names: Names,
        result: ElementTag,
        facts: Facts,
        depth: int,
        *,
        certain: bool,
    ) -> None:
        """Attributes that a macro, a file or a block puts into the tag; unknown ones leave it
        open."""
        bodies: tuple[TagBody, ...] = ()
        if call.kind == "block":
            result.is_shared = True
            bodies = bodies_of(names, call.text, call.start, call.end)
        elif call.kind == "output" and is_above(call.text):
            bodies = names.supers
        if depth < _DEEPEST_TAG:
            if bodies:
                inner = inside(bodies)
                tag = self._block_text(inner.frame, bodies[0])
                if tag is not None:
                    certain = certain and call.certain
                    self._add(tag, inner, result, facts, depth + 1, certain=certain)
                    return
            elif self._brings(call, names, result, facts, depth):
                return
        result.open_for.append("")

    def _brings(
        self, call: Call, names: Names, result: ElementTag, facts: Facts, depth: int
    ) -> bool:
        if call.kind == "output" and call.text == "attrs":
            return self._expand_attrs(names, result, facts, depth)
        if call.kind == "output":
            return self._expand_macro(call, names, result, facts, depth)
        return call.kind == "include" and self._expand_file(call, names, result, facts, depth)

    def _block_text(self, frame: Frame, body: TagBody) -> StartTag | None:
        """The attributes in a block; None where it holds something else."""
        known = self._block_texts.setdefault(frame.path, {})
        key = (body.start, body.end)
        if key not in known:
            known[key] = read_block_text(frame.template, *key)
        return known[key]

    def block_value(self, frame: Frame, start: int, end: int, quote: str) -> Parts | None:
        """What a block puts into a value; None where the value may end in it."""
        known = self._block_values.setdefault(frame.path, {})
        key = (start, end, quote)
        if key not in known:
            known[key] = read_block_value(frame.template, *key)
        return known[key]

    def _expand_macro(
        self, call: Call, names: Names, result: ElementTag, facts: Facts, depth: int
    ) -> bool:
        name = call.text.partition("(")[0].strip()
        macro = None
        if "(" in call.text:
            macro = macro_at(self.project, names.frames, names.page, name)
        given = arguments_of(call.text, name) if macro else None
        if macro is None or given is None:
            return False
        start, end = _body(macro)
        tag = read_attribute_text(macro.template, start, end)
        bindings = bind(macro.parameters, given)
        inner = Frame(macro.path, macro.template, bindings, True, None, "macro", macro.shares)
        self._add(tag, names.inside(inner), result, facts, depth + 1)
        return True

    def _expand_attrs(self, names: Names, result: ElementTag, facts: Facts, depth: int) -> bool:
        """What the tag of a component has besides what the component declares."""
        given = handed_on(names.frames)
        if given is None or names.above is None:
            return False
        result.open_for += given[1]
        self._add(given[0], names.above, result, facts, depth + 1)
        return True

    def _expand_file(
        self, call: Call, names: Names, result: ElementTag, facts: Facts, depth: int
    ) -> bool:
        frame = names.frame
        link = read_link("include", call.text[len("include") :], frame.template.dialect.name)
        if link.open:
            return False
        for name in link.names:
            path = self.project.target(name, frame.path)
            template = self.project.template(path) if path else None
            if path is None or template is None:
                continue
            tag = read_attribute_text(template, 0, len(template.text))
            inner = Frame(path, template, link.bindings, link.isolated, None, "include")
            self._add(tag, names.inside(inner), result, facts, depth + 1)
            return True
        return link.optional

    def withs(self, path: str, template: Template) -> tuple[With, ...]:
        """The stretches of a file in which `with` gives names what they are."""
        found = self._withs.get(path)
        if found is None:
            found = self._withs[path] = withs_of(template)
        return found

    def constants(self, path: str, template: Template) -> dict[str, list[str]]:
        """Expressions that `set`, and loops over what is written down, give to names in a file."""
        if path not in self._constants:
            found: dict[str, list[str]] = {}
            loops: dict[str, list[str]] = {}
            for start, end, word in template.tags:
                if word not in ("set", "let", "for"):
                    continue
                text = template.text[start + 2 : end - 2].strip(" \t\r\n-+~")[len(word) :]
                if word == "for":
                    for name, expressions in looped(text, template.text, found):
                        loops.setdefault(name, []).extend(expressions)
                    continue
                name, equals, expression = text.partition("=")
                if equals and name.strip().isidentifier():
                    found.setdefault(name.strip(), []).append(expression.strip())
            for name, given in loops.items():
                if ELSE not in given:
                    found.setdefault(name, []).extend(given)
            self._constants[path] = found
        return self._constants[path]


def _within(outer: Facts, facts: Facts | None) -> Facts | None:
    """Facts that hold together with those outside, or None when they cannot."""
    if not facts or not outer:
        return outer if facts == () else facts
    return (*outer, *facts) if consistent(dict(outer), facts) else None


def _with_blocks(
    part: Attribute, names: Names, value: Parts, facts: Facts, *, fixed: bool
) -> tuple[ElementAttribute, bool]:
    """An attribute as a page has it; whether nothing but its value can be in its blocks."""
    if not has_blocks(names, value):
        return ElementAttribute(part.name, part, names.values(part), facts, fixed), True
    told = filled(names, part, value)
    values = names.texts_of(told.value, part.facts)
    made = ElementAttribute(
        part.name, told.written, values, facts, fixed, told.told_at, told.frames
    )
    return made, told.whole


def _start_of(part: Attribute | Call) -> int:
    return part.start


def _is_constant(attribute: Attribute) -> bool:
    """Whether an attribute reads the same wherever it stands."""
    if attribute.facts or "{" in attribute.name:
        return False
    return all(isinstance(part, str) for part in attribute.value or ())


def _body(macro: Macro) -> tuple[int, int]:
    """Where the body of a macro begins and ends."""
    start = macro.root.end
    for tag_start, _, word in macro.template.tags:
        if tag_start >= start and word in _END_OF_BODY:
            return start, tag_start
    return start, len(macro.template.text)
