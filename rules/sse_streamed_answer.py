"""A request that is answered by a stream, on a page whose htmx waits for its end."""

from collections.abc import Iterator

from sse_check.api import VERBS, Context, Finding, PageView, Related, Rule, Violation, mark_of


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, lambda view: judge(context, view))


def judge(context: Context, view: PageView) -> Iterator[Violation]:
    if view.generation == "4" or not view.loaded.known:
        return
    for node in view.htmx_elements:
        if not view.requests(node) or view.is_inert(node):
            continue
        for name in VERBS:
            given = mark_of(node).attributes.get(name) or mark_of(node).attributes.get(
                f"data-{name}"
            )
            if given is None or given.pattern is None:
                continue
            reached = [
                one
                for one in context.answers_of(view, node, name).streams
                # A route of which the answer cannot be told may stream, or not.
                if one.stream.content_type or one.stream.response is not None
            ]
            if not reached or not given.attribute.fixed:
                continue
            yield Violation(
                node,
                view.span(node, name),
                f"`{reached[0].route.path}` answers with a stream, and htmx {view.generation} "
                "waits for its end before it shows anything",
                'open it with `hx-ext="sse" sse-connect="..."`, or move to htmx 4, '
                "which shows each message as it comes",
                tuple(
                    Related(f"`{emission.name}` is sent here", emission.span)
                    for emission in reached[0].stream.emissions[:1]
                ),
            )


rule = Rule(
    name="sse_streamed_answer",
    summary="a request of htmx 1 or 2 that is answered by a stream",
    severity="error",
    check=check,
    stacks=("1", "2"),
)
