"""Write what the linter says into the cases; read the difference before you keep it.

    python -m tests.rules.expect [RULE]...

A new case needs a heading and files: this adds the marks.
"""

import re
import sys
import tempfile
from pathlib import Path

from tests.rules.marks import marked
from tests.rules.pages import CASES, examples, played

_FILE = re.compile(r"(^```\w+ title=\S+\n).*?(^```$)", re.MULTILINE | re.DOTALL)


def with_marks(rule: str, text: str) -> str:
    """The text of a file of cases, each with what the rule says of it."""
    files: list[str] = []
    for case in examples(text):
        with tempfile.TemporaryDirectory() as folder:
            found = played(Path(folder), case, rule).findings
        files += marked(case.sources, found).values()
    bodies = iter(files)
    return _FILE.sub(lambda fence: fence[1] + next(bodies) + fence[2], text)


def main() -> None:
    for path in sorted(CASES.glob("*.md")):
        if len(sys.argv) == 1 or path.stem in sys.argv[1:]:
            text = path.read_text(encoding="utf-8")
            path.write_text(with_marks(path.stem, text), encoding="utf-8")


if __name__ == "__main__":
    main()
