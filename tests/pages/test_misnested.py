"""Start and end tags in any order, cut into files: the page is what the HTML parser makes of them."""

import os
import random
import re
from pathlib import Path

import pytest

from sse_check.htmx import markup
from sse_check.pages.decisions import Decisions
from sse_check.pages.engine import Engine
from sse_check.project.project import Project
from sse_check.project.settings import Settings
from tests.pages.test_jinja import body_of, shape
from tests.pages.test_left_out import condensed
from tests.project.helpers import write

SEEDS = int(os.environ.get("SSE_CHECK_SEEDS", "300"))
FIRST_SEED = int(os.environ.get("SSE_CHECK_FIRST_SEED", "0"))
TAGS = ("a", "b", "em", "i", "small", "section", "div", "main", "p", "span", "ul", "li", "h2")
ATTRIBUTES = ("", "", "", ' hx-get="/"', ' sse-swap="s"', ' hx-target="#x"', ' id="x"')
_REOPENED = re.compile("<(?:a|b|em|i|small|h2)[ >]")


def tags(seed: int) -> list[str]:
    """Tags that are mostly ended, and mostly in the right order."""
    chance = random.Random(seed)
    found: list[str] = []
    opened: list[str] = []
    for _ in range(chance.randrange(4, 14)):
        if not opened or chance.random() < 0.5:
            tag = chance.choice(TAGS)
            opened.append(tag)
            found.append(f"<{tag}{chance.choice(ATTRIBUTES)}>")
        elif chance.random() < 0.6:
            found.append(f"</{opened.pop()}>")
        elif chance.random() < 0.7:
            found.append(f"</{opened.pop(chance.randrange(len(opened)))}>")
        else:
            found.append(f"</{chance.choice(TAGS)}>")
    return found


def project(seed: int) -> tuple[dict[str, str], str]:
    """The files of a page, one of which includes the other or extends it; and the whole markup."""
    chance, written = random.Random(-seed - 1), tags(seed)
    start, end = sorted(chance.randrange(len(written) + 1) for _ in range(2))
    before, inner, after = (
        "".join(p) for p in (written[:start], written[start:end], written[end:])
    )
    whole = f"<body>{before}{inner}{after}</body>"
    match chance.randrange(3):
        case 0:
            return {"t/page.html": whole}, whole
        case 1:
            page = f'<body>{before}{{% include "part.html" %}}{after}</body>'
            return {"t/page.html": page, "t/part.html": inner}, whole
        case _:
            base = f"<body>{before}{{% block x %}}{{% endblock %}}{after}</body>"
            page = f'{{% extends "base.html" %}}{{% block x %}}{inner}{{% endblock %}}'
            return {"t/page.html": page, "t/base.html": base}, whole


def difference(folder: Path, files: dict[str, str], whole: str, *, always: bool = False) -> str:
    write(folder, files)
    loaded = Project.load(str(folder), Settings(), shown_from=str(folder))
    engine, part = Engine(loaded, everything=True), Engine(loaded)
    page = engine.render("t/page.html", Decisions({}))
    theirs, ours = shape(body_of(markup.page(whole))), shape(body_of(page))
    if theirs != ours:
        return f"parsed {theirs}\nengine {ours}"
    if not always and len(files) > 1 and _REOPENED.search(whole):
        # What plain elements of one file open again in another is not looked at.
        return ""
    all_of_it = condensed(page, part)
    some_of_it = condensed(part.render("t/page.html", Decisions({})), part)
    if all_of_it != some_of_it:
        return f"whole {all_of_it}\npart  {some_of_it}"
    return ""


@pytest.mark.parametrize(
    ("part", "around"),
    [
        ('<p>x</p><b sse-swap="a"></b>', '<p sse-connect="/x">PART</p>'),
        ('<span>x<div>u</div></span><b sse-swap="a"></b>', '<p sse-connect="/x">PART</p>'),
        # What is opened again depends on elements that do not matter themselves.
        ("", '<main><a sse-swap="a"></main><p><u></u></p>'),
        ("", '<p><small hx-get="/"></p><li></li><div hx-get="/"></div>'),
    ],
)
def test_plain_elements_count_where_they_end_others(part: str, around: str, tmp_path: Path) -> None:
    files = {
        "t/part.html": part,
        "t/page.html": around.replace("PART", '{% include "part.html" %}'),
    }
    page = f"<body>{files['t/page.html']}</body>"
    whole = f"<body>{around.replace('PART', part)}</body>"
    assert not difference(tmp_path, {**files, "t/page.html": page}, whole, always=True)


def test_a_block_that_leaves_a_plain_element_open(tmp_path: Path) -> None:
    """The layout's end tag ends that one, and not the element around it."""
    block, after = '<div hx-get="/"><div>', '</div><b sse-swap="s"></b></div>'
    files = {
        "t/base.html": f"<body>{{% block x %}}{{% endblock %}}{after}</body>",
        "t/page.html": f'{{% extends "base.html" %}}{{% block x %}}{block}{{% endblock %}}',
    }
    assert not difference(tmp_path, files, f"<body>{block}{after}</body>", always=True)


def test_tags_in_any_order(tmp_path: Path) -> None:
    wrong = []
    for seed in range(FIRST_SEED, FIRST_SEED + SEEDS):
        files, whole = project(seed)
        said = difference(tmp_path / str(seed), files, whole)
        if said:
            texts = "\n".join(f"{name}: {text}" for name, text in files.items())
            wrong.append(f"seed {seed}\n{texts}\n{said}")
    assert not wrong, f"{len(wrong)} differ\n\n" + "\n\n".join(wrong[:4])
