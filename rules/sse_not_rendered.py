"""Live markup for which the layout of its page has no place."""

from collections.abc import Iterator
from difflib import get_close_matches

from sse_check.api import Context, Finding, Pattern, Related, Rule, Unrendered, unrendered

_MOST_NAMES = 6


def check(context: Context) -> Iterator[Finding]:
    for path in context.paths:
        for part in unrendered(context.project, path):
            if part.block and not _is_meant_for_layout(context, path, part):
                continue
            yield _told(part)


def _is_meant_for_layout(context: Context, path: str, part: Unrendered) -> bool:
    """Whether nothing renders the block by itself, as far as that is known."""
    app = context.only_app_of(path)
    if app is None:
        # What else may render it is not known: a name that is nearly the layout's tells it.
        return _nearest(part) is not None
    name = Pattern.of(part.block)
    return not any(one.matches(name) for render in app.renders for one in render.block)


def _nearest(part: Unrendered) -> str | None:
    near = get_close_matches(part.block, sorted(part.blocks), n=1, cutoff=0.75)
    return near[0] if near else None


def _told(part: Unrendered) -> Finding:
    names = sorted(part.blocks)
    listed = ", ".join(f"`{name}`" for name in names[:_MOST_NAMES])
    more = ", ..." if len(names) > _MOST_NAMES else ""
    related = [Related("the layout is named here", part.layout)]
    if not part.block:
        message = "this stands outside the blocks of a page with a layout: it is never rendered"
        help_ = f"move it into a block that the layout has: {listed}{more}"
    else:
        message = f"the layout has no block `{part.block}`: what stands in it is never rendered"
        near = _nearest(part)
        help_ = f"did you mean `{near}`?" if near else f"the layout has {listed}{more}"
        related.insert(0, Related("this is lost", part.live))
    if not names:
        help_ = "give the layout a block, and put this into it"
    return Finding(rule.name, part.span, message, help_, related=tuple(related))


rule = Rule(
    name="sse_not_rendered",
    summary="live markup that the layout of its page has no place for",
    severity="error",
    check=check,
)
