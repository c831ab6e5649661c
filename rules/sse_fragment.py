"""Templates and blocks that do not exist where Python renders them, or that it sends unrendered."""

from collections.abc import Iterator
from difflib import get_close_matches

from sse_check.api import App, Context, Finding, Related, Render, Rule, Span


def check(context: Context) -> Iterator[Finding]:
    seen: set[Span] = set()
    for app in context.live_apps:
        for render in app.renders:
            for finding in _faults(context, app, render):
                if finding.span not in seen:
                    seen.add(finding.span)
                    yield finding
    for emission in (one for stream in context.streams for one in stream.stream.emissions):
        for part in context.no_text_in(emission):
            if part.span not in seen:
                seen.add(part.span)
                yield _not_rendered(part.span, part.what, part.made)


def _not_rendered(span: Span, what: str, made: str) -> Finding:
    """An object in the place of a text: in an event there is its name in angle brackets."""
    if what == "template":
        message = f"this is the template that `{made}` gives, and nothing renders it"
        help_ = "render it: `.render(...)`"
    else:
        message = f"this is the whole answer that `{made}` makes, and no text"
        help_ = (
            "write `render_to_string(...)`"
            if made in ("render", "HttpResponse")
            else "render a text: `templates.get_template(...).render(...)`"
        )
    return Finding(
        rule.name,
        span,
        f"{message}: browsers take the name of the object for a tag, and nothing is shown",
        help_,
    )


def _faults(context: Context, app: App, render: Render) -> Iterator[Finding]:
    names = [name.literal for name in render.names]
    if len(names) != 1 or not names[0]:
        # Several names, or one that is not known: whichever it is may be there.
        return
    path = context.template_of(app, names[0])
    if path is None:
        yield from _missing_template(context, app, render, names[0])
        return
    blocks = [block.literal for block in render.block]
    if not blocks:
        return
    known = context.blocks_of(path)
    if known is None or any(block is None or block in known for block in blocks):
        return
    for block in blocks:
        listed = ", ".join(f"`{name}`" for name in sorted(known)[:6])
        near = get_close_matches(block or "", known, n=1)
        help_ = f"did you mean `{near[0]}`?" if near else f"it has {listed}" if listed else ""
        shown = context.project.files.display_path(path)
        template = context.project.template(path)
        related: tuple[Related, ...] = ()
        if template is not None:
            related = (Related(f"this is `{shown}`", Span(template.source, 0, 0)),)
        yield Finding(
            rule.name,
            render.block_span or render.span,
            f"`{names[0]}` has no block `{block}`: rendering it fails",
            help_ or "name a block that the template has",
            related=related,
        )


def _missing_template(context: Context, app: App, render: Render, name: str) -> Iterator[Finding]:
    near = context.nearest_template(app, name)
    if near is None and not context.is_own_template_name(app, name):
        # A package may bring it.
        return
    if context.is_left_out(name):
        return
    yield Finding(
        rule.name,
        render.span,
        f"there is no template `{name}`: rendering it fails",
        f"did you mean `{near}`?" if near else "name one that the application has",
    )


rule = Rule(
    name="sse_fragment",
    summary="a template or block that Python renders and that does not exist, or is not rendered",
    severity="error",
    check=check,
    in_python=True,
)
