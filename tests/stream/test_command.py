"""`sse-check stream` as a person uses it: plain errors, no secrets, and reports for programs."""

import asyncio
import json
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sse_check.cli.running import run
from sse_check.pytest_plugin import listen_to
from tests.project.helpers import write
from tests.stream.apps import PAGE


class Served(BaseHTTPRequestHandler):
    """A page with a token in the address of its stream, a login page, and a stream."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if path == "/events":
            self.send_response(200 if query == "token=opensesame" else 403)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(b"event: a\ndata: opensesame\n\ndata: x\n\nevent: z\ndata: x\n\n")
            self.close_connection = True
            return
        page = PAGE.replace("/events", "/events?token=opensesame")
        if path == "/broken":
            page = page.replace('sse-swap="a"', 'sse-swap="b"')
        if path == "/moved":
            self.send_response(302)
            self.send_header("Location", "http://elsewhere.example/?token=opensesame")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = page.encode()
        self.send_response(404 if path == "/none" else 200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def origin() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Served)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(tmp_path, {"a.html": PAGE, "a.sse": "event: a\ndata: <b>1</b>\n\ndata: x\n\n"})
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_stream_of_a_server_in_a_test(origin: str) -> None:
    """By its address, and an app by its name, plainly and in a loop of the test's own."""
    path = "/events?token=opensesame"
    assert [event.data for event in listen_to(origin, path).take(2)] == ["opensesame", "x"]

    async def main() -> list[str]:
        async with listen_to(origin, path) as heard:
            return [event.event for event in await heard.atake(3)]

    assert asyncio.run(main()) == ["a", "message", "z"]


def test_a_stream_of_an_app_by_its_name(here: Path) -> None:
    text = """
async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    head = [(b"content-type", b"text/event-stream")]
    await send({"type": "http.response.start", "status": 200, "headers": head})
    while True:
        await send({"type": "http.response.body", "body": b"data: 1\\n\\n", "more_body": True})
"""
    (here / "named.py").write_text(text, encoding="utf-8")
    with listen_to("named:app", "/") as heard:
        assert [event.data for event in heard.take(2)] == ["1", "1"]


SAMPLE = ("a.html", "--sample", "a.sse")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("http://h:99999/",), "http://h:99999/ is no address"),
        (("http://[::1/",), "is no address"),
        (("http://me:s3cret@h:x/?token=s3cret",), "is no address"),
        (("http://[::1]:1/",), "http://[::1]:1/"),
        (("http://127.0.0.1:1/?token=s3cret",), "http://127.0.0.1:1/?token=******"),
        ((*SAMPLE, "--header", "X: s3cret\r\nY: z"), "--header X: its value has a line end"),
        ((*SAMPLE, "--header", "Authorization s3cret"), "--header (number 1): write `Name: value`"),
        ((*SAMPLE, "--cookie", "s3cret"), "--cookie (number 1)"),
        ((*SAMPLE, "--record", "."), "--record . is a folder: name a file in it"),
        ((*SAMPLE, "--record", "none/x.sse"), "--record none/x.sse: there is no folder none"),
        ((*SAMPLE, "--output-file", "."), "is a directory"),
        ((*SAMPLE, "--output-file", "none/x"), "none/x: cannot be written"),
        ((*SAMPLE, "--serve", "--port", "70000"), "--port"),
        ((*SAMPLE, "--serve", "--port", "-1"), "--port"),
        ((*SAMPLE, "--max-events", "0"), "--max-events"),
        ((*SAMPLE, "--timeout", "0"), "--timeout"),
        ((*SAMPLE, "--timeout", "nan"), "--timeout"),
        ((*SAMPLE, "--timeout", "inf"), "--timeout"),
        ((*SAMPLE, "--do", "s3cret"), "--do"),
        ((*SAMPLE, "--data", "a.sse"), "a.sse"),
        ((*SAMPLE, "--data", "."), ".: no such file"),
        ((*SAMPLE, "--data", "pipe"), "pipe: no such file"),
        (("a.html", "--sample", "pipe"), "pipe: no such sample"),
        (("a.html", "--sample", "."), ""),
        (("app.py",), "app.py: to run an app, name it in its module: `app:app`"),
        (("none:app", "--python", "none"), "--python none: neither a Python nor the folder"),
        (("a.html", "--sample", "/events=none.sse"), "none.sse: no such sample"),
        (("--decode", "."), "cannot be read"),
    ],
)
def test_wrong_use_ends_with_a_message(
    here: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    (here / "app.py").touch()
    if hasattr(os, "mkfifo"):
        os.mkfifo(here / "pipe")
    if not message:
        assert run(["stream", *arguments]) in (0, 1)
        return
    assert run(["stream", *arguments]) == 2
    seen = capsys.readouterr()
    assert message in seen.err
    assert "Traceback" not in seen.err
    if "--do" not in arguments:
        assert "s3cret" not in seen.err + seen.out


@pytest.mark.parametrize(
    "format_", ["text", "html", "json", "sarif", "junit", "github", "gitlab", "checkstyle", "rdjson", "concise"]
)  # fmt: skip
def test_secrets_of_queries_are_not_printed(
    here: Path, origin: str, capsys: pytest.CaptureFixture[str], format_: str
) -> None:
    del here
    asked = f"{origin}/broken?token=opensesame"
    status = run(["stream", asked, "--format", format_, "--timeout", "3", "--max-events", "3"])
    seen = capsys.readouterr()
    assert status in (0, 1), seen.err
    assert "opensesame" not in seen.out + seen.err
    assert "/events" in seen.out


@pytest.mark.parametrize("path", ["/none", "/moved"])
def test_secrets_are_not_in_errors(
    here: Path, origin: str, capsys: pytest.CaptureFixture[str], path: str
) -> None:
    del here
    assert run(["stream", f"{origin}{path}?token=opensesame"]) == 2
    seen = capsys.readouterr()
    assert path in seen.err
    assert "opensesame" not in seen.out + seen.err


def json_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    run(["stream", *arguments, "--format", "json"])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert run(["schema", "stream"]) == 0
    schema = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(found, schema)
    return found


def test_json_has_what_was_seen(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "a.sse").write_text(
        "id: 7\nevent: a\ndata: <b>1</b>\n\nevent: a\ndata: 2\n\nevent: z\ndata: x\n\n"
    )
    found = json_of(capsys, *SAMPLE)
    seen = found["stream"]
    assert (seen["page"], seen["observed"], seen["aligned"]) == ("a.html", False, True)
    (one,) = seen["streams"]
    assert {k: one[k] for k in ("address", "connection", "status", "content_type", "ended")} == {
        "address": "/events", "connection": "div", "status": 200,
        "content_type": "text/event-stream", "ended": False,
    }  # fmt: skip
    assert [(e["event"], e["data"], e["last_event_id"]) for e in one["events"]] == [
        ("a", "<b>1</b>", "7"),
        ("a", "2", "7"),
        ("z", "x", "7"),
    ]
    assert [(n["event"], n["count"], n["verdict"]) for n in one["names"]] == [
        ("a", 2, "delivered"),
        ("z", 1, "unheard"),
    ]
    assert one["names"][0]["landings"] == [
        {"listener": "#a", "lands": "#a", "beside": [], "swap": "innerHTML", "verdict": "delivered", "removes_listener": False}
    ]  # fmt: skip
    assert one["not_seen"] == ["message"]
    assert [f["rule"] for f in found["findings"]] == ["stream_unheard", "stream_not_sent"]


def test_json_of_a_page_without_streams(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "a.html").write_text("<p>hi</p>")
    found = json_of(capsys, *SAMPLE)
    assert (found["stream"]["aligned"], found["stream"]["streams"]) == (False, [])
    assert [f["rule"] for f in found["findings"]] == ["stream_none"]


def test_names_on_the_command_line(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "a.sse").write_text("event: a\ndata: 1\n\n")
    assert run(["stream", *SAMPLE]) == 0
    assert "warning[stream_not_sent]" in capsys.readouterr().out
    assert run(["stream", *SAMPLE, "--optional", "m*"]) == 0
    assert "aligned: the page and its streams agree" in capsys.readouterr().out
    assert run(["stream", *SAMPLE, "--expect", "mess*"]) == 1


def test_a_recording_is_written_whole_or_not_at_all(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = here / "seen.sse"
    seen.write_text("old")
    (here / "other.sse").hardlink_to(seen)
    assert run(["stream", *SAMPLE, "--record", "seen.sse"]) == 2
    assert "seen.sse: not written: it has 2 names" in capsys.readouterr().err
    assert seen.read_text() == "old"


def test_what_was_recorded_is_told(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["stream", *SAMPLE, "--record", "seen.sse"]) == 0
    assert "seen.sse: 34 bytes recorded; replay with --sample seen.sse" in capsys.readouterr().err
    assert (here / "seen.sse").read_bytes() == (here / "a.sse").read_bytes()
