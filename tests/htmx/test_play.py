"""A page of which too many events leave marks: what is not tried cannot be told."""

from pathlib import Path

from sse_check.findings.context import Context
from sse_check.htmx import markup
from sse_check.htmx.brings import brought
from sse_check.htmx.copying import SOURCE, TOO_MANY, Copies, size_of
from sse_check.htmx.outcomes import Played
from sse_check.htmx.play import Stage, play
from sse_check.htmx.stacks import HTMX2, HTMX4, Stack
from sse_check.project.settings import Settings
from tests.project.helpers import load


def _played(html: str, stack: Stack, sources: int, loads: int = 1) -> Played:
    """What is known of a page that may be loaded so often."""
    root = markup.page(f"<html><body hx-ext=sse>{html}</body></html>")
    copies = Copies()
    copies.left = loads * (size_of(root) + SOURCE * sources) + 5
    return play(root, stack, copies=copies)


def _told(played: Played) -> list[str]:
    return [f"{one.connection.get('id')} {one.name} {one.verdict}" for one in played.outcomes]


_TWO = """
<div id=one sse-connect=/e1><p sse-swap=a hx-swap=outerHTML></p>
<p sse-swap=b hx-target=body></p><p sse-swap=c></p></div>
<div id=two sse-connect=/e2><p sse-swap=a></p></div>"""


def test_what_is_tried_and_what_is_not() -> None:
    """The event before takes everything away, also what waits for the one that is not tried."""
    played = _played(_TWO, HTMX2, 2, loads=2)
    assert _told(played) == ["one a delivered", "one b delivered", "one c unknown", "two a unknown"]
    assert played.cut == TOO_MANY
    assert [one.name for one in played.events] == ["a", "b"]


def test_all_is_tried_where_there_is_room() -> None:
    played = _played(_TWO, HTMX2, 1000)
    assert "unknown" not in {one.verdict for one in played.outcomes}
    assert not played.cut


def test_a_page_that_was_played_lets_go_of_its_listeners() -> None:
    """They and their stream hold each other, and nobody collects such circles during a run."""
    stage = Stage(markup.page(f"<html><body hx-ext=sse>{_TWO}</body></html>"), HTMX2, None)
    before = stage.page.sources
    assert [len([*source.listeners]) for source in before] == [3, 1]
    stage.leave()
    assert [len([*source.listeners]) for source in before] == [0, 0]


def test_what_opens_later_is_not_tried() -> None:
    """For each of them the page would be loaded again."""
    rows = "<p id=one hx-sse:connect=/e1 hx-swap=outerHTML></p><p id=two hx-sse:connect=/e2></p>"
    late = "<p id=late hx-sse:connect=/e3 hx-trigger=click></p>"
    played = _played(f"{rows}<p id=three hx-sse:connect=/e4></p>{late}", HTMX4, 3)
    assert _told(played) == [
        "one message delivered",
        "two message unknown",
        "three message unknown",
    ]
    assert [one.url for one in played.connections] == ["/e1", "/e2", "/e4", "/e3"]


def test_what_opens_at_load_and_later_opens_once() -> None:
    """Its request is answered by a stream; by then a click asks for nothing more."""
    root = markup.page("<html><body><p hx-get=/e hx-trigger='load, click'></p></body></html>")
    asking = [node for node in root.subtree() if node.name == "p"]
    played = play(root, HTMX4, streaming=asking)
    assert [(one.url, one.times, one.on) for one in played.connections] == [("/e", 1, "")]
    assert [one.verdict for one in played.outcomes] == ["delivered"]


def test_whatever_is_left_nothing_fails() -> None:
    """Work is used up while a page loads, while one is asked, while an event is on its way."""
    target = "hx-target='.none'"
    rows = "".join(f"<p hx-sse:connect=/e{n} hx-swap=outerHTML {target}></p>" for n in range(3))
    late = f"<p hx-sse:connect=/late hx-trigger=click {target}></p>" * 3
    root = markup.page(f"<html><body>{rows}{late}</body></html>")
    for left in range(160):
        played = play(root, HTMX4, copies=Copies(left))
        assert played.cut or "unknown" not in {one.verdict for one in played.outcomes}
    assert not played.cut


def test_what_a_payload_brings_where_too_much_comes_of_it(tmp_path: Path) -> None:
    rows = '<i hx-get="/x" hx-trigger="sse:m from:body"></i>' * 600
    text = f'<!doctype html><body hx-ext="sse" sse-connect="/e">{rows}</body>'
    project = load(tmp_path, {"page.html": text}, Settings())
    (view,) = Context(project, ("page.html",)).views
    (connection,) = view.connections
    assert brought(view, connection, "m", False, '<p sse-swap="z"></p>') == ()
