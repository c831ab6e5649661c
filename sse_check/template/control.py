"""Statements and the stack of open elements: branches, loops, blocks and detached bodies."""

from collections.abc import Callable
from typing import NamedTuple

from sse_check.source.lazy import lazy
from sse_check.template.conditions import consistent, facts_of
from sse_check.template.dialects import JINJA
from sse_check.template.flow import block_name
from sse_check.template.html_words import MERGE, ROOT
from sse_check.template.lexer import CALL, Tag
from sse_check.template.model import (
    NO_ELEMENT,
    Alternative,
    Block,
    Root,
    Site,
    Template,
)
from sse_check.template.open_elements import OpenElements

_CALLED = lazy(r"(?<![\w.|])([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?)\s*\(")
_PLAIN = frozenset("with filter autoescape spaceless".split())
_LONE_NAME = lazy(r"\s*([A-Za-z_]\w*)\s*(?:\||$)")
_SET_TARGET = lazy(r"\s*([A-Za-z_]\w*)")
# Functions of the frameworks: an expression that calls only these is no macro call.
_NOT_MACROS = frozenset(
    "url_for static _ gettext ngettext trans url range dict len asset get_flashed_messages "
    "loop.cycle csrf_token request.url_for joiner namespace lipsum".split()
)


class TagResume(NamedTuple):
    """A start tag begun before a branch that closes it."""

    node: int
    tag_start: int


class Frame:
    """An open block of the template language."""

    # Class attributes are defaults: most frames need few of these, and frames are many.
    first_node = 0
    exhaustive = False
    in_tag: TagResume | None = None
    in_case = False
    block = -1
    ends: list[tuple[int, int]] | None = None

    def __init__(self, word: str, kind: str, tag: Tag, before: int) -> None:
        self.word = word
        self.kind = kind
        self.tag = tag
        self.before = before
        # Where the tag of the branch that is open now begins.
        self.branch = tag[0]


class Control(OpenElements):
    """The state between two pieces of markup: the open element and the open blocks."""

    def __init__(self, template: Template) -> None:
        super().__init__(template)
        self.position = 0
        self.words = {tag[2] for tag in template.tags}
        self.resume: TagResume | None = None
        self.frames: list[Frame] = []
        self.extends = False
        self.in_block = 0
        self.openers: set[str] | None = None
        self.flow = template.flow

    # Statements

    def tags_of_interest(self) -> list[Tag]:
        """The tags that shape the tree; most statements (`url`, `trans`, `load`) are leaves."""
        dialect = self.template.dialect
        shaping, openers = dialect.shaping, dialect.openers or self._openers()
        kept = {
            word for word in self.words if word in shaping or word in openers or word[:3] == "end"
        }
        return [tag for tag in self.template.tags if tag[2] in kept]

    def handle(self, tag: Tag) -> None:
        """Let a statement change what is open. The most frequent words come first."""
        word = tag[2]
        if word[:3] == "end":
            self._end(tag)
        elif word == CALL:
            self._note_calls(tag, self.current, in_tag=False)
        else:
            action = _ACTIONS.get(word)
            if action is None:
                self._other(tag)
            else:
                action(self, tag)

    def opening_words(self) -> frozenset[str]:
        """The words of this file that open a block (an inline `set` is told apart later)."""
        dialect = self.template.dialect
        openers = dialect.openers or self._openers()
        return frozenset(
            word
            for word in self.words
            if word in dialect.branches or word in dialect.loops or word in openers
        )

    def note_in_tag(self, tag: Tag, node: int) -> None:
        """A statement inside a start tag that brings content from elsewhere."""
        if tag[2] == CALL:
            self._note_calls(tag, node, in_tag=True)
        elif tag[2] in self.template.dialect.links:
            self._add_site(tag[2], self._rest(tag), tag, node, in_tag=True)

    def open_in_tag(self, tag: Tag, node: int) -> None:
        """A branch that opens inside a start tag and goes on after it."""
        self.open_branch(tag)
        frame = self.frames[-1]
        frame.in_tag = TagResume(node, tag[0])
        frame.before = self.template.parents[node]
        self.template.inside[node] = tag[1]

    def finish(self) -> None:
        """The file ends: what is still open is noted and closed."""
        for frame in self.frames:
            self.template.errors.append((frame.tag[0], f"`{frame.word}` is never closed"))
        while self.frames:
            self._pop(len(self.template.text))

    def _rest(self, tag: Tag) -> str:
        start, end, word = tag
        return self.template.text[start + 2 : end - 2].strip(" \t\r\n-+~")[len(word) :].strip()

    def _openers(self) -> set[str]:
        if self.openers is None:
            self.openers = {word[3:] for word in self.words if word[:3] == "end"}
        return self.openers

    def is_inline_set(self, tag: Tag) -> bool:
        return tag[2] == "set" and "=" in self.template.text[tag[0] : tag[1]]

    def _add_site(self, kind: str, name: str, tag: Tag, node: int, *, in_tag: bool) -> None:
        self.template.sites.append(Site(kind, name, tag[0], tag[1], node, in_tag))

    def _note_calls(self, tag: Tag, node: int, *, in_tag: bool) -> None:
        inner = self.template.text[tag[0] + 2 : tag[1] - 2]
        if "(" in inner:
            for name in _CALLED.findall(inner):
                if name not in _NOT_MACROS:
                    self._add_site("call", name, tag, node, in_tag=in_tag)
            return
        if inner.strip().startswith("block.super"):
            self._add_site("call", "super", tag, node, in_tag=in_tag)
            return
        lone = _LONE_NAME.match(inner)
        if lone:
            self._add_site("output", lone[1], tag, node, in_tag=in_tag)

    # Branches and loops

    def open_branch(self, tag: Tag) -> None:
        word = tag[2]
        frame = Frame(word, "branch", tag, self.current)
        if word in ("match", "try"):
            frame.exhaustive = True
        self.frames.append(frame)
        self.flow.opens(tag, word)
        if self.template.names[self.current] == MERGE:
            self._narrow()

    def open_loop(self, tag: Tag) -> None:
        frame = Frame("for" if tag[2] == "async" else tag[2], "loop", tag, self.current)
        frame.first_node = len(self.template.names)
        self.frames.append(frame)
        self.flow.opens(tag, tag[2])

    def next_branch(self, tag: Tag) -> None:
        if not self.frames or self.frames[-1].kind not in ("branch", "loop"):
            return
        frame, word = self.frames[-1], tag[2]
        if word == "case" and not frame.in_case:
            frame.in_case = True
            return
        if frame.ends is None:
            frame.ends = []
        frame.ends.append((self.current, frame.branch))
        if frame.kind == "branch" and self._is_final(tag):
            frame.exhaustive = True
        frame.branch = tag[0]
        self.flow.goes_on(tag)
        if frame.in_tag is not None:
            self.resume = frame.in_tag
        self.current = frame.before
        if frame.kind == "branch" and self.template.names[self.current] == MERGE:
            self._narrow()

    def _is_final(self, tag: Tag) -> bool:
        """Whether one of the branches up to this one is always taken."""
        if tag[2] == "case":
            return self._rest(tag) == "_"
        return tag[2] in self.template.dialect.final and not self._rest(tag).startswith("if ")

    def _narrow(self) -> None:
        """Entering a branch rules out the elements that only the other branch left open."""
        flow = self.flow
        known = dict(facts_of(flow.clauses(flow.of_tag(self.frames[-1].branch))))
        options = self.template.merges[self.current]
        left = [option for option in options if consistent(known, option.facts)]
        if left and len(left) < len(options):
            self.current = self.merge(left, self.template.starts[self.current])

    def _end(self, tag: Tag) -> None:
        wanted, frames = tag[2][3:], self.frames
        if frames and (not wanted or frames[-1].word == wanted):
            self._pop(tag[0])
            return
        index = len(frames) - 1
        while index >= 0 and frames[index].word != wanted:
            index -= 1
        if index < 0:
            self.template.errors.append((tag[0], f"`{tag[2]}` closes nothing"))
            return
        for frame in frames[index + 1 :]:
            self.template.errors.append((frame.tag[0], f"`{frame.word}` is never closed"))
        while len(frames) > index:
            self._pop(tag[0])

    def _pop(self, at: int) -> None:
        frame = self.frames.pop()
        self.flow.closes(at)
        kind = frame.kind
        if kind == "branch":
            if frame.ends or self.current != frame.before:
                self._end_branch(frame, at)
        elif kind == "loop":
            self._end_loop(frame, at)
        elif kind == "detached":
            self._end_detached(frame, at)
        elif frame.block >= 0:
            self.template.block_ends[frame.block] = at

    def _end_branch(self, frame: Frame, at: int) -> None:
        template, flow, before = self.template, self.flow, frame.before
        if frame.exhaustive or self.current == before:
            for node, _ in frame.ends or ():
                if node != self.current:
                    break
            else:
                return
        taken = [*(frame.ends or ()), (self.current, frame.branch)]
        ends = [
            Alternative(node, facts_of(flow.clauses(flow.of_tag(branch)))) for node, branch in taken
        ]
        if not frame.exhaustive:
            ends.append(Alternative(before, facts_of(flow.denials(flow.of_tag(frame.branch)))))
        if template.names[before] == MERGE:
            # A branch that changed nothing keeps what it was narrowed to, not the whole merge.
            ends = [self._narrowed(end, before) for end in ends]
        self.current = self.merge(ends, at)

    def _narrowed(self, end: Alternative, before: int) -> Alternative:
        if end.node != before:
            return end
        known = dict(end.facts)
        left = [o for o in self.template.merges[before] if consistent(known, o.facts)]
        return Alternative(left[0].node, end.facts) if len(left) == 1 else end

    def _end_loop(self, frame: Frame, at: int) -> None:
        body_end = frame.ends[0][0] if frame.ends else self.current
        after_none = self.current if frame.ends else frame.before
        if body_end != frame.before:
            self._repeat_body(frame, body_end, at)
        if body_end == after_none:
            self.current = body_end
            return
        self.current = self.merge([Alternative(body_end, ()), Alternative(after_none, ())], at)

    def _repeat_body(self, frame: Frame, body_end: int, at: int) -> None:
        """The second turn of a loop starts where the first one ended."""
        template = self.template
        last = len(template.names)
        if frame.before == NO_ELEMENT or last - frame.first_node > 10_000:
            return
        again = self.merge([Alternative(frame.before, ()), Alternative(body_end, ())], at)
        for node in range(frame.first_node, last):
            if template.parents[node] == frame.before and template.names[node] not in (MERGE, ROOT):
                template.parents[node] = again

    # Blocks, detached bodies and links

    def _other(self, tag: Tag) -> None:
        word, dialect = tag[2], self.template.dialect
        rest = self._rest(tag)
        if word in dialect.links and word != "embed":
            self._add_site(word, rest, tag, self.current, in_tag=False)
            self.extends = self.extends or word == "extends"
            return
        if word in ("set", "let") and "=" in rest:
            target = _SET_TARGET.match(rest)
            if target:
                self.flow.assigns(target[1], tag[0])
            return
        if word == "slot" and dialect.name == "kida":
            self._slot(tag, rest)
            return
        if word in dialect.openers if dialect.openers else word in self._openers():
            self._open_other(tag, rest)

    def _slot(self, tag: Tag, rest: str) -> None:
        """In a `call` a slot is a body that is passed; in a `def` the place where it goes."""
        in_call = bool(self.frames) and self.frames[-1].word == "call"
        if in_call or "let:" in rest:
            self._detach(tag, "slot", rest)
        else:
            self._add_site("slot", rest, tag, self.current, in_tag=False)

    def _open_other(self, tag: Tag, rest: str) -> None:
        word = tag[2]
        if word == "block":
            self._open_block(tag, rest)
        elif word == "call":
            self._add_site("call-block", rest, tag, self.current, in_tag=False)
            self._detach(tag, "call", rest)
        elif word == "embed":
            self._add_site("embed", rest, tag, self.current, in_tag=False)
            self._detach(tag, "embed", rest)
        elif word == "partialdef" and rest.split()[1:] == ["inline"]:
            self._open_plain(tag)
        elif word in self.template.dialect.detached:
            if word == "set":
                target = _SET_TARGET.match(rest)
                self.flow.assigns(target[1] if target else "", tag[0])
            self._detach(tag, word, rest)
        else:
            self._open_plain(tag)

    def _open_plain(self, tag: Tag) -> None:
        """A block that renders its body in place: `with`, `filter`, a custom tag."""
        custom = tag[2] not in _PLAIN and not self.template.dialect.openers
        frame = Frame(tag[2], "branch" if custom else "plain", tag, self.current)
        frame.exhaustive = True
        self.frames.append(frame)
        self.flow.opens(tag, tag[2])

    def _open_block(self, tag: Tag, rest: str) -> None:
        name = block_name(rest)
        embedded = bool(self.frames) and self.frames[-1].word == "embed"
        number = len(self.template.blocks)
        root = NO_ELEMENT
        node = self.current
        if embedded or (self.extends and not self.in_block):
            self._detach(tag, "block", name)
            self.in_block += 1
            root = self.current
        else:
            frame = Frame("block", "block", tag, self.current)
            self.frames.append(frame)
            self.flow.opens(tag, "block")
        self.frames[-1].block = number
        self.template.blocks.append(Block(name, tag[1], number, node, root))
        self.template.block_ends.append(tag[1])

    def _detach(self, tag: Tag, kind: str, rest: str) -> None:
        name, _, arguments = rest.partition("(") if "(" in rest else (rest, "", "")
        frame = Frame(tag[2], "detached", tag, self.current)
        self.frames.append(frame)
        root = self.add_root(Root(kind, name.strip(), arguments, tag[0], tag[1], self.current))
        # A detached block is no place inside the block of that name: it has its own root.
        self.flow.opens(tag, "root " + kind if kind == "block" else kind)
        self.current = root

    def _end_detached(self, frame: Frame, at: int) -> None:
        self.current = frame.before
        if frame.block < 0:
            return
        self.template.block_ends[frame.block] = at
        if self.template.blocks[frame.block].root != NO_ELEMENT:
            self.in_block -= 1


def _actions() -> dict[str, Callable[[Control, Tag], None]]:
    """What each word does that means the same in every dialect."""
    actions: dict[str, Callable[[Control, Tag], None]] = {}
    for names, action in (
        (JINJA.branches, Control.open_branch),
        (JINJA.loops, Control.open_loop),
        (JINJA.continuations, Control.next_branch),
    ):
        actions.update(dict.fromkeys(names, action))
    return actions


_ACTIONS = _actions()
