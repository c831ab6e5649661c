"""The scripts that the framework of an application loads into its pages."""

from sse_check.apps.applications import Applications
from sse_check.apps.model import App
from sse_check.htmx.detect import Script, framework_script
from sse_check.htmx.dom import Node


def loaded_by_framework(
    applications: Applications, app: App | None, root: Node
) -> tuple[tuple[Script, ...], dict[str, object]]:
    """The scripts, and the settings of htmx that come with them."""
    own = applications.own_scripts(app) if app is not None else None
    if own is None or not (own.whole or all(node.name != "head" for node in root.subtree())):
        return (), {}
    scripts = [framework_script("core", own.core, own.span)]
    if own.compat:
        scripts.append(framework_script("compat", own.core, own.span))
    if own.extension:
        scripts.append(framework_script("extension", own.core, own.span))
    return tuple(scripts), own.settings
