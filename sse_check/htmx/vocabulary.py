"""The attribute names of htmx and its SSE extensions, and how they may be written."""


def without_data(name: str) -> str:
    return name.removeprefix("data-")
