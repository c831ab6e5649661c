"""selectolax as the judge of the template tree.

A template is rendered on paper: for one assignment of truth to its conditions, the text of the
branches that would be rendered is kept, loops run once, expressions leave a token. Each start
tag is marked with its number in our tree, selectolax parses the result, and the ancestors that
it finds are compared with ours on the same branches.
"""

import zlib
from collections import Counter
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser

from sse_check.template import html_words as html
from sse_check.template.conditions import facts_when
from sse_check.template.lexer import CALL, STATEMENT
from sse_check.template.model import Template
from sse_check.template.tag_name import name_end

MARK = "data-judged"
FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())


_PARTS = (html.TABLE_PARTS | {"col", "html", "head", "body"}) - {"table", "template"}


class Truth:
    """One assignment: every condition is true or false by its text."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def __call__(self, key: str) -> bool:
        if "(" not in key and " if " not in key:
            # A compound condition follows from its parts.
            for word, decide in ((" or ", any), (" and ", all)):
                if word in key:
                    return decide(self(part) for part in key.split(word))
            if key.startswith("not "):
                return not self(key[4:].strip())
        if self.seed < 2:
            return self.seed == 0
        return bool(zlib.crc32(f"{self.seed}{key}".encode()) & 4)


@dataclass
class Frame:
    word: str
    before: bool
    active: bool
    taken: bool
    negatives: list[tuple[str, bool]] = field(default_factory=list)


def kept_stretches(template: Template, truth: Truth) -> list[tuple[int, int]]:
    """The parts of the text that this assignment renders, statements left out."""
    dialect = template.dialect
    frames: list[Frame] = []
    kept: list[tuple[int, int]] = []
    position, active = 0, True
    openers = {tag[2][3:] for tag in template.tags if tag[2].startswith("end")}
    for start, end, word in template.tags:
        if word == CALL:
            continue
        if active:
            kept.append((position, start))
        position = end
        rest = template.text[start + 2 : end - 2].strip(" \t\r\n-+~")[len(word) :].strip()
        if word in dialect.branches or (word in openers and word not in dialect.loops):
            frame = Frame(word, active, active, True)
            if word in ("if", "unless"):
                facts = facts_when(rest, word == "if")
                frame.negatives = list(facts_when(rest, word != "if"))
                frame.taken = all(truth(key) == wanted for key, wanted in facts)
                frame.active = active and frame.taken
            if word == "set" and "=" in rest:
                continue
            frames.append(frame)
            active = frame.active
        elif word in dialect.loops:
            frames.append(Frame("for" if word == "async" else word, active, active, True))
        elif word in dialect.continuations and frames:
            frame = frames[-1]
            condition = rest[3:] if word == "else" and rest.startswith("if ") else rest
            facts = ()
            if word in ("elif", "elseif") or condition != rest:
                facts = facts_when(condition, True)
            chosen = not frame.taken and all(truth(key) == wanted for key, wanted in facts)
            frame.taken = frame.taken or chosen
            active = frame.before and chosen
        elif word.startswith("end") and frames:
            wanted = word[3:]
            if wanted and wanted not in [frame.word for frame in frames]:
                continue
            while frames:
                frame = frames.pop()
                active = frame.before
                if not wanted or frame.word == wanted:
                    break
    if active:
        kept.append((position, len(template.text)))
    return kept


def rendered(template: Template, truth: Truth) -> str:
    """The marked text for selectolax."""
    marks = {
        name_end(template, node) - 1: node
        for node, name in enumerate(template.names)
        if name[0] != "#" and node not in template.pieces
    }
    outputs = dict(template.outputs)
    inside_tags = _inside_tags(template)
    pieces = []
    for start, end in kept_stretches(template, truth):
        position = start
        while position < end:
            after = position + 1
            if position in outputs:
                after = outputs[position]
                pieces.append("x" if position in inside_tags else "")
            elif template.mask[position] != STATEMENT:
                char = template.text[position]
                pieces.append(" " if char == "\0" else char)
            if after - 1 in marks:
                pieces.append(f' {MARK}="{marks[after - 1]}" ')
            position = after
    return "".join(pieces)


def _inside_tags(template: Template) -> set[int]:
    found = set()
    for start, end in template.outputs:
        before = template.mask.rfind("<", 0, start)
        after = template.mask.rfind(">", 0, start)
        closer = template.mask.find(">", end)
        if before > after and closer >= 0:
            found.add(start)
    return found


def our_ancestors(template: Template, node: int, truth: Truth) -> list[int]:
    """Our ancestors of an element on the branches of this assignment."""
    return _climb(template, node, truth)[0]


def _detached(template: Template, node: int, truth: Truth) -> bool:
    return template.roots[_climb(template, node, truth)[1]].kind != "file"


def _climb(template: Template, node: int, truth: Truth) -> tuple[list[int], int]:
    chain: list[int] = []
    node = template.parent(node)
    steps = 0
    while template.names[node] != html.ROOT and steps < 5_000:
        steps += 1
        if template.names[node] == html.MERGE:
            node = _chosen(template, node, truth)
            continue
        chain.append(node)
        node = template.parent(node)
    return chain, node


def _chosen(template: Template, node: int, truth: Truth) -> int:
    options = template.merges[node]
    for option in options:
        if all(_holds(key, wanted, truth) for key, wanted in option.facts):
            return option.node
    return options[0].node


def _holds(key: str, wanted: bool, truth: Truth) -> bool:
    # What keeps equal conditions apart (the loop they stand in) is no part of the paper variant.
    return truth(key.rpartition(":")[2] if key.startswith("loop") else key) == wanted


@dataclass
class Verdict:
    """How the two trees compare: elements judged, and reasons where they differ."""

    elements: int = 0
    same: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    unexplained: list[tuple[str, int, list[str], list[str]]] = field(default_factory=list)


def judge(template: Template, truth: Truth, verdict: Verdict) -> None:
    tree = LexborHTMLParser(rendered(template, truth))
    theirs: dict[int, list[int]] = {}
    for found in tree.css(f"[{MARK}]"):
        number = int(found.attributes[MARK] or 0)
        above, parent = [], found.parent
        while parent is not None:
            mark = parent.attributes.get(MARK) if parent.tag else None
            if mark is not None:
                above.append(int(mark))
            parent = parent.parent
        theirs.setdefault(number, above)
    kept = kept_stretches(template, truth)
    for node, name in enumerate(template.names):
        start = template.starts[node]
        if name[0] == "#" or node in template.pieces or not any(a <= start < b for a, b in kept):
            continue
        verdict.elements += 1
        ours = [n for n in our_ancestors(template, node, truth) if n not in template.pieces]
        found_above = theirs.get(node)
        if found_above is not None and _detached(template, node, truth):
            # A body that is used elsewhere: only what it holds itself can be compared.
            found_above = found_above[: len(ours)]
        if found_above == ours:
            verdict.same += 1
            continue
        reason = _reason(template, node, ours, found_above, theirs)
        if reason:
            verdict.reasons[reason] += 1
        else:
            verdict.unexplained.append(
                (
                    template.path,
                    start,
                    [template.names[n] for n in ours],
                    [template.names[n] for n in found_above or []],
                )
            )


def _reason(
    template: Template,
    node: int,
    ours: list[int],
    theirs: list[int] | None,
    all_theirs: dict[int, list[int]],
) -> str:
    """The reason why the trees differ at an element, of those that are known; else empty."""
    names = template.names
    if theirs is None:
        if any(names[n] == "template" for n in ours):
            return "content of a <template>, out of the judge's reach"
        dropped = names[node] in _PARTS or node in template.dropped
        return "dropped by the HTML builder" if dropped else ""
    different = set(ours) ^ set(theirs)
    if any(n not in all_theirs for n in different):
        return "an ancestor was dropped by the HTML builder"
    if all(names[n] in FORMATTING for n in different):
        return "formatting elements (adoption)"
    if {names[n] for n in different} & (html.TABLE_PARTS | {"caption", "col"}):
        return "table structure (foster parenting)"
    if {names[n] for n in different} <= {"head", "body", "html"}:
        return "head and body"
    if any(names[n] == "form" for n in different):
        return "form in form"
    if any(names[n] in ("select", "option", "optgroup") for n in {*different, *ours}):
        return "content of select"
    return ""
