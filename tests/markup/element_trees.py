"""Random programs that make elements, in the ways in which each library is used."""

import random
from collections.abc import Callable

TAGS = "div section p span ul li aside nav article main h2 details form table input br img".split()
VOID = ("input", "br", "img")
TEXTS = ('"text"', "'it is'", '"a < b & c"', '"say \\"x\\""', '"""long\ntext"""', '"a" "b"', "WORD")
VALUES = (
    '"/stream"', '"a b"', '"x < y & z"', '"tab\\there"', "WORD", 'f"row-{WORD}"', '"a" + WORD', "7",
    '("x" if yes else "y")', '("p" if no else "q")', "'say \"x\"'", "'''it's'''",
)  # fmt: skip
WORDS = ("hx_get", "hx_swap_oob", "sse_connect", "sse_swap", "data_x", "title", "lang", "hx_ext")
KEYS = ("sse-swap", "hx-on:click", "@click", "aria-label")
HEAD = 'WORD = "word"\nITEMS = ("one", "two")\nyes = len(WORD) > 2\nno = not yes\n'


class Program:
    """A module of statements that ends with `page = ...`."""

    start = ""
    # Which of these the library understands.
    lists: tuple[str, str] | None = ("[", "]")
    nothing = True
    mappings = True
    generators = "(%s)"

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.left = self.chance.randrange(6, 26)
        self.before: list[str] = []
        self.count = 0

    def source(self) -> str:
        page = self.element(0)
        return "\n".join((self.start, HEAD, *self.before, f"page = {page}", ""))

    # What differs from library to library

    def written(self, tag: str, attributes: list[str], children: list[str]) -> str:
        raise NotImplementedError

    def raw(self) -> str:
        raise NotImplementedError

    def special(self, depth: int) -> str:
        raise NotImplementedError

    def component(self, depth: int) -> str:
        raise NotImplementedError

    def word(self, name: str) -> str:
        """A keyword for the attribute `class` or `for`, or another as it is."""
        return name

    # What they share

    def element(self, depth: int) -> str:
        self.left -= 1
        tag = self.chance.choice(TAGS)
        children = [] if tag in VOID else self.children(depth + 1)
        return self.written(tag, self.attributes(), children)

    def children(self, depth: int) -> list[str]:
        most = 0 if depth > 5 or self.left < 0 else 3
        return [self.child(depth) for _ in range(self.chance.randint(0, most))]

    def child(self, depth: int) -> str:
        kinds: list[tuple[int, Callable[[int], str]]] = [
            (10, self.element), (6, lambda _: self.chance.choice(TEXTS)), (1, lambda _: "3"),
            (2, lambda d: f"({self.element(d)} if {self.test()} else {self.other(d)})"),
            (2, self.starred), (2, self.component), (2, self.special), (2, self.assigned),
            (1, lambda _: self.raw()),
        ]  # fmt: skip
        if self.nothing:
            kinds += [
                (1, lambda _: "None"),
                (1, lambda d: f"({self.test()} and {self.element(d)})"),
            ]
        if self.lists is not None:
            kinds.append((2, self.listed))
        weights = [weight for weight, _ in kinds]
        kind = self.chance.choices(kinds, weights)[0][1]
        return kind(depth)

    def test(self) -> str:
        return self.chance.choice(("yes", "no", "WORD == 'word'", "not yes", "True"))

    def other(self, depth: int) -> str:
        if self.nothing and self.chance.random() < 0.4:
            return "None"
        return self.element(depth)

    def starred(self, depth: int) -> str:
        # What is made of an item stands in no loop that changes it.
        one = self.element(depth)
        kind = self.chance.randrange(3)
        if kind == 0:
            return f"*[{self.item()} for item in ITEMS]"
        if kind == 1:
            return f'*[{self.item()} for item in ("p", "q") if yes or item]'
        return f"*({one}, {self.element(depth)})"

    def item(self) -> str:
        return self.written("li", [self.attribute("title", "item")], ["item"])

    def listed(self, depth: int) -> str:
        assert self.lists is not None
        inside = [self.element(depth) for _ in range(self.chance.randint(1, 2))]
        return self.lists[0] + ", ".join(inside) + "," + self.lists[1]

    def name(self) -> str:
        self.count += 1
        return f"one{self.count}"

    def assigned(self, depth: int) -> str:
        name, value = self.name(), self.element(depth)
        self.before.append(f"{name} = {value}")
        return name

    # Attributes

    def attribute(self, name: str, value: str) -> str:
        return f"{name}={value}"

    def attributes(self) -> list[str]:
        names = self.chance.sample(WORDS, self.chance.choice((0, 0, 1, 2, 3)))
        found = [f"{name}={self.value()}" for name in names]
        if self.chance.random() < 0.3:
            found.append(f"{self.word('class')}={self.class_()}")
        if self.chance.random() < 0.2:
            found.append(f"id={self.chance.choice(TEXTS[:2])}")
        if self.mappings and self.chance.random() < 0.25:
            # Two spellings of one name would be a matter of which wins.
            spare = KEYS[1:] if "sse_swap" in names else KEYS
            keys = self.chance.sample(spare, self.chance.randint(1, 2))
            found.append("**{" + ", ".join(f'"{key}": {self.value()}' for key in keys) + "}")
        return found

    def value(self) -> str:
        roll = self.chance.random()
        if roll < 0.12:
            return self.chance.choice(("True", "False"))
        if roll < 0.2:
            return self.maybe()
        return self.chance.choice(VALUES)

    def maybe(self) -> str:
        """A value that may be none at all."""
        return self.chance.choice(("None", f"('/x' if {self.test()} else None)", "(no and '/y')"))

    def class_(self) -> str:
        return self.chance.choice(('"card"', '"a b"', "WORD", 'f"c-{WORD}"'))


class FastHtml(Program):
    start = (
        "from fasthtml.common import *\nfrom fasthtml.pico import Card, Container, Grid, Group\n"
        "from fasthtml.components import Sl_button\nfrom functools import partial\n"
    )
    lists = ("(", ")")

    def written(self, tag: str, attributes: list[str], children: list[str]) -> str:
        name = tag.capitalize()
        if self.chance.random() < 0.1:
            return f"ft_hx({', '.join([repr(tag), *children, *attributes])})"
        if children and attributes and self.chance.random() < 0.15:
            return f"{name}({', '.join(attributes)})({', '.join(children)})"
        if self.chance.random() < 0.1:
            mapping = '{"hx-vals": "v", "sse-swap": WORD}'
            return f"{name}({', '.join([mapping, *children, *attributes])})"
        return f"{name}({', '.join([*children, *attributes])})"

    def raw(self) -> str:
        return self.chance.choice(('NotStr("<i>raw</i>")', 'Safe("<u>safe</u>")'))

    def special(self, depth: int) -> str:
        named = [one for one in self.attributes() if not one.startswith("title=")]
        inside = ", ".join([*self.children(depth + 1), *named])
        kind = self.chance.randrange(8)
        if kind == 0:
            return f"Titled(WORD, {inside})"
        if kind == 1:
            return f"Sl_button({inside})"
        if kind == 2:
            return "Ul(map(Li, ITEMS))"
        if kind == 3:
            return "Ul(Li(item, id=item) for item in ITEMS)"
        if kind == 4:
            return 'Div(style={"top": 1, "left": WORD}, cls=["a", WORD], hx_vals={"n": 1}, fr="q")'
        if kind == 5:
            return self.chance.choice((
                'AX("t", "/g", "tid", "outerHTML")', 'Hidden("v", "hid")', 'CheckboxX(label="l", id="c")',
                'Script("a < b", src="/x.js")', 'Style("p > b { top: 0 }")', 'clear("gone")',
                'Div(target_id="t", hx_on__after_request="x()", _at_click="y")', 'Form(id="f")',
            ))  # fmt: skip
        if kind == 6:
            plain = ", ".join([self.element(depth + 1), *self.children(depth + 1)])
            return f"{self.chance.choice(('Container', 'Group', 'Card', 'Grid'))}({plain})"
        name = self.name()
        self.before.append(f'{name} = partial(Div, cls="part", data_p=WORD)')
        return f"{name}({', '.join(self.children(depth + 1))})"

    def component(self, depth: int) -> str:
        name, inner = self.name(), self.element(depth + 1)
        self.before.append(
            f"def {name}(title, *c, kind='k', wide=None, **kw):\n"
            f"    return Div(H2(title), *c, {inner}, P('wide') if wide else None, cls=kind, **kw)"
        )
        rest = self.chance.choice(
            ("", ", kind='other'", ", wide=True", ", hx_get='/c', sse_swap=WORD")
        )
        return f"{name}(WORD, {self.element(depth + 1)}{rest})"

    def word(self, name: str) -> str:
        return self.chance.choice(("cls", "_class", "klass"))


class Htpy(Program):
    start = "import htpy as h\nfrom htpy import div, p, fragment, with_children\n"

    def written(self, tag: str, attributes: list[str], children: list[str]) -> str:
        name = tag if tag in ("div", "p") and self.chance.random() < 0.5 else f"h.{tag}"
        given = list(attributes)
        if self.chance.random() < 0.15 and not any(one.startswith("id=") for one in given):
            given.insert(0, '{"hx-vals": "v", "data-k": WORD}')
        if self.chance.random() < 0.15 and not any("id=" in one for one in given):
            given.insert(0, self.chance.choice(('"#i.a.b"', '".only"', '"#i"')))
        if given:
            name = f"{name}({', '.join(given)})"
        if not children:
            return name if given or tag in VOID or self.chance.random() < 0.5 else f"{name}[None]"
        if len(children) == 1 and not children[0].startswith("*") and self.chance.random() < 0.5:
            return f"{name}[{children[0]}]"
        return f"{name}[{', '.join(children)},]"

    def starred(self, depth: int) -> str:
        if self.chance.random() < 0.4:
            return f"({self.item()} for item in ITEMS)"
        return f"[{self.item()} for item in ITEMS]"

    def raw(self) -> str:
        self.start = (
            self.start
            if "markupsafe" in self.start
            else f"{self.start}from markupsafe import Markup\n"
        )
        return 'Markup("<i>raw</i>")'

    def special(self, depth: int) -> str:
        kind = self.chance.randrange(4)
        if kind == 0:
            return f"fragment[{self.element(depth)}, {self.element(depth)}]"
        if kind == 1:
            return f"h.my_tag(x_y=True, for_='q', class_=['a', WORD], hx_get='/m')[{self.element(depth)}]"
        name = self.name()
        self.before.append(f'{name} = h.section("#{name}.x", sse_connect="/s")')
        return f"{name}[{self.element(depth)}, WORD]" if kind == 2 else name

    def component(self, depth: int) -> str:
        name, inner = self.name(), self.element(depth + 1)
        kind = self.chance.randrange(4)
        if kind == 0:
            self.before.append(f"def {name}(x):\n    return h.section('.own', sse_connect=x)")
            return f"{name}(WORD)[{self.element(depth + 1)}, {inner}]"
        if kind == 1:
            lines = [f"def {name}(x):", f"    yield {inner}", f"    if {self.test()}:"]
            lines += [f"        yield {self.element(depth + 1)}", "    for item in ITEMS:"]
            self.before.append("\n".join([*lines, f"        yield {self.item()}"]))
            return f"fragment[{name}(WORD)]"
        if kind == 2:
            self.before.append(
                f"@with_children\ndef {name}(children, *, title):\n"
                f"    return div('.panel')[h.h2[title], children, {inner}]"
            )
            return f"{name}(title=WORD)[{self.element(depth + 1)}, p['x']]"
        self.before.append(
            f"def {name}(title, body, **attributes):\n    return div(attributes)[title, body, {inner}]"
        )
        given = "{'hx-get': '/c'} | {'sse-swap': WORD}"
        given = self.chance.choice((f"**({given})", "hx_get='/c', sse_swap=WORD"))
        return f"{name}(WORD, {self.element(depth + 1)}, {given})"

    def word(self, name: str) -> str:
        return "class_"

    def class_(self) -> str:
        return self.chance.choice(('"card"', '["a", WORD]', "WORD", '"x y"'))


class Air(Program):
    start = "import air\nfrom air import Div, P\n"
    lists = None
    nothing = False

    def written(self, tag: str, attributes: list[str], children: list[str]) -> str:
        name = tag.capitalize()
        if name not in ("Div", "P") or self.chance.random() < 0.5:
            name = f"air.{name}"
        return f"{name}({', '.join([*children, *attributes])})"

    def raw(self) -> str:
        return 'air.Raw("<i>raw</i>")'

    def special(self, depth: int) -> str:
        kind = self.chance.choice(("Tags", "Fragment", "Children"))
        if self.chance.random() < 0.3:
            return 'air.Script("a < b", src="/x.js")'
        return f"air.{kind}({self.element(depth)}, {self.element(depth)})"

    def component(self, depth: int) -> str:
        name, inner = self.name(), self.element(depth + 1)
        self.before.append(
            f"def {name}(title, *c, **kw):\n    return Div(air.H2(title), *c, {inner}, **kw)"
        )
        return f"{name}(WORD, {self.element(depth + 1)}, hx_get='/c', sse_swap=WORD)"

    def word(self, name: str) -> str:
        return self.chance.choice(("class_", "_class"))

    def value(self) -> str:
        # Values are not escaped: a quote in one would end it.
        return self.chance.choice([v for v in VALUES if "say" not in v] + ["True", "False"])


class Dominate(Program):
    start = (
        "import dominate\nfrom dominate.tags import *\nfrom dominate import tags as t\n"
        "from dominate.util import text, raw as raw_text\n"
    )
    nothing = False

    def written(self, tag: str, attributes: list[str], children: list[str]) -> str:
        # Names that the program takes for itself have to be asked for in full.
        name = {"input": "input_"}.get(tag, tag)
        name = f"t.{name}" if self.chance.random() < 0.3 else name
        given = list(attributes)
        if self.chance.random() < 0.15:
            given.insert(0, '{"hx-vals": "v", "data-k": WORD}')
            return f"{name}({', '.join([given[0], *children, *given[1:]])})"
        return f"{name}({', '.join([*children, *given])})"

    def raw(self) -> str:
        return 'raw_text("<i>raw</i>")'

    def special(self, depth: int) -> str:
        name = self.name()
        lines = [f"def {name}():", f"    with {self.written('div', self.attributes(), [])} as box:"]
        lines += self.statements(depth + 1, "        ")
        for _ in range(self.chance.randrange(3)):
            ways = (
                f"    box.add({self.element(depth + 1)})",
                f"    box += {self.element(depth + 1)}",
                "    box['title'] = WORD",
                "    with box:\n        p('again')",
            )
            lines.append(self.chance.choice(ways))
        self.before.append("\n".join([*lines, "    return box"]))
        return f"{name}()"

    def statements(self, depth: int, indent: str) -> list[str]:
        """What stands in a context."""
        found: list[str] = []
        for _ in range(self.chance.randint(1, 3)):
            kind = self.chance.randrange(9)
            one = self.element(depth)
            if kind == 0:
                found += [f"{indent}text('t < u')", f"{indent}{one}"]
            elif kind == 1 and depth < 5:
                found.append(f"{indent}with {self.written('ul', self.attributes(), [])}:")
                found += self.statements(depth + 1, indent + "    ")
            elif kind == 2:
                found += [f"{indent}if {self.test()}:", f"{indent}    {one}", f"{indent}else:"]
                found.append(f"{indent}    {self.element(depth)}")
            elif kind == 3:
                found.append(f"{indent}attr(id='late', data_late=WORD)")
            elif kind == 4:
                name = self.name()
                found += [f"{indent}{name} = {one}", f"{indent}em({name})"]
            elif kind == 5:
                name = self.name()
                found.append(f"{indent}{name} = {one}")
            elif kind == 6:
                name = self.name()
                self.before.append(f"def {name}(x):\n    p(x, cls='row')\n    {one}")
                found.append(f"{indent}{name}(WORD)")
            elif kind == 7:
                name = self.name()
                self.before.append(f"@section(cls='deco')\ndef {name}(x):\n    b(x)\n    {one}")
                found.append(f"{indent}{name}(WORD)")
            else:
                found.append(f"{indent}{one}")
        return found

    def component(self, depth: int) -> str:
        name, inner = self.name(), self.element(depth + 1)
        self.before.append(
            f"def {name}(title, *c, **kw):\n    return div(h2(title), *c, {inner}, **kw)"
        )
        return f"{name}(WORD, {self.element(depth + 1)}, **{{'hx-get': '/c', 'sse-swap': WORD}})"

    def word(self, name: str) -> str:
        return self.chance.choice(("cls", "_class", "klass"))


LIBRARIES: dict[str, type[Program]] = {
    "fasthtml": FastHtml,
    "htpy": Htpy,
    "air": Air,
    "dominate": Dominate,
}
