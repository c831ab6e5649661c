"""What a page loads of htmx: its scripts, and the stack that they come to."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from sse_check.htmx.stacks import NEWEST, Stack, Version
from sse_check.source import Span


class Script(NamedTuple):
    """A script of htmx that a page loads: what it is, its version if told, and where."""

    role: Literal["core", "extension", "compat", "upsert"]
    version: Version | None
    # The generation for which an extension was written, when its address says so.
    generation: str | None
    span: Span
    url: str
    deferred: bool
    # Whether the project has the file, and it certainly opens no stream.
    broken: bool = False
    # Whether the project has the file, so that all that it brings is known.
    seen: bool = False
    splits_close: bool = False
    # Whether it may run before or after any other, as with `async`.
    unordered: bool = False
    # Whether it is a file of the package htmx.org without a version: the newest that there is.
    newest: bool = False
    # Whether the package has no such file, of this version.
    gone: bool = False

    @property
    def major(self) -> int:
        """The first number of its version; of the newest where none is told."""
        return (self.version or NEWEST)[0]

    @property
    def is_elsewhere(self) -> bool:
        """Whether another server has it, as one of those that have the published packages."""
        return "://" in self.url or self.url.startswith("//")

    @property
    def by_framework(self) -> bool:
        """Whether the framework of the application loads it; it stands in no page then."""
        return not self.url


@dataclass(frozen=True, slots=True)
class Loaded:
    """The stack of a page, how that is known, and the scripts that say so."""

    stack: Stack
    source: str
    known: bool
    scripts: tuple[Script, ...] = ()
    # Scripts that could hold anything, such as a bundle, the address of the first, and how many
    # of them may run before the extension, which needs htmx to be there.
    others: int = 0
    other: str = ""
    others_before: int = 0

    @property
    def alone(self) -> bool:
        """Whether the core is loaded, and nothing that could be its extension."""
        core = self.script("core")
        told = core is not None and (core.is_elsewhere or core.seen or core.url == "htmx_script")
        return told and self.known and not self.others and self.script("extension") is None

    def script(self, role: str) -> Script | None:
        return next((script for script in self.scripts if script.role == role), None)
