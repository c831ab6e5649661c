"""Asks an application which addresses it answers: a script, run from the app's folder.

    python ask.py wsgi module:attribute /a /b

Prints a JSON object: address -> whether it is there. It imports nothing of this project.
"""

import importlib
import json
import os
import sys
from typing import Any


def wsgi(app: Any, paths: list[str]) -> dict[str, bool]:
    client = importlib.import_module("werkzeug.test").Client(app)
    return {path: client.get(path).status_code != 404 for path in paths}


def asgi(app: Any, paths: list[str]) -> dict[str, bool]:
    client = importlib.import_module("starlette.testclient").TestClient(app)
    return {path: client.get(path).status_code != 404 for path in paths}


def main() -> None:
    sys.path[0] = os.getcwd()
    kind, target, *paths = sys.argv[1:]
    module, _, attribute = target.partition(":")
    app = getattr(importlib.import_module(module), attribute)
    print(json.dumps({"wsgi": wsgi, "asgi": asgi}[kind](app, paths)))


if __name__ == "__main__":
    main()
