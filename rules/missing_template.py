"""Layouts and includes that do not exist."""

from collections.abc import Iterator

from sse_check.api import App, Context, Finding, Rule, Span


def check(context: Context) -> Iterator[Finding]:
    for path in dict.fromkeys((*context.paths, *context.rendered_beside)):
        app = context.only_app_of(path)
        if app is not None:
            yield from _missing_in(context, app, path)


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


rule = Rule(
    name="missing_template",
    summary="a layout or include that does not exist",
    severity="error",
    check=check,
)
