"""Why an app does not run: the exception and its line in the app, and the way out."""

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from sse_check.stream.apps import open_app
from sse_check.stream.asgi import AsgiSite
from sse_check.stream.exchange import ask
from sse_check.stream.failures import told, told_by
from sse_check.stream.session import look
from sse_check.stream.web import Limits, Request, StreamError
from tests.project.helpers import write

Send = Callable[[dict[str, object]], Awaitable[None]]
LIMITS = Limits(2, 2.0)
GUARD = "    if scope['type'] != 'http':\n        raise ValueError(scope['type'])\n"
APP = f"async def app(scope, receive, send):\n{GUARD}"
# As frameworks do: what was raised is printed, and answered with an error.
CAUGHT = (
    "import traceback\n\n"
    "def fails():\n    raise LookupError('no such table')\n\n"
    f"{APP}"
    "    try:\n        fails()\n    except LookupError:\n        traceback.print_exc()\n"
    "    head = {'type': 'http.response.start', 'status': 500, 'headers': []}\n"
    "    await send(head)\n"
    "    await send({'type': 'http.response.body', 'body': b'sorry'})\n"
)
CAUGHT_WSGI = (
    "import traceback\n\n"
    "def app(environ, start_response):\n"
    "    try:\n        raise LookupError('no such table')\n    except LookupError:\n"
    "        traceback.print_exc(file=environ['wsgi.errors'])\n"
    "    start_response('500 Oh', [('Content-Type', 'text/html')])\n"
    "    return [b'sorry']\n"
)
STARTS = (
    "import traceback\n\n"
    "async def app(scope, receive, send):\n"
    "    await receive()\n"
    "    try:\n        raise OSError('no\\nbroker')\n    except OSError:\n"
    "        told = traceback.format_exc()\n"
    "    await send({'type': 'lifespan.startup.failed', 'message': told})\n"
)
AWAY = "/ answers 500, not a page: LookupError: no such table"


@pytest.mark.parametrize(
    ("files", "target", "message"),
    [
        (
            {"main.py": "import settings\n", "settings.py": "\nimport os\nos.environ['NO_KEY']\n"},
            "main:app",
            "main fails on import: KeyError: 'NO_KEY' (settings.py, line 3)",
        ),
        (
            {"main.py": "raise ValueError('1 error for Settings\\nKEY\\n  Field required\\n"
                        "For further information visit https://errors.example/x')\n"},
            "main:app",
            ("main fails on import: ValueError: 1 error for Settings; KEY; Field required "
            "(main.py, line 1)"),
        ),
        (
            {"main.py": "x = 1\ndef f(:\n"},
            "main:app",
            "main fails on import: SyntaxError: invalid syntax (main.py, line 2); "
            "it runs on Python {}.{}".format(*sys.version_info),
        ),
        (
            {"main.py": "def make_app():\n    return {}['x']\n"},
            "main:make_app",
            "main:make_app: KeyError: 'x' (main.py, line 2)",
        ),
        ({"main.py": CAUGHT}, "main:app", f"{AWAY} (main.py, line 4)"),
        ({"main.py": CAUGHT_WSGI}, "main:app", f"{AWAY} (main.py, line 5)"),
        (
            {"main.py": STARTS},
            "main:app",
            "the app does not start: OSError: no; broker (main.py, line 6)",
        ),
        (
            {"main.py": f"{APP}    raise LookupError('x')\n"},
            "main:app",
            "the app failed at /: LookupError: x (main.py, line 4)",
        ),
        (
            {"main.py": "async def app(scope, receive, send):\n    await receive()\n    {}['x']\n"},
            "main:app",
            ("the app failed at /: KeyError: 'x' (main.py, line 3) "
            "(before that, at its startup: KeyError: 'x' (main.py, line 3))"),
        ),
        (
            {"main.py": "import sys\nprint('no key: set KEY')\nsys.exit(1)\n"},
            "main:app",
            "main exits on import (status 1): no key: set KEY",
        ),
        (
            {"main.py": "def app():\n    raise SystemExit('no key: set KEY')\n"},
            "main:app",
            "main:app exits: no key: set KEY",
        ),
    ],
)  # fmt: skip
def test_a_failure_is_told_with_its_place(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    files: dict[str, str],
    target: str,
    message: str,
) -> None:
    write(tmp_path, files)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StreamError) as raised:
        site = open_app(target)
        try:
            look(site, "/", LIMITS)
        finally:
            site.close()
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("files", "folder", "target", "message"),
    [
        (
            {"src/shop/main.py": "", "pyproject.toml": ""}, "", "shop.main:app",
            "shop.main: no such module here: it is in src; run this there, or with PYTHONPATH=src",
        ),
        (
            {"app/main.py": "import config\n", "app/config.py": "", "pyproject.toml": ""}, "",
            "app.main:app",
            ("app.main imports `config`: it is in app; run this there as `main:app`, "
            "or with PYTHONPATH=app"),
        ),
        (
            {"shop/asgi.py": "import shop.settings\n", "shop/settings.py": "", "pyproject.toml": ""},
            "shop", "asgi:application",
            ("asgi imports `shop`: it is in ..; run this there as `shop.asgi:application`, "
            "or with PYTHONPATH=.."),
        ),
        (
            {"shop/__init__.py": "", "shop/main.py": "from .db import x\n", "pyproject.toml": ""},
            "shop", "main:app",
            "main is part of a package: run this from .. and name it `shop.main:app`",
        ),
        (
            {"main.py": "def create_app():\n    pass\ndef in_app(x):\n    pass\n"}, "", "main:app",
            "main has no `app`; it has `create_app`",
        ),
        (
            {"main.py": "if __name__ == '__main__':\n    app = object()\n"}, "", "main:app",
            ("main has no `app`, nor another app; one that is made only when the file is run is "
            "looked at by its address: start it, and name http://127.0.0.1:PORT/"),
        ),
        (
            {"main.py": "import importlib.metadata as m\nm.version('main')\n"}, "", "main:app",
            "main asks for the package `main`, which is not installed for",
        ),
    ],
)  # fmt: skip
def test_where_what_is_missing_is(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    files: dict[str, str],
    folder: str,
    target: str,
    message: str,
) -> None:
    write(tmp_path, files)
    monkeypatch.chdir(tmp_path / folder)
    with pytest.raises(StreamError) as raised:
        open_app(target)
    assert str(raised.value).startswith(message)


def test_a_group_of_one_is_told_as_what_is_in_it() -> None:
    """Task groups wrap what their only task raised, in what they raise and in what is printed."""
    inner = ExceptionGroup("one", [LookupError("x")])
    assert told(ExceptionGroup("all", [inner])) == "LookupError: x"
    assert told(ExceptionGroup("all", [OSError(), OSError()])).startswith("ExceptionGroup: all")
    printed = (
        "  + Exception Group Traceback (most recent call last):\n"
        '  |   File "/a.py", line 1, in f\n'
        "  | ExceptionGroup: all (1 sub-exception)\n"
        "  +-+---------------- 1 ----------------\n"
        "    | Traceback (most recent call last):\n"
        '    |   File "/a.py", line 2, in g\n'
        "    |     raise LookupError('x')\n"
        "    | LookupError: x\n"
        "    +------------------------------------\n"
    )
    assert told_by(printed) == "LookupError: x"
    assert told_by(f"{printed}INFO: answered 500\n", log=True) == "LookupError: x"
    assert told_by("started\n") == ""


@pytest.mark.parametrize(
    "text",
    [
        (
            "from litestar import Litestar, get\n\n@get('/')\n"
            "async def index() -> str:\n    return {}['x']\n\napp = Litestar([index])\n"
        ),
        (
            "from django.conf import settings\n"
            "from django.core.wsgi import get_wsgi_application\n"
            "from django.urls import path\n\ndef index(request):\n    return {}['x']\n\n"
            "urlpatterns = [path('', index)]\n"
            "settings.configure(ROOT_URLCONF='main', SECRET_KEY='x', ALLOWED_HOSTS=['*'])\n"
            "app = get_wsgi_application()\n"
        ),
    ],
    ids=["litestar", "django"],
)
def test_frameworks_that_print_only_when_they_debug(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    write(tmp_path, {"main.py": text})
    monkeypatch.chdir(tmp_path)
    site = open_app("main:app")
    try:
        with pytest.raises(StreamError, match=r"not a page: KeyError: 'x' \(main\.py, line \d\)"):
            look(site, "/", LIMITS)
    finally:
        site.close()


def test_a_framework_that_prints_nothing() -> None:
    """There is no log to be read: an app that is driven here has none but ours."""

    async def app(scope: dict[str, str], receive: object, send: Send) -> None:
        del receive
        assert scope["type"] == "http"
        await send({"type": "http.response.start", "status": 500, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    site = AsgiSite(app)
    try:
        with pytest.raises(StreamError, match="answers 500, not a page; its framework printed no"):
            look(site, "/", LIMITS)
        assert ask(site, Request("/")).failure == ""
    finally:
        site.close()


LONG = "This typically means that you attempted to use what is there with a request"


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        # A sentence that was broken for its length goes on, and behind one that ends is a blank.
        (f"Out of context.\n\n{LONG}\nalone. See the documentation.",
         f"Out of context. {LONG} alone. See the documentation."),
        ("2 errors:\n  first\n  second", "2 errors: first; second"),
        ("one\ntwo", "one; two"),
        ("one;\ntwo", "one; two"),
        ("\n\none", "one"),
        ("", ""),
    ],
)  # fmt: skip
def test_lines_of_a_message_are_a_sentence(message: str, expected: str) -> None:
    assert told(RuntimeError(message)) == f"RuntimeError: {expected}"
