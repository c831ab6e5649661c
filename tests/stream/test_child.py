"""Apps that only their own server can run: started, asked, and ended without a trace."""

import os
import socket
import sys
from pathlib import Path

import pytest

from sse_check.stream.apps import open_app
from sse_check.stream.child import ChildSite
from sse_check.stream.web import StreamError

APPS = Path(__file__).parents[2] / "fixtures" / "apps"


@pytest.fixture
def in_apps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(APPS)
    monkeypatch.setattr(sys, "path", [str(APPS), *sys.path])


@pytest.mark.usefixtures("in_apps")
@pytest.mark.parametrize("target", ["robyn_app:app", "aiohttp_app:app"])
def test_nothing_is_left_when_the_site_is_closed(target: str) -> None:
    site = open_app(target)
    assert isinstance(site, ChildSite)
    assert site.get("/", {}).status == 200
    group, port = site.process.pid, site.http.port
    site.close()
    assert site.process.poll() is not None
    with pytest.raises(ProcessLookupError):
        os.killpg(group, 0)
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), 1)


def test_a_server_that_ends_at_once_says_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken.py").write_text(
        "import sys\nfrom aiohttp import web\napp = web.Application()\n"
        "if sys.argv[0] == 'broken:app':\n    raise RuntimeError('no database')\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    with pytest.raises(StreamError, match="ended at once: RuntimeError: no database"):
        open_app("broken:app")
