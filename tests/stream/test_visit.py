"""A visitor keeps cookies, follows redirects on its host, and knows its own addresses."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from sse_check.stream.actions import Call, action_of, read_action
from sse_check.stream.align import Alignment, align
from sse_check.stream.asgi import AsgiSite
from sse_check.stream.discretion import discreet, secrets_in
from sse_check.stream.exchange import Exchange
from sse_check.stream.headers import read_headers
from sse_check.stream.http import HttpSite, credentials_in, origin_of
from sse_check.stream.session import Session, in_order, look
from sse_check.stream.visit import Visitor
from sse_check.stream.web import LOCAL, Limits, StreamError, path_of
from tests.stream.apps import GOOD, HTML, PAGE, answer, app_with, stream

LIMITS = Limits(4, 3.0)


@contextmanager
def running(app: Any) -> Iterator[AsgiSite]:
    site = AsgiSite(app)
    try:
        yield site
    finally:
        site.close()


def said(alignment: Alignment) -> dict[str, str]:
    return {finding.rule: finding.level for finding in alignment.findings}


def moved(to: str, *cookies: str, status: int = 302) -> Any:
    async def answers(scope: Any, receive: Any, send: Any) -> None:
        del scope, receive
        head = [(b"location", to.encode()), *((b"set-cookie", c.encode()) for c in cookies)]
        await answer(send, b"", status, head)

    return answers


def with_cookies(seen: dict[str, str]) -> Any:
    """Note with which cookies each path is asked for."""

    def note(scope: dict[str, Any]) -> None:
        sent = dict(scope["headers"]).get(b"cookie", b"")
        seen[scope["path"]] = sent.decode()

    async def page(scope: Any, receive: Any, send: Any) -> None:
        del receive
        note(scope)
        head = [
            *HTML,
            (b"set-cookie", b'json={"a": 1}; Path=/'),
            (b"set-cookie", b"old=; Max-Age=0"),
        ]
        await answer(send, PAGE.encode(), 200, head)

    async def events(scope: Any, receive: Any, send: Any) -> None:
        del receive
        note(scope)
        await stream(send, GOOD)

    return {"home": page, "events": events}


def test_cookies_of_redirects_are_kept() -> None:
    seen: dict[str, str] = {}
    routes = {"_": moved("/login", "old=1", "s=one"), "login": moved("home", "s=two; Path=/; HttpOnly")}  # fmt: skip
    with running(app_with(**routes, **with_cookies(seen))) as site:
        session = look(site, "/", LIMITS, {"Cookie": "given=yes; s=zero"})
    assert session.path == "/home"
    assert seen["/home"] == "given=yes; s=two; old=1"
    assert seen["/events"] == 'given=yes; s=two; json={"a": 1}'
    assert said(align(session)) == {}


def test_a_redirect_to_https_of_the_same_host() -> None:
    """An app without a server is asked again as if by https."""

    async def page(scope: Any, receive: Any, send: Any) -> None:
        if scope["scheme"] == "http":
            await moved("https://127.0.0.1/")(scope, receive, send)
        else:
            await answer(send, PAGE.encode())

    with running(app_with(_=page)) as site:
        session = look(site, "/", LIMITS)
    assert session.visitor.origin == "https://127.0.0.1"
    assert said(align(session)) == {}


class Recorded:
    """A server by its address; every request is noted."""

    def __init__(self, origin: str, answers: dict[str, tuple[int, list[tuple[str, str]], str]]):
        self.origin = origin
        self.answers = answers
        self.asked: list[str] = []

    def start(self, exchange: Exchange) -> None:
        request = exchange.request
        self.asked.append(request.origin + request.path)
        status, head, body = self.answers[request.origin + request.path]
        exchange.head(status, [("content-type", "text/html"), *head])
        exchange.chunk(body.encode())
        exchange.end()
        exchange.left()

    def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize(
    ("start", "where", "end"),
    [
        ("http://a.example", "https://a.example/x", "https://a.example/x"),
        ("http://a.example", "http://a.example:8080/x", "http://a.example:8080/x"),
        ("http://a.example", "//a.example/x", "http://a.example/x"),
        ("http://a.example", "x?y=ü#z", "http://a.example/x?y=%C3%BC"),
        ("http://[::1]:8000", "http://[::1]:8000/x", "http://[::1]:8000/x"),
        ("http://a.example", "http://b.example/x", ""),
        ("http://a.example", "ftp://a.example/x", ""),
        ("https://a.example", "http://a.example/x", ""),
    ],
)
def test_where_a_redirect_may_lead(start: str, where: str, end: str) -> None:
    answers = {f"{start}/": (302, [("location", where)], ""), end: (200, [], PAGE)}
    site = Recorded(start, answers)
    visitor = Visitor(site, {}, LIMITS)
    if end:
        assert visitor.page("/")[1].text == PAGE
        assert site.asked == [f"{start}/", end]
    else:
        with pytest.raises(StreamError, match="leads to another server, which is not asked"):
            visitor.page("/")
        assert site.asked == [f"{start}/"]


@pytest.mark.parametrize(
    ("origin", "url", "path"),
    [
        (LOCAL, "/events", "/events"),
        (LOCAL, "events?x=1", "/live/events?x=1"),
        (LOCAL, "http://127.0.0.1/events", "/events"),
        (LOCAL, "http://testserver/events", "/events"),
        (LOCAL, "http://localhost/events", "/events"),
        (LOCAL, "http://127.0.0.1:9000/events", None),
        (LOCAL, "https://cdn.example/htmx.js", None),
        ("https://shop.example", "https://shop.example/events", "/events"),
        ("https://shop.example", "//shop.example:443/events", "/events"),
        ("https://shop.example", "http://shop.example/events", None),
        ("https://shop.example", "http://127.0.0.1/events", None),
        ("http://localhost:8000", "http://localhost:8000/events", "/events"),
        ("http://localhost:8000", "http://localhost:9000/events", None),
        ("http://[::1]:8000", "http://[::1]:8000/events", "/events"),
        (LOCAL, "javascript:alert(1)", None),
        (LOCAL, "http://[::1/events", None),
        (LOCAL, "/ev ents/ü", "/ev%20ents/%C3%BC"),
    ],
)
def test_what_is_on_the_same_server(origin: str, url: str, path: str | None) -> None:
    visitor = Visitor(Recorded(origin, {}), {}, LIMITS)
    assert visitor.local("/live/", url) == path


def test_the_host_header_says_which_server_it_is() -> None:
    visitor = Visitor(Recorded(LOCAL, {}), {"Host": "shop.example"}, LIMITS)
    assert visitor.local("/", "http://shop.example/events") == "/events"
    assert visitor.request("/").all_headers["host"] == "shop.example"


def test_a_stream_that_moved_is_followed() -> None:
    with running(app_with(events=moved("/new/events"), new_events=app_events)) as site:
        session = look(site, "/", LIMITS)
    assert said(align(session)) == {}


async def app_events(scope: Any, receive: Any, send: Any) -> None:
    del scope, receive
    await stream(send, GOOD)


def test_what_the_lifespan_holds_is_there() -> None:
    """An app keeps what it opened at its start in the state of its scope."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            scope["state"]["page"] = PAGE
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
        elif scope["path"] == "/events":
            await stream(send, GOOD)
        else:
            await answer(send, scope["state"]["page"].encode())

    with running(app) as site:
        assert said(align(look(site, "/", LIMITS))) == {}


# A look that finds nothing to look at is not aligned


LOGIN = '<html><body><form><input type="password" name="p"></form></body></html>'


def looked(**routes: Any) -> Session:
    with running(app_with(**routes)) as site:
        return look(site, "/", LIMITS)


def page_of(text: str, kind: bytes = b"text/html") -> Any:
    async def answers(scope: Any, receive: Any, send: Any) -> None:
        del scope, receive
        await answer(send, text.encode(), 200, [(b"content-type", kind)])

    return answers


@pytest.mark.parametrize(
    ("routes", "message"),
    [
        ({"_": page_of("<html><body><p>hi</p></body></html>")}, "`/` opens no stream"),
        ({"_": page_of(LOGIN)}, "this is a page that asks for a password, and opens no stream"),
        (
            {"_": moved("/login?next=/"), "login": page_of(LOGIN)},
            "`/` leads to `/login?next=/`, a page that asks for a password, and opens no stream",
        ),
        # Beside other fields, of which it is not the first.
        (
            {"_": page_of(LOGIN.replace("<form>", '<form><p><input type="text" name="n"></p>'))},
            "this is a page that asks for a password, and opens no stream",
        ),
        (
            {"_": moved("/setup"), "setup": page_of("<html><body><p>hi</p></body></html>")},
            "`/` leads to `/setup`, which opens no stream",
        ),
        (
            {"_": page_of(PAGE.replace("/events", "https://other.example/e"))},
            "`/` opens no stream that can be read",
        ),
        (
            {"_": page_of('<html><body><div hx-ext="ws" ws-connect="/chat"></div></body></html>')},
            '`/` opens no stream, but a WebSocket (`ws-connect="/chat"`), which is not looked at',
        ),
        (
            {
                "_": page_of(
                    '<div class="chirp-error" data-status="500">K-1: &lt;x&gt;\nfailed</div>'
                )
            },
            "`/` shows an error in place of the page: K-1: <x> failed",
        ),
    ],
)
def test_a_page_without_a_stream(routes: dict[str, Any], message: str) -> None:
    alignment = align(looked(**routes))
    assert not alignment.aligned
    assert [f.message for f in alignment.findings if f.rule == "stream_none"] == [message]


def test_a_slash_at_the_end_leads_nowhere_else() -> None:
    page = "<html><body><p>hi</p></body></html>"
    answers = {"/chat": (308, [("location", "/chat/")], ""), "/chat/": (200, [], page)}
    site = Recorded(LOCAL, {LOCAL + path: answer for path, answer in answers.items()})
    (finding,) = align(look(site, "/chat", LIMITS)).findings
    assert finding.message == "`/chat/` opens no stream"
    assert "log in" not in finding.help


def test_what_a_person_sends_is_asked_for_first() -> None:
    page = (
        '<body><i hx-get="/me" hx-trigger="me from:body"></i><form hx-post="/join"></form></body>'
    )
    (finding,) = align(looked(_=page_of(page))).findings
    assert finding.help.endswith('or send what brings it, like --do "POST /join"')


@pytest.mark.parametrize(
    ("url", "why", "help_"),
    [
        ("https://u:s3cret@a.example/e", "it is on another server, https://a.example", ""),
        (
            "http://localhost:5000/e",
            "it is on another server, http://localhost:5000",
            "if that is where this app runs, say so: --header 'Host: localhost:5000'",
        ),
    ],
)
def test_a_stream_of_another_server(url: str, why: str, help_: str) -> None:
    session = looked(_=page_of(PAGE.replace("/events", url)))
    assert [(one.why, one.help) for _, one in session.left_out] == [(why, help_)]
    with running(app_with(_=page_of(PAGE.replace("/events", url)))) as site:
        known = look(site, "/", LIMITS, {"Host": "localhost:5000"})
    assert [stream.path for stream in known.streams] == (["/e"] if help_ else [])


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        (
            page_of("{}", b"application/json"),
            "/ is sent as `application/json`, no page; name one with --page",
        ),
        (app_events, "/ is sent as `text/event-stream`, a stream itself: name the page"),
    ],
)
def test_what_is_no_page(answers: Any, message: str) -> None:
    with (
        running(app_with(_=answers)) as site,
        pytest.raises(StreamError, match=message),
    ):
        look(site, "/", Limits(4, 1.0, page_seconds=1.0, bytes=5_000))


def test_a_stream_in_the_place_of_a_page_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may have no end: its head says what there is to say."""

    class Endless(Recorded):
        def start(self, exchange: Exchange) -> None:
            exchange.head(200, [("content-type", "text/event-stream")])
            exchange.left()

    waited_for: list[bool] = []

    def settled(exchanges: list[Exchange], seconds: float) -> bool:
        del seconds
        waited_for.extend(not one.done.is_set() for one in exchanges)
        return True

    monkeypatch.setattr("sse_check.stream.exchange.settle", settled)
    with pytest.raises(StreamError, match="a stream itself"):
        look(Endless(LOCAL, {}), "/", LIMITS)
    assert waited_for == [False]


async def fails_late(scope: Any, receive: Any, send: Any) -> None:
    """As Starlette does: an answer, and then the exception for whoever runs the app."""
    del scope, receive
    await answer(send, b"Internal Server Error", 500)
    raise LookupError("no database")


async def refuses_host(scope: Any, receive: Any, send: Any) -> None:
    del scope, receive
    await answer(send, b"", 400)


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        (fails_late, "/ answers 500, not a page: LookupError: no database"),
        (refuses_host, "/ answers 400, not a page; an app that refuses the host 127.0.0.1"),
    ],
)
def test_why_there_is_no_page(answers: Any, message: str) -> None:
    with running(app_with(_=answers)) as site, pytest.raises(StreamError) as told:
        look(site, "/", LIMITS)
    assert str(told.value).startswith(message)


def test_events_of_several_streams_are_in_the_order_of_their_arrival() -> None:
    """However long it took until each was asked: all times count from one moment."""

    class Slow(Recorded):
        def start(self, exchange: Exchange) -> None:
            if exchange.stream:
                exchange.head(200, [("content-type", "text/event-stream")])
                exchange.chunk(b"event: a\ndata: 1\n\n")
                exchange.stop()
                time.sleep(0.02)
            super().start(exchange)

    again = PAGE[PAGE.index("<div") : PAGE.index("</body>")]
    page = PAGE.replace("</body>", again.replace("/events", "/later") + "</body>")
    answers: dict[str, tuple[int, list[tuple[str, str]], str]] = {
        f"{LOCAL}{path}": (200, [], page) for path in ("/", "/events", "/later")
    }
    session = look(Slow(LOCAL, answers), "/", Limits(1, 1.0))
    times = {stream.path: stream.time_of(event) for stream, event in in_order(session)}
    assert list(times) == ["/events", "/later"]
    assert times["/later"] - times["/events"] > 0.01


# Something is done while the streams are open


def chat() -> tuple[Any, list[str]]:
    """An app that sends what somebody says, to those who listen then."""
    import asyncio

    listening: list[asyncio.Queue[bytes]] = []
    asked: list[str] = []

    async def events(scope: Any, receive: Any, send: Any) -> None:
        del scope, receive
        mine: asyncio.Queue[bytes] = asyncio.Queue()
        listening.append(mine)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-cache")]})  # fmt: skip
        while True:
            said = await mine.get()
            await send({"type": "http.response.body", "body": b"event: a\ndata: %s\n\ndata: x\n\n" % said, "more_body": True})  # fmt: skip

    async def say(scope: Any, receive: Any, send: Any) -> None:
        body = (await receive())["body"]
        headers = {k.decode(): v.decode() for k, v in scope["headers"]}
        asked.append(f"{scope['method']} {headers['content-type']} {headers.get('x-csrftoken')}")
        for one in listening:
            one.put_nowait(body)
        await answer(send, b"", 204)

    async def page(scope: Any, receive: Any, send: Any) -> None:
        del scope, receive
        await answer(send, PAGE.encode(), 200, [*HTML, (b"set-cookie", b"csrftoken=t0")])

    return app_with(_=page, events=events, say=say), asked


@pytest.mark.parametrize(
    ("action", "body", "kind"),
    [
        (
            "POST /say text=hi to='you all'",
            "text=hi&to=you+all",
            "application/x-www-form-urlencoded",
        ),
        ('put /say {"text": "hi"}', '{"text": "hi"}', "application/json"),
    ],
)
def test_what_is_done_is_heard(action: str, body: str, kind: str) -> None:
    app, asked = chat()
    with running(app) as site:
        session = look(site, "/", Limits(2, 5.0), do=[read_action(action)])
    assert [event.data for event in session.streams[0].events] == [body, "x"]
    assert asked == [f"{action.partition(' ')[0].upper()} {kind} t0"]
    assert said(align(session)).get("stream_do") is None


def test_without_it_nothing_is_sent() -> None:
    app, _ = chat()
    with running(app) as site:
        alignment = align(look(site, "/", Limits(2, 0.5)))
    assert {f.rule for f in alignment.findings} == {"stream_not_sent"}


def test_a_function_runs_in_the_loop_of_the_app() -> None:
    import asyncio

    loops: list[asyncio.AbstractEventLoop] = []

    async def publish() -> None:
        loops.append(asyncio.get_running_loop())

    plain: list[str] = []
    app, _ = chat()
    with running(app) as site:
        calls = [action_of(publish), action_of(lambda: plain.append("called"))]
        session = look(site, "/", Limits(2, 0.5), do=calls)
        assert loops == [site.loop]
    assert plain == ["called"]
    assert [did.failure for did in session.done] == ["", ""]


def test_a_function_that_fails_fails_the_test() -> None:
    def fails() -> None:
        raise KeyError("x")

    app, _ = chat()
    with running(app) as site, pytest.raises(KeyError):
        look(site, "/", Limits(2, 5.0), do=[Call(fails)])


def refuses(status: int, text: str = "", kind: bytes = b"application/json") -> Any:
    async def answers(scope: Any, receive: Any, send: Any) -> None:
        del scope, receive
        await answer(send, text.encode(), status, [(b"content-type", kind)])

    return answers


@pytest.mark.parametrize(
    ("say", "why", "help_"),
    [
        (refuses(404, "{}"), "404", "name a request that the page itself makes"),
        (refuses(405, "{}"), "405", "name a request that the page itself makes"),
        (refuses(403, "<p>", b"text/html"), "403", "log in with --cookie"),
        (
            refuses(422, '{"missing":\n "text"}'),
            '422: {"missing": "text"}',
            "give it the fields that the form of the page sends",
        ),
        (refuses(400, "<p>no", b"text/html"), "400", "give it the fields"),
        (refuses(500), "500", "see the server's log"),
    ],
)
def test_what_could_not_be_done_is_a_finding(say: Any, why: str, help_: str) -> None:
    do = [read_action("POST /say?token=s3cret a=b")]
    with running(app_with(say=say)) as site:
        alignment = align(look(site, "/", LIMITS, do=do))
    told = [f for f in alignment.findings if f.rule == "stream_do"]
    shown = "`POST /say?token=******` was not done: it answers"
    assert [one.message for one in told] == [f"{shown} {why}"]
    assert told[0].help.startswith(help_)


@pytest.mark.parametrize(
    ("status", "message", "help_"),
    [
        (500, "`/events` answers 500: no stream opens", "the route failed: see the server's log"),
        (401, "`/events` answers 401: no stream opens", "log in with --cookie NAME=VALUE"),
        (404, "`/events` answers 404: no stream opens", "the address of the connection must be"),
    ],
)
def test_a_stream_that_does_not_open(status: int, message: str, help_: str) -> None:
    with running(app_with(events=refuses(status))) as site:
        found = align(look(site, "/", LIMITS)).findings
    assert [f.message for f in found if f.rule == "stream_answer"] == [message]
    assert found[0].help.startswith(help_)


@pytest.mark.parametrize("text", ["", "say", "POST say", "JUMP /x", "POST /x a", "POST /x {a", "POST /x a='"])  # fmt: skip
def test_an_action_that_nobody_understands(text: str) -> None:
    with pytest.raises(StreamError, match="--do"):
        read_action(text)


def test_get_takes_its_fields_into_the_query() -> None:
    assert read_action("GET /tick?x=1 n=2") == ("GET", "/tick?x=1&n=2", b"", "")


# Names


def test_names_that_must_come_and_names_that_may_stay_away() -> None:
    async def events(scope: Any, receive: Any, send: Any) -> None:
        del scope, receive
        await stream(send, GOOD[1:])

    with running(app_with(events=events)) as site:
        session = look(site, "/", Limits(3, 3.0))
    assert said(align(session)) == {"stream_not_sent": "warning"}
    assert said(align(session, expected=("[ab]",))) == {"stream_not_sent": "error"}
    assert said(align(session, optional=("a*",))) == {}
    assert said(align(session, optional=("b",))) == {"stream_not_sent": "warning"}


@pytest.mark.parametrize(
    ("expected", "message"),
    [
        (("b",), ""),
        (("a", "m*"), ""),
        (
            ("nope",),
            "`/events` did not send it within 1 second and 3 events",
        ),
    ],
)
def test_a_name_that_must_come_though_the_page_does_not_wait_for_it(
    expected: tuple[str, ...], message: str
) -> None:
    async def events(scope: Any, receive: Any, send: Any) -> None:
        del scope, receive
        await stream(send, [*GOOD, b"event: b\ndata: x\n\n"])

    with running(app_with(events=events)) as site:
        session = look(site, "/", Limits(3, 1.0))
    errors = [f for f in align(session, expected).findings if f.level == "error"]
    start, end = "`nope` was expected, and ", "; nothing on the page waits for it"
    assert [f.message for f in errors] == ([f"{start}{message}{end}"] if message else [])


def test_what_must_come_must_come_though_a_pattern_allows_it_to_stay_away() -> None:
    with running(app_with()) as site:
        session = look(site, "/", Limits(1, 1.0))
    assert said(align(session, ("message",), optional=("*",))) == {"stream_not_sent": "error"}


def test_a_name_that_one_of_several_streams_must_send() -> None:
    again = PAGE[PAGE.index("<div") : PAGE.index("</body>")].replace("/events", "/later")
    page = page_of(PAGE.replace("</body>", again + "</body>"))
    with running(app_with(_=page, later=app_events)) as site:
        session = look(site, "/", Limits(2, 1.0))
    assert said(align(session, ("a",))) == {}
    (told,) = align(session, ("nope",)).findings
    assert "`/events`, `/later` did not send it within 1 second and 4 events" in told.message


# Addresses, headers, secrets


@pytest.mark.parametrize(
    "url",
    [
        "http://h:99999/",
        "http://h:x/",
        "http://[::1/",
        "http://",
        "ftp://h/",
        "http://h:0/",
        "http://a b/",
        "http:///x",
        "http://ex ample\n/",
    ],
)
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(StreamError, match="is no address"):
        HttpSite(url)


def test_an_error_about_an_address_tells_no_password() -> None:
    with pytest.raises(StreamError) as told:
        HttpSite("http://me:hunter2@h:99999/x?token=abc")
    assert "hunter2" not in str(told.value)
    assert "abc" not in str(told.value)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("http://H.example:80/x", "http://h.example"),
        ("https://h:443", "https://h"),
        ("http://[::1]:8000/x", "http://[::1]:8000"),
        ("http://me:pw@h:81/", "http://h:81"),
    ],
)
def test_origins(url: str, origin: str) -> None:
    assert origin_of(url) == origin
    assert HttpSite(url).origin == origin


def test_a_user_in_an_address_is_sent_as_a_header() -> None:
    assert credentials_in("http://me:p%20w@h/") == {"authorization": "Basic bWU6cCB3"}
    assert credentials_in("http://h/") == {}


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ("dashboard", "/dashboard"),
        ("/a b?q=ü&x=[1]#top", "/a%20b?q=%C3%BC&x=[1]"),
        ("/a%20b", "/a%20b"),
        ("?x=1", "/?x=1"),
        ("/a\r\nb", "/ab"),
    ],
)
def test_paths_are_quoted(given: str, path: str) -> None:
    assert path_of(given) == path


def test_headers() -> None:
    assert read_headers(["X-A: 1", "Cookie: a=b"], ["c=d", "e=f"]) == {
        "x-a": "1",
        "cookie": "a=b; c=d; e=f",
    }


@pytest.mark.parametrize(
    ("headers", "cookies", "message"),
    [
        (["X: a\r\nSet-Cookie: s3cret"], [], "--header X: its value has a line end"),
        (["Authorization Bearer s3cret"], [], r"--header \(number 1\): write `Name: value`"),
        (["X y: s3cret"], [], "--header X y: write `Name: value`"),
        (["X: s3cret✓"], [], "--header X: its value has a letter"),
        (["X: \x00s3cret"], [], "--header X: its value has a line end or another control"),
        ([], ["s3cret"], r"--cookie \(number 1\): write `name=value`"),
        ([], ["a=s3cret\n"], "--cookie a: its value has a line end"),
    ],
)
def test_headers_that_cannot_be_sent(headers: list[str], cookies: list[str], message: str) -> None:
    with pytest.raises(StreamError, match=message) as told:
        read_headers(headers, cookies)
    assert "s3cret" not in str(told.value)


@pytest.mark.parametrize(
    ("head", "message"),
    [
        (("location", "http://[::1"), "leads to what is no address: Invalid IPv6 URL"),
        (("location", "http://u:s3cret@b.example/x?y"), "not asked: http://b.example/x$"),
        (("content-encoding", "br"), "is sent as `br`, which nobody asked for"),
    ],
)
def test_what_no_server_should_answer(head: tuple[str, str], message: str) -> None:
    start = "http://a.example"
    status = 302 if head[0] == "location" else 200
    with pytest.raises(StreamError, match=message):
        look(Recorded(start, {f"{start}/": (status, [head], PAGE)}), "/", LIMITS)


JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmN"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/events?token=abc&room=7", "/events?token=***&room=7"),
        ("`/e?room=lobby&access_token=a1`", "`/e?room=lobby&access_token=**`"),
        ('href="/e?a=1&amp;apiKey=xyz"', 'href="/e?a=1&amp;apiKey=***"'),
        (f"/e?t={JWT}", f"/e?t={'*' * len(JWT)}"),
        ("/e?author=ada&keyboard=de&page=2", "/e?author=ada&keyboard=de&page=2"),
        ("/e?code=77", "/e?code=**"),
        ("at http://me:pw@host/x, me@host", "at http://*****@host/x, me@host"),
        ("a=b token=abc", "a=b token=abc"),
        ("stream /e?token=abc: 200", "stream /e?token=***: 200"),
        ("/e?state=running", "/e?state=*******"),
        ("/e?name=a-long-name-of-a-person", "/e?name=a-long-name-of-a-person"),
    ],
)
def test_what_reports_keep_to_themselves(text: str, shown: str) -> None:
    assert discreet(text) == shown
    assert len(shown) == len(text)


def test_a_secret_is_hidden_wherever_it_stands() -> None:
    secrets = secrets_in(["/e?token=opensesame", "/e?code=77&state=running", "/e?token=on"])
    shown = discreet("data: opensesame 77 is running on", secrets)
    assert shown == "data: ********** 77 is running on"


def test_the_look_knows_its_secrets() -> None:
    page = PAGE.replace("/events", "/events?token=opensesame&amp;x=1")
    session = looked(_=page_of(page))
    assert session.streams[0].path == "/events?token=opensesame&x=1"
    assert session.streams[0].shown == "/events?token=**********&x=1"
    assert "opensesame" in session.secrets


def test_a_server_at_an_address_of_ipv6() -> None:
    import socket
    import threading
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Nothing is logged."""

        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(self.headers["host"].encode())

    class Server(ThreadingHTTPServer):
        address_family = socket.AF_INET6

    try:
        server = Server(("::1", 0), Handler)
    except OSError:
        pytest.skip("no IPv6 on this machine")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    port = server.server_address[1]
    try:
        visitor = Visitor(HttpSite(f"http://[::1]:{port}/"), {}, LIMITS)
        assert visitor.get("/").text == f"[::1]:{port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
