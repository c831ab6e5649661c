"""Random pages for the differential test: markup, payloads and frames, from a seed.

What is covered: nesting to five levels; one to three connections, nested or side by side;
`hx-ext` above, on and missing; listeners on the connection, below, beside and in other
listeners; names with commas and blanks; inherited `hx-target`, `hx-swap`, `hx-select`,
`hx-disinherit`, `hx-inherit`, `hx-disable` and `hx-boost` with every odd value of the tables;
triggers with lists, filters and `once`; `sse-close`; `data-` prefixes; tables and forms that the
parser moves; duplicate ids; template and noscript; payloads with text, elements, listeners,
connections and out-of-band parts; two or three frames.

What is left out: streams that end, fail or are refused; delays and throttling; view
transitions; scripts; `hx-preserve`; unknown swap styles and morphs in htmx 4; more streams than a
browser opens to one origin; forms that htmx 4 boosts and that connect by a trigger of their own,
which it makes connect without end.
"""

import random

from tests.browser.harness import Case, Frame

_TARGETS = (
    "this",
    "#x",
    "#y",
    "#c1",
    "#missing",
    "unset",
    "",
    "body",
    "closest div",
    "closest section",
    "closest main",
    "find b",
    "next",
    "next p",
    "previous",
    "previous div",
    ".k",
    "main > div",
    "[title=t]",
    "#x, #y",
)
_SWAPS = (
    "innerHTML",
    "outerHTML",
    "beforeend",
    "afterbegin",
    "beforebegin",
    "afterend",
    "delete",
    "none",
    "textContent",
    "unset",
    "",
    "OUTERHTML",
    "morph",
    "beforeend scroll:bottom",
    "settle:1ms",
)
# An unknown style breaks the stream in htmx 4, which comes back after a while: left out.
_SWAPS4 = (
    *(s for s in _SWAPS if s not in ("morph", "unset", "OUTERHTML")),
    "append",
    "before",
    "innerHTML target:#y",
)
_DISINHERIT = (
    "*",
    "hx-target",
    "hx-swap",
    "hx-target hx-swap",
    "hx-target,hx-swap",
    "hx-select",
    "* ",
    "HX-TARGET",
    "hx-*",
    "",
    "hx-swap\n hx-target",
)
_EXT = ("sse", "sse", "sse", "json-enc, sse", "json-enc sse", " sse ", "SSE", "ignore:sse", "x,sse")
_NAMES = ("a", "b", "a,b", "a, b", " a ", "a b", "b,a,", "message", "A", "a,a")
_TRIGGERS = ("sse:a", "sse:a, sse:b", "sse:a once", "sse:b[true]", "sse:a[false]", "click", "a")
_SELECT = ("#s", "b", ".nothing")
_TAGS = ("div", "section", "main", "p", "span", "ul", "li", "form", "article")


class Maker:
    """Makes one page; every choice comes from the seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.connections = 0
        self.ids = 0

    def often(self, share: float) -> bool:
        return self.chance.random() < share

    def page(self, seed: int) -> Case:
        body = "".join(self.element(0) for _ in range(self.chance.randint(1, 3)))
        places = "<div id=x title=t>x</div><p id=y class=k>y</p>" + (
            "<div id=x>z</div>" * self.often(0.1)
        )
        where = self.often(0.7)
        html = body + places if where else places + body
        attributes = " ".join(self.inherited(0.25))
        ext = self.prefixed("hx-ext", "sse") if self.often(0.45) else ""
        if self.often(0.5) or ext:
            html = f"<body {attributes} {ext}>{html}</body>"
        config: dict[str, object] = {}
        if self.often(0.05):
            config["disableInheritance"] = True
        if self.often(0.05):
            config["defaultSwapStyle"] = self.chance.choice(("outerHTML", "beforeend"))
        frames = tuple(self.frame(number) for number in range(self.chance.randint(2, 3)))
        return Case(f"seed {seed}", html, frames, config)

    def prefixed(self, name: str, value: str) -> str:
        data = "data-" if self.often(0.08) else ""
        return f'{data}{name}="{value}"'

    def inherited(self, share: float) -> list[str]:
        found = []
        for name, values in (
            ("hx-target", _TARGETS),
            ("hx-swap", _SWAPS),
            ("hx-disinherit", _DISINHERIT),
        ):
            if self.often(share):
                found.append(self.prefixed(name, self.chance.choice(values)))
        if self.often(share / 4):
            found.append(self.prefixed("hx-select", self.chance.choice(_SELECT)))
        if self.often(share / 8):
            found.append('hx-select-oob="#x"')
        if self.often(share / 6):
            found.append(
                self.prefixed("hx-inherit", self.chance.choice(("*", "hx-target", "hx-swap")))
            )
        if self.often(share / 12):
            found.append("hx-disable")
        if self.often(share / 6):
            found.append(self.prefixed("hx-boost", self.chance.choice(("true", "false"))))
        return found

    def element(self, depth: int) -> str:
        tag = self.chance.choice(_TAGS)
        if self.often(0.05):
            return self.odd(depth)
        attributes = self.inherited(0.12)
        if self.often(0.5):
            self.ids += 1
            attributes.append(f"id=n{self.ids}")
        connecting = self.connections < 3 and self.often(0.35 if depth < 3 else 0.1)
        if connecting:
            self.connections += 1
            attributes.append(self.prefixed("sse-connect", f"/sse{self.chance.choice((1, 1, 2))}"))
            if self.often(0.6):
                attributes.append(self.prefixed("hx-ext", self.chance.choice(_EXT)))
            if self.often(0.15):
                attributes.append(
                    self.prefixed("sse-close", self.chance.choice(("a", "b", "done")))
                )
            if self.often(0.3):
                attributes.append(f"id=c{self.connections}")
        elif self.often(0.05):
            attributes.append(self.prefixed("hx-ext", self.chance.choice(_EXT)))
        if self.often(0.08 if connecting else 0.4):
            attributes.append(self.prefixed("sse-swap", self.chance.choice(_NAMES)))
        if self.often(0.12) and tag != "form":
            attributes.append(self.prefixed("hx-trigger", self.chance.choice(_TRIGGERS)))
            if self.often(0.9):
                attributes.append('hx-get="/r"')
        if self.often(0.06):
            tag = "a"
            attributes.append("href=/y")
        self.chance.shuffle(attributes)
        inner = "old"
        if depth < 5 and self.often(0.8 - depth * 0.12):
            inner = "".join(self.element(depth + 1) for _ in range(self.chance.randint(1, 2)))
        elif self.often(0.15):
            inner = "<b>in</b>"
        unique = [
            a
            for i, a in enumerate(attributes)
            if a.split("=")[0] not in {b.split("=")[0] for b in attributes[:i]}
        ]
        return f"<{tag} {' '.join(unique)}>{inner}</{tag}>"

    def odd(self, depth: int) -> str:
        """What the parser moves, hides or drops."""
        inner = self.element(depth + 2) if depth < 4 else "old"
        return self.chance.choice(
            (
                f"<table><tbody id=tb><tr><td>{inner}</td></tr></tbody></table>",
                f"<table>{inner}<tr><td>x</td></tr></table>",
                f"<template>{inner}</template>",
                f"<noscript>{inner}</noscript>",
                f"<form><form>{inner}</form></form>",
                f"<p>{inner}</p>",
                f"<!-- {inner.replace('-->', '')} -->",
            )
        )

    def frame(self, number: int) -> Frame:
        name = self.chance.choice(("a", "a", "a", "b", "b", None, "done"))
        return Frame(name, self.payload(number), self.chance.choice((None, None, "/sse1", "/sse2")))

    def payload(self, number: int) -> str:
        marker = f"M{number}M"
        kind = self.chance.random()
        if kind < 0.45:
            return f"<b>{marker}</b>"
        if kind < 0.6:
            return marker
        if kind < 0.7:
            return f"<i>{marker}</i><b>2</b>"
        if kind < 0.78:
            return f'<p data-oid=new sse-swap="{self.chance.choice(_NAMES)}">{marker}</p>'
        if kind < 0.84:
            return f"<em id=x data-oid=x hx-swap-oob=true>{marker}</em><b>rest</b>"
        if kind < 0.88:
            return f'<em id=y hx-swap-oob="beforeend">{marker}</em>'
        if kind < 0.92:
            return f"<div id=s data-oid=s>{marker}</div><u>rest</u>"
        if kind < 0.96:
            return (
                f"<div data-oid=inner hx-ext=sse sse-connect=/sse2><p sse-swap=b>{marker}</p></div>"
            )
        return ""


_TRIGGERS4 = ("a", "b", "a from:body", "b from:#x", "a once", "a[false]", "click", "a, b")
_SUFFIXES = ("", "", ":inherited", ":inherited", ":append")


class Maker4(Maker):
    """Pages in the words of htmx 4, with the old ones among them."""

    def inherited(self, share: float) -> list[str]:
        found = []
        for name, values, part in (
            ("hx-target", _TARGETS, 1.0),
            ("hx-swap", _SWAPS4, 1.0),
            ("hx-select", _SELECT, 0.3),
            ("hx-boost", ("true", "false"), 0.2),
        ):
            if self.often(share * part):
                suffix = self.chance.choice(_SUFFIXES[:4] if name != "hx-target" else _SUFFIXES)
                value = self.chance.choice(values)
                if suffix != ":append" or value.startswith("#"):
                    found.append(self.prefixed(name + suffix, value))
        if self.often(share / 6):
            found.append('hx-disinherit="*"')
        return found

    def page(self, seed: int) -> Case:
        case = super().page(seed)
        config: dict[str, object] = {}
        if self.often(0.15):
            config["implicitInheritance"] = True
        return Case(case.name, case.html, case.frames, config)

    def element(self, depth: int) -> str:
        tag = self.chance.choice(_TAGS)
        if self.often(0.05):
            return self.odd(depth)
        attributes = self.inherited(0.14)
        if self.often(0.5):
            self.ids += 1
            attributes.append(f"id=n{self.ids}")
        if self.connections < 3 and self.often(0.4 if depth < 3 else 0.1):
            self.connections += 1
            name = self.chance.choice(("hx-sse:connect", "hx-sse:connect", "sse-connect"))
            attributes.append(self.prefixed(name, f"/sse{self.chance.choice((1, 1, 2))}"))
            if self.often(0.25):
                closing = self.chance.choice(("hx-sse:close", "sse-close"))
                attributes.append(f'{closing}="{self.chance.choice(("a", "b", "done"))}"')
            if self.often(0.1):
                attributes.append(f'hx-trigger="{self.chance.choice(("load", "click"))}"')
        elif self.often(0.25):
            attributes.append(f'hx-get="/r" hx-trigger="{self.chance.choice(_TRIGGERS4)}"')
        if self.often(0.15):
            attributes.append(f'sse-swap="{self.chance.choice(_NAMES)}"')
        inner = "old"
        if depth < 5 and self.often(0.8 - depth * 0.12):
            inner = "".join(self.element(depth + 1) for _ in range(self.chance.randint(1, 2)))
        return f"<{tag} {' '.join(attributes)}>{inner}</{tag}>"

    def frame(self, number: int) -> Frame:
        name = self.chance.choice((None, None, None, "a", "b", "done", "message"))
        return Frame(name, self.payload(number), self.chance.choice((None, None, "/sse1", "/sse2")))

    def payload(self, number: int) -> str:
        if self.often(0.05):
            return f"<hx-partial hx-target=#y><u>M{number}M</u></hx-partial>"
        if self.often(0.05):
            return f"<div data-oid=inner hx-sse:connect=/sse2>M{number}M</div>"
        return super().payload(number)


def make(seed: int, generation: str = "2") -> Case:
    """The page of a seed, in the words of a generation of htmx."""
    maker = Maker4(seed) if generation == "4" else Maker(seed)
    return maker.page(seed)
