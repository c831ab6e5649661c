"""What the tests of the fixtures' apps share: which there are, starting one, reading its source."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from sse_check.apps.model import StreamRoute
from sse_check.project.project import Project
from sse_check.project.settings import Settings
from sse_check.stream.apps import open_app
from sse_check.stream.http import HttpSite
from sse_check.stream.web import Limits, Site
from sse_check.wiring.wiring import Wiring
from tests import loopback, python314, redis_server
from tests.needs import NEEDS_PYTHON314, NEEDS_REDIS

APPS = Path(__file__).parents[2] / "fixtures" / "apps"
# Those that run in this process, or as a child of it.
TARGETS: list[object] = [
    "sse_starlette_app:app",
    "fastapi_app:app",
    "starlette_app:app",
    "flask_app:app",
    pytest.param("flask_sse_app:app", marks=NEEDS_REDIS),
    "django_app:app",
    "django_app:wsgi",
    "litestar_app:app",
    "quart_app:app",
    "fasthtml_app:app",
    "falcon_app:app",
    "tempest_app:app",
    "aiohttp_app:app",
    "blacksheep_app:app",
    "eventstream_app:app",
    "robyn_app:app",
    "sanic_app:app",
    "tornado_app:app",
    "bottle_app:app",
]
# Those that need a newer Python.
NEWER = ("chirp_app:app", "cello_app:app")
NEWER_TARGETS = [pytest.param(target, marks=NEEDS_PYTHON314) for target in NEWER]
LIMITS = Limits(events=6, seconds=5)
_NEEDS_REDIS = ("flask_sse_app:app",)


_SERVE = """
import importlib, sys
app = importlib.import_module(sys.argv[1]).app
port = int(sys.argv[2])
sys.argv = sys.argv[:1]
app.run(host="127.0.0.1", port=port)
"""


@contextmanager
def started(target: str) -> Iterator[Site]:
    """An app of the fixtures, started from its folder with what it needs."""
    if target in NEWER:
        with _served_by_newer(target) as served:
            yield served
        return
    with pytest.MonkeyPatch.context() as patch, ExitStack() as needs:
        patch.chdir(APPS)
        patch.setattr(sys, "path", [str(APPS), *sys.path])
        if target in _NEEDS_REDIS:
            patch.setenv("REDIS_URL", needs.enter_context(redis_server.running()))
        site = open_app(target)
        try:
            yield site
        finally:
            site.close()


@contextmanager
def _served_by_newer(target: str) -> Iterator[Site]:
    port = loopback.free_port()
    path = os.pathsep.join(map(str, (APPS, python314.PACKAGES)))
    process = subprocess.Popen(
        [str(python314.program()), "-c", _SERVE, target.partition(":")[0], str(port)],
        cwd=APPS,
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        loopback.wait_for(port)
        yield HttpSite(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(20)


def stream_in_source(target: str, folder: Path) -> StreamRoute:
    """The one stream that is read from an app's source, alone in a folder."""
    name = target.partition(":")[0]
    (folder / f"{name}.py").write_bytes((APPS / f"{name}.py").read_bytes())
    project = Project.load(str(folder), Settings(), shown_from=str(folder))
    streams = [one for _, one in Wiring(project).streams]
    assert [str(one.route.path) for one in streams] == ["/events"]
    assert not streams[0].stream.open
    return streams[0]
