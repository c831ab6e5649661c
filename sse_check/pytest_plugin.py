"""`assert_aligned` and the fixture `sse_stream` for test suites.

    def test_dashboard_is_aligned(sse_stream):
        sse_stream(app, page="/dashboard").check()

Loaded by pytest when sse-check is installed; nothing heavy is imported until it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sse_check.stream.align import Alignment
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
        return list(self.alignment.findings)

    @property
    def events(self) -> list[str]:
        """The names of the events that came, each once."""
        return list(dict.fromkeys(row.name for row in self.alignment.rows))

    def check(self, *, strict: bool = False) -> None:
        """Fail on errors and warnings; with `strict` on informations too."""
        levels = ("error", "warning", "info") if strict else ("error", "warning")
        if any(finding.level in levels for finding in self.findings):
            raise MisalignedError(self.report())

    def report(self) -> str:
        """The table and the findings, as `sse-check stream` prints them."""
        from sse_check.findings.result import Result
        from sse_check.project.settings import Settings
        from sse_check.report import text
        from sse_check.report.style import Style
        from sse_check.stream import table

        plain = Style(False)
        result = Result(tuple(self.findings), (), 1, Settings())
        return f"\n{table.render(self.alignment, plain)}\n{text.render(result, plain, quiet=True)}"


def look_at(
    app: Any,
    page: str = "/",
    *,
    max_events: int = 20,
    timeout: float = 5.0,
    expect: tuple[str, ...] = (),
    headers: Mapping[str, str] | None = None,
) -> Looked:
    """Fetch a page of an app, read its streams, and compare both sides.

    `app` is an ASGI or WSGI application, or the address of a running server.
    """
    from sse_check.stream.align import align
    from sse_check.stream.session import look
    from sse_check.stream.web import Limits

    site = _site(app)
    try:
        session = look(site, page, Limits(max_events, timeout), headers)
        return Looked(align(session, expect))
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
    from sse_check.stream.apps import is_app, open_app, site_of

    if not isinstance(app, str):
        return site_of(app, repr(app))
    if is_app(app):
        return open_app(app)
    from sse_check.stream.http import HttpSite

    return HttpSite(app)


@pytest.fixture
def sse_stream(request: pytest.FixtureRequest) -> Iterator[Callable[..., Looked]]:
    """`sse_stream(app, page="/dashboard")` looks at a page; the mark `sse_limits` sets limits."""
    mark = request.node.get_closest_marker("sse_limits")
    limits = dict(mark.kwargs) if mark is not None else {}

    def looked(app: Any, page: str = "/", **options: Any) -> Looked:
        return look_at(app, page, **{**limits, **options})

    yield looked
