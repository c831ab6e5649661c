"""Pages made by hand for what the documentation of htmx 4 describes."""

from tests.browser.harness import Case, Frame

BOTH_4 = ("htmx4", "htmx4-compat")
_A = Frame("a", "<b>A</b>")
_X = "<div id=x>x</div><p id=y class=k>y</p><p class=k>z</p>"


def _messages(*texts: str) -> tuple[Frame, ...]:
    return tuple(Frame(None, text) for text in texts)


def _page(name: str, attributes: str, *texts: str, config: dict[str, object] | None = None) -> Case:
    html = f'<div id=c hx-sse:connect="/sse1" {attributes}>old</div>{_X}'
    return Case(name, html, _messages(*texts), config or {})


_SWAPS = (
    _page("strip", 'hx-swap="innerHTML strip:true"', "<p>one <b>two</b></p><i>three</i>", "text"),
    _page("swapEmpty", 'hx-swap="innerHTML swapEmpty:true"', "<b>1</b>", "", "<i>2</i>"),
    _page("a target in the swap", 'hx-swap="beforeend target:#y"', "<b>1</b>", "<b>2</b>"),
    _page(
        "a target in the swap, by class", 'hx-swap="innerHTML target:.k"', "<b>1</b>", "<b>2</b>"
    ),
    _page(
        "a target that is replaced", 'hx-target="#x" hx-swap="outerHTML"', "<i>1</i>", "<i>2</i>"
    ),
    _page("plain text", 'hx-swap="textContent"', "<b>1</b> and", ""),
    _page("a list of targets", 'hx-target="#missing, #y"', "<b>1</b>"),
    _page("this in a list", 'hx-target="this, #y"', "<b>1</b>"),
    _page("findAll", 'hx-target="findAll b, next p"', "<b>1</b>"),
    _page("nth-child", 'hx-target="p:nth-of-type(2)"', "<b>1</b>"),
    _page("has", 'hx-target="body:has(#x) > .k"', "<b>1</b>"),
    _page("a selector that is not valid", 'hx-target="#x >"', "<b>1</b>"),
    _page("a title", "", "<b>1</b><title>T</title>", "<div><title>U</title>2</div>"),
    _page("another default", "", "<b>1</b>", config={"defaultSwap": "beforeend"}),
    _page("settings for the sse extension alone", "", "<b>1</b>", config={"extensions": "sse"}),
    _page("extensions that leave it out", "", "<b>1</b>", config={"extensions": "upsert"}),
)
_PARTS = (
    _page("a partial by class", "", '<hx-partial hx-target=".k"><b>1</b></hx-partial>'),
    _page("a partial by id", "", '<hx-partial id="x"><b>1</b></hx-partial>rest'),
    _page("a partial inside", "", '<div><hx-partial hx-target="#x"><b>1</b></hx-partial>2</div>'),
    _page(
        "a partial under another default",
        "",
        '<hx-partial hx-target="#x"><b>1</b></hx-partial>',
        config={"defaultSwap": "beforeend"},
    ),
    _page("a row in a partial", "", "<hx-partial hx-target=#x><u>1</u> <u>2</u></hx-partial>"),
    _page("out of band, by a target", "", '<em hx-swap-oob="innerHTML target:.k">1</em>rest'),
    _page("out of band, at the next", "", '<em hx-swap-oob="innerHTML:next p">1</em>rest'),
    _page("out of band, not stripped", "", '<em id=x hx-swap-oob="innerHTML strip:false">1</em>'),
    _page("out of band, deleted", "", "<em id=x hx-swap-oob=delete></em>"),
    _page(
        "an empty swap after it",
        "",
        "<em id=x hx-swap-oob=true>1</em>",
        config={"allowEmptySwapAfterOOB": True},
    ),
)


def _events(name: str, html: str, *frames: Frame, **config: object) -> Case:
    return Case(name, html, frames or (_A, _A), config)


_NAMED = (
    _events(
        "a trigger above", '<main hx-get="/r" hx-trigger="a"><p hx-sse:connect="/sse1">c</p></main>'
    ),
    _events(
        "triggers of several kinds",
        '<p id=c hx-sse:connect="/sse1">c</p><i hx-get="/r" hx-trigger="b, a from:#c">1</i>'
        '<i hx-get="/r" hx-trigger="a from:\'previous p\'">2</i>'
        '<i hx-get="/r" hx-trigger="a from:document">3</i>'
        '<i hx-get="/r" hx-trigger="a target:#c from:body">4</i>'
        '<i hx-get="/r" hx-trigger="a target:#no from:body">5</i>'
        '<i hx-get="/r" hx-trigger="a from:outside">6</i>'
        '<i hx-get="/r" hx-trigger="a from:self">7</i>',
    ),
    _events(
        "a request by its action",
        '<p id=c hx-sse:connect="/sse1">c</p>'
        '<i hx-action="/r" hx-method="post" hx-trigger="a from:#c">1</i>',
    ),
    _events(
        "another meta character",
        '<p hx-sse-connect="/sse1" hx-target-inherited="#x">c</p><div id=x>x</div>',
        *_messages("<b>1</b>"),
        metaCharacter="-",
    ),
    _events(
        "a name that closes, from above",
        '<main hx-sse:close:inherited="a"><p hx-sse:connect="/sse1">c</p></main>',
        _A,
        *_messages("<b>1</b>"),
    ),
    _events(
        "what an event opens",
        '<p id=c hx-sse:connect="/sse1">c</p><p hx-sse:connect="/sse2" hx-trigger="a from:#c">d</p>',
        Frame("a", "x", to="/sse1"),
        Frame(None, "<b>1</b>", to="/sse2"),
    ),
    _events("message by its name", '<p hx-sse:connect="/sse1">c</p>', Frame("message", "<b>1</b>")),
)
PAGES: tuple[tuple[Case, tuple[str, ...]], ...] = tuple(
    (case, BOTH_4) for case in (*_SWAPS, *_PARTS, *_NAMED)
)
