"""Template tags that are never closed, or close nothing: the engine refuses the file."""

from collections.abc import Iterator

from sse_check.api import Context, Finding, Rule, Span

_WORDS = ("if", "for", "block", "macro", "call", "with", "unless")
# Of other words nobody knows whether they have an end.
_UNCLOSED = tuple(f"`{word}` is never closed" for word in _WORDS)
_STRAY = tuple(f"`end{word}` closes nothing" for word in _WORDS)


def check(context: Context) -> Iterator[Finding]:
    for path in context.htmx_elements:
        template = context.project.template(path)
        if template is None:
            continue
        for offset, message in template.errors:
            if message not in _UNCLOSED and message not in _STRAY:
                continue
            end = max(template.text.find("}", offset), offset) + 2
            end = min(end, len(template.text))
            stray = message in _STRAY
            yield Finding(
                rule.name,
                Span(template.source, offset, end),
                f"{message}: {'the tags around it' if stray else 'what follows'} may be misread",
                f"{'open' if stray else 'close'} it, or remove it; "
                "the template engine refuses this file too",
            )


rule = Rule(
    name="template_error",
    summary="a template tag that is never closed, or closes nothing",
    severity="warning",
    check=check,
)
