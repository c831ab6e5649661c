"""The HTML pages in Chromium: nothing is cut off on a phone, and filters leave what they say."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser import harness
from tests.cli.helpers import sse_check
from tests.needs import NEEDS_CHROMIUM
from tests.project.helpers import write
from tests.report.wide import project

PHONE = {"width": 390, "height": 844}
pytestmark = [pytest.mark.browser, NEEDS_CHROMIUM]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    write(folder, project())
    names = [f"a-rather-long-name-of-an-event-{number}" for number in range(14)]
    heard = "".join(f'<p sse-swap="{name}">-</p>' for name in names[:12])
    write(
        folder,
        {
            "page.html": f'<div hx-ext="sse" sse-connect="/e">{heard}</div>',
            "s.sse": "".join(f"event: {name}\ndata: <b>x</b>\n\n" for name in names),
        },
    )
    made = {"map": folder / "map.html", "streams": folder / "streams.html"}
    sse_check(folder, "map", "templates", "--format", "html", "--output-file", str(made["map"]))
    arguments = ("page.html", "--sample", "s.sse", "--format", "html")
    sse_check(folder, "stream", *arguments, "--output-file", str(made["streams"]))
    return made


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=harness.find_chromium(), args=list(harness.FLAGS)
        )
        yield browser
        browser.close()


def opened(browser: Any, path: Path, **options: Any) -> Any:
    page = browser.new_page(**options)
    page.goto(path.as_uri())
    return page


@pytest.mark.parametrize("name", ["map", "streams"])
def test_a_phone_shows_the_whole_width(browser: Any, pages: dict[str, Path], name: str) -> None:
    page = opened(browser, pages[name], viewport=PHONE)
    for box in page.query_selector_all("summary")[:3]:
        box.click()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    page.close()


def visible(page: Any, selector: str) -> int:
    return sum(one.is_visible() for one in page.query_selector_all(selector))


def test_the_map_is_filtered_by_page_and_verdict(browser: Any, pages: dict[str, Path]) -> None:
    page = opened(browser, pages["map"])
    everything = visible(page, ".event")
    page.uncheck("input[value=ok]")
    page.uncheck("input[value=warn]")
    astray = visible(page, ".event")
    assert 0 < astray < everything
    assert visible(page, "[data-verdicts=bad]") == astray
    page.select_option("select", "templates/cranes.html")
    assert visible(page, "section.page") == 1
    page.check("input[value=ok]")
    page.check("input[value=warn]")
    assert visible(page, ".wire") == 5
    page.select_option("select", "")
    assert visible(page, ".event") == everything
    page.close()


def test_the_report_is_filtered_by_verdict(browser: Any, pages: dict[str, Path]) -> None:
    page = opened(browser, pages["streams"])
    assert visible(page, "tbody tr") == 14
    page.uncheck("input[value=ok]")
    assert visible(page, "tbody tr") == 2
    page.close()
