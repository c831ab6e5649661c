"""What a page loads, in the words of its author: the versions that its script tags name."""

from sse_check.htmx.loaded import Loaded, Script

_EXTENSION_OF = {"1": "the extension of htmx 1", "2": "an extension of htmx 2"}


def title_of(loaded: Loaded) -> str:
    """Such as `htmx 2.0.8, htmx-ext-sse 2.2.4`; as exact as the page is."""
    stack = loaded.stack
    core = "htmx " + (_version(loaded.script("core")) or stack.generation)
    if stack.compat:
        return f"{core}, htmx-2-compat"
    if stack.extension == "" or loaded.alone:
        return f"{core} without its extension"
    if stack.extension is None:
        extension = _version(loaded.script("extension")) if stack.generation == "2" else ""
        return f"{core}, htmx-ext-sse {extension}" if extension else core
    return f"{core} with {_EXTENSION_OF[stack.extension]}"


def _version(script: Script | None) -> str:
    return ".".join(map(str, script.version)) if script and script.version else ""
