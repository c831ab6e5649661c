"""What a route gives to the class that answers it."""

from pathlib import Path
from textwrap import dedent

import pytest

from sse_check.project.project import Project
from sse_check.project.settings import Settings
from sse_check.wiring.wiring import Wiring
from tests.apps.reading import names

DJANGO = {
    "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")\n',
    "settings.py": 'ROOT_URLCONF = "urls"\nINSTALLED_APPS = []\n',
}
VIEWS = """
from django.http import StreamingHttpResponse
from django.views import View
class Events(View):
    event = {default}
    {more}
    async def get(self, request):
        return StreamingHttpResponse(self.frames(), content_type="text/event-stream")
    async def frames(self):
        while True:
            yield f"event: {{self.event}}\\ndata: 1\\n\\n"
class Late(Events):
    event = "below"
"""


def sent(folder: Path, files: dict[str, str]) -> dict[str, list[str]]:
    """The names of what each route streams."""
    for path, text in files.items():
        (folder / path).write_text(dedent(text), encoding="utf-8")
    wiring = Wiring(Project.load(str(folder), Settings(), shown_from=str(folder)))
    return {one.route.path: names(one.stream) for _, one in wiring.streams}


@pytest.mark.parametrize(
    ("made", "default", "more", "expected"),
    [
        ("Events.as_view(event='b')", "'a'", "", "b"),
        ("Events.as_view(event='b')", "None", "", "b"),
        ("Late.as_view(event='b')", "'a'", "", "b"),
        ("Late.as_view()", "'a'", "", "below"),
        ("cache(Events.as_view(event='b'))", "'a'", "", "b"),
        ("LATER", "'a'", "", "b"),
        ("Events.as_view(**GIVEN)", "'a'", "", "? a *"),
        ("Events.as_view(event=GIVEN)", "'a'", "", "? *"),
        ("Events.as_view(other=1)", "'a'", "other = 2", "a"),
        (
            "Events.as_view(event='b')",
            "'a'",
            "def __init__(self, event='c', **more):\n        self.event = event + '!'",
            "b! b",
        ),
    ],
)
def test_django(tmp_path: Path, made: str, default: str, more: str, expected: str) -> None:
    urls = f"""
    from django.urls import path
    from elsewhere import GIVEN, cache
    from views import Events, Late
    LATER = Events.as_view(event="b")
    urlpatterns = [path("s", {made})]
    """
    files = {**DJANGO, "urls.py": urls, "views.py": VIEWS.format(default=default, more=more)}
    assert sent(tmp_path, files) == {"/s": expected.split()}


def test_each_route_has_its_own(tmp_path: Path) -> None:
    urls = """
    from django.urls import path
    from views import Events
    urlpatterns = [
        path("a", Events.as_view()),
        path("b", Events.as_view(event="b")),
        path("c", Events.as_view(event="c")),
    ]
    """
    files = {**DJANGO, "urls.py": urls, "views.py": VIEWS.format(default="'a'", more="")}
    assert sent(tmp_path, files) == {"/a": ["a"], "/b": ["b"], "/c": ["c"]}


FLASK = """
from flask import Flask, Response
from flask.views import MethodView, View
app = Flask(__name__)
class Events({base}):
    def __init__(self, event="a", room=""):
        self.event = event
        self.room = room
    def {method}(self):
        return Response(self.frames(), mimetype="text/event-stream")
    def frames(self):
        while True:
            yield f"event: {{self.event}}\\ndata: 1\\n\\n"
app.add_url_rule("/s", view_func=Events.as_view({given}))
"""


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("'s', 'b'", "b"),
        ("'s', event='b'", "b"),
        ("name='s', event='b'", "b"),
        ("'s', room='b'", "a"),
        ("'s'", "a"),
        ("'s', *GIVEN", "? a *"),
    ],
)
@pytest.mark.parametrize(("base", "method"), [("MethodView", "get"), ("View", "dispatch_request")])
def test_flask(tmp_path: Path, base: str, method: str, given: str, expected: str) -> None:
    code = FLASK.format(base=base, method=method, given=given)
    assert sent(tmp_path, {"app.py": code}) == {"/s": expected.split()}


def test_an_object_is_the_route(tmp_path: Path) -> None:
    code = """
    import falcon.asgi
    from falcon.asgi import SSEvent
    class Events:
        def __init__(self, event):
            self.event = event
        async def on_get(self, req, resp):
            resp.sse = self.frames()
        async def frames(self):
            while True:
                yield SSEvent(text="1", event=self.event)
    app = falcon.asgi.App()
    app.add_route("/a", Events("a"))
    app.add_route("/b", Events("b"))
    """
    assert sent(tmp_path, {"app.py": code}) == {"/a": ["a"], "/b": ["b"]}
