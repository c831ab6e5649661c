"""What a way is: a chain of ancestors, and the stretches in files that it is made of."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from sse_check.project.project import Step, Use
from sse_check.template.model import Block, Site, Template

MOST_WAYS = 64
# A way longer or deeper than these is cut, and says so by being open.
MOST_STEPS = 512
MOST_FRAMES = 48
MOST_MERGES = 64
# Places visited while looking for the ways of one element; few elements need a hundred.
MOST_VISITS = 4_000

Top = Literal["page", "open"]


class Frame(NamedTuple):
    """A stretch of a way inside one file, and how it was entered from the one above.

    `bindings` are expressions by name; they are read in the next frame. `isolated` says that
    the names of the frame above are not visible here.
    """

    path: str
    template: Template
    bindings: dict[str, str]
    isolated: bool
    site: Site | None
    via: str


@dataclass(frozen=True, slots=True)
class Way:
    """One chain of elements, innermost first.

    `top` is "page" when the chain ends at the root of a page, and "open" when more may stand
    above it. `gaps` are the steps above which something unknown may stand.
    """

    steps: tuple[Step, ...]
    frames: tuple[Frame, ...]
    facts: dict[str, bool]
    top: Top
    page: str
    gaps: tuple[int, ...] = ()

    @property
    def closed(self) -> bool:
        """Whether all ancestors are known."""
        return self.top == "page" and not self.gaps


class Ways(NamedTuple):
    """All ways of an element; `cut` when there were more than are listed."""

    ways: tuple[Way, ...]
    cut: bool


class Return(NamedTuple):
    """Where a body that was passed downwards comes back up."""

    kind: str
    path: str
    node: int
    back: Use
    frame_kind: str
    bindings: dict[str, str] | None = None
    isolated: bool = True


class Climb(NamedTuple):
    path: str
    template: Template
    node: int
    context: int
    returns: tuple[Return, ...]
    page: str | None
    # Where what lies below begins in this file; -1 when that is of no interest.
    at: int = -1


class State(NamedTuple):
    steps: tuple[Step, ...]
    frames: tuple[Frame, ...]
    facts: dict[str, bool]
    gaps: tuple[int, ...]


def entered(
    frames: tuple[Frame, ...], site: Site | None, via: str, above: Frame
) -> tuple[Frame, ...]:
    return (*frames[:-1], frames[-1]._replace(site=site, via=via), above)


def context_of(template: Template, block: Block) -> int:
    """The control block around a block: what holds just before it opens."""
    # A place inside the tag itself: an empty block ends where it begins.
    return template.flow.at(block.start - 2)
