"""Apps that only their own server can run: started, asked, and ended without a trace."""

import os
import socket
from pathlib import Path

import pytest

from sse_check.stream.apps import open_app
from sse_check.stream.exchange import ask
from sse_check.stream.process import ServerSite
from sse_check.stream.web import Request, StreamError

APPS = Path(__file__).parents[2] / "fixtures" / "apps"


@pytest.fixture
def in_apps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(APPS)


@pytest.mark.usefixtures("in_apps")
@pytest.mark.parametrize("target", ["robyn_app:app", "aiohttp_app:app"])
def test_nothing_is_left_when_the_site_is_closed(target: str) -> None:
    site = open_app(target)
    assert isinstance(site, ServerSite)
    assert ask(site, Request("/", origin=site.origin)).status == 200
    group, port = site.process.popen.pid, int(site.origin.rpartition(":")[2])
    site.close()
    assert site.process.popen.poll() is not None
    with pytest.raises(ProcessLookupError):
        os.killpg(group, 0)
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), 1)


def test_a_server_that_ends_at_once_says_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken.py").write_text(
        "from aiohttp import web\nfrom pathlib import Path\napp = web.Application()\n"
        "if Path('seen').exists():\n    raise RuntimeError('no database')\n"
        "Path('seen').touch()\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        StreamError, match="ended at once: broken fails on import: RuntimeError: no database"
    ):
        open_app("broken:app")
