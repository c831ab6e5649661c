"""Layouts, includes and blocks of layouts that do not exist."""

from collections.abc import Iterator
from difflib import get_close_matches

from sse_check.api import App, Context, Finding, Related, Rule, Span, unplaced_blocks


def check(context: Context) -> Iterator[Finding]:
    for path in context.paths:
        app = context.only_app_of(path)
        if app is not None:
            yield from _missing_in(context, app, path)
            yield from _unplaced_in(context, app, path)


def _missing_in(context: Context, app: App, path: str) -> Iterator[Finding]:
    for link in context.links_of(path):
        if link.open or link.optional or not link.names or link.found:
            continue
        name = link.names[0]
        near = context.nearest_template(app, name)
        if name.startswith(".") or (near is None and not context.is_own_template_name(app, name)):
            # A package may bring it.
            continue
        if context.is_left_out(name):
            continue
        what = "the layout" if link.kind == "extends" else "the template"
        yield Finding(
            rule.name,
            Span(link.source, link.start, link.end),
            f"{what} `{name}` does not exist: rendering this page fails",
            f"did you mean `{near}`?" if near else "name a template that the application has",
        )


def _unplaced_in(context: Context, app: App, path: str) -> Iterator[Finding]:
    for block in unplaced_blocks(context, app, path):
        if not block.name:
            yield Finding(
                rule.name,
                block.span,
                "a page with a layout shows only its blocks, and this is in none: "
                "it is never shown",
                "move it into a block of the layout",
            )
            continue
        near = get_close_matches(block.name, block.known, n=1)
        shown = context.project.files.display_path(block.layout)
        layout = context.project.template(block.layout)
        listed = ", ".join(f"`{name}`" for name in block.known[:6])
        has = f"its layout has {listed}" if listed else "its layout has none"
        yield Finding(
            rule.name,
            block.span,
            f"no layout of this page has a block `{block.name}`: what is in it is never shown",
            f"did you mean `{near[0]}`?" if near else has,
            related=(Related(f"this is `{shown}`", Span(layout.source, 0, 0)),) if layout else (),
        )


rule = Rule(
    name="missing_template",
    summary="a layout, include or block of a layout that does not exist",
    severity="error",
    check=check,
)
