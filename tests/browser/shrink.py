"""A page on which model and browser disagree, made as small as it can be.

    python -m tests.browser.shrink SEED STACK

Tags, texts, attributes and frames are left out, many candidates at once, as long as the page
that is left still shows a disagreement.
"""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from tests.browser.harness import Case

_TOKEN = re.compile(r"<[^>]*>|[^<]+")
_ATTRIBUTE = re.compile(r"""\s+[^\s=>]+(?:=(?:"[^"]*"|'[^']*'|[^\s>]*))?""")
_ROUNDS = 60
_AT_ONCE = 48

Failing = Callable[[Sequence[Case]], list[bool]]
"""Which of some pages show the disagreement."""


def shrink(case: Case, failing: Failing) -> Case:
    """The smallest page reached by leaving things out."""
    for _ in range(_ROUNDS):
        smaller = _smaller(case, failing)
        if smaller is None:
            return case
        case = smaller
    return case


def _smaller(case: Case, failing: Failing) -> Case | None:
    batch: list[Case] = []
    for candidate in _candidates(case):
        batch.append(candidate)
        if len(batch) == _AT_ONCE:
            if found := _first(batch, failing):
                return found
            batch = []
    return _first(batch, failing)


def _first(batch: list[Case], failing: Failing) -> Case | None:
    return next((c for c, fails in zip(batch, failing(batch), strict=True) if fails), None)


def _candidates(case: Case) -> Iterator[Case]:
    """Smaller pages, those that leave out most first."""
    for number in range(len(case.frames)):
        yield replace(case, frames=case.frames[:number] + case.frames[number + 1 :])
    if case.config:
        yield replace(case, config={})
    tokens = _TOKEN.findall(case.html)
    size = max(1, len(tokens) // 2)
    while size:
        for start in range(0, len(tokens), size):
            yield replace(case, html="".join(tokens[:start] + tokens[start + size :]))
        size //= 2
    # An element without its content's fate: both tags go, the content stays.
    for first, last in _pairs(tokens):
        rest = [t for number, t in enumerate(tokens) if number not in (first, last)]
        yield replace(case, html="".join(rest))
    for start, end in _attributes(tokens):
        yield replace(case, html=case.html[:start] + case.html[end:])


def _pairs(tokens: list[str]) -> Iterator[tuple[int, int]]:
    open_tags: list[tuple[str, int]] = []
    for number, token in enumerate(tokens):
        name = re.match(r"</?([\w-]+)", token)
        if name is None:
            continue
        if not token.startswith("</"):
            open_tags.append((name[1], number))
        elif any(name[1] == opened for opened, _ in open_tags):
            while open_tags:
                opened, first = open_tags.pop()
                if opened == name[1]:
                    yield first, number
                    break


def _attributes(tokens: list[str]) -> Iterator[tuple[int, int]]:
    offset = 0
    for token in tokens:
        if token.startswith("<") and not token.startswith("</"):
            for match in _ATTRIBUTE.finditer(token):
                yield offset + match.start(), offset + match.end()
        offset += len(token)


def main() -> None:
    from sse_check.htmx.stacks import STACKS
    from tests.browser import generate
    from tests.browser.test_model import disagreements, shrunk

    seed, stack = int(sys.argv[1]), sys.argv[2]
    page = generate.make(seed, STACKS[stack].generation)
    text = disagreements([(page, stack)])[page.name, stack]
    print(shrunk(page, stack) if text else f"{page.name} on {stack}: model and browser agree")


if __name__ == "__main__":
    main()
