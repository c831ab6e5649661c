"""Elements that calls make: what no random tree has, and the places of what is written."""

import ast
from textwrap import dedent

import pytest

from sse_check.markup.elements.given import Argument, is_content
from sse_check.markup.elements.pages import Pages, has_elements, is_page
from sse_check.markup.reader import MarkupReader
from sse_check.markup.tree import Text
from tests.markup.rendering import read, text
from tests.python.helpers import at, program

FASTHTML = "from fasthtml.common import *\n"


@pytest.mark.parametrize(
    ("expression", "written"),
    [
        ("Div(hx_get=rows)", "<div hx-get=\"{{ url_for('rows') }}\"></div>"),
        ("Div(sse_connect=rows.to(page=2))", "sse-connect=\"{{ url_for('rows', page=page) }}\""),
        ("Div(get=rows, post='rows', link=rows)", "hx-get=\"{{ url_for('rows') }}\" hx-post="),
        ("Div(**anything)", "<div {{ anything }}></div>"),
        ("Div({'id': 'lost', 'class': 'kept'})", '<div class="kept"></div>'),
        ("Div(x for x in rows)", "<div>{{ x }}</div>"),
        ("Div(P(), (x for x in rows))", "<div><p></p>{{ "),
        ("Redirect('/')", "{{ Redirect('/') }}"),
        ("Div(MarkdownJS())", "<div><script></script></div>"),
        ("Div(A('x', href=None))", "<a>x</a>"),
    ],
)
def test_fasthtml(expression: str, written: str) -> None:
    source = f"{FASTHTML}@rt\ndef rows(): ...\n"
    assert written in text(read(source, expression))


GIVEN = (
    FASTHTML
    + """
def live(): return {"sse-connect": "/e"}
def row(n): return Div(n) if n else P(n)
def either(n):
    if n: return {"sse-connect": "/e"}
    return Div(n)
def around(n): return around(n - 1) if n else row(n)
def handed(n): return row(n)
"""
)


@pytest.mark.parametrize(
    ("expression", "written", "is_told_by_looks"),
    [
        ("Div(live())", '<div sse-connect="/e"></div>', False),
        ("Div(handed(1))", "<div><div>1</div></div>", True),
        ("Div(P() if option_1 else row(1))", "<div><div>1", True),
        ("Div(either(1))", '<div sse-connect="/e"></div>', False),
        ("Div(around(0))", "<div>", False),
    ],
)
def test_a_function_gives_attributes_or_content(
    expression: str, written: str, is_told_by_looks: bool
) -> None:
    """Content is told by how its function returns, and its values are not asked for."""
    evaluator = program(main=GIVEN)
    reader, frame = MarkupReader(evaluator), at(evaluator, "")
    call = ast.parse(expression, mode="eval").body
    assert isinstance(call, ast.Call)
    assert is_content(reader, Argument(call.args[0], frame)) is is_told_by_looks
    assert text(read(GIVEN, expression)).startswith(written)


def test_the_last_library_that_has_a_name_is_meant() -> None:
    source = f"{FASTHTML}from monsterui.all import *\n"
    assert text(read(source, "Grid(P())")) == "<div><p></p></div>"
    assert text(read(source, "Titled('t')")).startswith("<title>t</title><main")
    assert text(read(source, "(Theme.blue.headers(katex=True), P())")) == "<script></script><p></p>"
    assert text(read(f"{FASTHTML}", "(Theme.blue.headers(), P())")).startswith("{{")
    assert text(read("from fasthtml.pico import *\n", "Grid(P())")).startswith('<div class="grid">')


def test_a_name_of_the_project_is_no_element() -> None:
    source = f"{FASTHTML}def Div(x): return P(x)\n"
    assert text(read(source, "Div('a')")) == "<p>a</p>"


def test_a_helper_stands_where_it_is_called() -> None:
    markup = read(f"{FASTHTML}page = Card(P('x'), header='h', sse_swap='s')\n", "page")
    sources = {part.span.source.path for part in markup}
    assert sources == {"main.py"}
    places = {part.text: part.span.text for part in markup if isinstance(part, Text)}
    assert places["article"] == "Card"
    assert places["sse-swap"] == "sse_swap"
    assert places["s"] == "s"


def test_an_attribute_is_written_at_its_keyword() -> None:
    source = "import htpy as h\npage = h.div('#a.b', {'hx-get': '/x'}, hx_swap='none')\n"
    markup = read(source)
    places = {part.text: part.span.text for part in markup if isinstance(part, Text)}
    assert places["div"] == "div"
    assert places["a"] == "a"
    assert places["hx-get"] == "hx-get"
    assert places["hx-swap"] == "hx_swap"
    assert places["none"] == "none"


def around(source: str) -> dict[str, str]:
    evaluator = program(main=FASTHTML + dedent(source))
    reader = MarkupReader(evaluator)
    pages = Pages(reader.elements)
    module = evaluator.program.module("main.py")
    assert module is not None
    functions = [scope for scope in module.scope.walk() if isinstance(scope.node, ast.FunctionDef)]
    return {
        scope.name: text(pages.put_around(scope, reader.read(scope.returns[0].value, evaluator.frame(scope))))
        for scope in functions
        if scope.returns and scope.returns[0].value is not None
    }  # fmt: skip


def test_a_page_stands_around_what_a_browser_asks_for() -> None:
    found = around("""
        app, rt = fast_app(hdrs=(Script(src="/mine.js"),), exts="ws", bodykw={"hx-ext": "sse"})
        @rt
        def index(): return Div(hx_get=rows)
        @rt
        def rows(): return Li()
        @rt("/say")
        def post(): return P()
        @rt("/whole")
        def whole(): return Html(Body())
        @rt("/text")
        def plain(): return "<p>text</p>"
        def helper(): return P()
    """)
    head = found["index"].partition("</head>")[0]
    assert "htmx.org@2" in head
    assert head.index("/mine.js") < head.index("htmx-ext-ws")
    assert '<body hx-ext="sse"><div' in found["index"]
    for name, written in (("rows", "<li>"), ("post", "<p>"), ("helper", "<p>"), ("plain", "<p>")):
        assert found[name].startswith(written), name
    assert found["whole"].count("<html>") == 1


def test_an_app_without_the_scripts_of_the_library() -> None:
    found = around("""
        def wrap(c): return Main(c, id="all")
        app = FastHTML(default_hdrs=False, body_wrap=wrap, hx_ext="sse", ftrs=(P("end"),))
        router = APIRouter()
        @router.get("/x")
        def page(): return Div()
    """)
    assert "htmx" not in found["page"]
    assert '<body hx-ext="sse"><main id="all"><div></div></main><p>end</p></body>' in found["page"]


def test_htmx_4_of_fasthtml_joins_names_with_a_dash() -> None:
    found = around("""
        app, rt = fast_app(htmx4=True, exts=["sse4"])
        @rt
        def index(): return Div()
    """)
    assert "metaCharacter" in found["index"]
    assert "htmx.org@4" in found["index"]
    assert "hx-sse.min.js" in found["index"]


def test_what_is_a_page_and_what_has_elements() -> None:
    source = f"{FASTHTML}whole = Html(Body())\npart = Div()\nplain = '<p>'\n"
    assert is_page(read(source, "whole"))
    assert not is_page(read(source, "part"))
    assert has_elements(read(source, "part"))
    assert not has_elements(read(source, "plain"))
