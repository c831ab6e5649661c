"""The cases of `fixtures/htmx`, as pages with frames."""

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

from tests.browser.harness import MISMATCHED, Case, Frame

FOLDER = Path(__file__).parents[2] / "fixtures" / "htmx"
DEFAULT_STACKS = ("htmx1", "htmx2", "htmx2-ext210", "htmx4", "htmx4-compat")


_CLICK = re.compile(r"document\.querySelector\('([^']+)'\)\.click\(\)")
# What a step that only waits or only runs a script has not.
_SENT = frozenset(("event", "data", "raw"))


class Row(NamedTuple):
    """A row of the tables: its page, its stacks, and why the model says nothing of it, if so."""

    ident: str
    case: Case
    stacks: tuple[str, ...]
    why_not: str


def _frame(number: int, raw: dict[str, Any]) -> Frame:
    mark = f"M{number}M"
    click = _CLICK.fullmatch(raw.get("js", ""))
    return Frame(
        raw.get("event"),
        raw.get("data", "<b>{m}</b>").replace("{m}", mark),
        raw.get("to"),
        click[1] if click else None,
        sends=not _SENT.isdisjoint(raw),
        raw=raw["raw"].replace("{m}", mark).encode() if "raw" in raw else None,
        script=None if click else raw.get("js"),
        probe=raw.get("js_after"),
        ends=bool(raw.get("close")),
        wait=raw.get("wait_ms", 0) / 1000,
    )


def load() -> list[Row]:
    """Every row of the tables."""
    found = []
    for path in sorted(FOLDER.glob("[0-9]*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        for raw in data["cases"]:
            case = Case(
                f"{path.stem} {raw['id']}: {raw['what']}",
                raw["html"],
                tuple(_frame(number, frame) for number, frame in enumerate(raw["frames"])),
                raw.get("config", {}),
                raw.get("html_attrs", ""),
                raw.get("replies", {}),
                tuple(
                    _frame(number, frame) for number, frame in enumerate(raw.get("on_connect", ()))
                ),
                raw["horizon"] / 1000 if "horizon" in raw else None,
            )
            stacks = tuple(raw.get("stacks") or data.get("stacks") or DEFAULT_STACKS)
            if "mismatch" in path.stem:
                stacks = tuple(dict.fromkeys((*stacks, *MISMATCHED)))
            found.append(Row(raw["id"], case, stacks, raw.get("recorded", "")))
    return found
