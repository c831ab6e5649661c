"""What may be wrong in an app: each changes a plan, and says where a finding has to stand."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.apps.planted.plan import Plan, copy, near
from tests.apps.planted.write import Place, Written, write

NAMES = frozenset({"sse_crossref"})
ADDRESS = frozenset({"sse_connect_url"})
ORPHAN = frozenset({"sse_orphan"})
FRAGMENT = frozenset({"sse_fragment"})
# A layout that is not there has a rule; as an error of the template, or of a fragment, it is right too.
LAYOUT = frozenset({"sse_fragment", "template_error", "missing_template"})
# A script waits for a name: the rule for names, or the one for scripts.
SCRIPT = frozenset({"sse_crossref", "sse_script_listener"})
# An inherited target: said at the connection or at the listener.
TARGET = frozenset({"sse_scope", "swap_safety", "sse_missing_target"})
REPLACED = frozenset({"sse_swap_style", "sse_wiped"})


@dataclass(frozen=True)
class Expected:
    """Any of these rules, at any of these places, is right."""

    rules: frozenset[str]
    places: frozenset[Place]

    def __str__(self) -> str:
        where = ", ".join(f"{path}:{line}" for path, line in sorted(self.places))
        return f"{' or '.join(sorted(self.rules))} at {where}"


@dataclass(frozen=True)
class Fault:
    name: str
    plant: Callable[[Plan], bool]
    """Changes a plan; False where the app has no place for this fault."""
    rules: frozenset[str]
    """Empty: this changes the app and does no harm, so nothing may be said."""
    marks: tuple[str, ...]


@dataclass(frozen=True)
class Combination:
    """One app with one fault, or with none."""

    plan: Plan
    fault: str
    written: Written
    expected: Expected | None

    @property
    def name(self) -> str:
        return f"{self.plan.framework}/{self.plan.style.name}/{self.fault}"


# Frameworks by what they do with a slash too many, and with one too few, as they answered when
# they were asked (`python -m tests.apps.planted.reality --slashes`): "lost" is 404, the rest
# redirect or do not care.
EXTRA_SLASH_IS_LOST = frozenset({"flask", "quart", "django", "aiohttp", "falcon", "cello"})
MISSING_SLASH_IS_LOST = frozenset({"aiohttp", "falcon", "cello"})

FAULTS: list[Fault] = []


def fault(
    name: str, rules: frozenset[str], *marks: str
) -> Callable[[Callable[[Plan], bool]], Callable[[Plan], bool]]:
    def add(plant: Callable[[Plan], bool]) -> Callable[[Plan], bool]:
        FAULTS.append(Fault(name, plant, rules, marks))
        return plant

    return add


# Names.


@fault("name in the page", NAMES, "first", "sent-first")
def _(plan: Plan) -> bool:
    plan.heard["first"] = near(plan.words.first)
    return True


@fault("name in an include", NAMES, "second", "sent-second")
def _(plan: Plan) -> bool:
    plan.heard["second"] = near(plan.words.second)
    return True


@fault("name in a trigger", NAMES, "again", "sent-again")
def _(plan: Plan) -> bool:
    plan.heard["again"] = near(plan.words.again)
    return True


@fault("name in sse-close", NAMES | {"sse_unclosed_stream"}, "job", "sent-done")
def _(plan: Plan) -> bool:
    plan.heard["done"] = near(plan.words.done)
    return True


@fault("name on the server", NAMES, "first", "sent-first")
def _(plan: Plan) -> bool:
    plan.sent["first"] = near(plan.words.first)
    return True


@fault("case of a name", NAMES, "step", "sent-step")
def _(plan: Plan) -> bool:
    plan.sent["step"] = plan.words.step.capitalize()
    return True


@fault("name forgotten", NAMES, "second", "sent-second")
def _(plan: Plan) -> bool:
    if plan.style.emit == "lines" and plan.framework not in {"sse-starlette", "litestar"}:
        return False
    plan.unnamed = "second"
    return True


@fault("nobody listens", NAMES, "sent-extra")
def _(plan: Plan) -> bool:
    plan.extra = "weather"
    return True


@fault("name in a fragment", NAMES, "word", "sent-word")
def _(plan: Plan) -> bool:
    plan.heard["word"] = near(plan.words.word)
    return plan.has("chat")


@fault("name in a script", SCRIPT, "notice", "sent-notice")
def _(plan: Plan) -> bool:
    plan.heard["notice"] = near(plan.words.notice)
    return plan.has("script") or plan.has("script-file")


@fault("wrong channel", NAMES, "second", "sent-second")
def _(plan: Plan) -> bool:
    plan.elsewhere = "second"
    return plan.style.layout == "broker"


# Addresses.


@fault("address misspelt", ADDRESS, "connect", "render-page")
def _(plan: Plan) -> bool:
    plan.live_address = f"{plan.prefix}/{near(plan.words.live)}"
    return plan.style.urls != "names" or plan.framework in UNNAMED


@fault("prefix forgotten", ADDRESS, "connect", "render-page")
def _(plan: Plan) -> bool:
    plan.live_address = f"/{plan.words.live}"
    return plan.style.urls != "names" or plan.framework in UNNAMED


@fault("another prefix", ADDRESS, "connect", "render-page")
def _(plan: Plan) -> bool:
    plan.live_address = f"/api{plan.prefix}/{plan.words.live}"
    return plan.style.urls == "literal" or plan.framework in UNNAMED


@fault("wrong prefix in a fragment", ADDRESS, "answer")
def _(plan: Plan) -> bool:
    plan.answer_address = f"/{plan.words.ask}/{{{{ answer_id }}}}/events"
    return plan.has("chat")


@fault("slash too many", ADDRESS, "connect", "render-page")
def _(plan: Plan) -> bool:
    plan.live_address = f"{plan.prefix}/{plan.words.live}/"
    return _literal(plan) and plan.framework in EXTRA_SLASH_IS_LOST


@fault("slash too few", ADDRESS, "connect", "render-page")
def _(plan: Plan) -> bool:
    plan.live_slash = True
    return _literal(plan) and _missing_slash_is_lost(plan)


@fault("url_for of no route", ADDRESS, "connect")
def _(plan: Plan) -> bool:
    plan.live_name = near(plan.words.live)
    return plan.style.urls == "names" and plan.framework not in UNNAMED


@fault("route takes POST", ADDRESS, "connect", "render-page")
def _(plan: Plan) -> bool:
    plan.live_method = "POST"
    return True


@fault("route is a page", ADDRESS, "connect")
def _(plan: Plan) -> bool:
    plan.live_is_page = True
    return True


# Endings.


@fault("never closed", frozenset({"sse_unclosed_stream"}), "job")
def _(plan: Plan) -> bool:
    plan.closes = False
    return True


@fault("an exit without the last event", frozenset({"sse_unclosed_stream"}), "job", "leaves")
def _(plan: Plan) -> bool:
    plan.leaves_early = True
    return True


# A helper that finishes no frame is seen wherever one is sent.
_SENT = ("sent-first", "sent-second")


@fault("frame not finished", frozenset({"sse_payload_split"}), "frame", *_SENT, "passes-on")
def _(plan: Plan) -> bool:
    plan.unfinished = True
    raw = plan.framework == "aiohttp" and plan.style.name in {"package", "broker"}
    return raw or plan.framework in BY_HAND


# Markup.


@fault("outside on the page", ORPHAN, "first")
def _(plan: Plan) -> bool:
    plan.outside = "first"
    return True


@fault("outside through an include", ORPHAN, "second")
def _(plan: Plan) -> bool:
    plan.outside = "second"
    return True


@fault("hx-ext forgotten", frozenset({"sse_ext_missing"}), "connect")
def _(plan: Plan) -> bool:
    plan.extension = False
    return True


@fault("target from the body", TARGET, "connect", "first", "second")
def _(plan: Plan) -> bool:
    plan.body_target = True
    # Chirp's pages shield themselves, as its guide asks for.
    return plan.framework != "chirp"


@fault("connected twice", frozenset({"sse_duplicate_connection"}), "connect", "duplicate")
def _(plan: Plan) -> bool:
    plan.duplicate = True
    return True


@fault("layout of another name", LAYOUT, "extends")
def _(plan: Plan) -> bool:
    plan.layout_name = "bas.html"
    return True


# What is rendered and sent.


@fault("page of another name", FRAGMENT, "render-page")
def _(plan: Plan) -> bool:
    plan.page_template = f"{near(plan.words.page)}.html"
    return True


@fault("block of another name", FRAGMENT, "sent-first")
def _(plan: Plan) -> bool:
    plan.block = "lastest"
    return plan.framework == "chirp" and plan.style.name in {"package", "classes"}


@fault("partial of another name", FRAGMENT, "sent-first")
def _(plan: Plan) -> bool:
    plan.partial = "_frist.html"
    return plan.has("rendered")


@fault("replaced for good", REPLACED, "first")
def _(plan: Plan) -> bool:
    plan.repeats_listener = False
    return plan.has("rendered") and plan.framework != "chirp"


@fault("JSON for a page", frozenset({"sse_payload_json"}), "second", "sent-second")
def _(plan: Plan) -> bool:
    plan.json = "second"
    return True


# What looks like a fault and is none.


@fault("harmless: two listen", frozenset())
def _(plan: Plan) -> bool:
    plan.two_listeners = True
    return True


@fault("harmless: slash too many", frozenset())
def _(plan: Plan) -> bool:
    plan.live_address = f"{plan.prefix}/{plan.words.live}/"
    return _literal(plan) and plan.framework not in EXTRA_SLASH_IS_LOST


@fault("harmless: slash too few", frozenset())
def _(plan: Plan) -> bool:
    plan.live_slash = True
    return _literal(plan) and not _missing_slash_is_lost(plan)


@fault("harmless: JSON for a trigger", frozenset())
def _(plan: Plan) -> bool:
    plan.json = "again"
    return True


# Templates of these have no `url_for` here: their addresses are written in full.
UNNAMED = frozenset({"sanic", "aiohttp", "blacksheep", "falcon", "chirp", "cello"})
# Their frames are strings, in some styles at least.
BY_HAND = frozenset({"fastapi", "starlette", "flask", "quart", "django", "sanic"})


def _literal(plan: Plan) -> bool:
    return plan.style.urls != "names" or plan.framework in UNNAMED


def _missing_slash_is_lost(plan: Plan) -> bool:
    # Django's CommonMiddleware adds the slash; the app of one file has no middleware.
    bare = plan.framework == "django" and plan.style.layout == "one"
    return bare or plan.framework in MISSING_SLASH_IS_LOST


def clean(plan: Plan) -> Combination:
    return Combination(plan, "clean", write(plan), None)


def planted(plan: Plan) -> Iterator[Combination]:
    """An app with each fault for which it has a place."""
    for one in FAULTS:
        changed = copy(plan)
        if not one.plant(changed):
            continue
        written = write(changed)
        places = frozenset().union(*(written.places.get(name, frozenset()) for name in one.marks))
        expected = Expected(one.rules, places) if one.rules else None
        yield Combination(changed, one.name, written, expected)
