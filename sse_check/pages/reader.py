"""Start tags as a page sees them: macros in them expanded, values folded from bound names."""

import re
from collections.abc import Mapping
from functools import lru_cache
from html import unescape
from itertools import product

from sse_check.pages.loops import ELSE, looped
from sse_check.pages.marks import ElementAttribute, ElementTag, Value
from sse_check.pages.scene import Frame
from sse_check.project.project import Macro, Project
from sse_check.template.attributes import (
    Attribute,
    Call,
    StartTag,
    read_attribute_text,
    read_start_tag,
)
from sse_check.template.conditions import Facts, consistent
from sse_check.template.expressions import UNKNOWN, Text, arguments_of, bind, fold, read_link
from sse_check.template.model import Template
from sse_check.template.values import Hole, Pattern, variants

_MOST_VALUES = 16
_DEEPEST_FOLD = 12
_DEEPEST_LOOKUP = 40
_DEEPEST_TAG = 8
_FALSE = frozenset(("", "None", "False", "0"))
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

    def forget(self, path: str) -> None:
        """A file changed: nothing that was read from it holds any more."""
        for known in (self._tags, self._constant_tags, self._constants):
            known.pop(path, None)

    def start_tag(self, path: str, template: Template, node: int) -> StartTag:
        known = self._tags.setdefault(path, {})
        tag = known.get(node)
        if tag is None:
            tag = known[node] = read_start_tag(template, node)
        return tag

    def tag(self, names: "Names", node: int) -> ElementTag:
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
        self, tag: StartTag, names: "Names", result: ElementTag, outer: Facts, depth: int
    ) -> None:
        for attribute in tag.attributes:
            facts = _within(outer, names.decide(attribute.facts))
            if facts is None:
                continue
            if "{{" in attribute.name or "{%" in attribute.name:
                result.open_for.append(attribute.name.split("{")[0])
                continue
            result.open_for += written_from(attribute.name)
            result.attributes.append(
                ElementAttribute(
                    attribute.name, attribute, names.values(attribute), facts, attribute.certain
                )
            )
        for call in tag.calls:
            facts = _within(outer, names.decide(call.facts))
            if facts is not None:
                self._expand(call, names, result, facts, depth)

    def _expand(
        self, call: Call, names: "Names", result: ElementTag, facts: Facts, depth: int
    ) -> None:
        """Attributes that a macro or a file puts into the tag; unknown ones leave it open."""
        if depth < _DEEPEST_TAG:
            if call.kind == "output" and self._expand_macro(call, names, result, facts, depth):
                return
            if call.kind == "include" and self._expand_file(call, names, result, facts, depth):
                return
        result.open_for.append("")

    def _expand_macro(
        self, call: Call, names: "Names", result: ElementTag, facts: Facts, depth: int
    ) -> bool:
        name = call.text.partition("(")[0].strip()
        macro = self.project.macro(names.frame.path, name) if "(" in call.text else None
        given = arguments_of(call.text, name) if macro else None
        if macro is None or given is None:
            return False
        start, end = _body(macro)
        tag = read_attribute_text(macro.template, start, end)
        bindings = bind(macro.parameters, given)
        inner = Frame(macro.path, macro.template, bindings, True, None, "macro")
        self._add(tag, names.inside(inner), result, facts, depth + 1)
        return True

    def _expand_file(
        self, call: Call, names: "Names", result: ElementTag, facts: Facts, depth: int
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


@lru_cache(maxsize=4096)
def _written_out(text: str) -> tuple[Value, ...]:
    """What most attributes have: one text, whatever is bound."""
    return (Value(Pattern.of(unescape(text)), ()),)


def _within(outer: Facts, facts: Facts | None) -> Facts | None:
    """Facts that hold together with those outside, or None when they cannot."""
    if not facts or not outer:
        return outer if facts == () else facts
    return (*outer, *facts) if consistent(dict(outer), facts) else None


def _is_constant(attribute: Attribute) -> bool:
    """Whether an attribute reads the same wherever it stands."""
    if attribute.facts or "{" in attribute.name:
        return False
    return all(isinstance(part, str) for part in attribute.value or ())


class Names:
    """Names as they are bound at a place: in its file, in those above it, by the page itself.

    `given` are texts that whoever renders the page is known to pass.
    """

    __slots__ = ("frame", "frames", "given", "page", "reader")

    def __init__(
        self, reader: Reader, frames: tuple[Frame, ...], page: str, given: Mapping[str, str]
    ) -> None:
        self.reader = reader
        self.frames = frames
        self.frame = frames[0]
        self.page = page
        self.given = given

    def inside(self, frame: Frame) -> "Names":
        return Names(self.reader, (frame, *self.frames), self.page, self.given)

    @property
    def above(self) -> "Names | None":
        rest = self.frames[1:]
        return Names(self.reader, rest, self.page, self.given) if rest else None

    # Conditions

    def decide(self, facts: Facts) -> Facts | None:
        """The facts that bound names leave open; None when one of them is contradicted.

        What a bound name stands for is asked where it was passed, so two calls of a macro with
        different arguments are decided apart.
        """
        if not facts or not (self.given or any(frame.bindings for frame in self.frames)):
            return facts
        left = []
        for key, wanted in facts:
            meant = self._meant(key) if key.isidentifier() else key
            if not isinstance(meant, bool):
                left.append((meant, wanted))
            elif meant != wanted:
                return None
        return tuple(left)

    def _meant(self, name: str) -> str | bool:
        """The truth of a name, or the condition that it amounts to."""
        names: Names | None = self
        for _ in range(_DEEPEST_LOOKUP):
            if names is None:
                return name
            if name not in names.frame.bindings:
                if names.frame.isolated:
                    return name
                if len(names.frames) == 1:
                    return names.given[name] not in _FALSE if name in names.given else name
                names = names.above
                continue
            truth = _truth(names.lookup(name, 0))
            if truth is not None:
                return truth
            expression = names.frame.bindings[name]
            names = names.above
            if not expression.isidentifier():
                return f"{expression} in {names.frame.path}" if names else expression
            name = expression
        return name

    # Values

    def values(self, attribute: Attribute) -> tuple[Value, ...] | None:
        if attribute.value is None:
            return None
        if len(attribute.value) == 1 and isinstance(attribute.value[0], str):
            return _written_out(attribute.value[0])
        found: list[Value] = []
        for pieces, facts in variants(attribute.value, dict(attribute.facts)):
            left = self.decide(facts)
            if left is not None:
                found.extend(Value(pattern, left) for pattern in self._patterns(pieces))
        return tuple(found[:_MOST_VALUES])

    def _patterns(self, pieces: tuple[str | Hole, ...]) -> list[Pattern]:
        alternatives: list[list[Text]] = [
            [(piece,)] if isinstance(piece, str) else self._hole(piece) for piece in pieces
        ]
        found = []
        for combination in product(*alternatives):
            found.append(Pattern.of(*(part for text in combination for part in text)))
            if len(found) == _MOST_VALUES:
                break
        return found

    def _hole(self, hole: Hole) -> list[Text]:
        return self.fold(hole.text, 0) if hole.kind == "expression" else [UNKNOWN]

    def fold(self, expression: str, depth: int) -> list[Text]:
        if depth > _DEEPEST_FOLD:
            return [UNKNOWN]
        return fold(
            expression,
            lambda name: self.lookup(name, depth + 1),
            self.frame.template.dialect.name,
        )

    def lookup(self, name: str, depth: int) -> list[Text] | None:
        if depth > _DEEPEST_LOOKUP:
            return None
        frame, above = self.frame, self.above
        if name in frame.bindings:
            return above.fold(frame.bindings[name], depth) if above is not None else None
        own = self.reader.constants(frame.path, frame.template).get(name)
        if own:
            return self._assigned(own, name, depth)
        if frame.isolated:
            return None
        if above is not None:
            return above.lookup(name, depth + 1)
        if name in self.given:
            return [(self.given[name],)]
        return self._from_page(name, depth)

    def _assigned(self, expressions: list[str], name: str, depth: int) -> list[Text]:
        found: list[Text] = []
        for expression in expressions:
            if name in expression.replace(f'"{name}"', "").replace(f"'{name}'", ""):
                return [UNKNOWN]
            found.extend(self.fold(expression, depth))
        return found

    def _from_page(self, name: str, depth: int) -> list[Text] | None:
        """A layout sees what the page that extends it sets."""
        project = self.reader.project
        for path in project.chain(self.page):
            template = project.template(path)
            if template is None or path == self.frame.path:
                continue
            own = self.reader.constants(path, template).get(name)
            if own and all(name not in expression for expression in own):
                inner = self.inside(Frame(path, template, {}, True, None, ""))
                return [text for expression in own for text in inner.fold(expression, depth)]
        return None


def _truth(texts: list[Text] | None) -> bool | None:
    if not texts or any(None in text for text in texts):
        return None
    truths = {"".join(map(str, text)) not in _FALSE for text in texts}
    return truths.pop() if len(truths) == 1 else None


def _body(macro: Macro) -> tuple[int, int]:
    """Where the body of a macro begins and ends."""
    start = macro.root.end
    for tag_start, _, word in macro.template.tags:
        if tag_start >= start and word in _END_OF_BODY:
            return start, tag_start
    return start, len(macro.template.text)
