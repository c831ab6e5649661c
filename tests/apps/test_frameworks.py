"""Real frameworks, really run: what they send is what is read from their source, and the harness
tells an app that agrees with its page from one that does not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sse_check.stream.align import Alignment, align
from sse_check.stream.session import look
from sse_check.stream.web import Site
from tests.apps.support import LIMITS, TARGETS, started, stream_in_source

OWN = "library's own"

pytestmark = [
    pytest.mark.filterwarnings("ignore"),
]


@pytest.fixture(scope="module", params=TARGETS)
def target(request: pytest.FixtureRequest) -> str:
    return str(request.param)


# One start for all tests: some frameworks cannot be started twice in a process.
@pytest.fixture(scope="module")
def site(target: str) -> Iterator[Site]:
    with started(target) as opened:
        yield opened


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
    found = stream_in_source(target, tmp_path)
    assert {str(name) for name in found.names} == sent
    assert found.stream.ending != "ends"
