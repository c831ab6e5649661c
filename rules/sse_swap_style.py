"""Swap styles that remove the listener, or show nothing."""

import ast
import re
from collections.abc import Iterator
from difflib import get_close_matches

from sse_check.api import (
    STYLES,
    VERBS,
    VOID,
    Context,
    Emission,
    Finding,
    Frame,
    Module,
    Node,
    Outcome,
    PageView,
    Pattern,
    Related,
    Rule,
    Severity,
    Span,
    Violation,
    answer_deaf,
    answer_lacking,
    carried_markup,
    event_names,
    left_unswapped,
    mark_of,
)

_ID = re.compile(r"(?<![\w:.-])id=[\"\']?([^\s\"\'>]+)")
# The styles by what people make of them: in small letters, and by other names.
_STYLES = {one.lower(): one for one in (*STYLES, "textContent")}
_MEANT = {
    "append": "beforeend",
    "prepend": "afterbegin",
    "replace": "outerhtml",
    "inner": "innerhtml",
    "outer": "outerhtml",
    "html": "innerhtml",
    "text": "textcontent",
    "innertext": "textcontent",
}
_INSIDE = ("innerHTML", "beforeend", "afterbegin", "textContent")
_REMOVING = {
    "outerHTML": "replaces the listener itself: only the first event arrives, "
    "unless its payload contains the listener",
    "delete": "removes the listener at the first event, and shows nothing",
}


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, lambda view: judge(context, view))


def judge(context: Context, view: PageView) -> Iterator[Violation]:
    yield from _targets_lost(context, view)
    if view.generation != "4":
        yield from _no_style(view)
        yield from _into_nothing(view)
    yield from _replaced_by_answers(context, view)
    # In htmx 4 the connection itself swaps what comes.
    new = view.generation == "4" and not view.stack.compat
    for listener in view.connections if new else view.listeners:
        swap = view.inherited(listener, "hx-swap")
        if (
            swap is None
            or view.dynamic(listener, "hx-swap", "hx-target")
            or view.is_inert(listener)
        ):
            continue
        style = (swap.value.split() or ["innerHTML"])[0]
        own = swap.holder is listener
        related = (
            ()
            if own
            else (
                Related(
                    "hx-swap is inherited from here",
                    view.span(swap.holder, "hx-swap", "hx-swap:inherited"),
                    is_cause=True,
                ),
            )
        )
        names = (
            ("hx-swap", "hx-swap:inherited") if own else ("sse-swap", "hx-sse", "hx-sse:connect")
        )
        span = view.span(listener, *names)
        if style == "none":
            yield from _none(context, view, listener, span, related)
        if style not in _REMOVING or view.target_of(listener) is not listener:
            continue
        if style == "delete" and own and not _holds_a_connection(view, listener):
            # To go at its event is all that this asks for.
            continue
        if view.connection_of(listener) is None or _stands_for_itself(listener):
            continue
        comes_again = _comes_again(context, view, listener) if style == "outerHTML" else False
        if comes_again or (style == "outerHTML" and not new and _is_told(context, view, listener)):
            continue
        every_time = comes_again is False and _comes_often(context, view, listener)
        yield Violation(
            listener,
            span,
            f"`{style}` {_REMOVING[style]}"
            if comes_again is None or style == "delete"
            else "`outerHTML` replaces the listener itself, and no event that comes has it again: "
            "only the first one arrives",
            "use `innerHTML` (the default), or `beforeend` to add to what is there",
            related,
            severity="error" if style == "delete" or every_time else None,
            sure=style == "delete" or comes_again is False,
        )


def _none(
    context: Context, view: PageView, listener: Node, span: Span, related: tuple[Related, ...]
) -> Iterator[Violation]:
    """A listener that swaps nothing, for events that bring nothing for any other place."""
    left = left_unswapped(context, view, listener) if view.generation != "4" else "unknown"
    if related and left != "something":
        message = '`hx-swap="none"` is inherited: this listener receives events and shows none'
        help_ = "give the listener its own `hx-swap`"
    elif left == "nothing":
        message = '`hx-swap="none"` swaps nothing, and what comes has nothing out of band: '
        message += "no event is shown"
        help_ = "leave `hx-swap` away to show what comes here, or send it with `hx-swap-oob`"
    else:
        return
    severity: Severity | None = "error" if related else None
    yield Violation(listener, span, message, help_, related, severity=severity)


def _no_style(view: PageView) -> Iterator[Violation]:
    """Styles that htmx does not have: it swaps in its usual way, and replaces what is there."""
    told: set[int] = set()
    for listener in view.listeners:
        swap = view.inherited(listener, "hx-swap")
        if swap is None or id(swap.holder) in told or view.dynamic(listener, "hx-swap"):
            continue
        word = (swap.value.split() or [""])[0]
        meant = _MEANT.get(word.lower()) or next(
            iter(get_close_matches(word.lower(), _STYLES, n=1, cutoff=0.75)), ""
        )
        if not meant or word in _STYLES.values() or ":" in word:
            continue
        if any(_has_more_styles(node) for node in listener.lineage()):
            continue
        told.add(id(swap.holder))
        known = _STYLES.get(meant, meant)
        yield Violation(
            swap.holder,
            view.span(swap.holder, "hx-swap"),
            f"htmx has no swap style `{word}`, and takes its default: what is there is replaced",
            f"write `{known}`",
            severity="error" if known != "innerHTML" else "info",
            sure=view.page.closed,
        )


def _has_more_styles(node: Node) -> bool:
    """Whether an extension is active that may have styles of its own."""
    names = re.split(r"[\s,]+", node.get("hx-ext") or "")
    return any(name not in ("", "sse") for name in names)


def _into_nothing(view: PageView) -> Iterator[Violation]:
    """Content for an element that has none, such as an `<input>`."""
    for outcome in view.played.outcomes:
        listener, place = outcome.listener, outcome.lands
        if outcome.kind != "swap" or place is None or place.name not in VOID:
            continue
        swap = view.inherited(listener, "hx-swap")
        style = (swap.value.split() or ["innerHTML"])[0] if swap is not None else "innerHTML"
        if style not in _INSIDE or view.dynamic(listener, "hx-swap", "hx-target"):
            continue
        yield Violation(
            listener,
            view.span(listener, "sse-swap", "hx-sse"),
            f"an `<{place.name}>` has no content: what is swapped into it is never shown",
            f"listen on an element around it, and send the `<{place.name}>` anew",
            severity="error",
        )


def _targets_lost(context: Context, view: PageView) -> Iterator[Violation]:
    """Listeners whose events replace another element, by which that is found, for good."""
    for listener in view.listeners if view.generation != "4" else ():
        target, swap = view.inherited(listener, "hx-target"), view.inherited(listener, "hx-swap")
        dynamic = view.dynamic(listener, "hx-swap", "hx-target") or view.is_inert(listener)
        if target is None or swap is None or dynamic or not target.value.startswith("#"):
            continue
        place, connection = view.target_of(listener), view.connection_of(listener)
        if not isinstance(place, Node) or place is listener or connection is None:
            continue
        if swap.value.split()[:1] != ["outerHTML"] or place.contains(connection):
            continue
        ident = target.value[1:]
        if place.get("id") != ident or context.joined(view, connection).is_open:
            continue
        emissions = context.emissions_of(view, connection)
        waits = [one for one in context.event_listeners(view, connection) if one.node is listener]
        own = [e for e in emissions if any(e.name.matches(wait.name) for wait in waits)]
        if not own or any(_has_id(context, one, ident) is not False for one in own):
            continue
        if any(_has_id(context, one, ident) for one in emissions):
            # Another event brings it again.
            continue
        causes = [
            Related(f"{name} is inherited from here", view.span(one.holder, name), is_cause=True)
            for name, one in (("hx-target", target), ("hx-swap", swap))
            if one.holder is not listener
        ]
        often = _comes_often(context, view, listener)
        yield Violation(
            listener,
            view.span(listener, *(("sse-swap", "hx-sse") if causes else ("hx-swap",))),
            f"`outerHTML` replaces `#{ident}` by what has no such id: "
            "the first event removes the target, and later ones are lost",
            f'use `innerHTML`, or send an element with `id="{ident}"`',
            (*causes, Related("it is sent here", own[0].span)),
            severity="error" if often else None,
        )


def _replaced_by_answers(context: Context, view: PageView) -> Iterator[Violation]:
    for outcome in view.played.outcomes:
        if outcome.kind == "trigger" and outcome.requests and outcome.takes_whole:
            yield from _replaced_by_answer(context, view, outcome)


def _replaced_by_answer(context: Context, view: PageView, outcome: Outcome) -> Iterator[Violation]:
    """An element that waits, or the one where its answer goes, for which the answer has no other.

    An event that comes once may be there to replace it for good.
    """
    node = outcome.listener
    verb = next((one for one in VERBS if node.get(one)), None)
    often = verb is not None and _comes_often(context, view, node, outcome.name)
    if verb is None or not often or view.dynamic(node, "hx-swap", "hx-target", "hx-trigger"):
        return
    target, swap = view.inherited(node, "hx-target"), view.inherited(node, "hx-swap")
    if outcome.lands is node:
        route = answer_deaf(context, view, node, verb, outcome.name)
        what, lost = "this element", f"has nothing that waits for `{outcome.name}`"
        help_ = "use `innerHTML`, or answer with this element and its `hx-trigger` again"
    elif target is not None and target.value[:1] == "#" and outcome.lands is not None:
        route = answer_lacking(context, view, node, verb, target.value)
        what, lost = f"`{target.value}`", "has no such id"
        help_ = f'use `innerHTML`, or answer with an element that has `id="{target.value[1:]}"`'
    else:
        return
    if route is None or _holds_a_connection(view, outcome.lands):
        return
    causes = [
        Related(f"{name} is inherited from here", view.span(one.holder, name), is_cause=True)
        for name, one in (("hx-target", target), ("hx-swap", swap))
        if one is not None and one.holder is not node
    ]
    yield Violation(
        node,
        view.span(node, *(("hx-swap",) if swap is not None and swap.holder is node else (verb,))),
        f"`outerHTML` replaces {what} by the answer of `{route.path}`, which {lost}: "
        "only the first event shows something",
        help_,
        (*causes, Related(f"`{route.path}` is defined here", route.span)),
        outcome=outcome,
    )


def _has_id(context: Context, emission: Emission, ident: str) -> bool | None:
    """Whether what an event brings has an id; None where that cannot be told."""
    texts = carried_markup(context, emission)
    ids = [found for text in texts for found in _ID.findall(text)]
    if ident in ids:
        return True
    bare = [text.strip() for text in texts]
    closed = all("*" not in one or (one[:1] == "<" and one[-1:] == ">") for one in bare)
    return False if texts and closed and not any("*" in one for one in ids) else None


def _is_told(context: Context, view: PageView, listener: Node) -> bool:
    """Whether `sse_self_swap` says it: a connection that an event of its own takes away."""
    asked = "sse_self_swap" in context.asked.asked
    return asked and any(listener is one for one in view.connections)


def _comes_often(context: Context, view: PageView, listener: Node, name: str = "") -> bool:
    """Whether some event that waits here is sent in a loop, and not to end the stream."""
    connection = view.connection_of(listener)
    if connection is None:
        return False
    waits = [one for one in context.event_listeners(view, connection) if one.node is listener]
    names = [Pattern.of(name)] if name else [wait.name for wait in waits]
    return any(
        _is_in_loop(emission)
        for emission in context.emissions_of(view, connection)
        if not emission.at_end and any(emission.name.matches(one) for one in names)
    )


def _is_in_loop(emission: Emission) -> bool:
    """Whether an event is sent in a loop, or what puts it together is called in one."""
    places = [(emission.module, Span(*emission.span))]
    frame = emission.frame
    for given in frame.given.values() if frame is not None else ():
        if len(given) == 2 and isinstance(given[0], ast.expr) and isinstance(given[1], Frame):
            module = given[1].module
            places.append((module, Span(*module.span(given[0]))))
    return any(_has_loop_around(module, at) for module, at in places)


def _has_loop_around(module: Module, at: Span) -> bool:
    loops = (n for n in module.nodes if isinstance(n, ast.For | ast.AsyncFor | ast.While))
    return at.source is module.source and any(
        span.start <= at.start and at.end <= span.end for span in map(module.span, loops)
    )


def _holds_a_connection(view: PageView, listener: Node) -> bool:
    return any(listener is one or listener.contains(one) for one in view.connections)


def _comes_again(context: Context, view: PageView, listener: Node) -> bool | None:
    """Whether what the events bring holds the listener again; None where that is not known."""
    connection = view.connection_of(listener)
    if connection is None:
        return None
    waits = [one for one in context.event_listeners(view, connection) if one.node is listener]
    names = {wait.name for wait in waits if wait.kind == "swap"}
    emissions = [
        emission
        for emission in context.emissions_of(view, connection)
        if any(emission.name.matches(name) for name in names)
    ]
    found = {_brings(context, emission, names) for emission in emissions}
    # Where more may be sent than is known, only what is seen to be meant says something.
    if not found or None in found or (False in found and context.joined(view, connection).is_open):
        return None
    # One that brings it is enough to have been meant; one that does not is a fault of its own.
    return found.pop() if len(found) == 1 else None


def _brings(context: Context, emission: Emission, names: set[Pattern]) -> bool | None:
    """Whether an event brings a listener for one of these names."""
    for path, emissions in context.payload_templates.items():
        if any(emission is one for one in emissions):
            return any(_listens_in(context, path, str(name)) for name in (emission.name, *names))
    texts = context.payload_texts(emission)
    if not texts or not any("<" in str(text) for text in texts):
        return None
    spoken = ["sse-swap" in str(text) or "hx-sse" in str(text) for text in texts]
    # What is put into the text may be a listener as well: only where it stands inside is not.
    closed = all(_is_closed(text) for text in texts)
    return True if any(spoken) else (False if closed else None)


def _is_closed(text: Pattern) -> bool:
    """Whether a payload begins and ends with markup that is known."""
    parts = text.parts
    first, last = str(parts[0] or "").strip(), str(parts[-1] or "").strip()
    return first.startswith("<") and last.endswith(">")


def _listens_in(context: Context, path: str, name: str) -> bool:
    """Whether a template has a listener for an event."""
    return any(
        name in event_names(node)
        for view in context.all_views
        for node in view.listeners
        if path in (view.page.path, mark_of(node).path)
    )


def _stands_for_itself(listener: Node) -> bool:
    """A listener that is the whole of a partial: what is sent is most likely that partial."""
    mark = mark_of(listener)
    root = mark.template.roots.get(mark.template.parent(mark.node))
    # What a call passes to a macro is put out there alone.
    return root is not None and root.kind not in ("call", "slot")


rule = Rule(
    name="sse_swap_style",
    summary="a swap style that removes the listener or shows nothing",
    severity="warning",
    check=check,
)
