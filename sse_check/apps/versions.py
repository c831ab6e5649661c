"""Which versions of frameworks a project asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sse_check.apps.makers import SIGNATURES

if TYPE_CHECKING:
    from sse_check.project.files import Files


def frameworks_here(files: Files) -> frozenset[str]:
    """The packages of frameworks that the project itself is."""
    known = frozenset(files.found.python)
    found: set[str] = set()
    for package, names in SIGNATURES.items():
        for path in (f"{package}/__init__.py", f"src/{package}/__init__.py"):
            if path in known and all(name in files.data(path) for name in names):
                found.add(package)
    return frozenset(found)
