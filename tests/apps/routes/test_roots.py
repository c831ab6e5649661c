"""Addresses below a prefix that no route names, as the frameworks themselves answer them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

import pytest

from sse_check.template.values import Pattern
from sse_check.wiring.joins import answering
from tests.apps.repository import app, apps

ASK = Path(__file__).with_name("ask.py")
LIMIT = 60


class Case(NamedTuple):
    """An app, how it is served, addresses to ask for; `proxied` are those that it answers behind
    the server that it is meant for, which takes the prefix away."""

    kind: str
    target: str
    files: dict[str, str]
    addresses: str
    proxied: str = ""


FLASK = """
from flask import Flask
from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware
front, shop = Flask("front"), Flask("shop")
@front.get("/live")
def live(): return ""
@shop.get("/live")
def shop_live(): return ""
@shop.get("/tides/")
def tides(): return ""
"""
ALONE = """
from flask import Flask
from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware
shop = Flask(__name__)
@shop.get("/live")
def live(): return ""
@shop.get("/tides/")
def tides(): return ""
shop.wsgi_app = DispatcherMiddleware(NotFound(), {"/shop": shop.wsgi_app})
"""
ADDRESSES = "/live /shop/live /shop/tides/ /shop/shop/live /nothing"
CASES = {
    "an app below another": Case("wsgi", "main:application", {"main.py": FLASK + 'application = DispatcherMiddleware(front, {"/shop": shop})'}, ADDRESSES),
    "an app put into another": Case("wsgi", "main:front", {"main.py": FLASK + 'front.wsgi_app = DispatcherMiddleware(front.wsgi_app, {"/shop": shop.wsgi_app})'}, ADDRESSES),
    "an app below a prefix": Case("wsgi", "main:shop", {"main.py": ALONE}, ADDRESSES),
    "APPLICATION_ROOT changes no address": Case("wsgi", "main:app", {"main.py": 'from flask import Flask\napp = Flask(__name__)\napp.config["APPLICATION_ROOT"] = "/shop"\n@app.get("/live")\ndef live(): return ""\n'}, "/live /other/live", "/shop/live"),
    "APPLICATION_ROOT of a class": Case("wsgi", "main:app", {"config.py": 'class Config:\n    APPLICATION_ROOT = "/shop"\n', "main.py": 'from flask import Flask\nimport config\napp = Flask(__name__)\napp.config.from_object(config.Config)\n@app.get("/live")\ndef live(): return ""\n'}, "/live /other/live", "/shop/live"),
    "root_path of FastAPI": Case("asgi", "main:app", {"main.py": 'from fastapi import FastAPI\napp = FastAPI(root_path="/shop")\n@app.get("/live")\ndef live(): return ""\n'}, "/live /shop/live /other/live"),
    "root_path of the server": Case("asgi", "main:app", {"main.py": 'from fastapi import FastAPI\napp = FastAPI()\n@app.get("/live")\ndef live(): return ""\nif __name__ == "__main__":\n    import uvicorn\n    uvicorn.run("main:app", root_path="/shop")\n'}, "/live /other/live", "/shop/live"),
    "FORCE_SCRIPT_NAME": Case("wsgi", "main:application", {"main.py": 'import os\nfrom django.core.wsgi import get_wsgi_application\nos.environ["DJANGO_SETTINGS_MODULE"] = "settings"\napplication = get_wsgi_application()\n', "settings.py": 'SECRET_KEY = "x"\nALLOWED_HOSTS = ["*"]\nROOT_URLCONF = "urls"\nFORCE_SCRIPT_NAME = "/shop"\n', "urls.py": 'from django.http import HttpResponse\nfrom django.urls import path\nurlpatterns = [path("live", lambda request: HttpResponse(""))]\n'}, "/live /other/live", "/shop/live"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_prefixes(tmp_path: Path, case: Case) -> None:
    found = app(tmp_path, case.files)
    paths = case.addresses.split()
    ours = {path: bool(answering(found, Pattern.of(path))) for path in paths}
    done = subprocess.run(
        [sys.executable, str(ASK), case.kind, case.target, *paths],
        cwd=tmp_path,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert ours == json.loads(done.stdout)
    for path in case.proxied.split():
        assert answering(found, Pattern.of(path))


def test_two_apps_side_by_side_below_prefixes(tmp_path: Path) -> None:
    text = (
        dedent(FLASK) + 'application = DispatcherMiddleware(NotFound(), {"/a": front, "/b": shop})'
    )
    tables = [{route.path for route in one.routes} for one in apps(tmp_path, {"main.py": text})]
    assert tables == [{"/a/live"}, {"/b/live", "/b/tides/"}]
