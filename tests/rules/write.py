"""Write what can be told of rules: read the difference before you keep it.

    python -m tests.rules.write [RULE]...

Into a rule's page its header and what is printed for its examples (in fences called `output`), into
its cases the marks, and into `messages.md` all that it says.
"""

import re
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from sse_check.findings.loader import load_rules
from sse_check.findings.rule import Rule
from sse_check.report import concise
from tests.rules import messages
from tests.rules.header import header_of, said_by, with_header
from tests.rules.marks import marked
from tests.rules.pages import CASES, Example, examples, played

_FILE = re.compile(r"(^```\w+ title=\S+\n).*?(^```$)", re.MULTILINE | re.DOTALL)
_OUTPUT = re.compile(r"(^```text output\n).*?(^```$)", re.MULTILINE | re.DOTALL)


def _marks(rule: str, case: Example, folder: Path) -> list[str]:
    return list(marked(case.sources, played(folder, case, rule).findings).values())


def _printed(rule: str, example: Example, folder: Path) -> list[str]:
    return [concise.render(played(folder, example, rule))] if example.output is not None else []


OnProgress = Callable[[str, Example, Path], list[str]]


def _anew(fence: re.Pattern[str], tell: OnProgress, rule: str, text: str) -> str:
    """A text with new bodies for its fences of one kind, in order."""
    bodies = []
    for example in examples(text):
        with tempfile.TemporaryDirectory() as folder:
            bodies += tell(rule, example, Path(folder))
    rest = iter(bodies)
    return fence.sub(lambda found: found[1] + next(rest) + found[2], text)


def _rewrite(path: Path | None, change: Callable[[str], str]) -> None:
    if path is None or not path.exists():
        return
    before = path.read_text(encoding="utf-8")
    after = change(before)
    if after != before:
        path.write_text(after, encoding="utf-8")
        print(f"wrote {path}")


def _write_examples(rule: Rule) -> None:
    for path, fence, tell in (
        (rule.page, _OUTPUT, _printed),
        (CASES / f"{rule.name}.md", _FILE, _marks),
    ):
        _rewrite(path, partial(_anew, fence, tell, rule.name))


def write(names: list[str]) -> None:
    rules = [rule for name, rule in load_rules().items() if name in names]
    for rule in rules:
        _write_examples(rule)
    messages.write(names)
    kept = messages.kept()
    for rule in rules:
        _rewrite(rule.page, partial(with_header, header=header_of(rule, said_by(rule.name, kept))))


if __name__ == "__main__":
    write(sys.argv[1:] or list(load_rules()))
