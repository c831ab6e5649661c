"""`stream --browser`: what it observes is what the model predicts, and what it says is right."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sse_check.htmx import markup
from sse_check.htmx.dom import Node
from sse_check.pages.engine import Engine
from sse_check.project.discovery import Found
from sse_check.project.project import Project
from sse_check.project.settings import Settings
from sse_check.stream.align import Alignment, align
from sse_check.stream.browser import chromium, watch_in
from sse_check.stream.exchange import Exchange
from sse_check.stream.session import look
from sse_check.stream.web import LOCAL, Limits
from sse_check.stream.wire import encode
from tests.browser import generate
from tests.browser.harness import MODULES, REPLY, SCRIPTS, Case
from tests.browser.predict import predict
from tests.cli.helpers import Done, sse_check
from tests.needs import NEEDS_CHROMIUM
from tests.processes import HAS_PROC, descendants, left_of, until
from tests.stream import test_beside as beside

ROOT = Path(__file__).parents[2]
PAGES = int(os.environ.get("SSE_CHECK_WATCHED", "60"))
FEWER = min(PAGES, 20)
# What stands in these is no part of the page.
APART = ("template", "noscript")

pytestmark = [
    pytest.mark.browser,
    NEEDS_CHROMIUM,
]


class CaseSite:
    """A page of the generator as a site: its document, its frames as finished streams."""

    def __init__(self, case: Case, stack: str) -> None:
        self.case = case
        self.stack = stack

    origin = LOCAL

    def start(self, exchange: Exchange) -> None:
        path = exchange.request.path
        if exchange.stream:
            kind, body = "text/event-stream", self._frames(path)
        elif path == "/page":
            kind, body = "text/html", self._document()
        elif path.startswith("/js/"):
            kind, body = "text/javascript", (MODULES / path.removeprefix("/js/")).read_bytes()
        else:
            kind, body = "text/html", REPLY.encode()
        exchange.head(200, [("content-type", kind), ("cache-control", "no-cache")])
        exchange.chunk(body)
        if exchange.stream:
            exchange.stop()
        exchange.end()
        exchange.left()

    def _document(self) -> bytes:
        text = self.case.document()
        scripts = "".join(f'<script src="/js/{path}"></script>' for path in SCRIPTS[self.stack])
        return text.replace("</head>", f"{scripts}</head>").encode()

    def _frames(self, path: str) -> bytes:
        frames = [f for f in self.case.frames if f.click is None and f.to in (None, path)]
        return b"".join(encode(f.name, f.data) for f in frames)

    def close(self) -> None:
        """Nothing is held."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


def verdicts(alignment: Alignment) -> list[tuple[str, str, str]]:
    return sorted((row.stream.path, row.name, row.verdict) for row in alignment.rows)


def tree_of(root: Node) -> list[tuple[int, str, str | None]]:
    """The elements of the body with their depths; `</p>` alone makes one that says nothing."""
    body = next(node for node in root.subtree() if node.name == "body")
    return [
        (len(list(node.ancestors())), node.name, node.attributes.get("id"))
        for node in body.subtree()
        if not node.name.startswith("#")
        and (node.name != "p" or node.attributes)
        and not any(a.name in APART for a in node.ancestors())
    ]


def whole_tree(page: bytes) -> list[tuple[int, str, str | None]]:
    """The tree that the linter makes of a page, with elements that do not matter to it."""
    found = Found()
    found.templates.append("page.html")
    project = Project.of("/", Settings(dialect="html"), found, replaced={"page.html": page})
    return tree_of(Engine(project, everything=True).page("page.html").variants[0].root)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("stack", "pages"),
    [("htmx2", PAGES), ("htmx1", FEWER), ("htmx2-ext210", FEWER), ("htmx4", FEWER)],
)
def test_what_is_observed_is_what_is_predicted(browser: Any, stack: str, pages: int) -> None:
    compared, different = 0, []
    for seed in range(3 * pages):
        if compared == pages:
            break
        case = generate.make(seed, stack[4])
        if any(len(seen.streams) not in (1, 2, 3) for seen in predict(case, stack)[:1]):
            continue
        site = CaseSite(case, stack)
        session = look(site, "/page", Limits(), htmx=stack[4])
        if whole_tree(session.page) != tree_of(markup.page(session.page.decode())):
            # Misnested markup, of which the linter's tree is only an approximation.
            continue
        predicted = verdicts(align(session))
        observed = verdicts(align(session, watched=watch_in(browser, session, pictures=False)))
        compared += 1
        if predicted != observed:
            different.append(f"{case.name}: {predicted} but {observed}")
    assert compared == pages
    assert different == []


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """The npm packages under the names by which pages load them."""
    folder = tmp_path / "packages"
    folder.mkdir()
    (folder / "htmx.org").symlink_to(MODULES / "htmx2", target_is_directory=True)
    (folder / "htmx-ext-sse").symlink_to(MODULES / "sse224", target_is_directory=True)
    return folder


def streamed(folder: Path, packages: Path, *arguments: str) -> Done:
    watching = ("--browser", "--htmx-dir", str(packages), "--max-events", "9")
    return sse_check(folder, "stream", *arguments, *watching)


def findings(done: Done) -> list[tuple[str, str]]:
    return [(f["rule"], f["message"]) for f in json.loads(done.out)["findings"]]


def test_the_demo_is_seen_to_misroute(packages: Path) -> None:
    demo = ROOT / "fixtures" / "demo"
    done = streamed(demo, packages, "app:app")
    assert done.status == 1, done.err
    assert "landing places observed in Chromium" in done.out
    assert "main#content  misrouted" in done.out
    predicted = sse_check(demo, "stream", "app:app", "--max-events", "9", "--format", "json")
    observed = streamed(demo, packages, "app:app", "--format", "json")
    assert findings(observed) == findings(predicted)


PAGE = """<!doctype html>
<html><head>
<script src="https://unpkg.com/htmx.org@2.0.11"></script>
<script src="https://cdn.jsdelivr.net/npm/htmx-ext-sse@2.2.4/dist/sse.min.js"></script>
</head>
<body><div hx-ext="sse" sse-connect="/events"><p id="status" sse-swap="status">-</p></div></body>
</html>
"""


def sample(folder: Path, page: str) -> tuple[str, ...]:
    (folder / "page.html").write_text(page, encoding="utf-8")
    (folder / "a.sse").write_text("event: status\ndata: x\n\n", encoding="utf-8")
    return "page.html", "--sample", "a.sse"


def test_samples_are_replayed_in_the_browser(packages: Path, tmp_path: Path) -> None:
    done = streamed(tmp_path, packages, *sample(tmp_path, PAGE))
    assert "p#status  itself    delivered" in done.out, done.err


@pytest.mark.parametrize(
    ("generation", "message", "shown"),
    [
        ("4", beside.PARTIAL, "div#c     p#status  delivered"),
        ("4", beside.OUT_OF_BAND, "div#c     p#status  delivered"),
        ("4", beside.PARTIAL.replace("status", "nope"), "div#c     -         lost"),
        ("2", beside.PARTIAL, "div#c     p#status  delivered"),
        ("2", beside.OUT_OF_BAND, "div#c     itself    delivered"),
        ("2", beside.OUT_OF_BAND.replace("status", "nope"), "div#c     itself    lost"),
    ],
)
def test_parts_that_name_their_places(
    tmp_path: Path, generation: str, message: str, shown: str
) -> None:
    folder = tmp_path / "npm"
    folder.mkdir()
    packages = {"htmx.org": f"htmx{generation}", "htmx-ext-sse": "sse224"}
    for name, where in packages.items():
        (folder / name).symlink_to(MODULES / where, target_is_directory=True)
    command = sample(tmp_path, beside.page_of(generation))
    (tmp_path / "a.sse").write_text(f"data: {message}\n\n", encoding="utf-8")
    done = streamed(tmp_path, folder, *command)
    assert "observed in Chromium" in done.out, done.err
    assert " ".join(shown.split()) in " ".join(done.out.split())


def test_the_report_has_pictures(packages: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    options = ("--format", "html", "--output-file", str(report))
    done = streamed(ROOT / "fixtures" / "demo", packages, "app:app", *options)
    assert done.status == 1, done.err
    page = report.read_text(encoding="utf-8")
    assert page.count('src="data:image/png;base64,iVBOR') == 2
    assert page.count('<i class="dot') == 9
    assert "http" not in page.replace("http-equiv", "").replace("https://unpkg.com", "")


def test_an_error_in_the_console_is_told(tmp_path: Path, packages: Path) -> None:
    broken = PAGE.replace("</body>", "<script>missing.call()</script></body>")
    done = streamed(tmp_path, packages, *sample(tmp_path, broken), "--format", "json")
    assert ("stream_console", "the browser's console says: missing is not defined") in findings(
        done
    )


def test_a_page_whose_htmx_does_not_load(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    done = streamed(ROOT / "fixtures" / "demo", empty, "app:app")
    assert done.status == 2
    assert "htmx does not run on this page in the browser" in done.err
    assert "--htmx-dir" in done.err


def test_a_page_whose_extension_does_not_load(tmp_path: Path, packages: Path) -> None:
    """Nothing is observed then, which is not what the page does."""
    page = PAGE.replace("htmx-ext-sse@2", "htmx-ext-other@2")
    assert page != PAGE
    done = streamed(tmp_path, packages, *sample(tmp_path, page))
    assert done.status == 2
    assert "the SSE extension does not run on this page in the browser (https://" in done.err


def test_a_stream_that_the_browser_does_not_open(tmp_path: Path, packages: Path) -> None:
    gone = "<script>document.querySelector('[sse-connect]').remove()</script></body>"
    done = streamed(
        tmp_path, packages, *sample(tmp_path, PAGE.replace("</body>", gone)), "--format", "json"
    )
    assert done.status == 1
    told = "the browser opened none of 1 stream of the page"
    assert ("stream_not_opened", told) in findings(done)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    done = streamed(ROOT / "fixtures" / "demo", tmp_path / "none", "app:app")
    assert done.status == 2
    assert "no such folder" in done.err


def test_another_generation_of_htmx_does_not_stand_in(tmp_path: Path, packages: Path) -> None:
    page = PAGE.replace("htmx.org@2.0.11", "htmx.org@1.9.12")
    done = streamed(tmp_path, packages, *sample(tmp_path, page))
    assert done.status == 2
    assert "https://unpkg.com/htmx.org@1.9.12 is not there" in done.err


def test_a_payload_that_is_only_out_of_band_is_not_misrouted(
    tmp_path: Path, packages: Path
) -> None:
    page = PAGE.replace('sse-swap="status">-</p>', 'sse-swap="status"></p><i id="y">y</i>')
    arguments = sample(tmp_path, page)
    beside = 'event: status\ndata: <em id="y" hx-swap-oob="beforeend">z</em>\n\n'
    (tmp_path / "a.sse").write_text(beside, encoding="utf-8")
    done = streamed(tmp_path, packages, *arguments)
    assert "p#status  itself    delivered" in done.out, done.out + done.err


def test_htmx_4_by_its_predictions(tmp_path: Path) -> None:
    """A message that wipes its connection out, and one with a name, which is not swapped."""
    packages = tmp_path / "packages"
    packages.mkdir()
    (packages / "htmx.org").symlink_to(MODULES / "htmx4", target_is_directory=True)
    page = (
        '<!doctype html><html><head><script src="https://unpkg.com/htmx.org@4.0.1/dist/htmax.js">'
        '</script></head><body hx-target:inherited="#main"><main id="main">'
        '<div id="live" hx-sse:connect="/events">-</div></main></body></html>'
    )
    arguments = sample(tmp_path, page)
    (tmp_path / "a.sse").write_text(
        "event: status\ndata: x\n\ndata: <b>1</b>\n\n", encoding="utf-8"
    )
    done = streamed(tmp_path, packages, *arguments)
    assert "div#live  main#main  misrouted" in done.out, done.out + done.err
    assert "unheard" in done.out


ABSOLUTE = r"""
import asyncio

from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse, StreamingResponse
from starlette.routing import Route

PAGE = {page!r}


async def index(request):
    page = PAGE.replace("/events", str(request.url_for("events")))
    return HTMLResponse(page.replace("/more", str(request.url_for("more"))))


async def events(request):
    async def stream():
        again = request.url_for("events")
        yield f"event: status\ndata: <a href='{{again}}'>x</a>\n\nevent: go\ndata: x\n\n"
        await asyncio.sleep(60)

    return StreamingResponse(stream(), media_type="text/event-stream")


async def more(request):
    return PlainTextResponse("more")


app = Starlette(routes=[Route("/", index), Route("/e", events, name="events"), Route("/m", more)])
"""


def test_absolute_addresses_of_the_app_itself(packages: Path, tmp_path: Path) -> None:
    """FastAPI's `url_for` writes them; the browser finds them where the page is served again."""
    page = PAGE.replace("</div>", '<p id="go" hx-get="/more" hx-trigger="sse:go">-</p></div>')
    (tmp_path / "app.py").write_text(ABSOLUTE.format(page=page), encoding="utf-8")
    done = streamed(tmp_path, packages, "app:app", "--format", "json", "--timeout", "2")
    assert done.out, done.err
    found = json.loads(done.out)
    assert [f["rule"] for f in found["findings"] if f["severity"] != "info"] == [], done.err
    (stream,) = found["stream"]["streams"]
    assert stream["address"] == "/e"
    assert [(n["event"], n["verdict"]) for n in stream["names"]] == [
        ("status", "delivered"),
        ("go", "delivered"),
    ]


@pytest.mark.skipif(not HAS_PROC, reason="looks into /proc")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_no_browser_is_left_when_the_harness_dies(
    packages: Path, tmp_path: Path, number: signal.Signals
) -> None:
    (tmp_path / "many.sse").write_text("event: status\ndata: x\n\n" * 199)
    page, *_ = sample(tmp_path, PAGE)
    process = subprocess.Popen(
        [sys.executable, "-m", "sse_check", "stream", page, "--sample", "many.sse",
         "--browser", "--htmx-dir", str(packages), "--max-events", "199"],
        cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        # The driver, the browser, and the browser's own.
        assert until(lambda: len(descendants(process.pid)) > 4)
        started = descendants(process.pid)
        process.send_signal(number)
        process.wait(30)
        assert left_of(started) == []
    finally:
        process.kill()
