"""The examples of the harness's page: each is a small project, and its tests are run."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project.helpers import write

PAGE = Path(__file__).parents[2] / "docs" / "harness.md"
TEXT = PAGE.read_text(encoding="utf-8")
FILES = re.findall(r"```python title=(\w+)/(\w+\.py)\n(.*?)```\n", TEXT, re.DOTALL)
PROJECTS: dict[str, dict[str, str]] = {}
for _project, _name, _source in FILES:
    PROJECTS.setdefault(_project, {})[_name] = _source
ANYIO = "import pytest\n@pytest.fixture\ndef anyio_backend():\n    return 'asyncio'\n"


def test_the_page_has_them() -> None:
    assert set(PROJECTS) == {"fastapi", "django", "flask", "litestar"}


def passed(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *more],
        cwd=folder, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


@pytest.mark.parametrize("project", sorted(PROJECTS))
def test_a_framework(tmp_path: Path, project: str) -> None:
    write(tmp_path, {**PROJECTS[project], "conftest.py": ANYIO})
    done = passed(tmp_path, "-W", "error::ResourceWarning")
    tests = sum(source.count("def test_") for source in PROJECTS[project].values())
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{tests} passed" in done.stdout


OTHERS = """
import asyncio

PAGE = '''<!doctype html><html><body><div hx-ext="sse" sse-connect="/events">
<p sse-swap="said">-</p><p sse-swap="left-7">-</p></div></body></html>'''
listeners = []


async def answer(send, body, kind=b"text/html"):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", kind)]})
    await send({"type": "http.response.body", "body": body})


async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    if scope["path"] == "/events":
        head = [(b"content-type", b"text/event-stream")]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        frame = b"event: tick\\ndata: 1\\n\\n"
        if b"tick" in scope["query_string"] or not scope["query_string"]:
            for _ in range(2):
                await send({"type": "http.response.body", "body": frame, "more_body": True})
        mine = asyncio.Queue()
        listeners.append(mine)
        while True:
            frame = b"event: said\\ndata: " + await mine.get() + b"\\n\\n"
            await send({"type": "http.response.body", "body": frame, "more_body": True})
    elif scope["path"] == "/say":
        for one in listeners:
            one.put_nowait((await receive())["body"])
        await answer(send, b"")
    else:
        await answer(send, PAGE.encode())
"""


def test_the_first_example_and_that_of_pages(tmp_path: Path) -> None:
    first = re.search(r"```python\n(from app import app\n.*?)```", TEXT, re.DOTALL)
    pages = re.search(r"```python\n(def test_the_dashboard.*?)```", TEXT, re.DOTALL)
    assert first is not None
    assert pages is not None
    chat = pages[1].partition("def test_the_chat")[2]
    write(
        tmp_path,
        {
            "app.py": OTHERS,
            "test_first.py": first[1],
            "test_chat.py": f"from app import app\n\n\ndef test_the_chat{chat}",
        },
    )
    done = passed(tmp_path)
    assert "2 passed" in done.stdout, done.stdout + done.stderr
