"""What an app consists of: the words it uses, the style in which it is written, what it sends."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

# In a generated text, `«name»` at the end of a line is a place with a name; it is taken out.
MARK = "«{}»"


@dataclass(frozen=True)
class Words:
    """The vocabulary of an app, so that no two look alike."""

    prefix: str
    page: str
    live: str
    first: str
    second: str
    again: str
    job: str
    step: str
    done: str
    ask: str
    word: str
    end: str
    news: str
    notice: str
    alarm: str


VOCABULARIES = (
    Words(
        *("harbour", "quay", "tides", "tide", "wind", "berths"),
        *("dredging", "metre", "dredged", "pilot", "advice", "signed-off"),
        *("radio", "gale", "collision"),
    ),
    Words(
        *("kitchen", "counter", "orders", "ticket", "oven", "menu"),
        *("batches", "loaf", "baked", "chef", "tip", "served"),
        *("speaker", "bell", "fire"),
    ),
    Words(
        *("race", "grandstand", "laps", "leader", "gap", "standings"),
        *("pitstops", "wheel", "released", "steward", "ruling", "closed"),
        *("flags", "yellow", "red"),
    ),
    Words(
        *("press", "newsroom", "wire", "headline", "quote", "edition"),
        *("imports", "page", "printed", "editor", "line", "final"),
        *("tips", "scoop", "retraction"),
    ),
    Words(
        *("clinic", "ward", "vitals", "pulse", "oxygen", "roster"),
        *("scans", "slice", "scanned", "nurse", "note", "discharged"),
        *("pager", "visit", "alert"),
    ),
)


@dataclass(frozen=True)
class Style:
    """How an app is written: its files, its frames, its addresses, and which parts it has."""

    name: str
    layout: str
    """one: a file; package: routers in a package; factory: create_app; broker: through a hub;
    classes: class-based views, mounts, controllers."""
    urls: str
    """literal, names (`url_for` where the framework has it) or context (a variable)."""
    emit: str
    """inline, helper, encode (a dataclass), broker, or lines (built in steps)."""
    names: str
    """How a name stands in the source: literal, enum or constant."""
    parts: frozenset[str]
    """chat: a fragment that connects; script: a page whose script listens."""


STYLES = (
    Style("one-file", "one", "literal", "inline", "literal", frozenset()),
    Style("package", "package", "names", "helper", "literal", frozenset({"chat"})),
    Style("factory", "factory", "context", "encode", "enum", frozenset({"script"})),
    Style("broker", "broker", "literal", "broker", "literal", frozenset({"script-file"})),
    Style("classes", "classes", "literal", "lines", "constant", frozenset({"rendered"})),
)

ROLES = ("first", "second", "again", "step", "done", "word", "end", "notice", "alarm")


@dataclass
class Plan:
    """One app. What stands here without a fault is an app that works."""

    framework: str
    style: Style
    words: Words
    number: int
    # The two sides of each name, by role; a fault makes them differ.
    sent: dict[str, str] = field(default_factory=dict)
    heard: dict[str, str] = field(default_factory=dict)
    # Roles that are sent without a name, as JSON, into another channel.
    unnamed: str = ""
    json: str = ""
    elsewhere: str = ""
    # A name more than the pages know.
    extra: str = ""
    # Addresses as the pages write them; "" for the right one.
    live_address: str = ""
    answer_address: str = ""
    live_name: str = ""
    live_slash: bool = False
    live_method: str = "GET"
    live_is_page: bool = False
    # Markup.
    extension: bool = True
    layout_name: str = "base.html"
    body_target: bool = False
    closes: bool = True
    outside: str = ""
    """A role whose listener stands outside the connection: first (on the page), second (include)."""
    duplicate: bool = False
    two_listeners: bool = False
    # Python.
    page_template: str = ""
    block: str = ""
    partial: str = ""
    leaves_early: bool = False
    unfinished: bool = False
    repeats_listener: bool = True

    def __post_init__(self) -> None:
        names = {role: getattr(self.words, role) for role in ROLES}
        self.sent = dict(names)
        self.heard = dict(names)

    @property
    def prefix(self) -> str:
        return f"/{self.words.prefix}"

    def path(self, key: str) -> str:
        """The path of a route below the prefix, with `{id}` for a parameter."""
        words = self.words
        slash = "/" if self.live_slash else ""
        return {
            "page": f"/{words.page}",
            "summary": "/summary",
            "live": f"/{words.live}{slash}",
            "job": f"/{words.job}/{{job_id}}/events",
            "ask": f"/{words.ask}",
            "answer": f"/{words.ask}/{{answer_id}}/events",
            "newspage": f"/{words.news}/page",
            "news": f"/{words.news}",
            "report": "/report",
        }[key]

    def has(self, part: str) -> bool:
        return part in self.style.parts


def clean_plans(frameworks: tuple[str, ...]) -> Iterator[Plan]:
    """Every framework in every style that it can be written in."""
    for row, framework in enumerate(frameworks):
        for column, style in enumerate(STYLES):
            words = VOCABULARIES[(row + column) % len(VOCABULARIES)]
            yield Plan(framework, style, words, row * len(STYLES) + column)


def mark(name: str) -> str:
    return MARK.format(name)


def near(word: str) -> str:
    """A word as a tired person types it: two letters swapped, or one left out."""
    for at in range(len(word) - 2, 0, -1):
        if word[at] != word[at - 1] and "-" not in word[at - 1 : at + 1]:
            return word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]
    return word[:-1]


def copy(plan: Plan) -> Plan:
    """A plan that can be changed without changing this one."""
    changed = replace(plan)
    changed.sent, changed.heard = dict(plan.sent), dict(plan.heard)
    return changed
