"""Event names that cannot be what was meant, on the page and where events are sent."""

from collections.abc import Iterator

from sse_check.api import (
    HOLE,
    Context,
    Edit,
    Finding,
    Fix,
    Node,
    PageView,
    Rule,
    Span,
    Violation,
    own_attribute,
    styled,
)

_RESERVED = ("error", "open")


def check(context: Context) -> Iterator[Finding]:
    yield from context.each_view(rule, lambda view: judge(context, view))
    named = (
        emission.span
        for one in context.streams
        for emission in one.stream.emissions
        if emission.lost == "name"
    )
    for span in dict.fromkeys(named):
        yield Finding(
            rule.name,
            Span(*span),
            "this element is given as the event's name, and is no part of what is sent: "
            "no page can listen for that",
            "send several elements as one: `sse_message((first, second))`",
        )


def judge(context: Context, view: PageView) -> Iterator[Violation]:
    for node in view.htmx_elements:
        value = node.get("sse-swap")
        if value is None or view.generation == "4":
            continue
        yield from _names(view, node, value)
        yield from _styled(context, view, node, value)


def _styled(context: Context, view: PageView, node: Node, value: str) -> Iterator[Violation]:
    """How an event is swapped, or where, said in its name."""
    for name in dict.fromkeys(part.strip() for part in value.split(",")):
        meant = styled(name)
        if meant is None or _is_sent(context, view, name):
            continue
        event, target, style = meant
        told = [f'hx-target="{target}"'] if target else []
        told += [f'hx-swap="{style}"'] if style else []
        yield Violation(
            node,
            view.span(node, "sse-swap"),
            f"all of `{name}` is taken as the event's name: no event is called that",
            f"name `{event}` alone, and add {' and '.join(f'`{one}`' for one in told)}",
        )


def _is_sent(context: Context, view: PageView, name: str) -> bool:
    return any(
        emission.name.literal == name
        for connection in view.connections
        for one in context.streams_of(view, connection)
        for emission in one.stream.emissions
    )


def _names(view: PageView, node: Node, value: str) -> Iterator[Violation]:
    span = view.span(node, "sse-swap")
    if not value.strip():
        yield Violation(
            node,
            span,
            "an empty `sse-swap` listens for nothing",
            "name the event; events without a name are called `message`",
        )
        return
    names = [part.strip() for part in value.split(",")]
    for name in names:
        if not name and len(names) > 1:
            message = "the list has an empty name between its commas"
            yield Violation(node, span, message, "remove the comma", severity="warning")
        elif name.lower().startswith("sse:"):
            message = f"no event is called `{name}`: the prefix `sse:` belongs in `hx-trigger`"
            yield Violation(
                node, span, message, f"write `{name[4:]}`", fixes=_spelt(node, value, name)
            )
        elif len(name.split()) > 1 and HOLE not in name:
            message = (
                f"`{' '.join(name.split())}` is one name with spaces in it: no event is called that"
            )
            yield Violation(
                node, span, message, f"separate the names with commas: `{', '.join(name.split())}`"
            )
        elif name in _RESERVED:
            message = (
                f"`{name}` is an event of the browser's own EventSource: "
                "it has no data, and breaks the swap"
            )
            yield Violation(node, span, message, "give the server's event another name")
        elif names.count(name) > 1:
            message = f"`{name}` is listed twice and swapped twice"
            yield Violation(node, span, message, "list it once", severity="warning")


def _spelt(node: Node, value: str, name: str) -> tuple[Fix, ...]:
    attribute = own_attribute(node, "sse-swap")
    if attribute is None or attribute.value_span.text != value:
        return ()
    text = ",".join(_without_prefix(part, name) for part in value.split(","))
    return (Fix("remove the prefix", "safe", (Edit(attribute.value_span, text),)),)


def _without_prefix(part: str, name: str) -> str:
    """One name of a list, with the blanks around it."""
    return part.replace(name, name[4:].strip()) if part.strip() == name else part


rule = Rule(
    name="sse_event_name",
    summary="an event name that no event can have",
    severity="error",
    check=check,
    of_swaps=True,
    stacks=("1", "2"),
    fixes=("safe",),
)
