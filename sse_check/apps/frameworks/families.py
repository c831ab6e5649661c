"""The readers of all frameworks by the name of their family."""

from collections.abc import Callable
from importlib import import_module
from typing import NamedTuple

from sse_check.apps.reading import Reading
from sse_check.python.values import InstanceValue


class Family(NamedTuple):
    """`read` takes in the routes of an app, `read_router` those of a router by itself."""

    read: Callable[[Reading, InstanceValue], None]
    read_router: Callable[[Reading, InstanceValue], None]


def family(name: str) -> Family:
    module = import_module(f"sse_check.apps.frameworks.{name}")
    return Family(module.read, module.read_router)
