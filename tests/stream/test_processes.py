"""Apps in processes of their own: which Python, what they may do, and that nothing is left."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sse_check.stream.apps import open_app
from sse_check.stream.exchange import ask
from sse_check.stream.process import ServerSite
from sse_check.stream.web import Request, StreamError
from tests.cli.helpers import sse_check
from tests.processes import HAS_PROC, descendants, left_of, until
from tests.stream.apps import PAGE

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


# Whatever an app does, it does not pass for aligned, and it cannot end the harness


EXITS = {
    "sys.exit": "import sys\nsys.exit(0)\n",
    "os._exit": "import os\nos._exit(0)\n",
    "a signal": "import os\nos.kill(os.getpid(), 9)\n",
}
APP = """
async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    if scope["path"] == AT:
        DO
    if scope["path"] == "/events":
        head = [(b"content-type", b"text/event-stream")]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        frame = b"event: a\\ndata: 1\\n\\ndata: 1\\n\\n"
        await send({"type": "http.response.body", "body": frame, "more_body": True})
        if AT == "after":
            import asyncio
            await asyncio.sleep(0.3)
            DO
        await receive()
        await receive()
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": PAGE.encode()})
"""


def app_that(do: str, at: str) -> str:
    lines = do.strip().splitlines()
    text = APP.replace("AT", repr(at))
    for indent in (8, 12):
        text = text.replace(" " * indent + "DO", "\n".join(" " * indent + line for line in lines))
    return f"PAGE = {PAGE!r}\n{text}"


@pytest.mark.parametrize("do", EXITS.values(), ids=EXITS)
@pytest.mark.parametrize("at", ["import", "/", "/events", "after"])
def test_an_app_that_exits(tmp_path: Path, do: str, at: str) -> None:
    source = do if at == "import" else app_that(do, at)
    (tmp_path / "leaves.py").write_text(source, encoding="utf-8")
    done = sse_check(tmp_path, "stream", "leaves:app", "--timeout", "2")
    assert (done.status, "Traceback" in done.err) == (1 if at == "after" else 2, False), done
    assert "aligned:" not in done.out
    if at == "after":
        assert "stream_failed" in done.out
        assert "2 events" in done.out


def test_what_an_app_prints_does_not_spoil_the_report(tmp_path: Path) -> None:
    source = "print('{')\n" + app_that("print('}')", "/")
    (tmp_path / "talks.py").write_text(source, encoding="utf-8")
    done = sse_check(tmp_path, "stream", "talks:app", "--timeout", "1", "--format", "json")
    assert json.loads(done.out)["stream"]["aligned"], done.err


CHATTY = """
import os, subprocess, sys, threading, time
from pathlib import Path
helper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"])
Path("pids").write_text(f"{os.getpid()} {helper.pid}")
"""


# A page that never ends. Without the pause it would be cut as too long at once, and the harness
# would be done with it before it is ended.
TICKING = """\
import time
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/html")])
    while True:
        time.sleep(0.1)
        yield b": x\\n\\n"
"""


@pytest.mark.skipif(not HAS_PROC, reason="looks into /proc")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
@pytest.mark.parametrize("kind", ["asgi", "wsgi", "blocked", "aiohttp", "importing", "starting"])
def test_no_process_is_left_when_the_harness_dies(
    tmp_path: Path, number: signal.Signals, kind: str
) -> None:
    source = app_that("pass", "")
    if kind == "wsgi":
        source = "from tests_wsgi import app\n"
        (tmp_path / "tests_wsgi.py").write_text(TICKING, encoding="utf-8")
    elif kind == "blocked":
        source = app_that("import time\ntime.sleep(60)", "/events")
    elif kind == "importing":
        source = "import time\ntime.sleep(60)\n"
    elif kind == "starting":
        source = "import time\nasync def app(scope, receive, send):\n    time.sleep(60)\n"
    elif kind == "aiohttp":
        source = "from aiohttp import web\nasync def slow(request):\n    import asyncio\n    await asyncio.sleep(60)\napp = web.Application()\napp.router.add_get('/', slow)\n"
    (tmp_path / "stays.py").write_text(CHATTY + source, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "sse_check", "stream", "stays:app", "--timeout", "60"],
        cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        noted = tmp_path / "pids"
        assert until(lambda: noted.exists() and len(noted.read_text().split()) == 2)
        pids = [int(word) for word in noted.read_text().split()]
        time.sleep(0.5)
        assert process.poll() is None
        process.send_signal(number)
        process.wait(30)
        assert left_of(pids) == []
    finally:
        process.kill()


# What an app may do to get away: its helper leaves the group, or nothing of it can be woken
ESCAPES = {
    "a session of its own": "",
    "a daemon": "if os.fork() == 0:\n    os.setsid()\n    if os.fork():\n        os._exit(0)\n"
    "    Path('pids').write_text(f'{os.getpid()} {os.getsid(0)}')\n    time.sleep(120)\n",
    "no thread runs": "import re\nre.match('(a+)+$', 'a' * 60 + 'b')\n",
    "every file is closed": "os.closerange(3, 256)\ntime.sleep(120)\n",
    "no signal is heard": "import signal\nfor n in (1, 2, 13, 15):\n"
    "    signal.signal(n, signal.SIG_IGN)\ntime.sleep(120)\n",
}


@pytest.mark.skipif(not HAS_PROC, reason="looks into /proc")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("do", ESCAPES.values(), ids=ESCAPES)
def test_an_app_does_not_get_away(tmp_path: Path, number: signal.Signals, do: str) -> None:
    session = CHATTY.replace('120)"])', '120)"], start_new_session=True)')
    assert session != CHATTY
    (tmp_path / "stays.py").write_text(session + do + "time.sleep(60)\n", encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "sse_check", "stream", "stays:app"],
        cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    noted = tmp_path / "pids"
    try:
        assert until(lambda: noted.exists() and len(noted.read_text().split()) == 2)
        time.sleep(0.5)
        pids = {*descendants(process.pid), *(int(word) for word in noted.read_text().split())}
        process.send_signal(number)
        _, err = process.communicate(timeout=30)
        assert b"Traceback" not in err
        assert left_of(pids) == []
    finally:
        process.kill()


def test_an_app_that_is_left_while_it_answers_is_no_fault_of_ours(tmp_path: Path) -> None:
    """Whoever hears that the process has ended asks for its last words when nobody wants them."""
    waits = "import time\nPath('here').touch()\ntime.sleep(60)"
    source = "from pathlib import Path\n" + app_that(waits, "/")
    (tmp_path / "stays.py").write_text(source, encoding="utf-8")
    code = (
        "import sys, time, sse_check.stream.process as p\n"
        "words = p.Process.last_words\n"
        "p.Process.last_words = lambda self: (self.popen.wait(), time.sleep(1), words(self))[2]\n"
        "from sse_check.cli.main import main\nsys.exit(main())"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, "stream", "stays:app"],
        cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        assert until((tmp_path / "here").exists)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=30)
        assert (process.returncode, err) == (143, b"")
    finally:
        process.kill()


SPOILT = {
    # Whichever is seen first: that it says no more, or that it hears no more and ends.
    "import os\nos.closerange(3, 256)\n": r"closed or spoilt the pipe|ended \(status 0\)",
    "import os\nfor n in range(3, 30):\n    try:\n        os.write(n, b'no message\\n')\n"
    "    except OSError:\n        pass\n": "closed or spoilt the pipe",
    "def __getattr__(name):\n    raise RuntimeError('no ' + name)\n": "RuntimeError: no app",
}


@pytest.mark.parametrize(("do", "words"), SPOILT.items())
def test_an_app_that_spoils_what_starts_it(tmp_path: Path, do: str, words: str) -> None:
    source = do if "__getattr__" in do else do + app_that("pass", "")
    (tmp_path / "spoils.py").write_text(source, encoding="utf-8")
    done = sse_check(tmp_path, "stream", "spoils:app", "--timeout", "1")
    assert (done.status, "Traceback" in done.err) == (2, False), done.err
    assert re.search(words, done.err), done.err


# Which Python, which factory


FACTORIES = {
    "def make(name='x', *, debug=False):\n    return app\n": "",
    "def make(*args, **kwargs):\n    return app\n": "",
    "async def make():\n    return app\n": "",
    "def make(config):\n    return app\n": "is a factory that needs `config`",
    "def make():\n    raise SystemExit(0)\n": "make exits (status 0)",
    "def make():\n    raise OSError('no database')\n": "OSError: no database",
}


@pytest.mark.parametrize(("factory", "message"), FACTORIES.items())
def test_factories(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, factory: str, message: str
) -> None:
    (tmp_path / "made.py").write_text(app_that("pass", "") + factory, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    if message:
        with pytest.raises(StreamError, match=re.escape(message)):
            open_app("made:make")
        return
    site = open_app("made:make()")
    try:
        assert ask(site, Request("/")).text == PAGE
    finally:
        site.close()


def environment(folder: Path) -> Path:
    """Something like a virtual environment: a Python that says who it is."""
    (folder / "bin").mkdir(parents=True)
    (folder / "pyvenv.cfg").write_text("home = /usr\n", encoding="utf-8")
    program = folder / "bin" / "python"
    text = f'#!/bin/sh\nSSE_TEST_PYTHON="{folder.name}" exec "{sys.executable}" "$@"\n'
    program.write_text(text, encoding="utf-8")
    program.chmod(0o755)
    return program


SAYS = "import os\nPAGE = os.environ.get('SSE_TEST_PYTHON', 'own')\n"


@pytest.mark.skipif(os.name == "nt", reason="the environment is a shell script")
def test_the_python_of_the_app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = tmp_path / "project"
    (project / "src").mkdir(parents=True)
    (project / "pyproject.toml").write_text("", encoding="utf-8")
    source = app_that("pass", "").partition("\n")[2]
    (project / "src" / "says.py").write_text(SAYS + source, encoding="utf-8")
    monkeypatch.chdir(project / "src")
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)

    def answer(python: str | None = None) -> str:
        site = open_app("says:app", python)
        try:
            return ask(site, Request("/")).text
        finally:
            site.close()

    assert answer() == "own"
    # Above the project it is nobody's; in it, and above the current folder, it is the app's.
    environment(tmp_path / ".venv")
    assert answer() == "own"
    environment(project / ".venv")
    assert answer() == ".venv"
    monkeypatch.setenv("VIRTUAL_ENV", str(environment(tmp_path / "active").parents[1]))
    assert answer() == "active"
    named = environment(tmp_path / "named")
    assert answer(str(named)) == answer(str(named.parents[1])) == "named"
    with pytest.raises(StreamError, match="--python none: neither a Python nor the folder"):
        open_app("says:app", "none")
    with pytest.raises(StreamError, match=r"its process|ended \(status"):
        open_app("says:app", "/bin/true")


@pytest.mark.parametrize(
    ("prefix", "words"),
    [
        ("/home/a/.local/share/pipx/venvs/sse-check", "environment of its own here"),
        ("/home/a/.cache/uv/archive-v0/x", "environment of its own here"),
        ("/usr", "--python PROGRAM names the Python that your app runs in"),
    ],
)
def test_a_package_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prefix: str, words: str
) -> None:
    (tmp_path / "lacks.py").write_text("import no_such_package\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "prefix", prefix)
    with pytest.raises(StreamError, match="lacks imports `no_such_package`") as told:
        open_app("lacks:app")
    assert words in str(told.value)


def test_a_package_that_the_environment_found_does_not_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lacks.py").write_text("import no_such_package\n", encoding="utf-8")
    environment(tmp_path / ".venv")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "prefix", "/home/a/.local/share/pipx/venvs/sse-check")
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    with pytest.raises(StreamError, match="not installed for") as told:
        open_app("lacks:app")
    assert (
        f"that Python is of {tmp_path / '.venv'}, which was found in the project: "
        "install the package there"
    ) in str(told.value)


def test_the_app_sees_nothing_of_our_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Our own folder is no place where an app looks for its modules."""
    (tmp_path / "looks.py").write_text(
        "import sys\nPAGE = '\\n'.join(sys.path)\n" + app_that("pass", "").partition("\n")[2],
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    site = open_app("looks:app")
    try:
        places = ask(site, Request("/")).text.splitlines()
    finally:
        site.close()
    assert places[0] == str(tmp_path)
    # Where the checkout is installed in place, the environment itself names it.
    plain = [sys.executable, "-c", "import sys; print(*sys.path[1:], sep='\\n')"]
    own = subprocess.run(plain, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert places[1:] == own.stdout.splitlines()
