"""Elements that the HTML parser moves, drops, or keeps out of the page."""

from collections.abc import Iterator

from sse_check.api import (
    Context,
    Finding,
    PageView,
    Related,
    Rule,
    Span,
    Violation,
    connect_attribute,
    mark_of,
)

_SPEAKING = ("sse-swap", "sse-connect", "hx-sse", "hx-sse:connect")


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, judge)


def judge(view: PageView) -> Iterator[Violation]:
    yield from _dropped(view)
    for node in view.htmx_elements:
        if node.get("sse-swap") is None and connect_attribute(node) is None:
            continue
        mark = mark_of(node)
        inert = None
        if view.is_inert(node):
            inert = next((n for n in node.ancestors() if n.name in ("template", "noscript")), None)
        if inert is not None and inert.mark is not None:
            yield Violation(
                node,
                view.span(node, *_SPEAKING),
                f"inside a `<{inert.name}>` nothing connects and nothing listens",
                "move it out, or let a script that clones it call `htmx.process`",
                (Related(f"the `<{inert.name}>`", view.span(inert)),),
                severity="warning" if inert.name == "template" else None,
            )
        elif mark.node in mark.template.moved or view.is_put_before_table(node):
            yield Violation(
                node,
                view.span(node, *_SPEAKING),
                f"a `<{node.name}>` is not allowed here: the browser moves it out of the table, "
                "away from the rows",
                "put the attribute on the `<table>`, a `<tbody>` or a cell",
            )


def _dropped(view: PageView) -> Iterator[Violation]:
    """Start tags of which the parser makes no element: a part of a table outside of one."""
    for node in view.dropped:
        if node.get("sse-swap") is None and connect_attribute(node) is None:
            continue
        mark = mark_of(node)
        ways = zip(mark.frames, mark.frames[1:], strict=False)
        yield Violation(
            node,
            view.span(node, *_SPEAKING),
            f"a `<{node.name}>` is not allowed here: the browser drops it, and its attributes too",
            "put it where its kind belongs, or the attributes on an element around or inside it",
            tuple(
                Related("it is put here", Span(outer.template.source, site.start, site.end))
                for inner, outer in ways
                if (site := inner.site) is not None
            ),
            # The same partial may be right in another place of the page.
            sure=all(mark_of(other).place != mark.place for other in view.htmx_elements),
        )


rule = Rule(
    name="sse_parser_moved",
    summary="the HTML parser moves a live element away, or never shows it",
    severity="error",
    check=check,
)
