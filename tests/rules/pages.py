"""The examples of rule pages: several files each, and what the linter prints for them."""

import re
from dataclasses import dataclass, field
from pathlib import Path

_HEADING = re.compile(r"#{2,3} (.+)")
_FENCE = re.compile(r"```(\w+) ?(.*)")


@dataclass
class Example:
    title: str
    section: str
    files: dict[str, str] = field(default_factory=dict)
    output: str | None = None


def examples(page: str) -> list[Example]:
    """Every heading starts an example; its titled fences are files, `output` what is printed."""
    found: list[Example] = []
    section = ""
    lines = iter(page.splitlines())
    for line in lines:
        heading = _HEADING.match(line)
        if heading:
            section = heading[1] if line.startswith("## ") else section
            found.append(Example(heading[1], section))
            continue
        fence = _FENCE.match(line)
        if not fence:
            continue
        body = []
        for inner in lines:
            if inner == "```":
                break
            body.append(inner)
        text = "\n".join(body) + "\n"
        if fence[2].startswith("title="):
            found[-1].files[fence[2].removeprefix("title=")] = text
        elif fence[2] == "output":
            found[-1].output = text
    return [example for example in found if example.files]


def all_pages() -> list[tuple[str, Example]]:
    folder = Path(__file__).parents[2] / "rules"
    return [
        (path.stem, example)
        for path in sorted(folder.glob("*.md"))
        for example in examples(path.read_text(encoding="utf-8"))
    ]
