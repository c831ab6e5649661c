"""A listener that is itself a boosted link or form."""

from collections.abc import Iterator

from sse_check.api import Context, Finding, Hit, Related, Rule, View


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, judge)


def judge(view: View) -> Iterator[Hit]:
    if view.generation == "4":
        return
    for listener in view.listeners:
        if not view.is_boosted(listener) or view.inherited(listener, "hx-target"):
            continue
        if view.dynamic(listener, "hx-boost", "hx-target"):
            continue
        boost = view.inherited(listener, "hx-boost")
        related: tuple[Related, ...] = ()
        if boost is not None:
            related = (Related("it is boosted here", view.span(boost.holder, "hx-boost")),)
        yield Hit(
            listener,
            view.span(listener, "sse-swap"),
            f"this `<{listener.name}>` is boosted: its events replace the whole page",
            'put `sse-swap` on an element inside it, or write `hx-target="this"`',
            related,
        )


rule = Rule(
    name="sse_boosted_sink",
    summary="a listener on a boosted link or form replaces the page",
    severity="warning",
    check=check,
)
