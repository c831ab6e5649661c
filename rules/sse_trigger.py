"""hx-trigger with events of a stream, written so that it never fires."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

from sse_check.api import (
    HOLE,
    VERBS,
    Context,
    Finding,
    Node,
    PageView,
    Related,
    Rule,
    Severity,
    Violation,
    event_names,
    mark_of,
    swap_attribute,
    trigger_specs,
)

# Events of the browser and of htmx: what fires them is not the stream.
_OF_THE_PAGE = frozenset(
    """load click change input submit keyup keydown focus blur message open error close revealed
    intersect every select reset scroll resize toggle play pause ended drop paste copy cut
    search invalid""".split()
)


class _Fault(NamedTuple):
    message: str
    help: str
    severity: Severity | None = None


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, partial(judge, context))


def judge(context: Context, view: PageView) -> Iterator[Violation]:
    for node in view.htmx_elements:
        value = node.get("hx-trigger")
        if value is None or HOLE in value or view.is_inert(node):
            continue
        has_prefix = "sse:" in value.lower()
        fault = _fault(view, node, value) if has_prefix else _bare(context, view, node, value)
        if fault is not None:
            yield Violation(
                node,
                view.span(node, "hx-trigger"),
                fault.message,
                fault.help,
                severity=fault.severity,
            )
        elif has_prefix and view.generation != "4":
            yield from _unanswered(context, view, node, value)


def _unanswered(context: Context, view: PageView, node: Node, value: str) -> Iterator[Violation]:
    """A request that an event makes, at an address at which no route answers."""
    name = next((word for word, _, _ in trigger_specs(value) if word.startswith("sse:")), "")
    for verb in VERBS if name else ():
        if not node.get(verb):
            continue
        fault = context.answers_of(view, node, verb).fault
        if fault is None or fault.kind not in ("missing", "name"):
            continue
        # An address, or a name with its namespace, may have colons of its own.
        message = fault.message.removesuffix(": the connection fails")
        yield Violation(
            node,
            view.span(node, verb),
            f"{message}: what `{name}` asks for fails",
            fault.help if fault.route is not None else "name a route that the application has",
            () if fault.route is None else (Related("this is defined here", fault.route.span),),
        )


def _fault(view: PageView, node: Node, value: str) -> _Fault | None:
    specs = trigger_specs(value)
    for word, _, modifiers in specs:
        if word == "sse:":
            rest = modifiers[0] if modifiers else "name"
            return _Fault(
                "`sse:` without a name after it waits for no event",
                f"write the name without a space: `sse:{rest}`",
            )
        if word.lower().startswith("sse:") and not word.startswith("sse:"):
            return _Fault(f"`{word}` never fires: the prefix is `sse:`", f"write `sse:{word[4:]}`")
    if view.generation == "4":
        return _fourth(view, specs)
    waited = [word[4:] for word, _, _ in specs if word.startswith("sse:")]
    if not waited:
        return None
    tag = mark_of(node).tag
    if not view.requests(node) and not (tag.may_gain("hx-get") or tag.may_gain("hx-post")):
        if view.is_boosted(node) or any(_is_spoken_of(view, name) for name in waited):
            return None
        return _Fault(
            "this trigger sends no request: it needs `hx-get` or another verb on its element",
            "add the request, or use `sse-swap` to show the event itself",
        )
    both = [name for name in waited if swap_attribute(node) and name in event_names(node)]
    if both and not _appends(view, node):
        return _Fault(
            f"`{both[0]}` is both swapped and a trigger here: the answer overwrites the payload",
            "keep one of the two",
            "warning",
        )
    return _by_stack(view, node, value, specs)


def _bare(context: Context, view: PageView, node: Node, value: str) -> _Fault | None:
    """The name of an event of the stream, without the prefix that makes htmx wait for it."""
    connection = view.connection_of(node)
    if connection is None or view.generation == "4":
        return None
    names = [
        word for word, _, more in trigger_specs(value) if word not in _OF_THE_PAGE and not more
    ]
    sent = {e.name.literal for e in context.emissions_of(view, connection)} if names else set()
    for name in names:
        if name in sent and not context.dispatched.may_be(name):
            return _Fault(
                f"`{name}` is an event of the stream, and this waits for one of the page: "
                "nothing fires it",
                f"write `sse:{name}`",
                "warning",
            )
    return None


def _fourth(view: PageView, specs: Sequence[tuple[str, str, list[str]]]) -> _Fault | None:
    """htmx 4 dispatches an event under its own name, and on the connection."""
    name = next((word[4:] for word, _, _ in specs if word.startswith("sse:")), None)
    if name is None or not view.loaded.known:
        return None
    return _Fault(
        f"`sse:{name}` never fires in htmx 4: an event of a stream has no prefix there",
        f'write `hx-trigger="{name} from:#..."` with the id of the connection, or '
        f"`{name}` on the connection or above it",
    )


def _appends(view: PageView, node: Node) -> bool:
    """Whether what is swapped is put beside what is there."""
    swap = view.inherited(node, "hx-swap")
    style = (swap.value.split() or [""])[0] if swap is not None else ""
    return style in ("beforeend", "afterbegin", "beforebegin", "afterend", "none")


def _is_spoken_of(view: PageView, name: str) -> bool:
    """Whether a script, hyperscript, Alpine or `hx-on` on the page says the event's name."""
    templates = {mark.path: mark.template for mark in map(mark_of, view.elements)}
    said = sum(template.text.count(f"sse:{name}") for template in templates.values())
    waits = sum(f"sse:{name}" in (node.get("hx-trigger") or "") for node in view.htmx_elements)
    return said > waits


def _by_stack(
    view: PageView, node: Node, value: str, specs: Sequence[tuple[str, str, list[str]]]
) -> _Fault | None:
    more = next((s for s in specs if s[0].startswith("sse:") and (s[1] or s[2])), None)
    if view.generation == "1":
        if view.connection_of(node) is node:
            return _Fault(
                "htmx 1 never fires a trigger on the element that connects",
                "put the trigger on a child of the connection",
            )
        if more is not None:
            return _Fault(
                "htmx 1 ignores filters and modifiers after an event of a stream",
                "remove them, or upgrade to htmx 2",
                "warning",
            )
    if view.stack.whole_triggers and (len(specs) > 1 or more is not None):
        return _Fault(
            f"`{value}` never fires: before 2.2.1 htmx-ext-sse only reads a trigger of one event",
            "upgrade to htmx-ext-sse 2.2.4",
        )
    return None


rule = Rule(
    name="sse_trigger",
    summary="a trigger on an event of a stream that never fires",
    severity="error",
    check=check,
)
