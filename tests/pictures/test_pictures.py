"""The pictures show what is printed today."""

from pathlib import Path
from xml.etree import ElementTree as ET

from tests.pictures.__main__ import IMAGES, terminal
from tests.pictures.terminal import svg


def test_the_terminal_shows_what_is_printed(tmp_path: Path) -> None:
    kept = (IMAGES / "check.svg").read_text(encoding="utf-8")
    assert kept == terminal(tmp_path), "run python -m tests.pictures"


def test_text_stays_text_and_colours_become_classes() -> None:
    drawn = ET.fromstring(svg("x <y>", "\x1b[31;1ma <b>\x1b[0m c"))
    name = "{http://www.w3.org/2000/svg}"
    texts = ["".join(text.itertext()) for text in drawn.iter(f"{name}text")]
    assert texts == ["$ x <y>", "a <b> c"]
    assert [span.get("class") for span in drawn.iter(f"{name}tspan")] == ["dim", "bold", "red bold"]
