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


def _why_not(case: dict[str, Any]) -> str:
    """Why the model says nothing of a case, if it does not."""
    if case["id"] == "4z":
        return "a morph keeps what it can of the old content"
    if "on_connect" in case or case["frames"][0] == {"close": True, "wait_ms": 200}:
        return "a stream that ends again and again"
    if "sse-" in case["html"].partition("=/")[2][:4]:
        return "the server refuses the stream"
    if "at once" in case["what"] or "throttle" in case["what"]:
        return "depends on time"
    if "answer is an event stream" in case["what"]:
        return "the answer to a request is a stream"
    if "hx-preserve" in case["html"]:
        return "hx-preserve"
    return ""


def _look_after(raw: dict[str, Any], why_not: str) -> float | None:
    if "horizon" in raw:
        return float(raw["horizon"]) / 1000
    if why_not:
        return 0.3 if "time" in why_not else 0.5
    return None


def load() -> list[Row]:
    """Every row of the tables."""
    found = []
    for path in sorted(FOLDER.glob("[0-9]*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        for raw in data["cases"]:
            why_not = _why_not(raw)
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
                _look_after(raw, why_not),
            )
            stacks = tuple(raw.get("stacks") or data.get("stacks") or DEFAULT_STACKS)
            if "mismatch" in path.stem:
                stacks = tuple(dict.fromkeys((*stacks, *MISMATCHED)))
            found.append(Row(raw["id"], case, stacks, why_not))
    return found
