"""Addresses that are asked for by a route's name, wherever the name stands."""

from pathlib import Path

import pytest

from tests.wiring.joined import SCRIPTS, checked, joined, said

FASTAPI = """
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse
from fastapi.templating import Jinja2Templates
app = FastAPI()
templates = Jinja2Templates("templates")
async def gen():
    while True:
        yield "event: tick\\ndata: x\\n\\n"
@app.get("/doc/{{pk}}/stream")
async def live(pk: int):
    return StreamingResponse(gen(), media_type="text/event-stream")
@app.get("/ticks")
async def ticks():
    return StreamingResponse(gen(), media_type="text/event-stream")
@app.get("/")
def index(request: Request):
    {before}
    return templates.TemplateResponse(request, "index.html", {context})
"""
MACROS = """
{% macro board(url, name="tick") %}<div sse-connect="{{ url }}"><p sse-swap="{{ name }}"></p></div>{% endmacro %}
{% macro outer(address) %}{{ board(address) }}{% endmacro %}
"""
DIV = '<div sse-connect="{{ %s }}"><p sse-swap="tick"></p></div>'
IMPORT = '{% from "macros.html" import board, outer %}'

# What the page holds, what the view does before it renders, the context, where it leads.
NAMED: list[tuple[str, str, str, str]] = [
    (DIV % "url_for('ticks')", "", "{}", "/ticks"),
    (DIV % "url_for('ticks').path", "", "{}", "/ticks"),
    (DIV % "request.url_for('live', pk=3)", "", "{}", "/doc/{pk}/stream"),
    (DIV % "request.app.url_path_for('ticks')", "", "{}", "/ticks"),
    (IMPORT + "{{ board(url_for('ticks')) }}", "", "{}", "/ticks"),
    (IMPORT + "{{ board(url=url_for('ticks').path) }}", "", "{}", "/ticks"),
    (IMPORT + "{{ outer(url_for('ticks')) }}", "", "{}", "/ticks"),
    (IMPORT + "{{ board(stream_url) }}", "", '{"stream_url": "/ticks"}', "/ticks"),
    ("{% set u = url_for('ticks') %}" + DIV % "u", "", "{}", "/ticks"),
    ("{% with u = url_for('ticks') %}" + DIV % "u" + "{% endwith %}", "", "{}", "/ticks"),
    ("{% set u = url_for('ticks') %}{% include 'part.html' %}", "", "{}", "/ticks"),
    (DIV % "u", "", '{"u": request.url_for("ticks")}', "/ticks"),
    (DIV % "u", "", '{"u": str(request.url_for("ticks"))}', "/ticks"),
    (DIV % "u", "", '{"u": request.url_for("ticks").path}', "/ticks"),
    (DIV % "u", "", '{"u": request.app.url_path_for("live", pk=3)}', "/doc/{pk}/stream"),
    (DIV % "u.path", "", '{"u": request.url_for("ticks")}', "/ticks"),
    (DIV % "u", "url = app.url_path_for('ticks')", '{"u": url}', "/ticks"),
    (DIV % "u", "url = f\"{app.url_path_for('ticks')}?x=1\"", '{"u": url}', "/ticks"),
    (DIV % "u", "url = request.url_for('ticks').include_query_params(x=1)", '{"u": url}', "/ticks"),
    (DIV % "page.url", "", '{"page": {"url": request.url_for("ticks")}}', "/ticks"),
    ("{% include 'part.html' %}", "", '{"u": request.url_for("ticks")}', "/ticks"),
    # What a call makes of an address most likely ends with it; no route has such a name.
    (DIV % "site.url('/ticks')", "", "{}", "/ticks"),
    (DIV % "prefixed('/doc/3/stream', lang=lang)", "", "{}", "/doc/{pk}/stream"),
    (DIV % "site.url('/nowhere')", "", "{}", "no-route"),
    (DIV % "site.url('/ticks') if x else site.url('/doc/3/stream')", "", "{}", "dynamic"),
    (DIV % "site.url('ticks')", "", "{}", "dynamic"),
    ('<div sse-connect="http://localhost:8000/ticks?x=1"></div>', "", "{}", "/ticks"),
    ('<div sse-connect="http://127.0.0.1/doc/{{ pk }}/stream"></div>', "", "{}", "/doc/{pk}/stream"),
    ('<div sse-connect="http://localhost:8000/nowhere"></div>', "", "{}", "other-origin"),
    ('<div sse-connect="https://example.org/ticks"></div>', "", "{}", "other-origin"),
    # What cannot be told stays so.
    (DIV % "url_for('ticks') if x else other", "", "{}", "dynamic"),
    (DIV % "other or url_for('ticks')", "", "{}", "dynamic"),
    (DIV % "url_for('ticks') if x else url_for('live', pk=1)", "", "{}", "/ticks"),
    ("{% set u = a %}{% set u = url_for('ticks') %}" + DIV % "u", "", "{}", "dynamic"),
    (DIV % "u", "", '{"u": elsewhere()}', "dynamic"),
    ('<div sse-connect="{{ base }}{{ u }}"></div>', "", '{"base": "/a", "u": "/ticks"}', "dynamic"),
]  # fmt: skip


@pytest.mark.parametrize(("page", "before", "context", "route"), NAMED)
def test_names_of_routes(tmp_path: Path, page: str, before: str, context: str, route: str) -> None:
    files = {
        "app.py": FASTAPI.format(before=before or "pass", context=context),
        "templates/index.html": f'{SCRIPTS}<body hx-ext="sse">{page}</body>',
    }
    if "macros.html" in page:
        files["templates/macros.html"] = MACROS
    if "part.html" in page:
        files["templates/part.html"] = DIV % "u"
    (one,) = joined(checked(tmp_path, files))
    assert one.rpartition(" -> ")[2] == route


ROOMS = """
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse
from fastapi.templating import Jinja2Templates
app = FastAPI()
templates = Jinja2Templates("templates")
async def of(name):
    while True:
        yield f"event: {name}\\ndata: x\\n\\n"
@app.get("/room/talk")
async def talk():
    return StreamingResponse(of("said"), media_type="text/event-stream")
@app.get("/talk")
async def everywhere():
    return StreamingResponse(of("news"), media_type="text/event-stream")
@app.get("/room/{n}/board/live")
async def live(n: int):
    return StreamingResponse(of("drawn"), media_type="text/event-stream")
@app.get("/room/{n}")
def room(request: Request, n: int):
    return templates.TemplateResponse(request, "room.html", {})
"""
SAYING = '<div hx-ext="sse" sse-connect="%s"><p sse-swap="said"></p></div>'

# What a page that is shown at `/room/{n}` writes, where it leads, whether `said` never comes.
RELATIVE: list[tuple[str, str, bool]] = [
    ("talk", "/room/talk", False),
    ("./talk?x=1", "/room/talk", False),
    ("../talk", "/talk", True),
    ("../../../talk", "/talk", True),
    ("{{ n }}/board/live", "/room/{n}/board/live", True),
    ("board/live", "no-route", False),
]


@pytest.mark.parametrize(("written", "route", "is_lost"), RELATIVE)
def test_a_relative_address_leads_where_the_page_is_shown(
    tmp_path: Path, written: str, route: str, *, is_lost: bool
) -> None:
    page = f"{SCRIPTS}<body>{SAYING % written}</body>"
    result = checked(tmp_path, {"app.py": ROOMS, "templates/room.html": page})
    (one,) = joined(result)
    assert one.rpartition(" -> ")[2] == route
    assert any("is never sent" in one for one in said(result, "sse_crossref")) == is_lost
    faults = [one.partition(" ")[2] for one in said(result, "sse_connect_url")]
    missing = "no route of the application answers at `/room/board/live`: the connection fails"
    assert faults == ([missing] if route == "no-route" else [])


@pytest.mark.parametrize(
    ("page", "more"),
    [
        # A fragment is shown wherever it is put.
        ("%s", ""),
        (f'<base href="/">{SCRIPTS}<body>%s</body>', ""),
        (
            f"{SCRIPTS}<body>%s</body>",
            (
                '@app.get("/a/b/{n}")\ndef other(request: Request, n: int):\n'
                '    return templates.TemplateResponse(request, "room.html", {})\n'
            ),
        ),
        (
            f"{SCRIPTS}<body>%s</body>",
            (
                '@app.get("/a/{name}")\ndef any_page(request: Request, name: str):\n'
                "    return templates.TemplateResponse(request, name, {})\n"
            ),
        ),
    ],
)
def test_where_a_page_is_shown_may_not_be_told(tmp_path: Path, page: str, more: str) -> None:
    files = {"app.py": ROOMS + more, "templates/room.html": page % (SAYING % "board/live")}
    assert said(checked(tmp_path, files), "sse_connect_url") == []


def test_a_name_that_is_wrong_behind_a_macro(tmp_path: Path) -> None:
    files = {
        "app.py": FASTAPI.format(before="pass", context="{}"),
        "templates/index.html": SCRIPTS + IMPORT + "{{ board(url_for('tiks')) }}",
        "templates/macros.html": MACROS,
    }
    (one,) = said(checked(tmp_path, files), "sse_connect_url")
    assert one.endswith("the application has no route with the name `tiks`")


def test_an_address_behind_a_prefix_is_no_part_of_another(tmp_path: Path) -> None:
    """What is put in front may have several parts, and a part of a route has but one."""
    app = FASTAPI.format(before="pass", context="{}").replace("/ticks", "/api/news/ticks")
    app += '@app.get("/api/lists/{pk}")\ndef of(pk: str):\n    return "<p>one</p>"\n'
    for address, route in (("/api/news/ticks", "/api/news/ticks"), ("/api/ticks/all", "no-route")):
        files = {
            "app.py": app,
            "templates/index.html": SCRIPTS
            + f'<body hx-ext="sse"><div sse-connect="{{{{ prefix }}}}{address}"></div>',
        }
        result = checked(tmp_path / route.strip("/").replace("/", "-"), files)
        (one,) = joined(result)
        assert one.rpartition(" -> ")[2] == route
        assert said(result, "sse_connect_url") == []


def test_of_routes_that_may_answer_the_one_that_streams_is_shown(tmp_path: Path) -> None:
    head, routes = FASTAPI.format(before="pass", context="{}").split('@app.get("/doc')
    app = head + '@app.get("/{name}")\ndef named(name: str):\n    return {}\n'
    files = {
        "app.py": f'{app}@app.get("/doc{routes}',
        "templates/index.html": SCRIPTS
        + '<body hx-ext="sse"><div sse-connect="{{ base }}/ticks"></div>',
    }
    result = checked(tmp_path, files)
    (one,) = joined(result)
    assert one.rpartition(" -> ")[2] == "/ticks"


# What is put into an address whose only route has one part more, and what is said of it.
PUT_IN = {
    "item.id": "no route of the application answers at `/doc/*`: the connection fails",
    "item_id|e": "no route of the application answers at `/doc/*`: the connection fails",
    "item.slug": "no route of the application answers at `/doc/*`: the connection fails",
    "item": "no route answers at `/doc/*` unless several parts are put in",
    "item.grid": "no route answers at `/doc/*` unless several parts are put in",
    "item.path": "no route answers at `/doc/*` unless several parts are put in",
}


@pytest.mark.parametrize("written", PUT_IN)
def test_the_number_of_a_row_is_one_part_of_an_address(tmp_path: Path, written: str) -> None:
    files = {
        "app.py": FASTAPI.format(
            before="item = find()", context='{"item": item, "item_id": find()}'
        ),
        "templates/index.html": SCRIPTS
        + f'<body hx-ext="sse"><div sse-connect="/doc/{{{{ {written} }}}}"></div>',
    }
    result = checked(tmp_path, files)
    assert result.coverage is not None
    (one,) = result.coverage.connections
    assert one.joined.why == PUT_IN[written]
    assert len(said(result, "sse_connect_url")) == PUT_IN[written].endswith("fails")


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("{{ prefix }}/feed", "how the address begins is known only when rendered"),
        ("feed", "the address is relative to the page, whose own is not known"),
    ],
)
def test_why_no_route_is_known(tmp_path: Path, address: str, why: str) -> None:
    app = FASTAPI.format(before="pass", context="{}").replace('"index.html"', "choose()")
    page = SCRIPTS + f'<body hx-ext="sse"><div sse-connect="{address}"></div>'
    result = checked(tmp_path, {"app.py": app, "templates/index.html": page})
    assert result.coverage is not None
    (one,) = result.coverage.connections
    assert (one.joined.state, one.joined.why) == ("no-route", why)


FLASK = """
from flask import Blueprint, Flask, Response, render_template
app = Flask(__name__)
bp = Blueprint("shop", __name__, url_prefix="/shop")
@bp.get("/live")
def live():
    def gen():
        while True:
            yield "event: tick\\ndata: x\\n\\n"
    return Response(gen(), mimetype="text/event-stream")
@bp.get("/")
def index():
    return render_template("index.html")
app.register_blueprint(bp)
@app.get("/top")
def top():
    return live()
"""


@pytest.mark.parametrize(
    ("name", "route"), [("shop.live", "/shop/live"), (".live", "/shop/live"), (".top", "/top")]
)
def test_names_of_flask(tmp_path: Path, name: str, route: str) -> None:
    page = SCRIPTS + DIV % f"url_for('{name}')"
    result = checked(tmp_path, {"app.py": FLASK, "templates/index.html": page})
    (one,) = joined(result)
    assert one.rpartition(" -> ")[2] == route
    assert said(result, "sse_connect_url") == []


SITE = {
    "config/settings.py": 'ROOT_URLCONF = "config.urls"\nINSTALLED_APPS = ["shop"]\n'
    'TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]\n',
    "config/urls.py": 'from django.urls import include, path\nurlpatterns = [path("shop/", include("shop.urls"))]\n',
    "shop/urls.py": """
        from django.urls import path
        from shop import views
        app_name = "shop"
        urlpatterns = [
            path("", views.index, name="index"),
            path("live/<int:pk>/", views.live, name="live"),
        ]
        """,
    "shop/views.py": """
        from django.http import StreamingHttpResponse
        from django.shortcuts import render
        from django.urls import reverse
        def live(request, pk):
            def gen():
                while True:
                    yield "event: tick\\ndata: x\\n\\n"
            return StreamingHttpResponse(gen(), content_type="text/event-stream")
        def index(request):
            return render(request, "shop/index.html", {
                "a": reverse("shop:live", args=[1]),
                "b": request.build_absolute_uri(reverse("shop:live", kwargs={"pk": 1})),
            })
        """,
}  # fmt: skip
DJANGO = [
    "{% url 'shop:live' 1 as u %}" + DIV % "u",
    "<div sse-connect=\"{% url 'shop:live' 1 %}\"></div>",
    DIV % "a",
    DIV % "b",
    "{% with u=a %}" + DIV % "u" + "{% endwith %}",
    "{% include 'shop/part.html' with u=a only %}",
    "{% url 'shop:live' 1 as u %}{% include 'shop/part.html' %}",
]


@pytest.mark.parametrize("page", DJANGO)
def test_names_of_django(tmp_path: Path, page: str) -> None:
    files = {**SITE, "shop/templates/shop/index.html": SCRIPTS + page}
    if "part.html" in page:
        files["shop/templates/shop/part.html"] = DIV % "u"
    (one,) = joined(checked(tmp_path, files))
    assert one.rpartition(" -> ")[2] == "/shop/live/<int:pk>/"


VIEWS = """
from django.http import StreamingHttpResponse
from django.urls import reverse
from django.views.generic import TemplateView
def live(request, pk):
    def gen():
        while True:
            yield "event: tick\\ndata: x\\n\\n"
    return StreamingHttpResponse(gen(), content_type="text/event-stream")
class Index(TemplateView):
    template_name = "shop/index.html"
    def get_context_data(self, **kwargs):
        {body}
index = Index.as_view()
"""
CONTEXTS = [
    'context = super().get_context_data(**kwargs)\n        context["u"] = reverse("shop:live", args=[1])\n        return context',
    'return {**super().get_context_data(**kwargs), "u": reverse("shop:live", args=[1])}',
    'return super().get_context_data(u=reverse("shop:live", args=[1]), **kwargs)',
    'context = super().get_context_data()\n        context.update({"u": reverse("shop:live", args=[1])})\n        return context',
]  # fmt: skip


@pytest.mark.parametrize("body", CONTEXTS)
def test_what_a_class_of_views_gives(tmp_path: Path, body: str) -> None:
    files = {**SITE, "shop/views.py": VIEWS.format(body=body)}
    files["shop/templates/shop/index.html"] = SCRIPTS + DIV % "u"
    (one,) = joined(checked(tmp_path, files))
    assert one.rpartition(" -> ")[2] == "/shop/live/<int:pk>/"


TAGS = """
from django import template
from django.urls import reverse
register = template.Library()
@register.inclusion_tag("shop/_live.html")
def live(pk):
    return {"u": reverse("shop:live", args=[pk])}
@register.inclusion_tag("shop/_listener.html", takes_context=True, name="listener")
def show(context):
    return {}
@register.simple_block_tag
def connected(content):
    return f'<div sse-connect="/shop/live/1/">{content}</div>'
"""
_PAGE = SCRIPTS + '{% load shop_tags %}<body hx-ext="sse">'


def tagged(tmp_path: Path, page: str, **more: str) -> list[str]:
    files = {**SITE, "shop/templatetags/shop_tags.py": TAGS}
    files["shop/templates/shop/index.html"] = _PAGE + page
    files |= {f"shop/templates/shop/{name}.html": text for name, text in more.items()}
    result = checked(tmp_path, files)
    connections = [one for one in joined(result) if not one.startswith("shop/templatetags/")]
    return connections + said(result, "sse_orphan", "sse_crossref")


def test_an_inclusion_tag_connects(tmp_path: Path) -> None:
    found = tagged(tmp_path, "{% live 3 %}", _live='<div sse-connect="{{ u }}"><p sse-swap="tik"></p></div>')  # fmt: skip
    connection, finding = found
    assert connection == "shop/templates/shop/_live.html: /shop/live/*/ -> /shop/live/<int:pk>/"
    assert finding.startswith("shop/templates/shop/_live.html:1 `tik` is never sent")


def test_an_inclusion_tag_listens(tmp_path: Path) -> None:
    inside = '<div sse-connect="/shop/live/1/">{% listener %}</div>'
    listener = '<p sse-swap="tick"></p>'
    assert tagged(tmp_path / "in", inside, _listener=listener) == [
        "shop/templates/shop/index.html: /shop/live/1/ -> /shop/live/<int:pk>/"
    ]
    outside = '<div sse-connect="/shop/live/1/"><p sse-swap="tick"></p></div>{% listener %}'
    (_, finding) = tagged(tmp_path / "out", outside, _listener=listener)
    assert finding.startswith("shop/templates/shop/_listener.html:1 this listener is inside no")


@pytest.mark.parametrize("tag", ["connected", "somewhere"])
def test_no_orphan_inside_a_tag_that_cannot_be_followed(tmp_path: Path, tag: str) -> None:
    page = f'{{% {tag} %}}<p sse-swap="tick"></p>{{% end{tag} %}}'
    connected = '<div sse-connect="/shop/live/1/"><p sse-swap="tick"></p></div>'
    assert len(tagged(tmp_path, connected + page)) == 1


RENDERING = {
    "fasthx": """
        from fastapi import FastAPI
        from fastapi.responses import StreamingResponse
        from fastapi.templating import Jinja2Templates
        from fasthx.jinja import Jinja
        app = FastAPI()
        jinja = Jinja(Jinja2Templates("templates"))
        @app.get("/")
        @jinja.page("index.html")
        def index():
            return {"url": "/live"}
        @app.get("/part")
        @jinja.hx("part.html")
        def part():
            return {}
        @app.get("/lost")
        @jinja.hx("prat.html")
        def lost():
            return {}
        @app.get("/live")
        def live():
            def gen():
                while True:
                    yield "event: tick\\ndata: x\\n\\n"
            return StreamingResponse(gen(), media_type="text/event-stream")
        """,
    "litestar": """
        from litestar import Litestar, get
        from litestar.contrib.jinja import JinjaTemplateEngine
        from litestar.plugins.htmx import HTMXTemplate
        from litestar.response import ServerSentEvent, Template
        from litestar.template.config import TemplateConfig
        from jinja2_fragments.litestar import HTMXBlockTemplate
        @get("/")
        async def index() -> Template:
            return Template(template_name="index.html", context={"url": "/live"})
        @get("/part")
        async def part() -> Template:
            return HTMXTemplate(template_name="part.html", push_url="/x")
        @get("/lost")
        async def lost() -> Template:
            return HTMXTemplate(template_name="prat.html")
        @get("/block")
        async def block() -> Template:
            return HTMXBlockTemplate(template_name="index.html", block_name="liv")
        @get("/live")
        async def live() -> ServerSentEvent:
            async def gen():
                while True:
                    yield {"event": "tick", "data": "x"}
            return ServerSentEvent(gen())
        app = Litestar(
            [index, part, lost, block, live],
            template_config=TemplateConfig(directory="templates", engine=JinjaTemplateEngine),
        )
        """,
    "flask": """
        from flask import Flask, Response, render_template, url_for
        from jinja2_fragments.flask import render_block
        app = Flask(__name__)
        @app.get("/")
        def index():
            return render_template("index.html", url=url_for(".live"))
        @app.get("/part")
        def part():
            return render_template("part.html")
        @app.get("/lost")
        def lost():
            return render_template("prat.html")
        @app.get("/block")
        def block():
            return render_block("index.html", "liv", url=3)
        @app.get("/live")
        def live():
            def gen():
                while True:
                    yield "event: tick\\ndata: x\\n\\n"
            return Response(gen(), mimetype="text/event-stream")
        """,
}
_BLOCK = """{% block live %}<div sse-connect="{{ url }}">
<div hx-get="/part" hx-trigger="load"></div></div>{% endblock %}"""


@pytest.mark.parametrize("name", RENDERING)
def test_ways_of_rendering(tmp_path: Path, name: str) -> None:
    """The page's own context counts, a part stands where it is fetched, what is missing is said."""
    files = {
        "app.py": RENDERING[name],
        "templates/index.html": f'{SCRIPTS}<body hx-ext="sse">{_BLOCK}</body>',
        "templates/part.html": '<p sse-swap="tik"></p>',
    }
    result = checked(tmp_path, files)
    assert joined(result) == ["templates/index.html: /live -> /live"]
    found = [one.partition(" ")[2] for one in said(result, "sse_fragment", "sse_crossref")]
    assert [one for one in found if "no page listens" not in one] == [
        "there is no template `prat.html`: rendering it fails",
        *(["`index.html` has no block `liv`: rendering it fails"] if name != "fasthx" else []),
        "`tik` is never sent by `/live`: nothing arrives here",
    ]
    certain = {one.confidence for one in result.findings if one.rule == "sse_crossref"}
    assert certain == {"certain"}


def test_a_route_that_a_function_of_another_file_adds_without_a_decorator(tmp_path: Path) -> None:
    files = {
        "app.py": """
            from fastapi import APIRouter, FastAPI, Request
            from fastapi.templating import Jinja2Templates
            from news import add_to
            templates = Jinja2Templates("templates")
            router = APIRouter()
            add_to(router)
            app = FastAPI()
            app.include_router(router, prefix="/api")
            @app.get("/")
            def index(request: Request):
                return templates.TemplateResponse(request, "index.html")
            @app.delete("/api/{pk}")
            def delete(pk: str):
                return "<p></p>"
            """,
        "news.py": """
            from fastapi.responses import StreamingResponse
            async def stream():
                while True:
                    yield "event: tick\\ndata: x\\n\\n"
            async def news():
                return StreamingResponse(stream(), media_type="text/event-stream")
            def add_to(router):
                router.get("/news")(news)
            """,
        "templates/index.html": SCRIPTS + '<div hx-ext="sse" sse-connect="/api/news"></div>',
    }
    result = checked(tmp_path, files)
    (one,) = joined(result)
    assert one.rpartition(" -> ")[2] == "/api/news"
    assert said(result, "sse_connect_url") == []


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("url", "the address is known only when the script runs"),
        ("base + room", "the address is known only when the script runs"),
        ("'{{ url }}'", "the address is known only when rendered"),
    ],
)
def test_an_address_that_a_script_puts_together(tmp_path: Path, written: str, why: str) -> None:
    page = f"{SCRIPTS}<body><script>new EventSource({written}).onmessage = f</script></body>"
    files = {"app.py": FASTAPI.format(before="pass", context="{}"), "templates/index.html": page}
    result = checked(tmp_path, files)
    assert result.coverage is not None
    assert [one.joined.why for one in result.coverage.connections] == [why]
