"""How htmx 1 and 2 find an attribute that an element inherits."""

from collections.abc import Mapping
from functools import cache

from sse_check.htmx.dom import Node, spelt
from sse_check.pages.marks import OUT_OF_SIGHT

SSE = "sse"
Config = Mapping[str, object]


def closest_value(element: Node, name: str, config: Config, generation: str = "2") -> str | None:
    """The value of an attribute, own or inherited, or None.

    Going up, the first element decides that has a value which is not empty, or whose
    `hx-disinherit` names the attribute; `unset` means none.
    """
    value = element.get(name)
    deciding = _deciding(name)
    node = element.parent
    while not value:
        if node is None:
            return None
        if not deciding.isdisjoint(node.attributes):
            value = _value_above(node, name, config, generation)
        node = node.parent
    return None if value == "unset" else value


@cache
def _deciding(name: str) -> frozenset[str]:
    """The attributes by which an element says what those below it inherit."""
    return spelt(name, "hx-disinherit", "hx-inherit")


def given_in_4(
    element: Node, name: str, config: Config, *, implicit: bool = False
) -> tuple[str, Node] | None:
    """A value that an element of htmx 4 has or inherits, and where it is written.

    Only what is marked `:inherited` comes down, unless a setting says that all of it does. Values
    that are added to others (`:append`) are left open.
    """
    marked = f"{name}:inherited"
    implicit = implicit or bool(config.get("implicitInheritance"))
    for node in element.lineage():
        if any(node.get(f"{spelling}:append") is not None for spelling in (name, marked)):
            return None
        spellings = (name, marked) if node is element or implicit else (marked,)
        for spelling in spellings:
            value = node.get(spelling)
            if value is not None:
                return value, node
    return None


def _value_above(node: Node, name: str, config: Config, generation: str) -> str | None:
    """What an element passes down of an attribute."""
    value = node.get(name)
    # htmx 1 knows neither the setting nor hx-inherit.
    if generation == "2" and config.get("disableInheritance"):
        return value if _names(node.get("hx-inherit"), name) else None
    if _names(node.get("hx-disinherit"), name):
        return "unset"
    return value


def _names(listed: str | None, name: str) -> bool:
    """Names stand between single blanks; a star stands alone."""
    return bool(listed) and (listed == "*" or name in str(listed).split(" "))


def holder_of(element: Node, name: str) -> Node | None:
    """What `this` refers to: the nearest element that has the attribute.

    Written without a value it counts only with `data-` before its name.
    """
    for node in element.lineage():
        if node.attributes.get(name) or node.attributes.get(f"data-{name}") is not None:
            return node
    return None


def is_disabled(element: Node) -> bool:
    return element.lies_under(DISABLING)


_EXTENDING = spelt("hx-ext")


def extension_active(element: Node, name: str = SSE) -> bool:
    """Whether an `hx-ext` on the element or above turns an extension on.

    Names are separated by commas and blanks in them are dropped. An `ignore:` counts from its
    element downwards. What stands around a fragment is not seen: the page that takes it in is
    taken to turn on the extension that it is written for.
    """
    ignored = False
    for node in element.lineage():
        if node.name == OUT_OF_SIGHT:
            return name == SSE and not ignored
        if _EXTENDING.isdisjoint(node.attributes):
            continue
        listed = node.get("hx-ext")
        for entry in listed.split(",") if listed else ():
            word = entry.replace(" ", "")
            if word.startswith("ignore:"):
                ignored = ignored or word[7:] == name
            elif word == name and not ignored:
                return True
    return False


def is_boosted(element: Node, config: Config, generation: str = "2") -> bool:
    """Whether htmx takes over the link or form: it then swaps into the body by default."""
    if closest_value(element, "hx-boost", config, generation) != "true":
        return False
    return may_be_boosted(element, generation)


def boosted_request(element: Node) -> tuple[str, str]:
    """What a link or a form that is boosted asks for."""
    said = element.attributes
    if element.name == "a":
        return "GET", said.get("href") or ""
    return (said.get("method") or "GET").upper(), said.get("action") or ""


def may_be_boosted(element: Node, generation: str = "2") -> bool:
    """Whether an element is a link or a form that htmx takes over where boosting is on."""
    if element.has_any(_ASKING):
        return False
    if element.name == "a":
        href = element.attributes.get("href") or ""
        local = bool(href) and not href.startswith("#") and "://" not in href
        return local and (element.attributes.get("target") or "") in ("", "_self")
    if element.name == "form":
        return (element.attributes.get("method") or "").lower() != "dialog" or generation == "1"
    return False


VERBS = ("hx-get", "hx-post", "hx-put", "hx-delete", "hx-patch")
_ASKING = spelt(*VERBS)
DISABLING = spelt("hx-disable")
