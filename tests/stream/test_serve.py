"""The sample page that is held open, with events sent by hand, and by nobody else."""

import http.client
import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from sse_check.stream.serve import CONTROL, NUMBERED, Stage, server_of
from sse_check.stream.wire import WireEvent, WireParser, decode


@pytest.fixture
def stage() -> Stage:
    events, _ = decode(b"event: a\ndata: </script><!--<script><b>1</b>\n\n")
    return Stage(b"<p>page</p>", "page.html", ["/events?x=1"], events)


@pytest.fixture
def port(stage: Stage) -> Iterator[int]:
    server = server_of(stage)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield int(server.server_address[1])
    stage.close()
    server.shutdown()
    server.server_close()
    thread.join(timeout=5)


def ask(
    port: int, path: str, method: str = "GET", body: str | None = None, **headers: str
) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, given)
    answer = connection.getresponse()
    found = answer.status, answer.read().decode()
    connection.close()
    return found


def form(stage: Stage, **fields: str) -> str:
    return urlencode({"event": "a", "data": "x", "token": stage.token, **fields})


def test_an_event_sent_by_hand(port: int, stage: Stage) -> None:
    assert ask(port, "/") == (200, "<p>page</p>")
    status, control = ask(port, f"{CONTROL}?token={stage.token}")
    assert status == 200
    assert "send a" in control
    assert control.count("</script>") == 1
    assert "<!--" not in control
    assert ask(port, "/elsewhere")[0] == 404
    listening = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    listening.request("GET", "/events")
    answer = listening.getresponse()
    assert answer.headers["Content-Type"] == "text/event-stream"
    assert answer.read1(100) == b": open\n\n"
    for name in ("a", ""):
        body = form(stage, event=name, data="x\r\ny")
        assert ask(port, CONTROL, "POST", body) == (200, "sent to 1 open stream")
    parser = WireParser()
    events: list[WireEvent] = []
    while len(events) < 2:
        events += parser.feed(answer.read1(100))
    assert [(e.event, e.data) for e in events] == [("a", "x\ny"), ("message", "x\ny")]
    listening.close()


@pytest.mark.parametrize("number", ["9" * 5000, "%C2%B2", "\xb2", "-1", ""])
def test_a_number_of_a_stream_that_is_none(port: int, stage: Stage, number: str) -> None:
    with socket.create_connection(("127.0.0.1", port), 10) as client:
        asked = f"GET /events?{NUMBERED}{number} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"
        client.sendall(asked.encode("latin-1"))
        with client.makefile("rb") as answer:
            assert answer.readline().startswith(b"HTTP/1.1 200")
            assert b": open\n" in iter(answer.readline, b"")
        assert stage.count() == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:PORT"},
        {"Host": "127.0.0.1"},
        {"Host": ""},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
def test_nobody_else_is_answered(port: int, stage: Stage, headers: dict[str, str]) -> None:
    """Another web site, or a name that leads here, gets nothing and sends nothing."""
    sent = {name: value.replace("PORT", str(port)) for name, value in headers.items()}
    for path in ("/", "/events", f"{CONTROL}?token={stage.token}"):
        status, text = ask(port, path, **sent)
        assert (status, "page" in text and "send" in text) == (403, False)
    assert ask(port, CONTROL, "POST", form(stage), **sent)[0] == 403


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Host": "localhost:PORT"},
        {"Origin": "http://127.0.0.1:PORT", "Sec_Fetch_Site": "same-origin"},
        {"Sec_Fetch_Site": "none"},
    ],
)
def test_its_own_pages_are_answered(port: int, stage: Stage, headers: dict[str, str]) -> None:
    sent = {name: value.replace("PORT", str(port)) for name, value in headers.items()}
    assert ask(port, "/", **sent)[0] == 200
    assert ask(port, CONTROL, "POST", form(stage), **sent)[0] == 200


def test_the_token_is_needed(port: int, stage: Stage) -> None:
    assert ask(port, CONTROL)[0] == 403
    assert ask(port, f"{CONTROL}?token=%C3%A9")[0] == 403
    assert ask(port, CONTROL, "POST", form(stage, token=""))[0] == 403
    assert ask(port, CONTROL, "POST", form(stage, token="é"))[0] == 403


def test_what_no_frame_can_carry_is_refused(port: int, stage: Stage) -> None:
    status, text = ask(port, CONTROL, "POST", form(stage, event="a\nid: 1"))
    assert status == 400
    assert "has a line end" in text


@pytest.mark.parametrize("length", ["-1", "x", "99999999999", "1e3", "2000000"])
def test_a_length_that_is_none(port: int, length: str) -> None:
    head = f"POST {CONTROL} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {length}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(head.encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 400")
