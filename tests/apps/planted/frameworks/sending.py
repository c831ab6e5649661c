"""Sanic and aiohttp: the handler itself sends, one event after the other."""

from tests.apps.planted.frameworks.frames import Frames, LibraryFrames
from tests.apps.planted.frameworks.texts import HEADERS, Handler, indented
from tests.apps.planted.frameworks.writer import Writer
from tests.apps.planted.plan import mark

JINJA = "from jinja2 import Environment, FileSystemLoader\n"


class ByHand(Writer):
    """Renders with a Jinja environment of its own."""

    def environment(self) -> str:
        up = {"package": ".parent.parent", "factory": ".parent"}.get(self.layout)
        folder = f'Path(__file__){up} / "templates"' if up else '"templates"'
        return f"TEMPLATES = Environment(loader=FileSystemLoader({folder}), autoescape=True)\n"

    def path_import(self) -> str:
        return "from pathlib import Path\n\n" if self.layout in {"package", "factory"} else ""

    def template_text(self, handler: Handler) -> str:
        context = f"**{handler.context}" if handler.context != "{}" else ""
        return f'TEMPLATES.get_template("{handler.template}").render({context})'


class Sanic(ByHand):
    def make_frames(self) -> Frames:
        return Frames(self.plan, "concat")

    def sends(self) -> str:
        return "await response.send({})"

    def imports(self, section: str) -> str:
        if section == "main":
            return "from sanic import Blueprint, Sanic\n"
        if section == "pages":
            return f"{self.path_import()}{JINJA}from sanic import Blueprint, empty, html\n"
        if section == "live":
            return "from sanic import Blueprint\n"
        views = "from sanic.views import HTTPMethodView\n" if self.layout == "classes" else ""
        blueprint = "Blueprint, " if self.layout == "classes" else ""
        return f"{JINJA}from sanic import {blueprint}Sanic, html\n{views}"

    def shared(self, section: str) -> str:
        if section == "one":
            return self.environment() + HEADERS
        router = f'router = Blueprint("{section}")\n'
        return router + (self.environment() if section == "pages" else HEADERS)

    def main(self) -> str:
        app = f'app = Sanic("{self.module}")\n'
        prefix = self.plan.prefix
        if self.layout == "one":
            return app
        if self.layout == "classes":
            return app + f'router = Blueprint("live", url_prefix="{prefix}")\n'
        if self.layout == "factory":
            return (
                f'{app}app.blueprint(pages.router, url_prefix="{prefix}")\n'
                f'app.blueprint(live.router, url_prefix="{prefix}")\n'
            )
        return (
            f'{app}group = Blueprint.group(pages.router, live.router, url_prefix="{prefix}")\n'
            "app.blueprint(group)\n"
        )

    def whole(self, pages: str, live: str) -> str:
        last = "" if self.layout == "one" else "app.blueprint(router)\n"
        return self.join(self.main(), self.shared("one"), pages, live, last)

    def decorator(self, handler: Handler) -> str:
        path = self.path(handler, "<", ">").replace("_id>", "_id:str>")
        return f'@{self.router_name}.{handler.method.lower()}("{path}")'

    def write(self, handler: Handler) -> str:
        parameter = f", {handler.parameter}" if handler.parameter else ""
        head = f"async def {handler.function}(request{parameter}):"
        if handler.template:
            lines = [
                f"    return html({self.template_text(handler)})" + mark(f"render-{handler.key}")
            ]
        elif handler.key == "report":
            lines = [indented([*handler.body]), "    return empty()"]
        else:
            lines = [indented([*self.opening(), *handler.body])]
        if self.layout == "classes" and handler.key == "live":
            return self.in_class(handler, lines)
        return "\n".join([self.decorator(handler), head, *lines])

    @staticmethod
    def opening() -> list[str]:
        kind = 'content_type="text/event-stream"'
        return [f"response = await request.respond({kind}, headers=HEADERS)"]

    def in_class(self, handler: Handler, lines: list[str]) -> str:
        name = handler.function.capitalize()
        return "\n".join(
            (
                f"class {name}(HTTPMethodView):",
                f"    async def {handler.method.lower()}(self, request):",
                indented("\n".join(lines).splitlines()),
                "",
                "",
                f'router.add_route({name}.as_view(), "{self.path(handler)}")',
            )
        )


class Aiohttp(ByHand):
    """aiohttp-sse, or a StreamResponse with frames by hand."""

    @property
    def raw(self) -> bool:
        return self.layout in {"package", "broker"}

    def make_frames(self) -> Frames:
        if self.raw:
            return Frames(self.plan)
        return LibraryFrames(
            self.plan, "", "{data}, event={name}", "{data}", "{data}, None, {name}"
        )

    def sends(self) -> str:
        return "await response.write({}.encode())" if self.raw else "await response.send({})"

    def leaving(self) -> str:
        return "return response"

    def imports(self, section: str) -> str:
        sse = "" if self.raw else "from aiohttp_sse import sse_response\n"
        if section == "main":
            return "from aiohttp import web\n"
        if section == "pages":
            return f"{self.path_import()}from aiohttp import web\n{JINJA}"
        if section == "live":
            return f"from aiohttp import web\n{sse}"
        return f"from aiohttp import web\n{sse}{JINJA}"

    def shared(self, section: str) -> str:
        if section == "one":
            return self.environment()
        routes = "routes = web.RouteTableDef()\n"
        if section == "pages":
            return routes + self.environment()
        headers = HEADERS.replace("{", '{"Content-Type": "text/event-stream", ') if self.raw else ""
        return routes + headers

    def main(self) -> str:
        return (
            f"{self.module} = web.Application()\n"
            f"{self.module}.add_routes(pages.routes)\n"
            f"{self.module}.add_routes(live.routes)\n"
            "app = web.Application()\n"
            f'app.add_subapp("{self.plan.prefix}", {self.module})\n'
        )

    def whole(self, pages: str, live: str) -> str:
        handlers = self.page_handlers() + self.stream_handlers()
        if self.layout == "one":
            calls = [
                f'app.router.add_{h.method.lower()}("{self.path(h)}", {h.function})'
                for h in handlers
            ]
            app = "app = web.Application()\n" + "\n".join(calls) + "\n"
        else:
            routes = [
                f'    web.view("{self.path(h)}", {h.function.capitalize()}),'
                if h.key == "live"
                else f'    web.{h.method.lower()}("{self.path(h)}", {h.function}),'
                for h in handlers
            ]
            app = (
                "inner = web.Application()\ninner.add_routes([\n" + "\n".join(routes) + "\n])\n"
                f'app = web.Application()\napp.add_subapp("{self.plan.prefix}/", inner)\n'
            )
        return self.join(self.shared("one"), pages, live, app)

    def write(self, handler: Handler) -> str:
        decorator = ""
        if self.layout not in {"one", "classes"}:
            decorator = f'@routes.{handler.method.lower()}("{self.path(handler)}")\n'
        head = f"{decorator}async def {handler.function}(request):"
        if handler.template:
            text = self.template_text(handler)
            lines = [f"text = {text}" + mark(f"render-{handler.key}")]
            lines.append('return web.Response(text=text, content_type="text/html")')
        elif handler.key == "report":
            lines = [*handler.body, "return web.Response(status=202)"]
        else:
            lines = self.stream_lines(handler)
        if self.layout == "classes" and handler.key == "live":
            method = handler.method.lower()
            name = handler.function.capitalize()
            inside = [line.replace("(request)", "(self.request)") for line in lines]
            return f"class {name}(web.View):\n    async def {method}(self):\n" + indented(inside, 8)
        return head + "\n" + indented(lines)

    def stream_lines(self, handler: Handler) -> list[str]:
        own = [f'{handler.parameter} = request.match_info["{handler.parameter}"]']
        lines = own if handler.parameter else []
        body = [
            line.replace("while True:", "while response.is_connected():") for line in handler.body
        ]
        if self.raw:
            response = [
                "response = web.StreamResponse(headers=HEADERS)",
                "await response.prepare(request)",
            ]
            return [*lines, *response, *handler.body, "return response"]
        opened = ["async with sse_response(request) as response:", indented(body)]
        return [*lines, *opened, "return response"]
