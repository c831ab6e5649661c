"""What the map says of a page beside what a browser shows: places, ways, what is lost and why.

What is expected is read from the pages and from what htmx documents.
"""

from pathlib import Path
from unittest.mock import patch

from tests.report.told import COMPAT, HTMX1, HTMX2, HTMX4, LISTENS, PAGE, mapped, told


def test_each_name_has_its_place(tmp_path: Path) -> None:
    body = (
        LISTENS % '<p id=l sse-swap="a, b"></p><u id=u hx-get=/r hx-trigger="click, sse:done"></u>'
    )
    assert told(tmp_path, HTMX2, f"<body>{body}</body>") == [
        "always /e by sse-connect=/e",
        "  a",
        "    swap a: delivered innerHTML #l",
        "  b",
        "    swap b: delivered innerHTML #l",
        "  done",
        "    trigger done: delivered innerHTML #u GET /r -> #u",
    ]


def test_the_old_attribute_says_both(tmp_path: Path) -> None:
    body = '<body><div id=d hx-sse="connect:/e swap:a">1<b id=b hx-sse="swap:c">2</b></div></body>'
    assert told(tmp_path, HTMX1, body) == [
        'always /e by hx-sse="connect:/e swap:a"',
        "  a",
        '    swap hx-sse="connect:/e swap:a": delivered innerHTML #d destroys #b',
        "  c",
        "    swap c: delivered innerHTML #b",
    ]


def test_another_character_between_words(tmp_path: Path) -> None:
    body = "<body><div id=c hx-sse.connect=/e hx-sse.close=done hx-target=#x>1</div><p id=x></p></body>"
    config = """<meta name=htmx-config content='{"metaCharacter": "."}'>"""
    assert told(tmp_path, HTMX4, body, config=config) == [
        "always /e by hx-sse.connect=/e",
        "  unnamed",
        "    swap hx-sse.connect=/e: delivered innerHTML #x",
        "  done",
        "    close hx-sse.close=done: delivered closes",
    ]
    bare = "<p id=c hx-sse.connect=/e>1</p>"
    assert told(tmp_path, HTMX4, bare, config=config)[0] == "always /e by hx-sse.connect=/e"


def test_what_a_switched_off_part_waits_for_is_lost(tmp_path: Path) -> None:
    rest = '<p id=l sse-swap=a></p><div hx-disable><p sse-swap="a"></p><p sse-swap=b></p></div>'
    assert told(tmp_path, HTMX2, f"<body>{LISTENS % rest}</body>") == [
        "always /e by sse-connect=/e",
        "  a",
        "    swap sse-swap=a: delivered innerHTML #l",
        '    swap sse-swap="a": lost',
        "  b",
        "    swap sse-swap=b: lost",
    ]


def test_templates_are_no_part_of_a_page(tmp_path: Path) -> None:
    body = f"<body><template>{LISTENS % '<p sse-swap=a></p>'}</template></body>"
    assert told(tmp_path, HTMX2, body) == []


def test_one_element_waits_by_two_attributes(tmp_path: Path) -> None:
    """A trigger without a request sends nothing: the swap beside it makes it no listener."""
    body = LISTENS % '<p id=l sse-swap=a hx-trigger="sse:a"></p><p hx-trigger="sse:b"></p>'
    assert told(tmp_path, HTMX2, f"<body>{body}</body>") == [
        "always /e by sse-connect=/e",
        "  a",
        "    swap sse-swap=a: delivered innerHTML #l",
        '    trigger hx-trigger="sse:a": lost (no request)',
        "  b",
        '    trigger hx-trigger="sse:b": lost (no request)',
    ]


def test_renderings_that_differ(tmp_path: Path) -> None:
    body = """<body><div {% if x %}hx-ext=sse{% endif %} sse-connect="/e">
        <p id=l sse-swap=a {% if y %}hx-target="#n"{% endif %}>1</p><p id=n>2</p></div></body>"""
    opens, name, *landings = told(tmp_path, HTMX2, body)
    assert (opens, name) == ('some /e by sse-connect="/e"', "  a")
    assert sorted(landings) == [
        "    swap sse-swap=a: on some ways delivered innerHTML #l",
        "    swap sse-swap=a: on some ways delivered innerHTML #n",
        "    swap sse-swap=a: on some ways lost",
    ]


def test_it_never_opens(tmp_path: Path) -> None:
    body = '<body><div sse-connect="/e"><p sse-swap=a>1</p></div></body>'
    assert told(tmp_path, HTMX2, body) == [
        'never /e by sse-connect="/e"',
        "  a",
        "    swap sse-swap=a: lost",
    ]


def test_an_element_that_no_template_has(tmp_path: Path) -> None:
    """The parser makes a body; an event that lands there has no place to show."""
    body = LISTENS % "<p id=l sse-swap=a hx-target=body>1</p>"
    assert told(tmp_path, HTMX2, body) == [
        "always /e by sse-connect=/e",
        "  a",
        "    swap sse-swap=a: delivered innerHTML destroys div #l then lost",
    ]


def test_what_loading_a_page_brings_in_has_no_place(tmp_path: Path) -> None:
    """In htmx 4 with compat each element in a connection connects, also one that is swapped in."""
    late = (
        "<body><p hx-get=/r hx-trigger=load>1</p><u hx-sse:connect=/e hx-trigger=click></u></body>"
    )
    assert told(tmp_path, HTMX4, late)[:1] == ["always /e by hx-sse:connect=/e on click"]
    body = "<body><section id=s sse-connect=/e><p hx-get=/r hx-trigger=load>1</p></section></body>"
    assert told(tmp_path, COMPAT, body) == [
        "always /e by sse-connect=/e",
        "  unnamed",
        "    swap sse-connect=/e: delivered innerHTML #s",
    ]


def test_what_is_not_tried_cannot_be_told(tmp_path: Path) -> None:
    rows = "<p hx-sse:connect=/e hx-swap=outerHTML></p>" * 3
    body = f"<body>{rows}<u hx-sse:connect=/late hx-trigger=click></u></body>"
    with patch("sse_check.htmx.copying.MOST_COPIED", 20):
        found = told(tmp_path, HTMX4, body)
    assert found[-3:] == [
        "always /late by hx-sse:connect=/late on click",
        "  unnamed",
        "    swap hx-sse:connect=/late: unknown",
    ]


def test_an_address_that_python_gives(tmp_path: Path) -> None:
    body = '<body hx-ext=sse><div sse-connect="{{ url }}"></div><div sse-connect="/e/{{ n }}"></div></body>'
    assert told(tmp_path, HTMX2, body) == [
        'always url by sse-connect="{{ url }}"',
        'always /e/* by sse-connect="/e/{{ n }}"',
    ]


def _kept(
    folder: Path, attributes: str, inner: str = "<b id=k hx-preserve sse-swap=b>2</b>"
) -> str:
    body = LISTENS % f'<p id=p hx-get=/r hx-trigger="sse:a" {attributes}>{inner}</p>'
    found = told(folder, HTMX2, f"<body>{body}</body>")
    (line,) = [line for line in found if "sse:a" in line]
    return line.partition("GET /r -> #p ")[2]


def test_what_stays_where_the_payload_has_it_again(tmp_path: Path) -> None:
    assert _kept(tmp_path, "hx-swap=innerHTML") == "destroys #k keeps #k"
    assert _kept(tmp_path, "hx-swap=outerHTML") == "destroys #p #k keeps #k then lost"


def test_where_nothing_can_stay(tmp_path: Path) -> None:
    """There nothing is said of a payload that has it again."""
    assert _kept(tmp_path, "hx-swap=innerHTML", "<b id=k sse-swap=b>2</b>") == "destroys #k"
    assert _kept(tmp_path, "hx-swap=textContent") == "destroys #k"
    assert _kept(tmp_path, "hx-swap=delete") == "destroys #p #k then lost"
    # What is selected of the payload is not all of it.
    assert _kept(tmp_path, "hx-select=#k") == "destroys #k"


def test_how_and_how_often(tmp_path: Path) -> None:
    body = """<p id=a hx-get=/r hx-trigger="sse:a delay:1s" hx-swap=none></p>
        <p id=b hx-get=/r hx-trigger="sse:b, sse:b" hx-select=.k hx-swap="beforeend settle:2s"></p>
        <p id=d sse-swap="d,d"></p><p id=f sse-swap=f hx-swap=outerHTML hx-target="next b"></p>
        <b id=x>1</b><b id=y>2</b>"""
    twice = "beforeend #b of .k settle:2s GET /r -> #b GET /r -> #b"
    assert told(tmp_path, HTMX2, f"<body>{LISTENS % body}</body>") == [
        "always /e by sse-connect=/e",
        "  a",
        '    trigger hx-trigger="sse:a delay:1s": delivered none delay:1s GET /r -> nowhere',
        "  b",
        f'    trigger hx-trigger="sse:b, sse:b": delivered 2 times {twice}',
        "  d",
        '    swap sse-swap="d,d": delivered 2 times innerHTML #d',
        "  f",
        "    swap sse-swap=f: delivered outerHTML #x then delivered outerHTML #y",
    ]


def test_where_it_goes_astray_and_where_that_is_said(tmp_path: Path) -> None:
    body = """<main hx-target=#t><p id=a sse-swap=a></p><p id=b sse-swap=b hx-target=this></p>
        <p id=c sse-swap=c hx-target=#t></p><p id=g hx-get=/r hx-trigger="sse:g"></p></main><p id=t></p>"""
    assert told(tmp_path, HTMX2, f"<body>{LISTENS % body}</body>") == [
        "always /e by sse-connect=/e",
        "  a",
        "    swap sse-swap=a: misrouted innerHTML #t",
        "  b",
        "    swap sse-swap=b: delivered innerHTML #b",
        "  c",
        "    swap sse-swap=c: delivered innerHTML #t",
        "  g",
        '    trigger hx-trigger="sse:g": delivered innerHTML #t GET /r -> #t',
    ]


def test_targets_of_htmx_4(tmp_path: Path) -> None:
    """A target may be in the swap; one that comes from above goes astray."""
    body = """<body><p id=c hx-sse:connect=/c hx-target=#o hx-swap="innerHTML strip:true"></p>
        <p hx-sse:connect=/d hx-swap="innerHTML target:#o"></p><main hx-target:inherited=#o>
        <p hx-sse:connect=/g></p></main><p id=o></p></body>"""
    found = told(tmp_path, HTMX4, body)
    assert [line.strip() for line in found if "swap " in line] == [
        "swap hx-sse:connect=/c: delivered innerHTML #o stripped",
        "swap hx-sse:connect=/d: delivered innerHTML #o",
        "swap hx-sse:connect=/g: misrouted innerHTML #o",
    ]


def test_why_it_is_lost(tmp_path: Path) -> None:
    """What is not swapped at all is not lost, unless its target is missing."""
    body = """<p sse-swap=a hx-swap=none></p><p sse-swap=b hx-swap=none hx-target=#x></p>
        <p sse-swap=c hx-target=#x></p>"""
    found = told(tmp_path, HTMX2, f"<body>{LISTENS % body}</body>")
    assert [line.strip() for line in found if "swap " in line] == [
        "swap sse-swap=a: delivered none",
        "swap sse-swap=b: lost none (no target)",
        "swap sse-swap=c: lost innerHTML (no target)",
    ]


def test_an_id_that_is_not_known(tmp_path: Path) -> None:
    body = LISTENS % """<ul id="u-{{ n }}"><li id=a sse-swap=a hx-target="closest ul"></li></ul>"""
    assert told(tmp_path, HTMX2, f"<body>{body}</body>")[-1] == (
        "    swap sse-swap=a: delivered innerHTML ul destroys #a then lost"
    )


def test_one_of_two_has_no_target_left(tmp_path: Path) -> None:
    """It is heard twice, and the first time replaces where both would go."""
    body = """<main hx-target=#x hx-swap=outerHTML><p sse-swap="a,a"></p></main><b id=x>1</b>"""
    assert told(tmp_path, HTMX2, f"<body>{LISTENS % body}</body>")[2:] == [
        '    swap sse-swap="a,a": misrouted outerHTML #x then lost (no target)',
    ]


def test_a_stream_that_another_event_takes_away(tmp_path: Path) -> None:
    """Each event comes to the page as it was loaded."""
    body = LISTENS % "<p id=l sse-swap=a>1<i sse-connect=/f><u sse-swap=d>2</u></i></p>"
    assert told(tmp_path, HTMX2, f"<body>{body}</body>") == [
        "always /e by sse-connect=/e",
        "  a",
        "    swap sse-swap=a: delivered innerHTML #l destroys i u",
        "always /f by sse-connect=/f",
        "  d",
        "    swap sse-swap=d: delivered innerHTML u",
    ]


def test_a_request_that_a_message_takes_away(tmp_path: Path) -> None:
    body = """<body><div id=c hx-sse:connect=/e><b hx-get=/r hx-trigger="z from:#c">1</b></div></body>"""
    assert told(tmp_path, HTMX4, body) == [
        "always /e by hx-sse:connect=/e",
        "  unnamed",
        "    swap hx-sse:connect=/e: delivered innerHTML #c",
        "  z",
        "    trigger z: delivered innerHTML b GET /r -> b",
    ]


def test_words_of_htmx_2_are_lost_in_htmx_4(tmp_path: Path) -> None:
    """Also where the same element hears the name by a word of htmx 4."""
    waits = """sse-swap="message, done" hx-on:done="x()\""""
    body = f"<body><div id=c hx-sse:connect=/e {waits}>1</div></body>"
    assert told(tmp_path, HTMX4, body) == [
        "always /e by hx-sse:connect=/e",
        "  unnamed",
        "    swap hx-sse:connect=/e: delivered innerHTML #c",
        "  message",
        "    swap message: lost",
        "  done",
        "    swap done: lost",
        '    script hx-on:done="x()": delivered',
    ]


def test_one_place_that_stands_on_a_page_twice_opens_two_streams(tmp_path: Path) -> None:
    called = (
        "{% macro m() %}<div hx-ext=sse sse-connect=/e><p sse-swap=a></p></div>{% endmacro %}"
        "<body>{{ m() }}{{ m() }}</body>"
    )
    # Of a link in a link the parser makes a second one of the first.
    linked = "<body hx-ext=sse><a sse-connect=/e><p sse-swap=a>x<a href=/y>y</a></p></a></body>"
    once = LISTENS % "<p sse-swap=a></p>"
    for body, times in ((called, 2), (linked, 2), (once, 1)):
        (page,) = mapped(tmp_path, {PAGE: f"<!doctype html>{HTMX2}{body}"})
        (connection,) = page.connections
        assert connection.how is not None
        assert (connection.how.times, connection.how.open) == (times, times)
