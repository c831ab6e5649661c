"""Pages for what is seldom written, and for which of the elements a morph keeps.

What has fired `once` and does not fire again was kept; what fires again is new.
"""

import re
from collections.abc import Iterator

from tests.browser.by_hand import ALL_4, BOTH_4, THIRD, Group

_IN = '<div id=c hx-ext="sse" sse-connect="/sse1">%s</div><div id=x>x</div><p id=y class=k>y</p>'
_BESIDE = '<div id=c hx-sse:connect="/sse1">old</div>%s<div id=x>x</div><i id=z>z</i>'
_ON = '<div id=c hx-sse:connect="/sse1" %s>old</div><div id=x>x</div><i id=z>z</i>'
_TWO = ("htmx2", "htmx2-ext210")

# What is there, and what comes in its place; a number is an element that asks once.
_SHAPES = (
    ("by what is in them", "<section><b id=b1>1</b>{1}</section><section><b id=b2>2</b>{2}</section>", "<section><b id=b3>3</b>{3}</section><section><b id=b2>2</b>{2}</section><section><b id=b1>1</b>{1}</section>"),
    ("moved up", "<section><p id=k>{1}</p>{2}</section>", "<p id=k>{1}</p><section>{2}</section>"),
    ("moved down", "<p id=k>{1}</p><section>{2}</section>", "<section><p id=k>{1}</p>{2}</section>"),
    ("moved into what is new", "<p id=k>{1}</p>", "<article><p id=k>{1}</p>{2}</article>"),
    ("moved out of one of two", "<section><b id=k1>1</b><b id=k2>2</b>{1}</section><section>{2}</section>", "<b id=k1>1</b><section>{2}</section><section><b id=k2>2</b>{1}</section>"),
    ("the last of its section moved", "<section><b id=k1>1</b>{1}</section><section>{2}</section>", "<b id=k1>1</b><section>{2}</section><section>{1}</section>"),
    ("the last comes first", "<i id=k1>{1}</i><i id=k2>{2}</i><i id=k3>{3}</i><i id=k4>{4}</i>", "<i id=k4>{4}</i><i id=k1>{1}</i><i id=k2>{2}</i><i id=k3>{3}</i>"),
    ("turned round", "<i id=k1>{1}</i><b>b</b><i id=k2>{2}</i><i id=k3>{3}</i>", "<i id=k3>{3}</i><i id=k2>{2}</i><b>b</b><i id=k1>{1}</i>"),
    ("from behind, over one that stays", "<div><i id=k1>{1}</i></div><i id=k2>{2}</i><i id=k3>{3}</i>", "<i id=k3>{3}</i><i id=k1>{1}</i><div><i id=k2>{2}</i></div>"),
    ("far", "".join(f"<i>{n}{{{n}}}</i>" for n in range(1, 14)), "<i>13{13}</i>" + "".join(f"<i>{n}{{{n}}}</i>" for n in range(1, 4))),
    ("one before", "<p>{1}</p><p>{2}</p><p>{3}</p>", "<p>new</p><p>{1}</p><p>{2}</p>"),
    ("two before", "<p>{1}</p><p>{2}</p>", "<p>{3}</p><p>{4}</p><p>{1}</p><p>{2}</p>"),
    ("the first goes", "<p>{1}</p><p>{2}</p><p>{3}</p>", "<p>{2}</p><p>{3}</p>"),
    ("one of another kind before", "<p>{1}</p><p>{2}</p>", "<b>b</b><p>{1}</p><p>{2}</p>"),
    ("others between", "<p>{1}</p><b>b</b><p>{2}</p>", "<p>{1}</p><p>{2}</p><b>c</b>"),
    ("text before", "text<p>{1}</p>", "<p>{1}</p>text"),
    ("text alone", "<p>{1}</p>one<b>{2}</b>", "two<b>{2}</b>"),
    ("an id twice", "<p id=d>{1}</p><p id=d>{2}</p>", "<p id=d>{2}</p>"),
    ("an id twice in what comes", "<p id=d>{1}</p><p id=e>{3}</p>", "<p id=d>{2}</p><p id=d>{1}</p><p id=e>{3}</p>"),
    ("an empty id", '<p id="">{1}</p><p id="">{2}</p>', '<p id="">{2}</p><p id="">{1}</p>'),
    ("an id that is new", "<p>{1}</p><p>{2}</p>", "<p id=n>{1}</p><p>{2}</p>"),
    ("an id that goes", "<p id=n>{1}</p><p>{2}</p>", "<p>{1}</p><p>{2}</p>"),
    ("another id", "<p id=n>{1}</p><p>{2}</p>", "<p id=w>{1}</p><p>{2}</p>"),
    ("an id of another kind", "<p id=n>{1}</p><b>{2}</b>", "<b id=n>{1}</b><p>{2}</p>"),
    ("an attribute", "<p id=n title=t>{1}</p><p>{2}</p>", "<p id=n title=s>{1}</p><p lang=en>{2}</p>"),
    ("two alike before it", "<p>{1}</p><p>{2}</p><i>{3}</i>", "<i>{3}</i><p>{1}</p><p>{2}</p>"),
    ("one alike before it", "<p>{1}</p><i>{3}</i>", "<i>{3}</i><p>{1}</p>"),
    ("others before it", "<b>b</b><s>s</s><i>{1}</i>", "<i>{1}</i><p>p</p><p>p</p>"),
    ("with a word, and behind", "<p>{1}</p><p>x</p>", "<p>x</p><p>y{1}</p>"),
    ("an id twice, the first comes", "<p id=d>{1}</p><p id=d>{2}</p>", "<p id=d>{1}</p>"),
    ("plain ones, by a title", "<p>{1}</p><p title=a>x</p><p title=b>x</p><p>{2}</p>", "<p title=b>x</p><p>{1}</p><p>{2}</p>"),
    ("plain ones, by what is in them", "<p><b>x</b></p><p>{1}</p><p><i>x</i></p>", "<p><i>x</i></p><p>{1}</p>"),
    ("a plain one later", "<i>x</i><p>{1}</p><p>y</p>", "<p>y</p><i>x</i><p>{1}</p>"),
    ("plain ones that come", "<p>a</p><p>{1}</p><p>b</p>", "<p>c</p><p>a</p><p>b</p><p>{1}</p>"),
    ("plain ones far from each other", "<p>{1}</p>" + "<b>b</b>" * 11 + "<p>x</p>", "<p>x</p><p>{1}</p>"),
    ("nested alike", "<div><p>{1}</p></div><div><p>{2}</p></div>", "<div><p>{2}</p></div><div><p>{1}</p></div>"),
    ("scripts", "<script>1</script><p>{1}</p>", "<script>2</script><script>1</script><p>{1}</p>"),
    ("less inside", "<section><b id=k1>1</b><b id=k2>2</b><i>{1}</i></section>", "<section><i>{1}</i></section><section><b id=k2>2</b></section>"),
)  # fmt: skip


def _morphs(asking: str, event: str, sent: str) -> Iterator[tuple[str, ...]]:
    """The shapes as pages: all fire, the payload comes, and what is new fires again."""

    def fill(text: str) -> str:
        return re.sub(r"\{(\d+)\}", lambda match: asking.replace("N", match[1]), text)

    # Idiomorph leaves out text beside elements.
    shapes = [shape for shape in _SHAPES if sent == "" or not shape[0].startswith("text")]
    for name, before, after in shapes:
        yield name, fill(before), f"{event}: 1", f"{sent}: {fill(after)}", f"{event}: 2"


GROUPS = (
    Group(
        "a morph of htmx 4 keeps",
        ("htmx4",),
        (
            *_morphs('<u hx-get=/rN hx-trigger="q from:#c once" hx-swap=none>N</u>', "q", ""),
            ("what it is to skip", "<p id=k hx-morph-skip title=t>old</p><p>1</p>", ": <p id=k hx-morph-skip title=s>new</p><p>2</p>"),
            ("the children that it is to skip", "<p id=k hx-morph-skip-children title=t>old</p>", ": <p id=k hx-morph-skip-children title=s hx-get=/r hx-trigger=load>new</p>"),
            ("a stream that does not come again", '<p id=k hx-sse:connect=/sse2 hx-config="sse.reconnect:false">k</p>', '/sse1 : <p id=k hx-sse:connect=/sse2 hx-config="sse.reconnect:false" hx-swap=beforeend>n</p>', "/sse2 : <b>1</b>"),
            ("what asks, with another title", '<p id=k title=t hx-get=/r hx-trigger="q from:#c once" hx-swap=none>k</p>', "q: 1", ': <p id=k title=s hx-get=/r hx-trigger="q from:#c once" hx-swap=none>k</p>', "q: 2"),
            ("what asks, with another style", '<p id=k hx-get=/r hx-trigger="q from:#c once" hx-swap=none>k</p>', "q: 1", ': <p id=k hx-get=/r hx-trigger="q from:#c once" hx-swap=beforeend>k</p>', "q: 2"),
        ),
        '<div id=c hx-sse:connect=/sse1 hx-target="#m" hx-swap=innerMorph>c</div><div id=m>%s</div>',
    ),
    Group(
        "idiomorph keeps",
        ("htmx2-morph",),
        (
            *_morphs('<u hx-get=/rN hx-trigger="sse:q once" hx-swap=none>N</u>', "q", "a"),
            ("another trigger", '<p id=k hx-get=/r hx-trigger="sse:q" hx-swap=none>k</p>', "q: 1", 'a: <p id=k hx-get=/r hx-trigger="sse:w" hx-swap=none>k</p>', "q: 2", "w: 3"),
            ("what was swapped itself", "<p sse-swap=b hx-swap=outerHTML>k</p>", 'b: <p id=n sse-swap=d hx-swap=beforeend hx-target="#y">n</p>', 'a: <p id=n sse-swap=d hx-swap=beforeend hx-target="#y">n</p>', "d: <b>1</b>"),
        ),
        '<div id=c hx-ext="sse,morph" sse-connect="/sse1"><div sse-swap=a hx-swap=morph:innerHTML>%s</div></div><p id=y>y</p>',
    ),
    Group(
        "seldom out of band",
        THIRD,
        (
            ("a name that nothing has", "<p sse-swap=a>1</p>", "a: <i id=none hx-swap-oob=true>1</i><b>2</b>"),
            ("a name that nothing has, inside", "<p sse-swap=a>1</p>", "a: <section><i id=none hx-swap-oob=true>1</i></section><b>2</b>"),
            ("an unknown style", "<p sse-swap=a>1</p>", "a: <i hx-swap-oob='bogus:#x'>1</i><b>2</b>"),
            ("a template of its own", "<p sse-swap=a>1</p>", "a: <u>0</u><template>t</template><i hx=1>2</i>"),
            ("a template that is written as a partial", "<p sse-swap=a>1</p>", "a: <u>0</u><template hx type=partial hx-target='#x'><b>1</b></template>"),
            ("a template of another type", "<p sse-swap=a>1</p>", "a: <u>0</u><template hx type=other hx-target='#x'><b>1</b></template><u>2</u>"),
            ("a partial of text", "<p sse-swap=a>1</p>", "a: <hx-partial hx-target='#x'>text</hx-partial>"),
            ("a partial that says no place", "<p sse-swap=a>1</p>", "a: <hx-partial><b>1</b></hx-partial>"),
            ("a partial for the window", "<p sse-swap=a>1</p>", "a: <hx-partial hx-target=window><b>1</b></hx-partial>"),
            ("a partial in a partial", "<p sse-swap=a>1</p>", "a: <hx-partial hx-target='#x'> <hx-partial hx-target='#y'><b>1</b></hx-partial> </hx-partial>"),
            ("a partial in a partial, and more", "<p sse-swap=a>1</p>", "a: <hx-partial hx-target='#x'><hx-partial hx-target='#y'><b>1</b></hx-partial><u>2</u></hx-partial>"),
            ("chosen of an answer", '<p hx-get=/r hx-trigger="sse:a" hx-select-oob="#y" hx-select=b>1</p>', "a: 1"),
            ("a nested part", "<p sse-swap=a>1</p>", "a: <section><i id=x hx-swap-oob=true>in</i></section><b>1</b>"),
            ("for what is in the listener, and nothing more", "<div sse-swap=a><i id=in>old</i><u>u</u></div>", "a: <i id=in hx-swap-oob=true>new</i>", "a: <i id=in hx-swap-oob=true>2</i>"),
            ("put into what is in the listener", "<div sse-swap=a><i id=in>old</i><u>u</u></div>", "a: <b hx-swap-oob='beforeend:#in'>new</b>"),
        ),
        _IN,
        replies={"/r": "<i id=y>new</i><b>r</b>"},
    ),
    Group(
        "nested parts are content",
        THIRD,
        (
            ("a nested one", "<p sse-swap=a>1</p>", "a: <section><i id=x hx-swap-oob=true>in</i></section><b>1</b>"),
            ("one at the top", "<p sse-swap=a>1</p>", "a: <i id=x hx-swap-oob=true>in</i><b>1</b>"),
            ("an unknown style goes by the page's", "<p sse-swap=a>1</p>", "a: <i hx-swap-oob='bogus:#x'>1</i><b>2</b>"),
        ),
        _IN,
        {"allowNestedOobSwaps": False, "defaultSwapStyle": "beforeend"},
    ),
    Group(
        "seldom in htmx 1 and 2",
        THIRD,
        (
            ("a link that asks for something else", '<a href=/q hx-boost=true hx-get=/r hx-trigger="sse:a">1</a>', "a: 1"),
            ("a boosted link to nowhere", "<a hx-boost=true sse-swap=a>1</a>", "a: <b>1</b>"),
            ("a link that is not boosted", '<a href=/r hx-trigger="sse:a">1</a>', "a: 1"),
            ("a form that is boosted", '<form action=/r hx-boost=true hx-trigger="sse:a">1</form>', "a: 1"),
            ("a click on what waits for something else", '<button id=q hx-get=/r hx-trigger="sse:a">1</button>', "click #q"),
            ("into what is disabled", '<section hx-disable id=d>d</section><p sse-swap=a hx-target="#d">1</p>', "a: <i sse-swap=b>n</i><u hx-get=/r hx-trigger=load>u</u>", "b: <b>2</b>"),
            ("a wrapped selector", '<p sse-swap=a hx-target="find <:is(i, u)/>">1 <i>i</i></p>', "a: <b>1</b>"),
            ("a wrapped selector and another", '<p sse-swap=a hx-target="<#none/>, #x">1</p>', "a: <b>1</b>"),
            ("a list with a word", '<p sse-swap=a hx-target="#x, next .k">1</p>', "a: <b>1</b>"),
            ("the root", '<p hx-get=/r hx-trigger="sse:a from:root">1</p>', "a: 1"),
            ("all that is below", '<i>i</i><p sse-swap=a hx-target="findAll i">1 <i>in</i></p>', "a: <b>1</b>"),
            ("twice to one event", '<p hx-get=/r hx-trigger="sse:a, sse:a from:body" hx-swap=beforeend>1</p>', "a: 1"),
            ("after an unknown word", '<p hx-get=/r hx-trigger="sse:a bogus, sse:b" hx-swap=beforeend>1</p>', "a: 1", "b: 2"),
            ("after an unknown word and a blank", '<p hx-get=/r hx-trigger="sse:a bogus , sse:b" hx-swap=beforeend>1</p>', "a: 1", "b: 2"),
            ("two commas", '<p hx-get=/r hx-trigger="sse:a,, sse:b" hx-swap=beforeend>1</p>', "a: 1", "b: 2"),
            ("preserved, and deleted", "<p id=k hx-preserve sse-swap=a hx-swap=delete>k</p>", "a: <u id=k hx-preserve>new</u>"),
            ("preserved, and left", "<p id=k hx-preserve sse-swap=a hx-swap=none>k</p>", "a: <u id=k hx-preserve>new</u>"),
            ("nine of one name", '<p sse-swap=a hx-target="#d" hx-swap=delete>1</p>' + "<i id=d>d</i>" * 9, *["a: 1"] * 9),
        ),
        _IN,
    ),
    Group(
        "seldom in htmx 4",
        BOTH_4,
        (
            ("below what is ignored", '<main hx-ignore><p hx-get=/r hx-trigger="a from:#c">1</p></main>', "a: 1"),
            ("a form by its method", '<form hx-action=/r method=post hx-trigger="a from:#c">1</form>', "a: 1"),
            ("a target of two", '<p hx-get=/r hx-trigger="a from:#c" hx-target="next :is(b, i)">1</p>', "a: 1"),
            ("all that is below", '<p hx-get=/r hx-trigger="a from:#c" hx-target="findAll i">1 <i>in</i></p>', "a: 1"),
            ("a plain button in a form", "<form hx-post=/r hx-target='#x'><button type=button id=q>go</button></form>", "click #q"),
            ("a word in a form", "<form hx-post=/r hx-target='#x'><i id=q>go</i></form>", "click #q"),
            ("an input that submits", "<form hx-post=/r hx-target='#x'><input type=submit id=q></form>", "click #q"),
            ("an answer that is empty", '<p hx-get=/e hx-trigger="a from:#c">1</p>', "a: 1"),
            ("an answer that is out of band alone", '<p hx-get=/o hx-trigger="a from:#c">1</p>', "a: 1"),
        ),
        _BESIDE,
        replies={"/e": "", "/o": "<i id=z hx-swap-oob=true>n</i>"},
    ),
    Group(
        "empty swaps after parts out of band",
        BOTH_4,
        (
            ("an answer that is empty", '<p hx-get=/e hx-trigger="a from:#c">1</p>', "a: 1"),
            ("an answer that is out of band alone", '<p hx-get=/o hx-trigger="a from:#c">1</p>', "a: 1"),
        ),
        _BESIDE,
        {"allowEmptySwapAfterOOB": True},
        {"/e": "", "/o": "<i id=z hx-swap-oob=true>n</i>"},
    ),
    Group(
        "around a connection of htmx 4",
        BOTH_4,
        (
            ("what hears itself alone", '<main hx-get=/r hx-trigger="a from:self" hx-target="#z"><div hx-sse:connect=/sse1>1</div></main><i id=z>z</i>', "a: 1"),
            ("what hears the outside", '<main hx-get=/r hx-trigger="a from:outside" hx-target="#z"><div hx-sse:connect=/sse1>1</div></main><i id=z>z</i><p hx-get=/s hx-trigger="a from:outside">2</p>', "a: 1"),
            ("a request that waits for the end of a stream", '<button id=q hx-get=/sse1 hx-target="#x">go</button><i id=x>x</i>', "click #q", "click #q", "end", ": <b>1</b>"),
        ),
    ),
    Group(
        "seldom on a connection of htmx 4",
        BOTH_4,
        (
            ("an empty target", 'hx-target=""', ": <b>1</b>"),
            ("this, and a target in the swap", 'hx-target=this hx-swap="innerHTML target:#x"', ": <b>1</b>"),
            ("an upsert without its extension", "hx-swap=innerHTML", ': <template hx type=upsert hx-target="#x"><b>1</b></template><u>2</u>'),
        ),
        _ON,
    ),
    Group(
        "upserts that are not asked for",
        ALL_4,
        (
            ("as a style", 'hx-swap=upsert hx-config="sse.reconnect:false"', ": <b id=b>1</b>"),
            ("as an element", "", ': <hx-upsert hx-target="#x"><b id=b>1</b></hx-upsert><u>2</u>'),
        ),
        _ON,
        {"extensions": "sse"},
    ),
)  # fmt: skip
