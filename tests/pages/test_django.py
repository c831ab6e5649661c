"""Random projects, rendered by Django under every truth of their conditions: the page of the engine
is the page that Django renders, through loops with and without turns, branches, includes, blocks."""

import os
import random
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from sse_check.htmx import markup
from sse_check.pages.decisions import Decisions
from sse_check.pages.engine import Engine
from sse_check.project.project import Project
from sse_check.project.settings import Settings
from tests.pages.tag_blocks import TagBlocks
from tests.pages.test_jinja import ATTRIBUTES, CONDITIONS, TAGS, body_of, shape
from tests.project.helpers import write

SEEDS = int(os.environ.get("SSE_CHECK_SEEDS", "300"))
FIRST_SEED = int(os.environ.get("SSE_CHECK_FIRST_SEED", "0"))
PLAIN = tuple(one for one in ATTRIBUTES if "{{" not in one)


class Maker:
    """Makes one Django project: a page on a layout, and what it includes."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.files: dict[str, str] = {}
        self.left = 25
        self.tags = TagBlocks(seed, "block.super")

    def project(self) -> dict[str, str]:
        tags = self.tags.place()
        body = f"<main{self.attribute()}{tags}>{{% block one %}}{self.content(1)}{{% endblock %}}</main>"
        self.files["t/base.html"] = (
            f"<html><body{self.tags.place()}>{body}{self.content(1)}</body></html>"
        )
        above = "{{ block.super }}" if self.chance.random() < 0.4 else ""
        self.files["t/page.html"] = (
            '{% extends "base.html" %}{% load i18n %}'
            f"{{% block one %}}{self.content(0)}{above}{self.content(0)}{{% endblock %}}"
            f"{self.tags.replaced()}"
        )
        if self.tags.known and self.tags.chance.random() < 0.5:
            middle = f'{{% extends "base.html" %}}{self.tags.replaced()}'
            page = self.files["t/page.html"].replace("base.html", "middle.html")
            self.files |= {"t/middle.html": middle, "t/page.html": page}
        return self.files

    def attribute(self) -> str:
        return f" {self.chance.choice(PLAIN)}" if self.chance.random() < 0.5 else ""

    def content(self, level: int) -> str:
        return "".join(self.piece(level) for _ in range(self.chance.choice((0, 1, 1, 2, 3))))

    def piece(self, level: int) -> str:
        self.left -= 1
        chance, key = self.chance, self.chance.choice(CONDITIONS)
        kind = chance.randrange(9) if self.left > 0 and level < 4 else 0
        if kind <= 2:
            tag = chance.choice(TAGS)
            inner = "x" if tag == "p" or level > 3 else self.content(level + 1)
            return f"<{tag}{self.attribute()}>{inner}</{tag}>"
        inner, other = self.content(level + 1), self.content(level + 1)
        if kind == 3:
            return f"{{% if {key} %}}{inner}{{% endif %}}"
        if kind == 4:
            second = chance.choice(CONDITIONS)
            return f"{{% if {key} %}}{inner}{{% elif not {second} %}}{other}{{% else %}}<em></em>{{% endif %}}"
        if kind == 5:
            return f"{{% for x in one %}}{inner}{{% empty %}}{other}{{% endfor %}}"
        if kind == 6:
            return f"{{% if {key} %}}<div{self.attribute()}>{{% endif %}}{inner}{{% if {key} %}}</div>{{% endif %}}"
        name = f"t/part{len(self.files)}{level}.html"
        if kind == 7:
            self.files[name] = inner
            bound = chance.choice(("", ' with name="k"', ' with name="k" only'))
            if "only" in bound:
                # What is not passed is not there.
                self.files[name] = '<i sse-swap="{{ name }}"></i>'
            return f'{{% include "{name[2:]}"{bound} %}}'
        self.files[name] = f'<section{self.attribute()}><b hx-get="/">x</b>'
        return f'{{% include "{name[2:]}" %}}{inner}</section>'


def engine_of(files: dict[str, str]) -> Any:
    django = pytest.importorskip("django.template")
    texts = {name[2:]: text for name, text in files.items()}
    loaders = [("django.template.loaders.locmem.Loader", texts)]
    return django.Engine(
        loaders=loaders, libraries={"i18n": "django.templatetags.i18n"}, autoescape=False
    )


def disagreement(folder: Path, files: dict[str, str]) -> str:
    write(folder, files)
    project = Project.load(str(folder), Settings(dialect="django"), shown_from=str(folder))
    engine, theirs_engine = Engine(project, everything=True), engine_of(files)
    from django.template import Context

    for values in product((True, False), repeat=len(CONDITIONS)):
        truth = dict(zip(CONDITIONS, values, strict=True))
        text = theirs_engine.get_template("page.html").render(Context({**truth, "one": [1]}))
        theirs = shape(body_of(markup.page(text)))
        ours = shape(body_of(engine.render("t/page.html", Decisions(truth))))
        if ours != theirs:
            return f"{truth}\nrendered {theirs}\nengine   {ours}"
    return ""


def test_every_rendering_is_what_django_renders(tmp_path: Path) -> None:
    wrong = []
    for seed in range(FIRST_SEED, FIRST_SEED + SEEDS):
        files = Maker(seed).project()
        said = disagreement(tmp_path / str(seed), files)
        if said:
            texts = "\n".join(f"{name}: {text}" for name, text in files.items())
            wrong.append(f"seed {seed}\n{texts}\n{said}")
        if len(wrong) >= 2:
            break
    assert not wrong, "\n\n".join(wrong)
