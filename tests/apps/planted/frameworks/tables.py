"""Starlette and Falcon: routes in lists and calls, endpoints in classes."""

from tests.apps.planted.frameworks.frames import Frames, LibraryFrames
from tests.apps.planted.frameworks.sending import JINJA, ByHand
from tests.apps.planted.frameworks.texts import HEADERS, Handler, indented
from tests.apps.planted.frameworks.writer import Writer
from tests.apps.planted.plan import mark


class Starlette(Writer):
    def make_frames(self) -> Frames:
        return Frames(self.plan, "steps")

    def named(self) -> dict[str, str]:
        live = self.plan.live_name or self.plan.words.live
        owner = self.module
        return {
            "live": "{{ url_for('" + owner + ":" + live + "') }}",
            "job": "{{ url_for('" + owner + ":progress', job_id=job_id) }}",
        }

    def imports(self, section: str) -> str:
        app = "from starlette.applications import Starlette\n"
        endpoint = (
            "from starlette.endpoints import HTTPEndpoint\n" if self.layout == "classes" else ""
        )
        stream = "from starlette.responses import StreamingResponse\n"
        templates = "from starlette.templating import Jinja2Templates\n"
        route = "from starlette.routing import Route\n"
        if section == "main":
            return app + "from starlette.routing import Mount\n"
        if section == "pages":
            response = (
                "from starlette.responses import Response\n" if self.layout == "broker" else ""
            )
            return "from pathlib import Path\n\n" + response + route + templates
        if section == "live":
            return stream + route
        mount = "from starlette.routing import Mount, Route\n" if endpoint else route
        return app + endpoint + stream + mount + templates

    def shared(self, section: str) -> str:
        if section == "one":
            return 'TEMPLATES = Jinja2Templates("templates")\n' + HEADERS
        if section == "live":
            return HEADERS
        up = ".parent.parent" if self.layout == "package" else ".parent"
        return f'TEMPLATES = Jinja2Templates(directory=Path(__file__){up} / "templates")\n'

    def routes(self, handlers: list[Handler]) -> str:
        lines = []
        for handler in handlers:
            function = handler.function
            methods = ""
            if self.layout == "classes" and handler.key == "live":
                function = function.capitalize()
            elif handler.method != "GET":
                methods = f', methods=["{handler.method}"]'
            named = self.plan.style.urls == "names" and handler.key in {"live", "job"}
            name = f', name="{handler.function}"' if named else ""
            endpoint = f"endpoint={function}" if self.layout in {"package", "broker"} else function
            lines.append(f'    Route("{self.path(handler)}", {endpoint}{methods}{name}),')
        return "\n".join(lines)

    def section(self, handlers: list[Handler]) -> str:
        text = super().section(handlers)
        if self.layout in {"one", "classes"}:
            return text
        return self.join(text, f"routes = [\n{self.routes(handlers)}\n]\n")

    def main(self) -> str:
        prefix, name = self.plan.prefix, self.module
        mount = f'Mount("{prefix}", routes=pages.routes + live.routes, name="{name}")'
        if self.layout == "broker":
            mount = f'Mount("{prefix}", routes=[*pages.routes, *live.routes])'
        return f"app = Starlette(routes=[{mount}])\n"

    def whole(self, pages: str, live: str) -> str:
        routes = self.routes(self.page_handlers() + self.stream_handlers())
        if self.layout == "one":
            app = f"routes = [\n{routes}\n]\n\napp = Starlette(debug=True, routes=routes)\n"
        else:
            app = (
                f"inner = Starlette(routes=[\n{routes}\n])\n\n"
                f'app = Starlette(routes=[Mount("{self.plan.prefix}", app=inner)])\n'
            )
        return self.join(self.shared("one"), pages, live, app)

    def write(self, handler: Handler) -> str:
        head = f"async def {handler.function}(request):"
        if handler.template:
            answer = f'TEMPLATES.TemplateResponse(request, "{handler.template}", {handler.context})'
            return f"{head}\n    return {answer}{mark('render-' + handler.key)}"
        if handler.key == "report":
            return "\n".join(
                [head, indented([*handler.body]), "    return Response(status_code=202)"]
            )
        own = [f'{handler.parameter} = request.path_params["{handler.parameter}"]', ""]
        lines = [
            *(own if handler.parameter else []),
            "async def stream():",
            indented([*handler.body]),
            "",
            "return StreamingResponse(",
            '    stream(), media_type="text/event-stream", headers=HEADERS',
            ")",
        ]
        if self.layout == "classes" and handler.key == "live":
            method = handler.method.lower()
            inside = f"    async def {method}(self, request):\n" + indented(lines, 8)
            return f"class {handler.function.capitalize()}(HTTPEndpoint):\n{inside}"
        return head + "\n" + indented(lines)


class Falcon(ByHand):
    enum_values = True

    def make_frames(self) -> Frames:
        return LibraryFrames(
            self.plan,
            "from falcon.asgi import SSEvent\n",
            "SSEvent(text={data}, event={name})",
            "SSEvent(text={data})",
            "SSEvent(None, {data}, None, {name})",
        )

    def imports(self, section: str) -> str:
        own = "" if self.frames.helper_name() else "from falcon.asgi import SSEvent\n"
        if section == "main":
            return "import falcon.asgi\n"
        if section == "pages":
            return f"{self.path_import()}import falcon\n{JINJA}"
        if section == "live":
            return own
        return f"import falcon\nimport falcon.asgi\n{own}{JINJA}"

    def shared(self, section: str) -> str:
        return "" if section == "live" else self.environment()

    @staticmethod
    def resource(handler: Handler) -> str:
        return "".join(part.capitalize() for part in handler.function.split("_"))

    def _added(self, handler: Handler, owner: str, prefix: str) -> str:
        path = f'"{prefix}{self.plan.path(handler.key)}"'
        if self.layout in {"factory", "broker"}:
            path = f'PREFIX + "{self.plan.path(handler.key)}"'
        return f"app.add_route({path}, {owner}{self.resource(handler)}())"

    def main(self) -> str:
        lines = ["app = falcon.asgi.App()"]
        if self.layout in {"factory", "broker"}:
            lines.append(f'PREFIX = "{self.plan.prefix}"')
        lines += [self._added(h, "pages.", self.plan.prefix) for h in self.page_handlers()]
        lines += [self._added(h, "live.", self.plan.prefix) for h in self.stream_handlers()]
        return "\n".join(lines) + "\n"

    def whole(self, pages: str, live: str) -> str:
        handlers = self.page_handlers() + self.stream_handlers()
        if self.layout == "one":
            lines = [self._added(handler, "", self.plan.prefix) for handler in handlers]
        else:
            rows = [f'    ("{self.plan.path(h.key)}", {self.resource(h)}),' for h in handlers]
            lines = [
                "ROUTES = [\n" + "\n".join(rows) + "\n]\n",
                "for path, resource in ROUTES:",
                f'    app.add_route(f"{self.plan.prefix}{{path}}", resource())',
            ]
        app = "\n".join(["app = falcon.asgi.App()", *lines]) + "\n"
        return self.join(self.shared("one"), pages, live, app)

    def write(self, handler: Handler) -> str:
        parameter = f", {handler.parameter}" if handler.parameter else ""
        method = handler.method.lower()
        head = f"    async def on_{method}(self, req, resp{parameter}):"
        if handler.template:
            lines = [
                "resp.content_type = falcon.MEDIA_HTML",
                f"resp.text = {self.template_text(handler)}{mark('render-' + handler.key)}",
            ]
        elif handler.key == "report":
            lines = [*handler.body, "resp.status = falcon.HTTP_202"]
        else:
            lines = [
                "async def stream():",
                indented([*handler.body]),
                "",
                "resp.sse = stream()",
                'resp.set_header("Cache-Control", "no-cache")',
            ]
        return f"class {self.resource(handler)}:\n{head}\n" + indented(lines, 8)
