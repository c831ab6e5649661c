"""Template tags that are never closed, or close nothing: the engine refuses the file."""

from collections.abc import Iterator

from sse_check.api import Context, Finding, Rule, Span, Template

_WORDS = ("if", "for", "block", "macro", "call", "with", "unless")
# Of other words nobody knows whether they have an end.
_UNCLOSED = tuple(f"`{word}` is never closed" for word in _WORDS)
_STRAY = tuple(f"`end{word}` closes nothing" for word in _WORDS)
_CUT = "the file ends inside this tag"
_SPEAKING = ("hx-", "sse-")
_ONE_LAYOUT = ("jinja", "django")


def check(context: Context) -> Iterator[Finding]:
    for path in context.htmx_elements:
        template = context.project.template(path)
        if template is None:
            continue
        for offset, message in template.errors:
            if message in _UNCLOSED or message in _STRAY:
                yield _misread(template, offset, message)
            elif message == _CUT and _is_lost(context, path, template, offset):
                yield _cut(template, offset)
        yield from _second_layout(template)
        yield from _open_comment(context, template)


def _misread(template: Template, offset: int, message: str) -> Finding:
    end = max(template.text.find("}", offset), offset) + 2
    stray = message in _STRAY
    return Finding(
        rule.name,
        Span(template.source, offset, min(end, len(template.text))),
        f"{message}: {'the tags around it' if stray else 'what follows'} may be misread",
        f"{'open' if stray else 'close'} it, or remove it; "
        "the template engine refuses this file too",
    )


def _is_lost(context: Context, path: str, template: Template, offset: int) -> bool:
    """Whether a start tag without an end speaks to htmx, and no other file goes on with it."""
    text = template.text[offset:]
    return any(sign in text for sign in _SPEAKING) and not context.project.graph.users.get(path)


def _cut(template: Template, offset: int) -> Finding:
    span = Span(template.source, offset, len(template.text.rstrip()))
    return Finding(rule.name, span, f"{_CUT}: the browser drops it", "end it with `>`")


def _second_layout(template: Template) -> Iterator[Finding]:
    if template.dialect.name not in _ONE_LAYOUT:
        return
    sites = [site for site in template.sites if site.kind == "extends"]
    always = [site for site in sites if not template.flow.at(site.start)]
    for site in always[1:]:
        yield Finding(
            rule.name,
            Span(template.source, site.start, site.end),
            "this file extends a layout already: the template engine refuses a second one",
            "remove one of them",
        )


def _open_comment(context: Context, template: Template) -> Iterator[Finding]:
    """In Jinja a comment without an end is an error; in Django it is text."""
    at = template.mask.rfind("{#")
    if at < 0 or template.dialect.name != "jinja" or template.text.find("#}", at) >= 0:
        return
    frameworks = {app.framework for app in context.apps}
    if not frameworks or "django" in frameworks or "raw" in template.text:
        return
    yield Finding(
        rule.name,
        Span(template.source, at, at + 2),
        "this comment is never closed: the template engine refuses this file",
        "close it with `#}`",
    )


rule = Rule(
    name="template_error",
    summary="a template tag that is never closed, or closes nothing",
    severity="warning",
    check=check,
)
