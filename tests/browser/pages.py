"""Pages made by hand for what neither the known cases nor the random pages show."""

from tests.browser.harness import Case, Frame
from tests.browser.pages4 import PAGES as PAGES4

_A = Frame("a", "<b>A</b>")
_UNNAMED = Frame(None, "<b>U</b>")
_X = "<div id=x>x</div>"


def _click(selector: str) -> Frame:
    return Frame(None, "", click=selector)


# Each selector has to find one of these, or none; a wrong reading finds another.
_GROVE = (
    '<section id=s1 class="one two" lang=en-GB><b id=b1 data-k=ab>1</b><i id=i1>2</i>'
    '<b id=b2 class=two data-k="a b">3</b></section><section id=s2 class=two lang=english>'
    '<u id=u1><b id=b3 data-k=b title>4</b></u><i id=i2 class="three one" data-k=ba>5</i></section>'
    "<ul id=ul1><li id=l1>6</li><li id=l2 class=two>7</li><li id=l3 lang=en>8</li></ul>"
    '<ol id=ol1><li id=l4>9</li></ol><p id="p.1" class="a:b">10</p>'
)
_SELECTORS = (
    "*", "b", "B", "#b2", ".two", ".one.three", "b.two", "section > i", "section i", "u b",
    "section > b > b", "b + i", "b ~ b", "i + b", "li + li + li", "li ~ li", "section + section i",
    "section ~ ul li", "ul > li.two", "[title]", "[data-k]", "[data-k=b]", "[data-k='a b']",
    '[data-k="ba"]', "[data-k~=b]", "[data-k~='']", "[lang|=en]", "[lang|=english]", "[lang^=engl]",
    "[lang^='']", "[lang$=GB]", "[lang$='']", "[lang*=glis]", "[lang*='']", "[data-k^=b]",
    "[data-k$=a]", "[data-k*=' ']", "b:first-child", "b:last-child", "b:only-child", "li:last-child",
    "li:only-child", "i:first-child", "#p\\.1", ".a\\:b", "u, ol", ".missing, ul", "section>b",
    "ul li:first-child + li", "<ol/>", "next <b/>", "previous <b/>", "next li", "previous li",
    "closest <main/>", "find em", "find <em/>", "next", "previous", "next section", "previous ol",
    "[DATA-K=ba]", "section section", "b b", "i.one", "*.three", "li.two + li", "u > *",
)  # fmt: skip


def _at_a_selector(selector: str) -> Case:
    """A listener between two groves, with a selector for its target."""
    again = _GROVE.replace("id=", "data-oid=again-").replace('again-"p.1"', '"again-p"')
    page = (
        f'{_GROVE}<main hx-ext="sse" sse-connect="/sse1"><div id=k sse-swap="a" '
        f"hx-target='{selector.replace(chr(39), chr(34))}'>old <em id=em>em</em></div></main>{again}"
    )
    return Case(f"the selector {selector}", page, (Frame("a", "<s data-oid=new>new</s>"),))


BOTH_4 = ("htmx4", "htmx4-compat")
# In htmx 4 an element with a request of its own is not boosted, others ask for their address.
_BOOSTED = tuple(
    (
        Case(
            f"boosted, {attributes}",
            f'<main id=m hx-boost:inherited="true"><{attributes} hx-trigger="a from:body">x</main>'
            '<div hx-sse:connect="/sse1"></div><u>kept</u>',
            (_A,),
        ),
        ("htmx4",),
    )
    for attributes in (
        'form hx-get="/r"', 'form action="/r"', 'form action="/r" method="post"', "form",
        'form action="/r" method="dialog"', 'a href="/r"', 'a href="#x"', "a", 'a hx-get="/r"',
        'a href="/r" target="_blank"', 'a href="/r" target="_self"', 'a href="/r" download',
        'a href="/r" hx-boost="false"', 'a href="/r" hx-target="#m"', 'b href="/r"',
    )
)  # fmt: skip
PAGES: tuple[tuple[Case, tuple[str, ...]], ...] = (
    *_BOOSTED,
    (
        Case(
            "a request when the page loads", '<div hx-get="/r" hx-trigger="load">old</div>', (_A,)
        ),
        (*BOTH_4, "htmx2", "htmx1"),
    ),
    (
        Case(
            "a request that answers with one that loads",
            '<div hx-get="/r" hx-trigger="load">old</div>',
            (_UNNAMED,),
            replies={"/r": '<p hx-get="/s" hx-trigger="load">first</p>'},
        ),
        BOTH_4,
    ),
    (
        Case(
            "a connection that a click opens, once",
            '<div id=c hx-sse:connect="/sse1" hx-trigger="click">old</div>',
            (_UNNAMED, _click("#c"), _UNNAMED, _click("#c"), _UNNAMED),
        ),
        BOTH_4,
    ),
    (
        Case(
            "a click on what asks, and not on what connects",
            '<div id=c hx-get="/r">old</div><div hx-sse:connect="/sse1" hx-trigger="click">n</div>',
            (_click("#c"), _UNNAMED),
        ),
        BOTH_4,
    ),
    (
        Case(
            "once",
            '<div hx-sse:connect="/sse1">old</div><p hx-get="/r" hx-trigger="a once from:body">p</p>',
            (_A, _A),
        ),
        BOTH_4,
    ),
    (
        Case(
            "once of two names",
            '<div hx-sse:connect="/sse1">old</div>'
            '<p hx-get="/r" hx-trigger="a once from:body, b once from:body">p</p>',
            (_A, Frame("b", "<b>B</b>"), _A),
        ),
        BOTH_4,
    ),
    (
        Case(
            "both spellings on one connection",
            '<div sse-connect="/sse1" hx-sse:connect="/sse2" hx-sse:close="done">old</div>',
            (_UNNAMED, Frame("done", "x")),
        ),
        BOTH_4,
    ),
    (
        Case(
            "a connection inside a message, and again",
            '<div hx-sse:connect="/sse1">old</div>',
            (
                Frame(None, '<p hx-sse:connect="/sse2">inner</p>', to="/sse1"),
                Frame(None, "<i>I</i>", to="/sse2"),
            ),
        ),
        BOTH_4,
    ),
    (
        Case(
            "a partial without its target, with text in it",
            f'<div hx-sse:connect="/sse1">old</div>{_X}',
            (
                Frame(None, '<hx-partial hx-target="#missing">gone</hx-partial>'),
                Frame(None, '<hx-partial hx-target="#x">text <b>and more</b></hx-partial>'),
                Frame(None, '<hx-partial id=x hx-swap="beforeend">end</hx-partial>rest'),
            ),
        ),
        BOTH_4,
    ),
    (
        Case(
            "out of band: text, styles and selectors",
            f'<div hx-sse:connect="/sse1">old</div>{_X}<p id=y>y</p>',
            (
                Frame(None, '<div id=x hx-swap-oob="beforeend">text<b>B</b></div>'),
                Frame(None, '<div hx-swap-oob="innerHTML:#y">why</div>rest'),
                Frame(None, '<div hx-swap-oob="afterbegin:#x">first</div>'),
                Frame(None, '<div id=y hx-swap-oob="outerHTML">new</div>'),
                Frame(None, '<div hx-swap-oob="true">no id</div>after'),
            ),
        ),
        BOTH_4,
    ),
    (
        Case(
            "deleting, and nothing at all",
            '<div hx-sse:connect="/sse1" hx-swap="delete" hx-target="#x">old</div>'
            f'{_X}<div hx-sse:connect="/sse2" hx-swap="none">none</div>',
            (Frame(None, "<i>I</i>", to="/sse2"), Frame(None, "", to="/sse1")),
        ),
        BOTH_4,
    ),
    (
        Case(
            "an empty message",
            '<div hx-sse:connect="/sse1">old</div>',
            (Frame(None, ""), Frame(None, "  ")),
        ),
        BOTH_4,
    ),
    (
        Case(
            "a target that a message takes away",
            f'<div hx-sse:connect="/sse1" hx-target="#x" hx-swap="outerHTML">old</div>{_X}',
            (_UNNAMED, _UNNAMED),
        ),
        (*BOTH_4,),
    ),
    (
        Case(
            "the body itself, replaced",
            '<div hx-ext="sse" sse-connect="/sse1"><p sse-swap="a" hx-target="body" '
            'hx-swap="outerHTML">old</p></div>',
            (_A,),
        ),
        ("htmx1", "htmx2"),
    ),
    (
        Case(
            "boosts of every kind",
            '<main hx-boost="true" hx-ext="sse" sse-connect="/sse1">'
            '<a href="#top" sse-swap="a">top</a><a href="/p" target="_blank" sse-swap="a">new</a>'
            '<a href="https://example.org/" sse-swap="a">away</a>'
            '<form method="dialog" sse-swap="a">dialog</form>'
            '<form method="post" action="/p" sse-swap="b">post</form></main>',
            (_A,),
        ),
        ("htmx1", "htmx2"),
    ),
    (
        Case(
            "plain text swaps",
            '<div hx-ext="sse" sse-connect="/sse1"><p sse-swap="a" hx-swap="textContent">old</p></div>',
            (Frame("a", "<b>bold</b>"), Frame("a", "")),
        ),
        ("htmx1", "htmx2"),
    ),
    *((_at_a_selector(selector), ("htmx2",)) for selector in _SELECTORS),
    *PAGES4,
)
