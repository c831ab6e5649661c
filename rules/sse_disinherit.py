"""hx-disinherit that shuts nothing out."""

from collections.abc import Iterator

from sse_check.api import (
    HOLE,
    Context,
    Edit,
    Finding,
    Fix,
    Node,
    PageView,
    Related,
    Rule,
    Violation,
    own_attribute,
    swap_attribute,
)

_INHERITABLE = frozenset(
    "hx-target hx-swap hx-select hx-select-oob hx-boost hx-push-url hx-replace-url hx-confirm "
    "hx-disabled-elt hx-encoding hx-ext hx-headers hx-include hx-indicator hx-params hx-prompt "
    "hx-request hx-sync hx-vals hx-vars hx-history".split()
)


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, judge)


def judge(view: PageView) -> Iterator[Violation]:
    if view.generation == "4":
        return
    for node in view.htmx_elements:
        value = node.get("hx-disinherit")
        if value is None or HOLE in value:
            continue
        span = view.span(node, "hx-disinherit")
        meant = _meant(value)
        if meant is not None:
            passed = _passed_on(view, node, meant)
            yield Violation(
                node,
                span,
                f"{_shown(value)} stops no inheritance: names are separated by single "
                "spaces, and `*` alone means all",
                f'write `hx-disinherit="{meant}"`',
                # Where nothing is inherited yet, nothing goes wrong yet.
                severity=None if passed else "warning",
                fixes=_respelt(node, meant),
            )
        elif swap_attribute(node) is not None:
            yield from _on_listener(view, node, value)


def _shown(value: str) -> str:
    if not value.strip():
        return "an empty `hx-disinherit`"
    blank = "" if value == value.strip() else " with a blank beside it"
    return f"`{' '.join(value.split())}`{blank}"


def _meant(value: str) -> str | None:
    """What should stand there, when what does has no effect."""
    if value == "*":
        return None
    if value.strip() and all(name in _INHERITABLE for name in value.split(" ") if name):
        return None
    words = value.replace(",", " ").split()
    if not words or "*" in words or "hx-*" in words:
        return "*"
    spelt = [w.lower() if w.lower().startswith("hx-") else f"hx-{w.lower()}" for w in words]
    if all(word in _INHERITABLE for word in spelt):
        return " ".join(spelt)
    return None


def _passed_on(view: PageView, node: Node, meant: str) -> bool:
    """Whether something inside inherits from above what was meant to be stopped here."""
    names = ("hx-target", "hx-swap", "hx-select") if meant == "*" else meant.split()
    return any(
        (given := view.inherited(inner, name)) is not None and not node.contains(given.holder)
        for inner in (*view.listeners, *view.requesting_elements)
        if inner is not node and node.contains(inner)
        for name in names
    )


def _respelt(node: Node, meant: str) -> tuple[Fix, ...]:
    attribute = own_attribute(node, "hx-disinherit")
    if attribute is None or not attribute.written.quote:
        return ()
    return (Fix("spell it as htmx reads it", "unsafe", (Edit(attribute.value_span, meant),)),)


def _on_listener(view: PageView, node: Node, value: str) -> Iterator[Violation]:
    """On the element that inherits it has no effect on that element itself."""
    for name in ("hx-target", "hx-swap"):
        if node.get(name) or (value != "*" and name not in value.split(" ")):
            continue
        inherited = view.inherited(node, name)
        if inherited is None or inherited.holder is node:
            continue
        yield Violation(
            node,
            view.span(node, "hx-disinherit"),
            f"`hx-disinherit` protects what is inside, and this element still inherits {name}",
            'write `hx-target="this"` here' if name == "hx-target" else "write its own `hx-swap`",
            (
                Related(
                    f"{name} is inherited from here",
                    view.span(inherited.holder, name),
                    is_cause=True,
                ),
            ),
        )
        return


rule = Rule(
    name="sse_disinherit",
    summary="an `hx-disinherit` that stops no inheritance",
    severity="error",
    check=check,
    stacks=("1", "2"),
    fixes=("unsafe",),
)
