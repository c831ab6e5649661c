"""The tree that the model of htmx works on, and content that is on its way between two places."""

from sse_check.pages.node import Node, spelt

__all__ = ["Node", "held", "release", "spelt"]


def held(content: list[Node | str]) -> Node:
    holder = Node("#fragment")
    holder.insert(0, list(content))
    return holder


def release(holder: Node, content: list[Node | str]) -> None:
    content[:] = holder.children
    for child in content:
        if isinstance(child, Node):
            child.parent = None
    holder.children = []
