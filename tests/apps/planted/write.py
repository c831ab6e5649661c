"""A plan's files, without their marks, and where the marks stood."""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.apps.planted.frameworks import FRAMEWORKS, WRITERS
from tests.apps.planted.plan import Plan, clean_plans

Place = tuple[str, int]
_MARK = re.compile(r"«([^»]*)»")


@dataclass(frozen=True)
class Written:
    """An app as it is put on the disk. A place with a name may stand more than once."""

    files: dict[str, str]
    places: dict[str, frozenset[Place]]
    target: str

    def put(self, folder: Path) -> None:
        for name, text in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


def write(plan: Plan) -> Written:
    writer = WRITERS[plan.framework](plan)
    files: dict[str, str] = {}
    places: dict[str, set[Place]] = {}
    for name, text in writer.files().items():
        for number, line in enumerate(text.splitlines(), 1):
            for mark in _MARK.findall(line):
                places.setdefault(mark, set()).add((name, number))
        files[name] = _MARK.sub("", text)
    fixed = {name: frozenset(found) for name, found in places.items()}
    return Written(files, fixed, writer.target())


def plans() -> list[Plan]:
    """All clean apps: each framework in each style in which people write it."""
    return [
        plan
        for plan in clean_plans(FRAMEWORKS)
        if plan.style.name not in WRITERS[plan.framework].without
    ]
