"""Every message, help and related text that the pages and cases of rules bring, in one file.

    python -m tests.rules.messages      writes `messages.md` anew; read what changed

Read it from top to bottom now and then: does each line say what is wrong, why it matters and what
to do, in words that a stranger understands?
"""

import re
import tempfile
from collections.abc import Collection
from pathlib import Path

from sse_check.findings.loader import load_rules
from tests.rules.marks import frames, sayings
from tests.rules.pages import Example, all_cases, all_pages, played

KEPT = Path(__file__).with_name("messages.md")
IN_CASES = "what else it says"
_HEAD = """# Every message of every rule

Written by `python -m tests.rules.messages`. First what a rule says of its page's examples, then
what else its cases bring.
"""
_PART = re.compile(r"^## (\w+: [^\n]+)\n\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def kept() -> dict[str, str]:
    """The parts of the file by title: `RULE: EXAMPLE`."""
    return dict(_PART.findall(KEPT.read_text(encoding="utf-8")))


def page_title(rule: str, example: Example) -> str:
    return f"{rule}: {example.title}"


def of_page(folder: Path, rule: str, example: Example) -> str:
    return frames(example.files, played(folder, example, rule).findings)


def in_cases(pages: dict[str, str]) -> dict[str, str]:
    """What the cases of each rule say and its page's examples do not."""
    said: dict[str, list[str]] = {}
    for rule, case in all_cases():
        for text in case.files.values():
            said.setdefault(rule, []).extend(sayings(text))
    parts = {}
    for rule, texts in said.items():
        shown = {
            saying
            for title, part in pages.items()
            if title.startswith(f"{rule}: ")
            for saying in sayings(part)
        }
        new = [text for text in dict.fromkeys(texts) if text not in shown]
        if new:
            parts[f"{rule}: {IN_CASES}"] = "".join(f"{text}\n" for text in new)
    return parts


def write(rules: Collection[str]) -> None:
    """Write the parts of these rules anew, and those of all others as they are."""
    pages = {title: text for title, text in kept().items() if title.partition(":")[0] not in rules}
    pages = {title: text for title, text in pages.items() if not title.endswith(IN_CASES)}
    for rule, example in all_pages():
        if example.output and rule in rules:
            with tempfile.TemporaryDirectory() as folder:
                pages[page_title(rule, example)] = of_page(Path(folder), rule, example)
    # Titles of a rule stay together, in the order they came: first those of its page.
    parts = sorted((pages | in_cases(pages)).items(), key=lambda part: part[0].partition(":")[0])
    text = "".join(f"\n## {title}\n\n```text\n{said}```\n" for title, said in parts)
    KEPT.write_text(_HEAD + text, encoding="utf-8")


if __name__ == "__main__":
    write(load_rules())
