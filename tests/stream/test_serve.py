"""The sample page that is held open, with events sent by hand."""

import http.client
import threading
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from sse_check.stream.serve import CONTROL, Stage, server_of
from sse_check.stream.wire import WireEvent, WireParser, decode


@pytest.fixture
def port() -> Iterator[int]:
    events, _ = decode(b"event: a\ndata: </script><b>1</b>\n\n")
    stage = Stage(b"<p>page</p>", "page.html", ["/events?x=1"], events)
    server = server_of(stage)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield int(server.server_address[1])
    stage.close()
    server.shutdown()
    server.server_close()
    thread.join(timeout=5)


def get(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", path)
    answer = connection.getresponse()
    found = answer.status, answer.read().decode()
    connection.close()
    return found


def test_an_event_sent_by_hand(port: int) -> None:
    assert get(port, "/") == (200, "<p>page</p>")
    status, control = get(port, CONTROL)
    assert status == 200
    assert "send a" in control
    assert control.count("</script>") == 1
    assert get(port, "/elsewhere")[0] == 404
    listening = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    listening.request("GET", "/events")
    answer = listening.getresponse()
    assert answer.headers["Content-Type"] == "text/event-stream"
    assert answer.read1(100) == b": open\n\n"
    sending = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    for name in ("a", ""):
        sending.request("POST", CONTROL, urlencode({"event": name, "data": "x\ny"}))
        assert sending.getresponse().read() == b"sent to 1 open streams"
    parser = WireParser()
    events: list[WireEvent] = []
    while len(events) < 2:
        events += parser.feed(answer.read1(100))
    assert [(e.event, e.data) for e in events] == [("a", "x\ny"), ("message", "x\ny")]
    listening.close()
    sending.close()
