"""sse-swap on the element that opens the connection."""

from collections.abc import Iterator

from sse_check.api import (
    Context,
    Edit,
    Finding,
    Fix,
    Node,
    Outcome,
    PageView,
    Related,
    Rule,
    Span,
    Violation,
    connect_attribute,
    describe,
    extension_active,
    foreign_attribute,
    mark_of,
    own_attribute,
    swap_attribute,
)

_MOVED = ("sse-swap", "hx-swap", "hx-target")
_PHRASING = frozenset("p span b i em strong small label h1 h2 h3 h4 h5 h6 a button".split())
_STRICT = frozenset("table tbody thead tfoot tr ul ol dl select picture".split())


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, lambda view: judge(context, view))


def judge(context: Context, view: PageView) -> Iterator[Violation]:
    # Without an extension no stream is opened at all, and that is said first.
    alone = view.complete and view.loaded.alone
    for node in view.listeners:
        connecting, swapping = connect_attribute(node), swap_attribute(node)
        if alone and swapping != "hx-sse":
            continue
        if connecting is None or swapping is None or view.is_inert(node):
            continue
        if connecting != "hx-sse" and not (node.get(connecting) or "").strip():
            # An empty address opens nothing, and that is said of the address.
            continue
        if not _is_asked_for(node) and context.handled.may_open(view):
            continue
        if (
            swapping == "hx-sse"
            and view.loaded.known
            and foreign_attribute(node, view.generation) == "hx-sse"
        ):
            continue
        span, opened = view.span(node, swapping), view.span(node, connecting)
        related = () if span == opened else (Related("the connection is opened here", opened),)
        target = view.inherited(node, "hx-target")
        outcome = next((o for o in view.outcomes(node) if o.kind == "swap"), None)
        if view.generation == "4":
            # What htmx 4 swaps there are the connection's unnamed messages.
            outcome = None
        once = outcome is not None and _comes_last(context, view, outcome)
        if outcome is not None and outcome.verdict == "misrouted" and target is not None:
            at = view.span(target.holder, "hx-target")
            cause = Related("hx-target is inherited from here", at, is_cause=True)
            related = (*related, cause) if target.holder is not node else related
        yield Violation(
            node,
            span,
            f"`{_written(node, swapping)}` is on the element that opens the "
            f"connection: {_harm(view, node, outcome, once)}",
            _help(view),
            related,
            # What htmx 4 swaps it swaps at the connection: a child would hear nothing.
            fixes=() if view.generation == "4" else _fixes(node),
            outcome=outcome,
            # Of what opens no stream without its `hx-ext`, that is the fault.
            harmless=(
                _is_harmless(outcome, once) if outcome is not None else _is_closed(view, node)
            ),
        )


def _is_asked_for(node: Node) -> bool:
    """Whether an `hx-ext` that is seen turns the extension on."""
    return extension_active(node) and any(one.get("hx-ext") for one in node.lineage())


def _is_closed(view: PageView, node: Node) -> bool:
    """Whether no stream is opened here, as nothing turns the extension on."""
    return view.generation != "4" and node.get("hx-sse") is None and not extension_active(node)


def _written(node: Node, name: str) -> str:
    return name if name in mark_of(node).attributes else f"data-{name}"


def _comes_last(context: Context, view: PageView, outcome: Outcome) -> bool:
    """Whether the event is the last of every stream: what it removes has done its work."""
    if not outcome.destroys:
        return False
    streams = [one.stream for one in context.streams_of(view, outcome.connection)]
    sent = [
        emission
        for stream in streams
        for emission in stream.emissions
        if emission.name.is_open or str(emission.name) == outcome.name
    ]
    told = bool(sent) and not any(stream.open for stream in streams)
    return told and all(emission.at_end for emission in sent)


def _is_harmless(outcome: Outcome, once: bool) -> bool:
    if outcome.verdict != "delivered":
        return False
    if outcome.same is not None and outcome.same.leaks:
        return False
    # After an event that closes the stream there is nothing to come a second time.
    last = outcome.connection.get("sse-close") == outcome.name
    return (
        outcome.morphs
        or once
        or ((outcome.repeats or last) and all(node in outcome.keeps for node in outcome.destroys))
    )


def _help(view: PageView) -> str:
    if view.generation == "4":
        return "connect with `hx-sse:connect`, and send messages without a name"
    return (
        "move it to a child of this element, so that a swap cannot replace "
        "what the connection holds"
    )


def _harm(view: PageView, node: Node, outcome: Outcome | None, once: bool) -> str:
    stack = f"htmx {view.generation}"
    if _is_closed(view, node):
        return "Chirp's guides (profile `contract`) ask for two elements"
    if outcome is None:
        return f"{stack} delivers nothing to it here"
    if outcome.verdict == "misrouted" and outcome.lands is not None:
        return f"its events land in {describe(outcome.lands)}, through an inherited target"
    if outcome.verdict == "lost":
        return "its events are lost"
    if outcome.same is not None and outcome.same.leaks:
        return "what is kept connects once more with each event: streams are left open"
    removed = (
        [] if outcome.morphs or once else [n for n in outcome.destroys if n not in outcome.keeps]
    )
    if node in removed:
        return "the first event removes it, and the stream with it"
    if removed:
        return "the first event removes what listens inside it"
    if outcome.verdict == "unknown":
        return "where its events land is known only when the page is rendered"
    return (
        f"{stack} delivers its events, but Chirp's guides (profile `contract`) ask for two elements"
    )


def _fixes(node: Node) -> tuple[Fix, ...]:
    """Move the listener to a new child around the content."""
    mark = mark_of(node)
    template = mark.template
    end = template.content_end(mark.node)
    if end is None or node.name in _STRICT or mark.attributes.get("sse-swap") is None:
        return ()
    tag = mark.span
    moved: list[Edit] = []
    texts: list[str] = []
    for name in _MOVED:
        if name not in mark.attributes:
            continue
        attribute = own_attribute(node, name)
        if attribute is None or attribute.facts or not attribute.fixed:
            return ()
        span = attribute.span
        start = span.start
        while start > tag.start and template.text[start - 1].isspace():
            start -= 1
        moved.append(Edit(Span(span.source, start, span.end), ""))
        texts.append(span.text)
    child = "span" if node.name in _PHRASING else "div"
    before = Edit(Span(tag.source, tag.end, tag.end), f"<{child} {' '.join(texts)}>")
    after = Edit(Span(tag.source, end, end), f"</{child}>")
    return (Fix("move the listener to a child", "unsafe", (*moved, before, after)),)


rule = Rule(
    name="sse_self_swap",
    summary="`sse-swap` on the same element as `sse-connect`",
    severity="error",
    check=check,
    fixes=("unsafe",),
    # The contract asks for it wherever it stands.
    first=True,
)
