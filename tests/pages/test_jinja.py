"""Random projects, rendered by jinja2 under every truth of their conditions: the assembled page is
the page that the engine renders, element by element, attribute by attribute.

The model of htmx is held against the browser on rendered pages; this holds what it is given from
templates against what the engine would give it.
"""

import os
import random
import re
from itertools import product
from pathlib import Path

import jinja2
import pytest

from sse_check.htmx import markup
from sse_check.pages.decisions import Decisions
from sse_check.pages.engine import Engine
from sse_check.pages.node import Node
from sse_check.project.project import Project
from sse_check.project.settings import Settings
from tests.pages.tag_blocks import TagBlocks
from tests.project.helpers import write

SEEDS = int(os.environ.get("SSE_CHECK_SEEDS", "600"))
FIRST_SEED = int(os.environ.get("SSE_CHECK_FIRST_SEED", "0"))
CONDITIONS = ("a", "b", "c")
ATTRIBUTES = (
    'hx-target="#x"', 'hx-target="this"', 'hx-disinherit="hx-target"', 'hx-ext="sse"',
    'sse-connect="/e"', 'sse-swap="s"', 'hx-swap="outerHTML"', 'id="x"', 'hx-boost="true"',
    'class="{{ kind }}"', '{% if a %}hx-target="#y"{% endif %}',
    '{% if b %}sse-swap="t"{% else %}sse-swap="u"{% endif %}',
    'hx-swap="{% if c %}innerHTML{% else %}none{% endif %}"', "{{ attrs('v') }}", "data-n={{ 3 }}",
)  # fmt: skip
TAGS = ("div", "section", "p", "span", "ul", "b")
_STRETCH = re.compile(
    r"<(\w+)[^<>]*>[^<>]*</\1>|\{% (if|for|call)[^%]*%\}[^{}<>]*\{% end\2 %\}|\{\{[^{}]*\}\}"
    r"| (?:hx|sse)-[\w-]+=\"[^\"{]*\"|\{% include [^%]* %\}"
)
MACROS = """{% macro attrs(name) %}sse-swap="{{ name }}" hx-target="this"{% endmacro %}
{% macro card(title, wide=False) %}<article class="{{ title }}">{% if wide %}<hr>{% endif %}{{ caller() if caller else '' }}</article>{% endmacro %}
{% macro dot(name) %}<i sse-swap="{{ name }}"></i>{% endmacro %}
{% macro live(url) %}<nav><aside hx-ext="sse" sse-connect="{{ url }}">{% endmacro %}
{% macro end() %}</aside></nav>{% endmacro %}
"""


HEAD = '{% from "m.html" import attrs, card, dot, live, end %}'


class Maker:
    """Makes one project: a page, perhaps with layouts, and what they include."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.files: dict[str, str] = {"t/m.html": MACROS}
        self.left = 30
        self.tags = TagBlocks(seed, "super()")
        # In some projects only the outermost file imports: what is in it sees that.
        self.head = "" if seed % 3 == 0 else HEAD

    def project(self) -> dict[str, str]:
        chance = self.chance
        depth = chance.choice((0, 0, 1, 1, 2))
        head = self.head
        if depth == 0:
            self.files["t/page.html"] = (
                f"{HEAD}<html><body{self.attributes()}>{self.content(0)}</body></html>"
            )
            return self.files
        blocks = ["one", "two"]
        inner = "".join(
            f"<main{self.attributes()}{self.tags.place()}>{{% block {name} %}}{self.content(2)}{{% endblock %}}</main>"
            for name in blocks
        )
        self.files["t/base.html"] = (
            f"{HEAD}<html><body{self.attributes()}{self.tags.place()}>{self.content(2)}{inner}"
            "</body></html>"
        )
        if depth == 2:
            self.files["t/middle.html"] = (
                f'{{% extends "base.html" %}}{head}{self.block("one", ["three"])}'
                f"{self.tags.replaced()}"
            )
        parent = "middle.html" if depth == 2 else "base.html"
        names = [name for name in ("one", "two", "three") if chance.random() < 0.7]
        if depth == 2:
            names = [name for name in names if name != "one"]
        self.files["t/page.html"] = f'{{% extends "{parent}" %}}{head}' + "".join(
            self.block(name, []) for name in names
        )
        self.files["t/page.html"] += self.tags.replaced()
        return self.files

    def block(self, name: str, nested: list[str]) -> str:
        inner = "".join(
            f"{{% block {other} %}}{self.content(2)}{{% endblock %}}" for other in nested
        )
        above = "{{ super() }}" if self.chance.random() < 0.3 else ""
        return f"{{% block {name} %}}{self.content(1)}{above}{inner}{{% endblock %}}"

    def attributes(self) -> str:
        chosen = self.chance.sample(ATTRIBUTES, self.chance.choice((0, 0, 1, 1, 2, 3)))
        names: set[str] = set()
        kept = []
        for attribute in chosen:
            own = {
                word
                for word in ("sse-swap", "hx-target", "hx-swap", "class")
                if word in attribute or ("attrs" in attribute and word in ("sse-swap", "hx-target"))
            }
            if not own & names:
                names |= own
                kept.append(attribute)
        return "".join(f" {attribute}" for attribute in kept)

    def content(self, level: int) -> str:
        return "".join(self.piece(level) for _ in range(self.chance.choice((0, 1, 1, 2, 3))))

    def piece(self, level: int) -> str:
        self.left -= 1
        chance = self.chance
        kind = chance.randrange(14) if self.left > 0 and level < 5 else 0
        key = chance.choice(CONDITIONS)
        if kind <= 3:
            tag = chance.choice(TAGS)
            inner = "x" if tag == "p" or level > 4 else self.content(level + 1)
            return (
                f"<{tag}{self.attributes()}>{inner}</{tag}>"
                if tag != "p"
                else f"<p{self.attributes()}>x</p>"
            )
        if kind == 4:
            return f"{{% if {key} %}}{self.content(level + 1)}{{% endif %}}"
        if kind == 5:
            return f"{{% if not {key} %}}{self.content(level + 1)}{{% else %}}{self.content(level + 1)}{{% endif %}}"
        if kind == 6:
            return f"{{% if {key} %}}<div{self.attributes()}>{{% endif %}}{self.content(level + 1)}{{% if {key} %}}</div>{{% endif %}}"
        if kind == 7:
            return f"{{% for x in one %}}{self.content(level + 1)}{{% endfor %}}"
        if kind == 8:
            name = f"t/part{len(self.files)}.html"
            self.files[name] = ""
            self.files[name] = self.head + self.content(level + 1)
            return f'{{% include "{name[2:]}" %}}'
        if kind == 9:
            return f"{{% call card('{chance.choice('kl')}'{chance.choice(('', ', wide=True', ', True'))}) %}}{self.content(level + 1)}{{% endcall %}}"
        if kind == 10:
            return f"{{{{ dot('{chance.choice('mn')}') }}}}"
        if kind >= 12:
            return self.spilling(level)
        return (
            f"{{% set got %}}{self.content(level + 1)}{{% endset %}}<u>{{{{ got }}}}</u>"
            if level < 2
            else "<em></em>"
        )

    def spilling(self, level: int) -> str:
        """Content between a piece that opens elements and one that ends them, or an end tag."""
        chance, key = self.chance, self.chance.choice(CONDITIONS)
        begin = "{{ live('/z') }}"
        if chance.random() < 0.6:
            name = f"t/begin{len(self.files)}.html"
            self.files[name] = ""
            inner = self.content(level + 2)
            self.files[name] = (
                f'{self.head}{inner}<nav hx-target="#n"><b>x</b><aside{self.attributes()}>'
            )
            begin = f'{{% include "{name[2:]}" %}}'
        end = chance.choice(("{{ end() }}", "</nav>", "</aside></nav>", '{% include "end.html" %}'))
        self.files["t/end.html"] = "</aside></nav>"
        if chance.random() < 0.2:
            begin = f"{{% if {key} %}}{begin}{{% endif %}}"
            end = f"{{% if {key} %}}{end}{{% endif %}}"
        return f"{begin}{self.content(level + 1)}{end}{self.content(level + 2)}"


def shape(node: Node) -> object:
    """A tree with the attributes that matter: others are read without their expressions.

    A loop that may leave elements open is written in two turns, so what stands twice in a row is
    taken once, on both sides.
    """
    inner = [shape(child) for child in node.elements]
    for length in range(1, len(inner) // 2 + 1):
        at = 0
        while at + 2 * length <= len(inner):
            if inner[at : at + length] == inner[at + length : at + 2 * length]:
                del inner[at : at + length]
            else:
                at += 1
    kept = [(n, v) for n, v in node.attributes.items() if n.startswith(("hx-", "sse-", "id"))]
    return (node.name, sorted(kept), inner)


def body_of(root: Node) -> Node:
    return next(node for node in root.subtree() if node.name == "body")


def assembled(engine: Engine, truth: dict[str, bool]) -> object:
    return shape(body_of(engine.render("t/page.html", Decisions(truth))))


def disagreement(folder: Path, files: dict[str, str]) -> str:
    """The first truth under which the assembled page is not the rendered one."""
    write(folder, files)
    project = Project.load(str(folder), Settings(dialect="jinja"), shown_from=str(folder))
    engine = Engine(project, everything=True)
    loader = jinja2.DictLoader({name[2:]: text for name, text in files.items()})
    environment = jinja2.Environment(loader=loader, autoescape=False)
    for values in product((True, False), repeat=len(CONDITIONS)):
        truth = dict(zip(CONDITIONS, values, strict=True))
        text = environment.get_template("page.html").render(**truth, one=[1], kind="\ue000")
        theirs = shape(body_of(markup.page(text)))
        ours = assembled(engine, truth)
        if ours != theirs:
            return f"{truth}\nrendered  {theirs}\nassembled {ours}"
    return ""


def smaller(files: dict[str, str]) -> list[dict[str, str]]:
    """The same project with one stretch less, for every stretch that can go."""
    return [
        {**files, name: text[: match.start()] + text[match.end() :]}
        for name, text in files.items()
        if name != "t/m.html"
        for match in _STRETCH.finditer(text)
    ]


def shrunk(folder: Path, files: dict[str, str]) -> dict[str, str]:
    """The smallest project found that still disagrees."""
    for turn in range(200):
        for number, less in enumerate(smaller(files)):
            try:
                wrong = disagreement(folder / f"{turn}-{number}", less)
            except jinja2.TemplateError:
                continue
            if wrong:
                files = less
                break
        else:
            break
    return files


def test_every_variant_is_what_jinja_renders(tmp_path: Path) -> None:
    wrong = []
    for seed in range(FIRST_SEED, FIRST_SEED + SEEDS):
        files = Maker(seed).project()
        said = disagreement(tmp_path / str(seed), files)
        if said:
            least = shrunk(tmp_path / f"less{seed}", files)
            said = disagreement(tmp_path / f"least{seed}", least)
            texts = "\n".join(f"{n}: {t}" for n, t in least.items() if n != "t/m.html")
            wrong.append(f"seed {seed}\n{texts}\n{said}")
        if len(wrong) >= 3:
            break
    assert not wrong, "\n\n".join(wrong)


def test_a_wrong_page_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison can fail: an engine that takes every condition for true disagrees."""
    monkeypatch.setattr(Decisions, "hold", lambda _, facts: all(truth for _, truth in facts))
    files = {"t/page.html": "<html><body>{% if a %}<i></i>{% endif %}</body></html>"}
    assert "'a': False" in disagreement(tmp_path, files)
