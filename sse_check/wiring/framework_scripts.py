"""The scripts that the framework of an application loads into its pages."""

from typing import Literal

from sse_check.apps.applications import Applications
from sse_check.apps.model import App
from sse_check.htmx.contents import version_of
from sse_check.htmx.dom import Node
from sse_check.htmx.loaded import Script
from sse_check.source import Span


def loaded_by_framework(
    applications: Applications, app: App | None, root: Node
) -> tuple[tuple[Script, ...], dict[str, object]]:
    """The scripts, and the settings of htmx that come with them."""
    own = applications.own_scripts(app) if app is not None else None
    if own is None or not (own.whole or all(node.name != "head" for node in root.subtree())):
        return (), {}
    scripts = [_script("core", own.core, own.span)]
    if own.compat:
        scripts.append(_script("compat", own.core, own.span))
    if own.extension:
        scripts.append(_script("extension", own.core, own.span))
    return tuple(scripts), own.settings


def _script(role: Literal["core", "extension", "compat"], version: str, span: Span) -> Script:
    """One of them."""
    told = version_of(version)
    generation = str(told[0]) if told and role != "core" else None
    return Script(role, told, generation, span, "", True, seen=True, unordered=True)
