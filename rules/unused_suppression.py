"""Comments that silence nothing."""

from collections.abc import Iterator

from sse_check.api import Context, Edit, Finding, Fix, Rule, Span


def check(context: Context) -> Iterator[Finding]:
    for suppression in context.suppressions:
        stale = suppression.stale
        if not stale:
            continue
        names = ", ".join(f"`{name}`" for name in stale if name)
        none = "there is none" if len(stale) == 1 else "there are none"
        what = f"ignores {names}, and {none} here" if names else "silences nothing"
        whole = len(stale) >= len(suppression.names)
        fixes: tuple[Fix, ...] = ()
        if whole and _is_whole(suppression.span.text):
            fixes = (Fix("remove the comment", "safe", (Edit(suppression.span, ""),)),)
        yield Finding(
            rule.name,
            Span(suppression.span.source, suppression.span.start, suppression.span.end),
            f"this comment {what}",
            "remove it" if whole else "remove the names that are no longer needed",
            fixes=fixes,
        )


def _is_whole(comment: str) -> bool:
    """A comment that goes on over other lines holds more than the suppression."""
    return (comment.startswith("{#") and comment.endswith("#}")) or (
        comment.startswith("<!--") and comment.endswith("-->")
    )


rule = Rule(
    name="unused_suppression",
    summary="a comment that silences nothing",
    severity="warning",
    check=check,
    fixes=("safe",),
    last=True,
)
