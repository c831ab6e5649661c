"""Rules that say what a browser does: where it does, and where it does not."""

from pathlib import Path

import pytest

from sse_check.findings.check import check
from sse_check.project.settings import Settings
from tests.project.helpers import built_in, load

H1 = "htmx.org@1.9.12 htmx.org@1.9.12/dist/ext/sse.js"
H2 = "htmx.org@2.0.11 htmx-ext-sse@2.2.4/sse.js"
H204 = "htmx.org@2.0.4 htmx-ext-sse@2.2.4/sse.js"
H4 = "htmx.org@4.0.1 htmx.org@4.0.1/dist/ext/hx-sse.js"
MORPH = f"{H2} idiomorph@0.7.3/dist/idiomorph-ext.min.js"
RULES = ("sse_orphan", "sse_wiped", "sse_self_swap", "sse_trigger", "sse_view_transition")
IN = '<div hx-ext="sse" sse-connect="/e">%s</div>'
ASKS = IN % '<p id="p" hx-get="/r" hx-trigger="sse:x">p</p>'
SELF = '<div hx-ext="sse, morph" sse-connect="/e" sse-swap="a" %s</div>'
KEPT = '<div id="k" hx-preserve hx-ext="sse" sse-connect="/f"><i sse-swap="b">i</i></div>'
FREEZES = (
    '<main hx-ext="sse" sse-connect="/e" sse-swap="a" hx-swap="innerHTML transition:true">p</main>'
)


@pytest.mark.parametrize(
    ("scripts", "body", "found"),
    [
        # What is triggered bubbles: others hear it on its way.
        (H2, f'{ASKS}<i hx-get="/q" hx-trigger="sse:x from:body">i</i>', []),
        (H2, f'{ASKS}<i hx-get="/q" hx-trigger="sse:x from:#p">i</i>', []),
        (H2, f'<main hx-get="/q" hx-trigger="sse:x" hx-target="#z">{ASKS}</main><b id="z">z</b>', []),
        (H2, IN % '<p sse-swap="y">p</p>' + '<i hx-get="/q" hx-trigger="sse:x from:body">i</i>', ["sse_orphan"]),
        # What is kept is not wiped.
        (H4, '<div hx-sse:connect="/e" hx-swap="innerMorph"><p id="k" hx-sse:connect="/f">k</p></div>', []),
        (H4, '<div hx-sse:connect="/e"><p id="k" hx-sse:connect="/f">k</p></div>', ["sse_wiped"]),
        (MORPH, SELF % 'hx-swap="morph:innerHTML"><p id="k" sse-swap="b">k</p>', []),
        (H2, SELF % '><p id="k" hx-preserve sse-swap="b">k</p>', []),
        (H2, SELF % '><p id="k" sse-swap="b">k</p>', ["sse_self_swap", "sse_wiped"]),
        (H2, IN % '<div sse-swap="a"><p id="k" hx-preserve sse-swap="b">k</p></div>', []),
        (H2, f'<section id="k" hx-preserve>{IN}</section>' % '<div sse-swap="a"><p sse-swap="b">k</p></div>', ["sse_wiped"]),
        # What is kept may connect once more: in htmx 2 the element that comes for it, in htmx 1 all
        # that is below a new one.
        (H2, IN % f'<div sse-swap="a">{KEPT}</div>', ["sse_wiped"]),
        (H2, IN % f'<div sse-swap="a"><section>{KEPT}</section></div>', []),
        (H2, IN % f'<div sse-swap="a">{KEPT}</div>'.replace('hx-ext="sse" ', ""), []),
        (H1, IN % f'<div sse-swap="a">{KEPT}</div>', []),
        (H1, IN % f'<div sse-swap="a"><section>{KEPT}</section></div>', ["sse_wiped"]),
        (H4, '<div hx-sse:connect="/e"><p id="k" hx-preserve hx-sse:connect="/f">k</p></div>', []),
        (MORPH, SELF % 'id="s" hx-swap="morph"><p>k</p>', ["sse_self_swap", "sse_wiped"]),
        # Who waits for a trigger by other means needs no request.
        (H2, IN % '<p hx-trigger="sse:x">p</p>' + '<script>document.body.addEventListener("sse:x", f)</script>', []),
        (H2, IN % '<p hx-trigger="sse:x" _="on sse:x log 1">p</p>', []),
        (H2, IN % '<p hx-trigger="sse:x" x-data @sse:x="n++">p</p>', []),
        (H2, IN % '<p hx-trigger="sse:x" hx-on:sse:x="f()">p</p>', []),
        (H2, IN % '<p hx-get="/r" hx-trigger="sse:x" hx-swap="beforeend">p</p>', []),
        (H2, IN % '<p hx-trigger="sse:x">p</p>', ["sse_trigger"]),
        # What a version ignores freezes nothing.
        (H204, FREEZES, []),
        (H1, FREEZES, []),
        (H2, FREEZES, ["sse_view_transition"]),
        # A hole in an address hides nothing below it.
        (H2, '<div hx-ext="sse" sse-connect="/e/{{ x }}"><p hx-trigger="sse:x">p</p></div>', ["sse_trigger"]),
    ],
)  # fmt: skip
def test_found(tmp_path: Path, scripts: str, body: str, found: list[str]) -> None:
    tags = "".join(f'<script src="https://unpkg.com/{one}"></script>' for one in scripts.split())
    page = f"<!doctype html>\n<html><head>{tags}</head><body>{body}</body></html>\n"
    project = load(tmp_path, {"a.html": page}, Settings(profile="browser"))
    rules = [built_in()[name] for name in RULES]
    result = check(project, project.files.found.templates, rules)
    names = {finding.rule for finding in result.findings}
    assert sorted(names) == found
