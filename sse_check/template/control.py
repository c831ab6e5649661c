"""Statements and the stack of open elements: branches, loops, blocks and detached bodies."""

from collections.abc import Mapping

from sse_check.source.lazy import lazy
from sse_check.template import html_words as html
from sse_check.template.block_words import block_words
from sse_check.template.calls import RENDER, InclusionTag, called_in
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
    new_record,
)
from sse_check.template.open_blocks import Frame, TagResume
from sse_check.template.open_elements import OpenElements
from sse_check.template.written import element_written, functions_in

_PLAIN = frozenset("with filter autoescape spaceless".split())
# Blocks of Django, of Jinja and of well-known packages that render their body where it stands.
_IN_PLACE = _PLAIN.union(
    "cache nevercache compress htmlcompress minify assets language localize localtime timezone "
    "trans translate blocktrans blocktranslate flag switch sample thumbnail verbatim comment "
    "addtoblock markdown do scope".split()
)
_BRANCHES_AND_LOOPS = JINJA.branches | JINJA.loops
# One of their branches is always taken.
_ALWAYS_TAKEN = frozenset(("match", "try"))
_LONE_NAME = lazy(r"\s*([A-Za-z_]\w*)\s*(?:\||$)")
_SET_TARGET = lazy(r"\s*([A-Za-z_]\w*)")
_RENAMED = lazy(r"\sas\s+\w+$")


class Control(OpenElements):
    """The state between two pieces of markup: the open element and the open blocks."""

    def __init__(
        self, template: Template, words: frozenset[str], including: Mapping[str, InclusionTag]
    ) -> None:
        super().__init__(template)
        self.position = 0
        self.openers, self.leaves = block_words(template.dialect, words)
        # Tags that bring in a template, each with its name.
        self.including = including if template.dialect.name == "django" else {}
        self.leaves -= self.including.keys()
        self.resume: TagResume | None = None
        self.frames: list[Frame] = []
        self.functions = functions_in(template)
        self.extends = False
        self.in_block = 0
        self.notes = template.notes
        self.text = template.source.text

    # Statements

    def tags_of_interest(self) -> list[Tag]:
        """The tags that shape the tree."""
        tags, leaves = self.template.tags, self.leaves
        return [tag for tag in tags if tag[2] not in leaves] if leaves else tags[:]

    def end(self, tag: Tag) -> None:
        frames = self.frames
        if frames and frames[-1].word == tag[2][3:]:
            self._pop(tag[0])
        else:
            self._end_of_another(tag)

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
            self._pop(len(self.text))
        self.note_left_open()

    def _rest(self, tag: Tag) -> str:
        start, end, word = tag
        return self.text[start + 2 : end - 2].strip(" \t\r\n-+~")[len(word) :].strip()

    def opens_block(self, tag: Tag) -> bool:
        """Whether a tag opens a branch, a loop or another block that has an end."""
        word = tag[2]
        if word in _BRANCHES_AND_LOOPS:
            return True
        return word in self.openers and (word != "set" or "=" not in self.text[tag[0] : tag[1]])

    def _add_site(self, kind: str, name: str, tag: Tag, node: int, *, in_tag: bool) -> None:
        site = new_record(Site, (kind, name, tag[0], tag[1], node, in_tag))
        self.template.sites.append(site)

    def expression(self, tag: Tag) -> None:
        self._note_calls(tag, self.current, in_tag=False)

    def _note_calls(self, tag: Tag, node: int, *, in_tag: bool) -> None:
        inner = self.text[tag[0] + 2 : tag[1] - 2]
        if "(" in inner:
            if self.functions and not in_tag and self._write(tag, inner):
                return
            for name in called_in(inner):
                if name == RENDER:
                    given = inner.partition(RENDER)[2].strip().removeprefix("(")
                    self._add_site("render", given, tag, node, in_tag=in_tag)
                else:
                    self._add_site("call", name, tag, node, in_tag=in_tag)
            return
        if inner.strip().startswith("block.super"):
            self._add_site("call", "super", tag, node, in_tag=in_tag)
            return
        if lone := _LONE_NAME.match(inner):
            self._add_site("output", lone[1], tag, node, in_tag=in_tag)

    def _write(self, tag: Tag, inner: str) -> bool:
        """A function of the framework writes an element here, if it is one of those."""
        name = inner.partition("(")[0].strip(" \t\r\n-+")
        element = element_written(name) if name in self.functions else None
        if element is None:
            return False
        flags = html.tag_words(element.name)[1]
        self.current = self.make_room(self.current, element.name, flags)
        node = self._add_node(element.name, tag[0], self.current)
        self.template.ends[node] = tag[1]
        self.template.written[node] = (name, tag)
        if element.stays_open:
            self.current = node
        return True

    # Branches and loops

    def open_branch(self, tag: Tag) -> None:
        word = tag[2]
        frame = Frame(word, "branch", tag, self.current)
        if word in _ALWAYS_TAKEN:
            frame.exhaustive = True
        self.frames.append(frame)
        self.notes.append(tag)
        if self.template.names[self.current] == MERGE:
            self._narrow()

    def open_loop(self, tag: Tag) -> None:
        word = tag[2]
        frame = Frame("for" if word == "async" else word, "loop", tag, self.current)
        frame.first_node = len(self.template.names)
        self.frames.append(frame)
        self.notes.append(tag)

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
        self.notes.append(tag)
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
        flow = self.template.flow
        known = dict(facts_of(flow.clauses(flow.of_tag(self.frames[-1].branch))))
        options = self.template.merges[self.current]
        left = [option for option in options if consistent(known, option.facts)]
        if left and len(left) < len(options):
            self.current = self.merge(left, self.template.starts[self.current])

    def _end_of_another(self, tag: Tag) -> None:
        """An end tag that is not the innermost block's, or that names none (kida)."""
        wanted, frames = tag[2][3:], self.frames
        index = len(frames) - 1
        while index >= 0 and wanted and frames[index].word != wanted:
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
        self.notes.append(at)
        kind = frame.kind
        if kind == "branch":
            if frame.ends or self.current != frame.before:
                self._end_branch(frame, at)
        elif kind == "loop":
            self._end_loop(frame, at)
        elif kind == "detached":
            self.note_left_open()
            self.current = frame.before
        elif kind == "own block":
            self.note_left_open()
            self.current = frame.before
            self.template.block_ends[frame.block] = at
            self.in_block -= 1
        elif kind == "block":
            self.template.block_ends[frame.block] = at

    def _end_branch(self, frame: Frame, at: int) -> None:
        template, before = self.template, frame.before
        if frame.exhaustive or self.current == before:
            for node, _ in frame.ends or ():
                if node != self.current:
                    break
            else:
                return
        flow = template.flow
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
            if self.stays_open(body_end) != frame.before:
                # An `else` is no part of the body.
                self.template.turning.append((frame.tag[1], frame.branch if frame.ends else at))
            self._repeat_body(frame, body_end, at)
        if body_end == after_none:
            self.current = body_end
            return
        self.current = self.merge([Alternative(body_end, ()), Alternative(after_none, ())], at)

    def _repeat_body(self, frame: Frame, body_end: int, at: int) -> None:
        """The second turn of a loop starts where the first one ended."""
        template, last = self.template, len(self.template.names)
        if frame.before == NO_ELEMENT or last - frame.first_node > 10_000:
            return
        again = self.merge([Alternative(frame.before, ()), Alternative(body_end, ())], at)
        for node in range(frame.first_node, last):
            if template.parents[node] == frame.before and template.names[node] not in (MERGE, ROOT):
                template.parents[node] = again
        self.forget_paragraphs(frame.first_node, last)

    # Blocks, detached bodies and links

    def other(self, tag: Tag) -> None:
        word, rest = tag[2], self._rest(tag)
        if word in ("set", "let") and "=" in rest:
            target = _SET_TARGET.match(rest)
            if target:
                self.template.assignments.append((tag[0], target[1]))
        elif word == "slot" and self.template.dialect.name == "kida":
            self._slot(tag, rest)
        elif word in self.openers:
            self._open_other(tag, rest)
        elif word in self.including and not _RENAMED.search(rest):
            name = self.including[word].link(rest)
            self._add_site("include", name, tag, self.current, in_tag=False)

    def link(self, tag: Tag) -> None:
        start, end, word = tag
        site = new_record(Site, (word, self._rest(tag), start, end, self.current, False))
        self.template.sites.append(site)
        self.extends = self.extends or word == "extends"

    def _slot(self, tag: Tag, rest: str) -> None:
        """In a `call` a slot is a body that is passed; in a `def` the place where it goes."""
        in_call = bool(self.frames) and self.frames[-1].word == "call"
        if in_call or "let:" in rest:
            self._detach(tag, "slot", rest)
        else:
            self._add_site("slot", rest, tag, self.current, in_tag=False)

    def _open_other(self, tag: Tag, rest: str) -> None:
        word = tag[2]
        if word == "call":
            self._add_site("call-block", rest, tag, self.current, in_tag=False)
            self._detach(tag, "call", rest)
        elif word == "embed":
            self._add_site("embed", rest, tag, self.current, in_tag=False)
            self._detach(tag, "embed", rest)
        elif word == "partialdef":
            self._open_partial(tag, rest)
        elif self._is_foreign(word):
            # What a tag of somebody's own does with its body stands in its Python.
            self._add_site("call-block", f"{word} {rest}", tag, self.current, in_tag=False)
            self._detach(tag, "call", rest)
        elif word in self.template.dialect.detached:
            if word == "set":
                target = _SET_TARGET.match(rest)
                self.template.assignments.append((tag[0], target[1] if target else ""))
            self._detach(tag, word, rest)
        else:
            self._open_plain(tag)

    def _open_partial(self, tag: Tag, rest: str) -> None:
        """A named part of a Django template; with `inline` it is shown where it stands as well."""
        name, *options = rest.split() or [""]
        name = name.strip("\"'")
        if any(option.partition("=")[0] == "inline" for option in options):
            self._add_site("partial", name, tag, self.current, in_tag=False)
        self._detach(tag, "partialdef", name)

    def _is_foreign(self, word: str) -> bool:
        """Whether a block is none of the language's own, nor one that is a condition."""
        dialect = self.template.dialect
        if dialect.openers or word in dialect.detached or word in _IN_PLACE:
            return False
        return not word.startswith(("if", "unless"))

    def _open_plain(self, tag: Tag) -> None:
        """A block that renders its body in place: `with`, `filter`, a custom tag."""
        custom = tag[2] not in _PLAIN and not self.template.dialect.openers
        frame = Frame(tag[2], "branch" if custom else "plain", tag, self.current)
        frame.exhaustive = True
        self.frames.append(frame)
        self.notes.append(tag)

    def open_block(self, tag: Tag) -> None:
        template, frames, node = self.template, self.frames, self.current
        if "block" not in self.openers:
            if len(self._rest(tag).split()) == 1:
                template.errors.append((tag[0], "`block` is never closed"))
            return
        start, end, _ = tag
        name, embedded = self.block_name_of(tag), bool(frames) and frames[-1].word == "embed"
        frame = Frame("block", "block", tag, node)
        frame.block = len(template.blocks)
        root = NO_ELEMENT
        if embedded or (self.extends and not self.in_block):
            frame.kind = "own block"
            self.in_block += 1
            root = self.current = self.add_root(
                new_record(Root, ("block", name, "", start, end, node))
            )
            # It is no place inside the layout's block of that name: it has its own root.
            self.notes.append((start, end, "root block"))
        else:
            self.notes.append(tag)
        frames.append(frame)
        template.blocks.append(new_record(Block, (name, end, frame.block, node, root)))
        template.block_ends.append(end)

    def block_name_of(self, tag: Tag) -> str:
        words = self.text[tag[0] + 2 : tag[1] - 2].split(None, 2)
        if len(words) == 2 and words[0] == "block" and words[1][-1] not in "-+~":
            return words[1]
        return block_name(self._rest(tag))

    def _detach(self, tag: Tag, kind: str, rest: str) -> None:
        start, end, word = tag
        name, _, arguments = rest.partition("(") if "(" in rest else (rest, "", "")
        self.frames.append(Frame(word, "detached", tag, self.current))
        self.notes.append((start, end, kind))
        self.current = self.add_root(Root(kind, name.strip(), arguments, start, end, self.current))
