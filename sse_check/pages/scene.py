"""What is true of one stretch of a template while it is put into a page."""

from dataclasses import dataclass, field
from typing import NamedTuple

from sse_check.template.conditions import Facts
from sse_check.template.model import Block, Site, Template


class Frame(NamedTuple):
    """A file on the way from a page down to a place, and how it was entered from the one above.

    `bindings` are expressions by name; they are read in the next frame. `isolated` says that
    the names of the frame above are not visible here; `shares` that its macros are all the same.
    """

    path: str
    template: Template
    bindings: dict[str, str]
    isolated: bool
    site: Site | None
    via: str
    shares: bool = False


class Body(NamedTuple):
    """The body of a `call` block, to stand where the macro asks for it."""

    root: int
    outer: "Scene"


@dataclass(slots=True)
class Scene:
    """One use of a template on a page.

    `frames` lead from this file up to the page's outermost one. `chain` are a page and its
    layouts, the page first. `wrapped` are the layouts and the page that this layout wraps because
    of the folder it lies in, the nearest first. `supers` is what `super()` means here.
    `apart` are conditions that stand around what is shown here once more, and do not count for it.
    """

    path: str
    template: Template
    frames: tuple[Frame, ...]
    chain: tuple[str, ...] = ()
    body: Body | None = None
    embedded: dict[str, tuple["Scene", Block]] = field(default_factory=dict)
    wrapped: tuple[str, ...] = ()
    supers: tuple[tuple["Scene", Block], ...] = ()
    apart: Facts = ()
