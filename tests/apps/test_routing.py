"""Ways of writing routes, each with the routes that it makes."""

from pathlib import Path

import pytest

from tests.apps.repository import app, apps, table

FASTAPI = "from fastapi import APIRouter, FastAPI\napp = FastAPI()\n"
MINE = "from fastapi import FastAPI\nclass Mine(FastAPI):\n    pass\napp = Mine()\n"
FASTHTML = "from fasthtml.common import *\napp, rt = fast_app()\n"
FLASK = "from flask import Blueprint, Flask\napp = Flask(__name__)\n"
STARLETTE = "from starlette.applications import Starlette\nfrom starlette.routing import *\n"
DJANGO = {"settings.py": 'ROOT_URLCONF = "urls"\nINSTALLED_APPS = ["shop"]\n'}
URLS = "from django.urls import include, path, re_path\n"

CASES: list[tuple[str, str, set[str]]] = [
    (
        "a decorator",
        FASTAPI + '@app.get("/a/{x}")\ndef a(x): ...\n',
        {"GET /a/{x} a"},
    ),
    (
        "a router with a prefix in a prefix",
        FASTAPI
        + 'r = APIRouter(prefix="/r")\n@r.post("/a")\ndef a(): ...\n'
        + 'app.include_router(r, prefix="/v1")\n',
        {"POST /v1/r/a a"},
    ),
    (
        "a loop over a table of routers",
        FASTAPI
        + "one, two = APIRouter(), APIRouter()\n"
        + '@one.get("/a")\ndef a(): ...\n@two.get("/b")\ndef b(): ...\n'
        + 'for name, router in {"one": one}.items():\n'
        + '    app.include_router(router, prefix=f"/{name}")\n'
        + 'for router, prefix in [(two, "/x"), (one, "/y")]:\n'
        + "    app.include_router(router, prefix=prefix)\n",
        {"GET /one/a a", "GET /x/b b", "GET /y/a a"},
    ),
    (
        "a router that a function makes, twice",
        FASTAPI
        + "def make(prefix):\n"
        + '    r = APIRouter(prefix=prefix)\n    @r.get("/a")\n    def a(): ...\n    return r\n'
        + 'app.include_router(make("/one"))\napp.include_router(make("/two"))\n',
        {"GET /one/a a", "GET /two/a a"},
    ),
    (
        "functions that register, imported by other names",
        FLASK
        + "def init_app(app):\n"
        + '    @app.get("/a")\n    def a(): ...\n'
        + "init_views = init_app\ninit_views(app)\n",
        {"GET /a a"},
    ),
    (
        "a class that registers its methods on the app it is given",
        FASTAPI
        + "class Pages:\n    def __init__(self, app):\n        self.app = app\n"
        + '    def register(self):\n        self.app.add_api_route("/a", self.page)\n'
        + "    def page(self): ...\nPages(app).register()\n",
        {"GET /a page"},
    ),
    (
        "namespaces of Flask-RESTX",
        FLASK
        + "from flask_restx import Api, Namespace, Resource\n"
        + 'bp = Blueprint("v1", __name__, url_prefix="/v1")\n'
        + 'api = Api(bp, prefix="/api")\nlater = Api()\n'
        + 'one, two = Namespace("one"), Namespace("two", path="/2/")\n'
        + 'three = api.namespace("three", path="/3")\nfour = later.namespace("four")\n'
        + '@one.route("/a", "/b")\nclass LiveFeed(Resource):\n    def get(self): ...\n'
        + '@two.route("")\nclass Root(Resource):\n    def get(self): ...\n'
        + '@three.route("/x", endpoint="named")\nclass X(Resource):\n    def get(self): ...\n'
        + "class Y(Resource):\n    def post(self): ...\n"
        + 'four.add_resource(Y, "/y")\n'
        + '@api.route("/z")\nclass Z(Resource):\n    def get(self): ...\n'
        + 'api.add_namespace(one)\napi.add_namespace(two, path="/t")\n'
        + "app.register_blueprint(bp)\nlater.init_app(app)\n",
        {
            "GET /v1/api/one/a v1.one_live_feed",
            "GET /v1/api/one/b v1.one_live_feed",
            "GET /v1/api/t v1.two_root",
            "GET /v1/api/3/x v1.named",
            "POST /four/y four_y",
            "GET /v1/api/z v1.z",
        },
    ),
    (
        "blueprints of Flask-Smorest",
        FLASK
        + "from flask.views import MethodView\n"
        + "from flask_smorest import Api, Blueprint\napi = Api(app)\n"
        + 'blp = Blueprint("live", "live", url_prefix="/live")\n'
        + '@blp.route("/a")\nclass Feed(MethodView):\n    def get(self): ...\n'
        + "    def delete(self): ...\napi.register_blueprint(blp)\n",
        {"GET /live/a live.Feed", "DELETE /live/a live.Feed"},
    ),
    (
        "a class that registers where it is made",
        FASTAPI + "class Pages:\n    def __init__(self, app):\n"
        '        app.add_api_route("/a", self.page)\n'
        "    def page(self): ...\nPages(app)\n",
        {"GET /a page"},
    ),
    (
        "a class derived from the framework's",
        MINE + '@app.get("/a")\ndef a(): ...\n',
        {"GET /a a"},
    ),
    (
        "a decorator of one's own",
        FASTAPI + 'def page(path):\n    return app.get(path)\n@page("/a")\ndef a(): ...\n',
        {"GET /a a"},
    ),
    (
        "mounted routes have the names of their mounts",
        STARLETTE + "def a(r): ...\n"
        'app = Starlette(routes=[Mount("/m", routes=[Route("/a", a)], name="m")])\n',
        {"GET /m/a m:a"},
    ),
    (
        "a nested blueprint",
        FLASK
        + 'outer = Blueprint("outer", __name__, url_prefix="/o")\n'
        + 'inner = Blueprint("inner", __name__, url_prefix="/i")\n'
        + '@inner.route("/a", methods=["POST"])\ndef a(): ...\n'
        + "outer.register_blueprint(inner)\napp.register_blueprint(outer)\n",
        {"POST /o/i/a outer.inner.a"},
    ),
    (
        "a view that a decorator of one's own wraps",
        FLASK + "from functools import wraps\ndef login(f):\n    @wraps(f)\n"
        "    def inner(*a):\n        return f(*a)\n    return inner\ndef a(): ...\n"
        'app.add_url_rule("/a", view_func=login(a))\n',
        {"GET /a a"},
    ),
    (
        "a class of views",
        FLASK + "from flask.views import MethodView\nclass V(MethodView):\n"
        "    def get(self): ...\n    def post(self): ...\n"
        'app.add_url_rule("/a", view_func=V.as_view("v"))\n',
        {"GET /a v", "POST /a v"},
    ),
    (
        "names star imported from a package",
        FASTHTML + '@rt\ndef a(): ...\n@rt("/x/{y}")\ndef get(y: int): ...\n',
        {"GET,POST /a a", "GET /x/{y} get"},
    ),
]


@pytest.mark.parametrize(("text", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_routes(tmp_path: Path, text: str, expected: set[str]) -> None:
    found = app(tmp_path, {"main.py": text})
    assert table(found) == expected
    assert found.unread == []


HEIRS = {
    "base.py": STARLETTE
    + """
class Site(Starlette):
    def __init__(self, *args, **kwargs):
        boards = kwargs.pop("boards", [])
        super().__init__(*args, **kwargs)
        self.add_route("/health", health)
        for board in boards:
            self.add_board(board)

    def add_board(self, board):
        for one in board:
            self.router.routes.append(Route(one.path, endpoint=one.endpoint))

def health(request): ...
""",
    "app.py": """
from base import Site
class Ours(Site):
    def __init__(self, boards):
        super().__init__(boards=boards)
app = Ours(load())
""",
}


def test_a_base_class_registers_on_the_objects_of_its_heirs(tmp_path: Path) -> None:
    found = app(tmp_path, HEIRS)
    assert "GET /health health" in table(found)
    # Where the others answer nobody can tell: anywhere.
    assert any(route.pattern.is_open for route in found.routes)


TAKING_IN = [
    """
    for one in pkgutil.iter_modules(web.routes.__path__):
        if not one.name.startswith("_"):
            router = getattr(importlib.import_module(f"web.routes.{one.name}"), "router", None)
            if isinstance(router, APIRouter):
                app.include_router(router)
""",
    """
    for path in Path("web/routes").glob("*.py"):
        app.include_router(importlib.import_module("web.routes." + path.stem).router)
""",
    """
    for name in os.listdir("web/routes"):
        module = importlib.import_module(f".routes.{name[:-3]}", package="web")
        app.include_router(module.router)
""",
]


@pytest.mark.parametrize("loop", TAKING_IN)
def test_routers_of_a_package_that_are_taken_in_by_their_names(tmp_path: Path, loop: str) -> None:
    router = "from fastapi import APIRouter\nrouter = APIRouter(prefix='/NAME')\n"
    route = "@router.get('/all')\ndef NAME(): ...\n"
    files = {
        "web/main.py": "import importlib, os, pkgutil\nfrom pathlib import Path\n"
        "from fastapi import APIRouter, FastAPI\nimport web.routes\n"
        f"app = FastAPI()\ndef discover(app):{loop}discover(app)\n",
        "web/__init__.py": "",
        "web/routes/__init__.py": "",
        "web/routes/tasks.py": (router + route).replace("NAME", "tasks"),
        "web/routes/teams.py": (router + route).replace("NAME", "teams"),
        "web/other/tales.py": (router + route).replace("NAME", "tales"),
    }
    (found,) = (one for one in apps(tmp_path, files) if one.path == "web/main.py")
    assert table(found) == {"GET /tasks/all tasks", "GET /teams/all teams"}
    assert found.unread == []


def test_django_follows_includes_by_name(tmp_path: Path) -> None:
    urls = URLS + 'urlpatterns = [path("shop/", include("shop.urls"))]\n'
    inner = (
        URLS + "from . import views\napp_name = 'shop'\n"
        'urlpatterns = [path("<int:pk>/", views.show, name="show")]\n'
        r'urlpatterns += [re_path(r"^(?P<year>\d{4})/$", views.show, name="year")]' + "\n"
    )
    files = {"urls.py": urls, "shop/urls.py": inner, "shop/views.py": "def show(r, **k): ...\n"}
    files["settings.py"] = DJANGO["settings.py"] + f'MIDDLEWARE = ["{COMMON}"]\n'
    found = app(tmp_path, files)
    assert table(found) == {
        "* /shop/<int:pk>/ shop:show",
        r"* /shop/(?P<year>\d{4})/ shop:year",
    }
    assert [str(route.pattern) for route in found.routes] == ["/shop/*/", "/shop/*/"]
    assert {route.slash for route in found.routes} == {"adds"}


def test_an_api_of_django_ninja_stands_among_its_addresses(tmp_path: Path) -> None:
    files = {
        **DJANGO,
        "urls.py": URLS + 'from shop.api import api\nurlpatterns = [path("api/", api.urls)]\n',
        "shop/api.py": "from ninja import NinjaAPI, Router\n"
        "api = NinjaAPI()\nlive, more = Router(), Router()\n"
        '@api.get("/other")\ndef other(request): ...\n'
        '@live.get("/ticks")\ndef ticks(request): ...\n'
        '@more.get("{item_id}/x/", url_name="named")\ndef x(request, item_id: int): ...\n'
        '@more.api_operation(["GET", "POST"], "/both")\ndef both(request): ...\n'
        'live.add_router("more/", more)\napi.add_router("/live", "shop.api.live")\n',
    }
    found = app(tmp_path, files)
    assert table(found) == {
        "GET /api/other api-1.0.0:other",
        "GET /api/live/ticks api-1.0.0:ticks",
        "GET /api/live/more/{item_id}/x/ api-1.0.0:named",
        "GET,POST /api/live/more/both api-1.0.0:both",
    }
    assert found.unread == []


def test_patterns_that_include_themselves_end(tmp_path: Path) -> None:
    urls = (
        URLS + "def a(r): ...\nurlpatterns = [path('a/', a)]\n"
        "urlpatterns = [path('x/', include(urlpatterns))] + urlpatterns\n"
    )
    found = app(tmp_path, {**DJANGO, "urls.py": urls})
    assert table(found) == {"* /x/a/ -", "* /a/ -"}


def test_what_libraries_answer_is_outside(tmp_path: Path) -> None:
    urls = (
        URLS + 'from django.contrib import admin\nurlpatterns = [path("admin/", admin.site.urls)]\n'
    )
    found = app(tmp_path, {**DJANGO, "urls.py": urls})
    assert found.routes == []
    assert [(str(one.pattern), one.name) for one in found.outside] == [("/admin/*", "admin:*")]
    assert found.complete


@pytest.mark.parametrize(
    ("app_text", "slash"),
    [
        ("app = FastAPI()", "either"),
        ("app = FastAPI(redirect_slashes=False)", "exact"),
    ],
)
def test_slashes_of_fastapi(tmp_path: Path, app_text: str, slash: str) -> None:
    text = f'from fastapi import FastAPI\n{app_text}\n@app.get("/a")\ndef a(): ...\n'
    assert app(tmp_path, {"main.py": text}).routes[0].slash == slash


def test_slashes_of_flask(tmp_path: Path) -> None:
    text = FLASK + '@app.get("/a/")\ndef a(): ...\n@app.get("/b")\ndef b(): ...\n'
    assert [r.slash for r in app(tmp_path, {"main.py": text}).routes] == ["adds", "exact"]


COMMON = "django.middleware.common.CommonMiddleware"


@pytest.mark.parametrize(
    ("settings", "slash"),
    [
        ("", "exact"),
        (f'MIDDLEWARE = ["{COMMON}"]', "adds"),
        (f'MIDDLEWARE = ["django.x.Other"]\nMIDDLEWARE += ["{COMMON}"]', "adds"),
        (f'MIDDLEWARE = ["{COMMON}"]\nAPPEND_SLASH = False', "exact"),
        ('MIDDLEWARE = ["django.middleware.gzip.GZipMiddleware"]', "exact"),
        ('MIDDLEWARE = ["shop.middleware.Ours"]', "adds"),
        ("MIDDLEWARE = listed()", "adds"),
        ("from elsewhere.settings import *", "adds"),
    ],
)
def test_slashes_of_django(tmp_path: Path, settings: str, slash: str) -> None:
    """Only CommonMiddleware leads to the address with a slash; who may have it is not ruled out."""
    files = {
        "settings.py": f'{settings}\nROOT_URLCONF = "urls"\n',
        "urls.py": URLS + 'urlpatterns = [path("a/", view)]\n',
    }
    assert app(tmp_path, files).routes[0].slash == slash


def test_a_list_that_cannot_be_followed_is_said(tmp_path: Path) -> None:
    text = STARLETTE + "import secret\napp = Starlette(routes=secret.routes())\n"
    found = app(tmp_path, {"main.py": text})
    assert [one.why for one in found.unread] == [
        "a list of routes is put together in a way that cannot be followed"
    ]
    assert not found.complete


def test_routes_of_an_extension_that_nobody_knows_are_said(tmp_path: Path) -> None:
    text = (
        "from flask_beyond import Beyond\nlive = Beyond(app)\n"
        '@live.route("/events")\ndef events(): ...\n'
        '@live.limit("/not/a/route")\ndef other(): ...\n'
    )
    found = app(tmp_path, {"app.py": FLASK + text})
    assert [one.why for one in found.unread] == [
        "it cannot be told which application `live.route` belongs to"
    ]


def test_a_file_that_is_no_python_is_said(tmp_path: Path) -> None:
    files = {
        "main.py": FASTAPI + "from users import router\napp.include_router(router)\n",
        "users.py": "from fastapi import APIRouter\nrouter = APIRouter()\ndef (:\n",
    }
    found = app(tmp_path, files)
    assert any(
        "no valid Python" in one.why and one.span.source.path == "users.py" for one in found.unread
    )


def test_chirp_pages_are_routes(tmp_path: Path) -> None:
    text = (
        "from pathlib import Path\nfrom chirp import App, AppConfig\n"
        'PAGES = Path(__file__).resolve().parent / "pages"\n'
        "app = App(AppConfig(template_dir=PAGES))\napp.mount_pages(str(PAGES))\n"
    )
    files = {
        "app.py": text,
        "pages/page.py": "def get(): ...\n",
        "pages/items/{id}/edit.py": "def get(id): ...\ndef post(id): ...\n",
        "pages/_context.py": "def context(): ...\n",
    }
    found = app(tmp_path, files)
    assert table(found) == {
        "GET / index",
        "GET /items/{id}/edit items.id.edit",
        "POST /items/{id}/edit items.id.edit",
    }
    assert found.folders.paths == ("pages",)


def test_a_mounted_app_is_part_of_the_other(tmp_path: Path) -> None:
    text = FASTAPI + 'inner = FastAPI()\n@inner.get("/a")\ndef a(): ...\napp.mount("/i", inner)\n'
    assert table(app(tmp_path, {"main.py": text})) == {"GET /i/a a"}


def test_a_router_that_nothing_takes_in_is_a_part(tmp_path: Path) -> None:
    text = 'from fastapi import APIRouter\nr = APIRouter()\n@r.get("/a")\ndef a(): ...\n'
    found = app(tmp_path, {"lib.py": text})
    assert found.part
    assert not found.routes[0].complete


def test_tests_do_not_answer_for_the_product(tmp_path: Path) -> None:
    files = {
        "main.py": FASTAPI + '@app.get("/a")\ndef a(): ...\n',
        "tests/test_main.py": 'from main import app\n@app.get("/fake")\ndef fake(): ...\n',
        "tests/sample/app.py": FASTAPI + '@app.get("/b")\ndef b(): ...\n',
        "tests/sample/templates/x.html": "<p></p>",
    }
    found = {one.path: one for one in apps(tmp_path, files)}
    assert table(found["main.py"]) == {"GET /a a"}
    assert found["tests/sample/app.py"].is_test
    assert table(found["tests/sample/app.py"]) == {"GET /b b"}
    assert not any(path.startswith("tests/") for path in found["main.py"].modules)


def test_apps_side_by_side_keep_to_themselves(tmp_path: Path) -> None:
    files = {}
    for name in ("one", "two"):
        files[f"{name}/main.py"] = FASTAPI + "import views\napp.include_router(views.router)\n"
        files[f"{name}/views.py"] = (
            f'from fastapi import APIRouter\nrouter = APIRouter()\n@router.get("/{name}")\ndef a(): ...\n'
        )
    found = {one.path: one for one in apps(tmp_path, files)}
    assert table(found["one/main.py"]) == {"GET /one a"}
    assert found["two/main.py"].modules == {"two/main.py", "two/views.py"}


def test_a_short_name_for_a_method(tmp_path: Path) -> None:
    files = {
        "main.py": "from aiohttp import web\nfrom table import setup\napp = web.Application()\nsetup(app)\n",
        "table.py": "def a(r): ...\ndef setup(app):\n    add_route = app.router.add_route\n"
        '    add_route("GET", "/a", a, name="a")\n',
    }
    assert table(app(tmp_path, files)) == {"GET /a a"}


def test_routes_of_a_package_belong_to_the_app_that_imports_them(tmp_path: Path) -> None:
    files = {}
    for name in ("one", "two"):
        files[f"{name}/main.py"] = (
            "from blacksheep import Application\nimport views\napp = Application()\n"
        )
        files[f"{name}/views.py"] = f'from blacksheep import get\n@get("/{name}")\ndef a(): ...\n'
    found = {one.path: table(one) for one in apps(tmp_path, files)}
    assert found == {"one/main.py": {"GET /one -"}, "two/main.py": {"GET /two -"}}


def test_handlers_that_a_plugin_adds(tmp_path: Path) -> None:
    text = (
        "from litestar import Litestar, get\nfrom litestar.plugins import InitPlugin\n"
        '@get("/a")\ndef a() -> str: ...\nclass Core(InitPlugin):\n'
        "    def on_app_init(self, config):\n        config.route_handlers.extend([a])\n"
        "        return config\napp = Litestar(plugins=[Core()])\n"
    )
    assert table(app(tmp_path, {"main.py": text})) == {"GET /a -"}


def test_a_folder_in_a_package_is_not_the_framework_of_its_name(tmp_path: Path) -> None:
    code = 'from chirp import App\napp = App()\n@app.route("/x")\ndef x():\n    return ""\n'
    inner = {"src/shop/chirp/__init__.py": "", "src/shop/chirp/main.py": code}
    found = app(tmp_path, {"src/shop/__init__.py": "", **inner})
    assert (found.framework, [route.path for route in found.routes]) == ("chirp", ["/x"])
