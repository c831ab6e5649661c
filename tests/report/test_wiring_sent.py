"""What the map says of a page and its server: what is sent and to whom, what is asked for.

What is expected is read from the pages and from what htmx documents.
"""

from pathlib import Path

from tests.report.told import HTMX2, HTMX4, LISTENS, PAGE, mapped, streams, told


def test_connections_in_each_other(tmp_path: Path) -> None:
    body = """<body hx-ext=sse><div id=o sse-connect=/e sse-close="done"><p id=p sse-swap="a">1</p>
        <div id=i sse-connect=/f sse-close=over sse-swap=b>2</div></div></body>"""
    server = streams(e="yield {'event': 'a', 'data': 'x'}", f="yield {'event': 'b', 'data': 'x'}")
    assert told(tmp_path, HTMX2, body, server) == [
        "always /e by sse-connect=/e",
        "  done",
        '    close sse-close="done": delivered closes',
        "  a from /e 'a'",
        '    swap sse-swap="a": delivered innerHTML #p',
        "always /f by sse-connect=/f",
        "  over",
        "    close sse-close=over: delivered closes",
        "  b from /f 'b'",
        "    swap sse-swap=b: delivered innerHTML #i",
    ]


def test_all_kinds_of_listeners_of_htmx_4(tmp_path: Path) -> None:
    body = """<body><div id=c hx-sse:connect=/e hx-sse:close=done hx-on:a="x()">1</div>
        <p id=p hx-trigger="message from:#c, z from:#c" hx-get=/r>2</p></body>"""
    server = streams(e="yield {'event': 'a', 'data': 'x'}\n        yield {'data': 'y'}")
    assert told(tmp_path, HTMX4, body, server) == [
        "always /e by hx-sse:connect=/e",
        "  unnamed from /e {'data': 'y'}",
        "    swap hx-sse:connect=/e: delivered innerHTML #c",
        "  done",
        "    close hx-sse:close=done: delivered closes",
        "  a from /e 'a'",
        '    script hx-on:a="x()": delivered',
        "  message from /e {'data': 'y'}",
        "    trigger message: delivered innerHTML #p GET /r -> #p",
        "  z",
        "    trigger z: delivered innerHTML #p GET /r -> #p",
    ]


def test_requests_that_are_answered_by_a_stream(tmp_path: Path) -> None:
    body = """<body><a id=a hx-boost=true href=/e>1</a><a hx-boost=false href=/e>2</a><a href=/e>3</a>
        <form hx-boost=true action=/e><button>4</button></form><button id=b hx-post=/e>5</button>
        <button hx-get=/r>6</button><p hx-boost=true>7</p></body>"""
    found = told(tmp_path, HTMX4, body, streams(e="yield {'data': 'x'}"))
    assert [line for line in found if not line.startswith(" ")] == [
        "always /e by href=/e on click",
        "always /e by action=/e on submit",
        "always /e by hx-post=/e on click",
    ]


def test_requests_that_are_boosted_from_above(tmp_path: Path) -> None:
    body = """<body hx-boost:inherited=true><a id=a hx-target=#o href=/e>1</a>
        <a hx-target=#o href=/e target=_blank>2</a><a hx-boost=false href=/e>3</a>
        <b hx-target=#o href=/e>4</b><a hx-get=/r href=/e>5</a><p id=o></p></body>"""
    found = told(tmp_path, HTMX4, body, streams(e="yield {'data': 'x'}"))
    assert found == [
        "always /e by href=/e on click",
        "  unnamed from /e {'data': 'x'}",
        "    swap href=/e: delivered innerHTML #o",
    ]


def test_a_connection_with_a_request_of_its_own(tmp_path: Path) -> None:
    body = "<body><main id=m hx-sse:connect=/e hx-get=/f hx-trigger=click>1</main></body>"
    server = streams(e="yield {'data': 'x'}", f="yield {'event': 'z', 'data': 'y'}")
    assert told(tmp_path, HTMX4, body, server) == [
        "always /e by hx-sse:connect=/e on click",
        "  unnamed from /e {'data': 'x'}",
        "    swap hx-sse:connect=/e: delivered innerHTML #m",
    ]


def test_what_is_sent_and_to_whom(tmp_path: Path) -> None:
    """One place sends two names, and a listener may wait for either."""
    body = "<body>%s</body>" % (
        LISTENS % '<p id=l sse-swap="{{ n }}">1</p><p id=m sse-swap=b>2</p>'
    )
    server = streams(
        e="for name in ('a', 'b'):\n            yield {'event': name, 'data': text()}\n"
        "        yield {'event': 'c', 'data': 'x'}"
    )
    assert told(tmp_path, HTMX2, body, server) == [
        "always /e by sse-connect=/e",
        "  * from /e 'a', /e 'b', /e 'c'",
        '    swap sse-swap="{{ n }}": delivered innerHTML #l',
        "  b from /e 'b'",
        "    swap sse-swap=b: delivered innerHTML #m",
    ]


def test_what_nobody_waits_for(tmp_path: Path) -> None:
    body = f"<body>{LISTENS % '<p id=l sse-swap=b>1</p>'}</body>"
    server = streams(e="yield {'event': 'a', 'data': 'x'}")
    assert told(tmp_path, HTMX2, body, server) == [
        "always /e by sse-connect=/e",
        "  b",
        "    swap sse-swap=b: delivered innerHTML #l",
        "  a from /e 'a'",
    ]


def _unsent(folder: Path, server: str) -> list[tuple[str, bool]]:
    body = LISTENS % "<p sse-swap=a>1</p><p sse-swap=b>2</p>"
    page = f"<html><head>{HTMX2}</head><body>{body}</body></html>"
    (found,) = mapped(folder, {PAGE: page, "app.py": server})
    return [(event.name, event.unsent) for event in found.connections[0].events]


def test_what_is_never_sent(tmp_path: Path) -> None:
    server = streams(e="yield {'event': 'a', 'data': 'x'}")
    assert _unsent(tmp_path, server) == [("a", False), ("b", True)]


def test_what_may_be_sent(tmp_path: Path) -> None:
    server = streams(e="yield {'event': 'a', 'data': 'x'}\n        yield await other()")
    assert _unsent(tmp_path, server) == [("a", False), ("b", False)]


def test_where_no_stream_is_known(tmp_path: Path) -> None:
    assert _unsent(tmp_path, streams()) == [("a", False), ("b", False)]


def _waiting(folder: Path, htmx: str, body: str) -> list[str]:
    found = told(folder, htmx, f"<body>{body}</body>")
    return [line.split()[1] for line in found if line.endswith(" waits")]


def test_streams_of_other_servers_take_no_place(tmp_path: Path) -> None:
    """A browser opens six streams to each server."""
    six = "".join(f"<p hx-sse:connect=/e{n}></p>" for n in range(6))
    far = "<p hx-sse:connect=//a.example/x></p><p hx-sse:connect=https://b.example/y></p>"
    late = "<p hx-sse:connect=%s hx-trigger=click></p>"
    assert _waiting(tmp_path, HTMX4, six + far) == []
    assert _waiting(tmp_path, HTMX4, f"{far}{six}<p hx-sse:connect=/e6></p>") == ["/e6"]
    assert _waiting(tmp_path, HTMX4, six + late % "//a.example/x" + late % "/e6") == ["/e6"]


def test_what_a_payload_brings_to_a_request(tmp_path: Path) -> None:
    body = "<body><button id=b hx-post=/e hx-swap=beforeend>1</button></body>"
    server = streams(e="""yield {'data': "<i hx-get=/r hx-trigger='z from:body'>1</i>"}""")
    assert told(tmp_path, HTMX4, body, server) == [
        "always /e by hx-post=/e on click",
        """  unnamed from /e {'data': "<i hx-get=/r hx-trigger='z from:body'>1</i>"}; brings z""",
        "    swap hx-post=/e: delivered beforeend #b",
    ]


def test_a_payload_comes_once_to_each_stream(tmp_path: Path) -> None:
    body = """<body><div id=c hx-sse:connect=/e hx-swap=beforeend>1</div>
        <u hx-sse:connect=/late hx-trigger=click></u></body>"""
    server = streams(e="""yield {'data': "<i hx-get=/r hx-trigger='z from:#c'>1</i>"}""")
    assert told(tmp_path, HTMX4, body, server)[:3] == [
        "always /e by hx-sse:connect=/e",
        """  unnamed from /e {'data': "<i hx-get=/r hx-trigger='z from:#c'>1</i>"}; brings z""",
        "    swap hx-sse:connect=/e: delivered beforeend #c",
    ]


def test_a_payload_to_what_never_opens_brings_nothing(tmp_path: Path) -> None:
    body = "<body><div sse-connect=/e><p sse-swap=a>1</p></div></body>"
    server = streams(e="""yield {'event': 'a', 'data': '<i sse-swap=b></i>'}""")
    assert told(tmp_path, HTMX2, body, server) == [
        "never /e by sse-connect=/e",
        "  a from /e 'a'",
        "    swap sse-swap=a: lost",
    ]


def test_a_name_that_asks_for_a_stream(tmp_path: Path) -> None:
    body = """<body><div id=c hx-sse:connect=/f></div>
        <button id=b hx-get=/e hx-trigger="z from:#c, click">1</button></body>"""
    found = told(tmp_path, HTMX4, body, streams(e="yield {'data': 'x'}"))
    assert "    trigger z: delivered GET /e -> nowhere" in found[4]
    assert found[5:] == [
        "always /e by hx-get=/e on z from:#c, click",
        "  unnamed from /e {'data': 'x'}",
        "    swap hx-get=/e: delivered innerHTML #b",
    ]


def test_what_payloads_change_elsewhere_is_on_the_map(tmp_path: Path) -> None:
    body = """<body><div id=c hx-sse:connect=/e>1</div><p id=o>2</p><p id=z>3</p></body>"""
    payload = "<p id=o hx-swap-oob=true>4</p><hx-partial hx-target='#z'>5</hx-partial>"
    found = told(tmp_path, HTMX4, body, streams(e=f"""yield {{'data': "{payload}"}}"""))
    assert found[1].endswith("; brings #o; brings #z")


def test_a_place_that_two_routes_share_is_named_once(tmp_path: Path) -> None:
    """One address and one function, under two names."""
    body = f"<body>{LISTENS % '<p id=l sse-swap=a>1</p>'}</body>"
    server = streams(e="yield {'event': 'a', 'data': 'x'}").replace(
        '@app.api_route("/e", methods=["GET", "POST"])',
        '@app.get("/e")\n@app.get("/e", name="again")',
    )
    assert told(tmp_path, HTMX2, body, server) == [
        "always /e by sse-connect=/e",
        "  a from /e 'a'",
        "    swap sse-swap=a: delivered innerHTML #l",
    ]
