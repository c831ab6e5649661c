"""The bundled sample project in Chromium, before and after its fixes."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.browser import harness
from tests.cli.helpers import sse_check
from tests.needs import NEEDS_CHROMIUM

ROOT = Path(__file__).parents[2]
MODULES = harness.MODULES

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore"),
    NEEDS_CHROMIUM,
]


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The app of a copy of the sample, on a free port."""
    import importlib.util
    import socket

    import uvicorn

    before = Path.cwd()
    os.chdir(folder)
    spec = importlib.util.spec_from_file_location("demo_app", folder / "app.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(module.app, log_level="error", timeout_graceful_shutdown=1, ws="none")
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        os.chdir(before)
        sys.modules.pop("demo_app", None)


SCRIPTS = {"htmx.org": "htmx2/dist/htmx.js", "htmx-ext-sse": "sse224/sse.js"}


def answer(file: str, route: Any) -> None:
    """Nothing is fetched from outside: the scripts come from their npm packages."""
    route.fulfill(path=MODULES / file)


def texts(origin: str, path: str, *selectors: str) -> list[str]:
    """What stands in elements of a page after some seconds of live events."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=harness.find_chromium(), args=list(harness.FLAGS)
        )
        tab = browser.new_page()
        for name, file in SCRIPTS.items():
            tab.route(f"**/{name}*/**", partial(answer, file))
        tab.goto(origin + path, wait_until="load")
        tab.wait_for_timeout(2_500)
        found = []
        for selector in selectors:
            element = tab.query_selector(selector)
            found.append((element.text_content() or "").strip() if element else "(gone)")
        browser.close()
    return found


def test_before_and_after(tmp_path: Path) -> None:
    copy = tmp_path / "demo"
    shutil.copytree(ROOT / "fixtures" / "demo", copy)
    dashboard = ("[sse-swap=tide]", "[sse-swap=cranes]", "ol.log li", "[sse-swap=alert]")
    with served(copy) as origin:
        before = texts(origin, "/", *dashboard)
    # The crane's event lands in the page's main element and takes everything away; the alert
    # never comes.
    assert before == ["(gone)", "(gone)", "(gone)", "no alerts"]
    done = sse_check(copy, "--fix", "--unsafe-fixes", "--format", "concise")
    assert (done.status, done.out) == (0, "")
    with served(copy) as origin:
        tide, cranes, log, alert = texts(origin, "/", *dashboard)
        loading = texts(origin, "/ships/Aurora", ".card progress")
    assert tide not in ("…", "(gone)")
    assert "is moving" in cranes
    assert "has moved" in log
    assert alert.startswith("wind ")
    assert loading != ["(gone)"]
