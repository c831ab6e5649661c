"""Comments that silence nothing."""

from collections.abc import Iterator
from difflib import get_close_matches

from sse_check.api import Context, Edit, Finding, Fix, Rule, Span


def check(context: Context) -> Iterator[Finding]:
    for suppression in context.suppressions:
        if suppression.word:
            yield Finding(
                rule.name,
                suppression.span,
                f"`sse-check: {suppression.word}` silences nothing",
                "write `sse-check: ignore[rule]`, with the name of the rule",
            )
            continue
        stale = suppression.stale(context.asked)
        if not stale:
            continue
        unknown = [name for name in stale if name and name not in context.asked.loaded]
        if unknown:
            yield _no_such_rule(context, suppression.span, unknown[0])
            continue
        names = ", ".join(f"`{name}`" for name in stale if name)
        none = "there is none" if len(stale) == 1 else "there are none"
        what = f"ignores {names}, and {none} here" if names else "silences nothing"
        whole = len(stale) >= len(suppression.names)
        fixes: tuple[Fix, ...] = ()
        if whole and _is_whole(suppression.span.text):
            fixes = (
                Fix("remove the comment", "safe", (Edit(_with_its_line(suppression.span), ""),)),
            )
        yield Finding(
            rule.name,
            Span(suppression.span.source, suppression.span.start, suppression.span.end),
            f"this comment {what}",
            "remove it" if whole else "remove the names that are no longer needed",
            fixes=fixes,
        )


def _with_its_line(span: Span) -> Span:
    """The comment, with its line where it is alone on it."""
    text = span.source.text
    start = text.rfind("\n", 0, span.start) + 1
    end = text.find("\n", span.end) + 1 or len(text)
    alone = not (text[start : span.start] + text[span.end : end]).strip()
    return Span(span.source, start, end) if alone else span


def _no_such_rule(context: Context, span: Span, name: str) -> Finding:
    """A slip of the pen: what it silences is most likely still wanted."""
    near = get_close_matches(name.replace("-", "_"), sorted(context.asked.loaded), 1, 0.7)
    return Finding(
        rule.name,
        span,
        f"there is no rule `{name}`: this comment silences nothing",
        f"write `{near[0]}`" if near else "`sse-check rules` lists them",
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
