"""Streams in test suites: an endless stream in three lines, with a time limit.

    def test_the_clock_ticks(sse_stream):
        first, second = sse_stream(app, "/events").take(2)
        assert (first.event, second.event) == ("tick", "tick")

And a page with all its streams: does it listen for what they send?

    def test_the_dashboard_is_aligned(sse_page):
        sse_page(app, "/dashboard").check()

Loaded by pytest when sse-check is installed; nothing heavy is imported until it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sse_check.findings.model import Finding
    from sse_check.stream.align import Alignment
    from sse_check.stream.listening import EventStream
    from sse_check.stream.web import Site

_MARK = "sse_limits(max_events=20, timeout=5.0): how much of each stream is read"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", _MARK)


class MisalignedError(AssertionError):
    """The page and its streams do not agree; the message is the harness's table."""


class Looked:
    """What the harness saw of a page; `check()` fails the test when something does not align."""

    def __init__(self, alignment: Alignment) -> None:
        self.alignment = alignment

    @property
    def findings(self) -> list[Any]:
        """What does not agree, where it is written in the project, as the command line has it."""
        return list(self._findings)

    @cached_property
    def _findings(self) -> list[Finding]:
        from sse_check.stream.around import SettingsError
        from sse_check.stream.origin import at_their_templates

        # Else they stand in the page as it was served.
        with suppress(SettingsError, OSError):
            return at_their_templates(self.alignment.findings, Path.cwd())
        return self.alignment.findings

    @property
    def events(self) -> list[str]:
        """The names of the events that came, each once."""
        return list(dict.fromkeys(row.name for row in self.alignment.rows))

    def check(self, *, strict: bool = False) -> None:
        """Fail on errors and warnings; with `strict` on informations too."""
        levels = ("error", "warning", "info") if strict else ("error", "warning")
        if any(finding.level in levels for finding in self.alignment.findings):
            raise MisalignedError(self.report())

    def report(self) -> str:
        """The table and the findings, as `sse-check stream` prints them."""
        from sse_check.findings.result import Result
        from sse_check.report import text
        from sse_check.report.style import Style
        from sse_check.stream import table
        from sse_check.stream.around import Settings
        from sse_check.stream.discretion import discreet

        plain = Style(False)
        ordered = sorted(self.findings, key=lambda finding: finding.sort_key)
        result = Result(tuple(ordered), (), 1, Settings())
        report = text.render(result, plain, quiet=True)
        whole = f"\n{table.render(self.alignment, plain)}\n{report}"
        return discreet(whole, self.alignment.session.secrets)


def listen_to(
    app: Any,
    path: str = "/events",
    *,
    timeout: float = 5.0,
    headers: Mapping[str, str] | None = None,
) -> EventStream:
    """A stream of an app, to be iterated plainly or asynchronously, or used in a `with`.

    `app` is an ASGI or WSGI application, `module:app`, or the address of a running server.
    """
    from sse_check.stream.listening import EventStream

    return EventStream(app, path, _site, timeout=timeout, headers=headers)


def look_at(
    app: Any,
    page: str = "/",
    *,
    max_events: int = 20,
    timeout: float = 5.0,
    expect: str | Sequence[str] = (),
    optional: str | Sequence[str] = (),
    do: Any = (),
    headers: Mapping[str, str] | None = None,
) -> Looked:
    """Fetch a page of an app, read its streams, and compare both sides.

    `do` is done while the streams are open: a request like `POST /say text=hi`, a function
    (a coroutine function runs in the loop of the app), or several of them.
    """
    from sse_check.stream.actions import action_of
    from sse_check.stream.align import align
    from sse_check.stream.names import names_given
    from sse_check.stream.session import look
    from sse_check.stream.web import Limits, path_of

    must, may = names_given("expect", expect), names_given("optional", optional)
    given = do if isinstance(do, list | tuple) else (do,)
    actions = [action_of(one) for one in given]
    site = _site(app)
    try:
        limits = Limits(max_events, timeout)
        session = look(site, path_of(page), limits, headers, do=actions)
        return Looked(align(session, must, optional=may))
    finally:
        site.close()


def assert_aligned(app: Any, page: str = "/", **options: Any) -> None:
    """Fail when a page of an app waits for what its streams do not send, or loses it."""
    look_at(app, page, **options).check()


async def assert_aligned_async(app: Any, page: str = "/", **options: Any) -> None:
    """The same inside a running event loop: the app runs in a thread with a loop of its own."""
    import asyncio

    await asyncio.to_thread(assert_aligned, app, page, **options)


def _site(app: Any) -> Site:
    from sse_check.stream.apps import is_app, open_app
    from sse_check.stream.http import HttpSite
    from sse_check.stream.loading import site_of

    if not isinstance(app, str):
        return site_of(app, repr(app))
    return open_app(app) if is_app(app) else HttpSite(app)


def _limits(request: pytest.FixtureRequest) -> dict[str, Any]:
    mark = request.node.get_closest_marker("sse_limits")
    return dict(mark.kwargs) if mark is not None else {}


@pytest.fixture
def sse_stream(request: pytest.FixtureRequest) -> Iterator[Callable[..., EventStream]]:
    """`sse_stream(app, "/events")` is a stream; it is left at the end of the test."""
    limits = _limits(request)
    limits.pop("max_events", None)
    with ExitStack() as opened:

        def listening(app: Any, path: str = "/events", **options: Any) -> EventStream:
            stream = listen_to(app, path, **{**limits, **options})
            opened.callback(stream.close)
            return stream

        yield listening


@pytest.fixture
def sse_page(request: pytest.FixtureRequest) -> Callable[..., Looked]:
    """`sse_page(app, "/dashboard")` looks at a page; the mark `sse_limits` sets limits."""
    limits = _limits(request)

    def looked(app: Any, page: str = "/", **options: Any) -> Looked:
        return look_at(app, page, **{**limits, **options})

    return looked
