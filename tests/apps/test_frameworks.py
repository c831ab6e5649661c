"""Real frameworks, really run: what they send is what is read from their source, and the harness
tells an app that agrees with its page from one that does not."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sse_check.project.project import Project
from sse_check.project.settings import Settings
from sse_check.server.server import Server
from sse_check.stream.align import Alignment, align
from sse_check.stream.apps import open_app
from sse_check.stream.session import look
from sse_check.stream.web import Limits, Site

APPS = Path(__file__).parents[2] / "fixtures" / "apps"
TARGETS = [
    "sse_starlette_app:app",
    "fastapi_app:app",
    "starlette_app:app",
    "flask_app:app",
    "django_app:app",
    "django_app:wsgi",
    "litestar_app:app",
    "quart_app:app",
    "fasthtml_app:app",
    "falcon_app:app",
    "tempest_app:app",
    "aiohttp_app:app",
    "blacksheep_app:app",
    "eventstream_app:app",
    "robyn_app:app",
    "sanic_app:app",
]
OWN = "library's own"
LIMITS = Limits(events=6, seconds=5)

pytestmark = [
    pytest.mark.filterwarnings("ignore"),
]


@pytest.fixture(scope="module", params=TARGETS)
def target(request: pytest.FixtureRequest) -> str:
    return str(request.param)


# One start for all tests: some frameworks cannot be started twice in a process.
@pytest.fixture(scope="module")
def site(target: str) -> Iterator[Site]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(APPS)
        patch.setattr(sys, "path", [str(APPS), *sys.path])
        opened = open_app(target)
        yield opened
        opened.close()


def looked(site: Site, page: str) -> Alignment:
    return align(look(site, page, LIMITS))


def errors(alignment: Alignment) -> list[tuple[str, str]]:
    return [(f.rule, f.message) for f in alignment.findings if f.level != "info"]


def test_an_app_that_agrees_and_a_page_that_does_not(site: Site) -> None:
    alignment = looked(site, "/")
    assert errors(alignment) == []
    assert {(row.name, row.verdict) for row in alignment.rows if row.verdict != OWN} == {
        ("status", "delivered"),
        ("count", "delivered"),
        ("message", "delivered"),
    }
    broken = looked(site, "/broken")
    assert [rule for rule, _ in errors(broken)] == ["stream_not_sent"]
    assert "`state` was not sent by `/events`" in errors(broken)[0][1]
    unheard = [f.message for f in broken.findings if f.rule == "stream_unheard"]
    assert unheard == ["`status` is sent by `/events` and nothing waits for it"]


def test_what_is_read_is_what_is_sent(site: Site, target: str, tmp_path: Path) -> None:
    rows = looked(site, "/").rows
    sent = {row.name for row in rows if row.verdict != OWN}
    name = target.split(":", maxsplit=1)[0]
    (tmp_path / f"{name}.py").write_bytes((APPS / f"{name}.py").read_bytes())
    project = Project.load(str(tmp_path), Settings(), shown_from=str(tmp_path))
    streams = Server.of(project).streams
    assert [str(one.route.path) for one in streams] == ["/events"]
    assert not streams[0].stream.open
    assert {str(found) for found in streams[0].names} == sent
    assert streams[0].stream.ending != "ends"
