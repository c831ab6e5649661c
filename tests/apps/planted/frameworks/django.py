"""Django: a project with an app in it, or all in one file."""

from typing import ClassVar

from tests.apps.planted.frameworks.frames import Frames
from tests.apps.planted.frameworks.texts import HEADERS, Handler, indented
from tests.apps.planted.frameworks.writer import Writer
from tests.apps.planted.plan import Plan, mark


class Django(Writer):
    targets: ClassVar[dict[str, str]] = {
        "one": "app:application",
        "package": "config.asgi:application",
        "factory": "config.asgi:application",
        "broker": "config.asgi:application",
        "classes": "config.asgi:application",
    }

    def __init__(self, plan: Plan) -> None:
        self.sync = plan.style.layout == "one"
        super().__init__(plan)

    def make_frames(self) -> Frames:
        return Frames(self.plan, "lines")

    def named(self) -> dict[str, str]:
        live = self.plan.live_name or self.plan.words.live
        return {
            "live": "{% url '" + self.module + ":" + live + "' %}",
            "job": "{% url '" + self.module + ":progress' job_id=job_id %}",
        }

    def rendered(self, template: str, context: str) -> str:
        key, _, value = context.partition("=")
        return f'render_to_string("{template}", {{"{key}": {value}}})'

    def imports(self, section: str) -> str:
        loader = "from django.template.loader import render_to_string\n"
        loader = loader if self.plan.has("rendered") else ""
        view = "from django.views import View\n" if self.layout == "classes" else ""
        limits = "from django.views.decorators.http import require_POST\n"
        limits = limits if self._limited("live") else ""
        if section == "pages":
            response = "from django.http import HttpResponse\n" if self.layout == "broker" else ""
            limits = "from django.views.decorators.http import require_POST\n"
            limits = limits if self._limited("pages") else ""
            return f"{response}from django.shortcuts import render\n{limits}"
        if section == "live":
            return f"from django.http import StreamingHttpResponse\n{loader}{view}{limits}"
        return (
            "import django\nfrom django.conf import settings\n"
            "from django.core.wsgi import get_wsgi_application\n"
            "from django.http import StreamingHttpResponse\n"
            "from django.shortcuts import render\nfrom django.urls import path\n" + limits
        )

    def _limited(self, section: str) -> bool:
        handlers = self.stream_handlers() if section == "live" else self.page_handlers()
        return any(handler.method == "POST" for handler in handlers)

    def decorator(self, handler: Handler) -> str:
        return "@require_POST\n" if handler.method == "POST" else ""

    def write(self, handler: Handler) -> str:
        asynchronous = "" if self.sync or handler.template or handler.key == "report" else "async "
        parameter = f", {handler.parameter}" if handler.parameter else ""
        head = f"{self.decorator(handler)}{asynchronous}def {handler.function}(request{parameter}):"
        if handler.template:
            context = f", {handler.context}" if handler.context != "{}" else ""
            answer = f'render(request, "{handler.template}"{context})'
            return f"{head}\n    return {answer}{mark('render-' + handler.key)}"
        if handler.key == "report":
            return "\n".join(
                [head, indented([*handler.body]), "    return HttpResponse(status=202)"]
            )
        lines = [
            f"{'' if self.sync else 'async '}def stream():",
            indented([*handler.body]),
            "",
            "return StreamingHttpResponse(",
            '    stream(), content_type="text/event-stream", headers=HEADERS',
            ")",
        ]
        if self.layout == "classes" and handler.key == "live":
            method = f"    async def {handler.method.lower()}(self, request):\n"
            return f"class {handler.function.capitalize()}View(View):\n{method}{indented(lines, 8)}"
        return head + "\n" + indented(lines)

    def patterns(self, handlers: list[Handler], owner: str, prefix: str = "") -> str:
        lines = []
        for handler in handlers:
            below = self.plan.path(handler.key).removeprefix("/")
            address = prefix + below.replace("{", "<str:").replace("}", ">")
            view = f"{owner}{handler.function}"
            if self.layout == "classes" and handler.key == "live":
                view = f"{owner}{handler.function.capitalize()}View.as_view()"
            name = f'name="{handler.function}"'
            if self.layout == "factory":
                lines.append(f'    path(route="{address}", view={view}, {name}),')
            else:
                lines.append(f'    path("{address}", {view}, {name}),')
        return "\n".join(lines)

    def files(self) -> dict[str, str]:
        if self.layout == "one":
            return super().files()
        module = self.module
        pages = self.section(self.page_handlers())
        live = self.section(self.stream_handlers())
        helper = self.support_names()
        helped = f"from .events import {helper}\n" if helper else ""
        if self.plan.style.names == "constant":
            constants = map(self.constant, self.constant_roles())
            helped = f"from .events import {', '.join(filter(None, [helper, *constants]))}\n"
        json = "import json\n" if self.plan.json and self.layout == "broker" else ""
        own = helped + "from .readings import reading\n" if self.layout == "broker" else ""
        patterns = "\n".join(
            (
                self.patterns(self.page_handlers(), "views."),
                self.patterns(self.stream_handlers(), "live."),
            )
        )
        top = self.standard() + "\n" + self.imports("live")
        data = f"from .readings import {self.data_names()}\n"
        files = {
            **self.project(),
            f"{module}/__init__.py": "",
            f"{module}/urls.py": self.join(
                "from django.urls import path\n\nfrom . import live, views\n",
                f'app_name = "{module}"\n\nurlpatterns = [\n{patterns}\n]\n',
            ),
            f"{module}/views.py": self.join(json + self.imports("pages") + own, pages),
            f"{module}/live.py": self.join(top + helped + data, HEADERS, live),
            **self._support_files(f"{module}/"),
        }
        folder = f"{module}/templates/"
        files.update({folder + name: text for name, text in self.pages.all().items()})
        if self.plan.has("script-file"):
            files[f"{module}/static/news.js"] = self.pages.script()
        return files

    def project(self) -> dict[str, str]:
        """What `startproject` makes, as far as it counts."""
        settings = (
            'SECRET_KEY = "x"\nDEBUG = False\nALLOWED_HOSTS = ["*"]\n'
            'ROOT_URLCONF = "config.urls"\n'
            f'INSTALLED_APPS = ["django.contrib.staticfiles", "{self.module}"]\n'
            'MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]\n'
            'STATIC_URL = "/static/"\n'
            "TEMPLATES = [\n    {\n"
            '        "BACKEND": "django.template.backends.django.DjangoTemplates",\n'
            '        "DIRS": [],\n        "APP_DIRS": True,\n        "OPTIONS": {},\n    }\n]\n'
        )
        urls = (
            "from django.urls import include, path\n\n"
            f'urlpatterns = [\n    path("{self.module}/", include("{self.module}.urls")),\n]\n'
        )
        environment = 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")\n'
        return {
            "manage.py": (
                "import os\nimport sys\n\nfrom django.core.management import execute_from_command_line\n\n"
                f'if __name__ == "__main__":\n    {environment}    execute_from_command_line(sys.argv)\n'
            ),
            "config/__init__.py": "",
            "config/settings.py": settings,
            "config/urls.py": urls,
            "config/asgi.py": (
                "import os\n\nfrom django.core.asgi import get_asgi_application\n\n"
                f"{environment}application = get_asgi_application()\n"
            ),
        }

    def whole(self, pages: str, live: str) -> str:
        configure = (
            'settings.configure(\n    DEBUG=True,\n    SECRET_KEY="x",\n    ALLOWED_HOSTS=["*"],\n'
            "    ROOT_URLCONF=__name__,\n    TEMPLATES=[\n        {\n"
            '            "BACKEND": "django.template.backends.django.DjangoTemplates",\n'
            '            "DIRS": ["templates"],\n        }\n    ],\n)\ndjango.setup()\n'
        )
        handlers = self.page_handlers() + self.stream_handlers()
        patterns = self.patterns(handlers, "", f"{self.module}/")
        last = f"urlpatterns = [\n{patterns}\n]\napplication = get_wsgi_application()\n"
        return self.join(configure, HEADERS, pages, live, last)
