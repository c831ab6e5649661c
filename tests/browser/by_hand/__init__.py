"""Pages made by hand from what htmx's documentation says, and from what people write.

Each is a name, its markup and what happens on it, in a short form: `a: <b>1</b>` is an event,
`: text` a message without a name, `/sse2 a: x` one of another stream, `click #c` a click, `end`
the end of all streams.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from tests.browser.harness import Case, Frame

THIRD = ("htmx1", "htmx2", "htmx2-ext210")
BOTH_4 = ("htmx4", "htmx4-compat")
# Beside them the extension of idiomorph.
MORPHING = ("htmx1-morph", "htmx2-morph", "htmx2-ext210-morph")
# With all extensions in one file.
ALL_4 = ("htmx4-in-one",)
_STEP = re.compile(r"(?:(/\S+) )?([^\s:]*): ?(.*)", re.DOTALL)


class Group(NamedTuple):
    """Pages of one kind, for some stacks. `around` has `%s` where a page's markup goes."""

    what: str
    stacks: tuple[str, ...]
    pages: tuple[tuple[str, ...], ...]
    around: str = "%s"
    config: dict[str, object] | None = None
    replies: dict[str, str] | None = None

    def cases(self) -> Iterator[tuple[Case, tuple[str, ...]]]:
        for name, html, *steps in self.pages:
            frames = tuple(map(frame, steps))
            case = Case(
                f"{self.what}: {name}",
                self.around % html,
                frames,
                self.config or {},
                replies=self.replies or {},
            )
            yield case, self.stacks


def frame(step: str) -> Frame:
    if step.startswith("click "):
        return Frame(None, "", click=step.removeprefix("click "))
    if step == "end":
        return Frame(None, "", sends=False, ends=True)
    match = _STEP.fullmatch(step)
    assert match is not None, step
    return Frame(match[2] or None, match[3], to=match[1])


def pages() -> list[tuple[Case, tuple[str, ...]]]:
    from tests.browser.by_hand import fourth, kept, retold, seldom, third

    groups = (*third.GROUPS, *fourth.GROUPS, *kept.GROUPS, *retold.GROUPS, *seldom.GROUPS)
    return [one for group in groups for one in group.cases()]
