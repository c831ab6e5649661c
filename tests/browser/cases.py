"""The cases of `fixtures/htmx`, as pages with frames."""

import json
from pathlib import Path
from typing import Any

from tests.browser.harness import Case, Frame

FOLDER = Path(__file__).parents[2] / "fixtures" / "htmx"
DEFAULT_STACKS = ("htmx1", "htmx2", "htmx2-ext210", "htmx4", "htmx4-compat")


def _frame(number: int, raw: dict[str, Any]) -> Frame:
    data = raw.get("data", "<b>{m}</b>").replace("{m}", f"M{number}M")
    click = None
    script = raw.get("js", "")
    if script.startswith("document.querySelector('") and script.endswith("').click()"):
        click = script.removeprefix("document.querySelector('").removesuffix("').click()")
    return Frame(raw.get("event"), data, raw.get("to"), click)


def _why_not(case: dict[str, Any]) -> str:
    """Why the model says nothing of a case, if it does not."""
    if "on_connect" in case or any("close" in frame for frame in case["frames"]):
        return "the server ends, fails or refuses the stream"
    if "connect /sse" in case["html"]:
        return "the server ends, fails or refuses the stream"
    if "Morph" in case["html"]:
        return "a morph keeps what it can of the old content"
    if "horizon" in case or "at once" in case["what"] or "throttle" in case["what"]:
        return "depends on time"
    if "answer is an event stream" in case["what"]:
        return "the answer to a request is a stream"
    if (
        "number of streams" in case["what"]
        or "connections, then" in case["what"]
        or "7 connections" in case["what"]
    ):
        return "the browser's limit of connections"
    if "hx-preserve" in case["html"] and "button" in case["html"]:
        return "hx-preserve"
    for frame in case["frames"]:
        if "raw" in frame:
            return "raw bytes on the wire"
        if "js" in frame and _frame(0, frame).click is None:
            return "a script or a person changes the page"
        if set(frame) == {"wait_ms"}:
            return "the server ends, fails or refuses the stream"
    return ""


def load() -> list[tuple[Case, tuple[str, ...], str]]:
    """Every case with its stacks, and why it is not modelled if it is not."""
    found = []
    for path in sorted(FOLDER.glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        for raw in data["cases"]:
            case = Case(
                f"{path.stem} {raw['id']}: {raw['what']}",
                raw["html"],
                tuple(_frame(number, frame) for number, frame in enumerate(raw["frames"])),
                raw.get("config", {}),
                raw.get("html_attrs", ""),
                raw.get("replies", {}),
            )
            stacks = tuple(raw.get("stacks") or data.get("stacks") or DEFAULT_STACKS)
            found.append((case, stacks, _why_not(raw)))
    return found
