"""Template tags that are never closed: what follows them may be read wrongly."""

from collections.abc import Iterator

from sse_check.api import Context, Finding, Rule, Span

_CERTAIN = ("`if`", "`for`", "`block`", "`macro`", "`call`", "`with`", "`unless`")


def check(context: Context) -> Iterator[Finding]:
    for path in context.speaking:
        template = context.project.template(path)
        if template is None:
            continue
        for offset, message in template.errors:
            if message.startswith(_CERTAIN):
                end = max(template.text.find("}", offset), offset) + 2
                end = min(end, len(template.text))
                yield Finding(
                    rule.name,
                    Span(template.source, offset, end),
                    f"{message}: what follows may be misread",
                    "close it, or remove it; the template engine refuses this file too",
                )


rule = Rule(
    name="template_error",
    summary="a template tag that is never closed",
    severity="warning",
    check=check,
)
