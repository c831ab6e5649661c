"""Litestar and BlackSheep: lists of handlers, controllers, messages of the framework's own."""

from tests.apps.planted.frameworks.frames import Frames, LibraryFrames
from tests.apps.planted.frameworks.texts import Handler, indented
from tests.apps.planted.frameworks.writer import Writer
from tests.apps.planted.plan import mark


class Litestar(Writer):
    def make_frames(self) -> Frames:
        return LibraryFrames(
            self.plan,
            "from litestar.response import ServerSentEventMessage\n",
            "ServerSentEventMessage(data={data}, event={name})",
            "ServerSentEventMessage(data={data})",
            '{{"event": {name}, "data": {data}}}',
            '{{"data": {data}}}',
        )

    def named(self) -> dict[str, str]:
        live = self.plan.live_name or self.plan.words.live
        return {
            "live": "{{ url_for('" + live + "') }}",
            "job": "{{ url_for('progress', job_id=job_id) }}",
        }

    def imports(self, section: str) -> str:
        message = "" if self.layout == "package" else ", ServerSentEventMessage"
        message = "" if self.layout in {"broker", "classes"} else message
        template = "from litestar.response import Template\n"
        config = (
            "from litestar.contrib.jinja import JinjaTemplateEngine\n"
            "from litestar.template.config import TemplateConfig\n"
        )
        if section == "main":
            path = "" if self.layout == "broker" else "from pathlib import Path\n\n"
            return f"{path}from litestar import Litestar, Router\n{config}"
        if section == "pages":
            return f"from litestar import get, post\n{template}"
        streams = f"from litestar.response import ServerSentEvent{message}\n"
        if section == "live":
            return f"from litestar import get, post\n{streams}"
        names = "Litestar, get, post" if self.layout == "one" else "Controller, Litestar, get, post"
        return f"from litestar import {names}\n{config}{streams}{template}"

    def shared(self, section: str) -> str:
        if section == "one" and self.layout == "classes":
            return 'TEMPLATES = JinjaTemplateEngine(directory="templates")\n'
        return ""

    def functions(self, handlers: list[Handler]) -> str:
        return ", ".join(handler.function for handler in handlers)

    def main(self) -> str:
        prefix = self.plan.prefix
        engine = "directory=Path(__file__).parent / 'templates', engine=JinjaTemplateEngine"
        if self.layout == "broker":
            engine = 'directory="templates", engine=JinjaTemplateEngine'
        config = f"template_config=TemplateConfig({engine})"
        if self.layout == "factory":
            return (
                f'router = Router(path="{prefix}", route_handlers=[*pages.HANDLERS, *live.HANDLERS])\n'
                f"app = Litestar(route_handlers=[router], {config})\n"
            )
        streams = self.functions(self.stream_handlers())
        pages = ", ".join(f"pages.{h.function}" for h in self.page_handlers())
        streams = ", ".join(f"live.{h.function}" for h in self.stream_handlers())
        return (
            f'router = Router(\n    path="{prefix}",\n'
            f"    route_handlers=[{pages}, {streams}],\n)\n"
            f"app = Litestar([router], {config})\n"
        )

    def whole(self, pages: str, live: str) -> str:
        if self.layout == "classes":
            body = f"{pages}\n\n{live}".replace("\n\n\n", "\n\n")
            controller = f'class Live(Controller):\n    path = "{self.plan.prefix}"\n\n' + indented(
                body.splitlines()
            )
            app = "app = Litestar([Live], template_config=TemplateConfig(instance=TEMPLATES))\n"
            return self.join(self.shared("one"), controller, app)
        functions = self.functions(self.page_handlers() + self.stream_handlers())
        app = (
            f"app = Litestar(\n    route_handlers=[{functions}],\n"
            '    template_config=TemplateConfig(directory="templates", engine=JinjaTemplateEngine),\n)\n'
        )
        return self.join(pages, live, app)

    def section(self, handlers: list[Handler]) -> str:
        text = super().section(handlers)
        if self.layout == "factory":
            return self.join(text, f"HANDLERS = [{self.functions(handlers)}]\n")
        return text

    def decorator(self, handler: Handler) -> str:
        path = self.path(handler).replace("_id}", "_id:str}")
        named = handler.key in {"live", "job"} and self.plan.style.urls == "names"
        name = f', name="{handler.function}"' if named else ""
        blocking = ", sync_to_thread=False" if handler.template else ""
        return f'@{handler.method.lower()}("{path}"{name}{blocking})'

    def parameters(self, handler: Handler) -> str:
        first = "self" if self.layout == "classes" else ""
        own = f"{handler.parameter}: str" if handler.parameter else ""
        return ", ".join(part for part in (first, own) if part)

    def write(self, handler: Handler) -> str:
        head = f"{handler.function}({self.parameters(handler)})"
        if handler.template:
            context = f", context={handler.context}" if handler.context != "{}" else ""
            lines = [
                f"def {head} -> Template:",
                f'    return Template(template_name="{handler.template}"{context})'
                + mark(f"render-{handler.key}"),
            ]
        elif handler.key == "report":
            lines = [f"async def {head} -> None:", indented([*handler.body])]
        else:
            stream = ["async def stream():", indented([*handler.body]), ""]
            lines = [
                f"async def {head} -> ServerSentEvent:",
                indented([*stream, "return ServerSentEvent(stream())"]),
            ]
        return "\n".join([self.decorator(handler), *lines])


class Blacksheep(Writer):
    enum_values = True

    def make_frames(self) -> Frames:
        return LibraryFrames(
            self.plan,
            "from blacksheep.server.sse import TextServerSentEvent\n",
            "TextServerSentEvent({data}, event={name})",
            "TextServerSentEvent({data})",
            "TextServerSentEvent({data}, {name})",
        )

    def imports(self, section: str) -> str:
        jinja = "from jinja2 import Environment, FileSystemLoader\n"
        if section == "main":
            return "from blacksheep import Application, Router\n"
        if section == "pages":
            path = "" if self.layout == "broker" else "from pathlib import Path\n\n"
            return f"{path}from blacksheep import Response, Router, html\n{jinja}"
        response = "from blacksheep.server.sse import ServerSentEventsResponse{}\n"
        own = "" if self.frames.helper_name() else ", TextServerSentEvent"
        if section == "live":
            return "from blacksheep import Router\n" + response.format(own)
        controllers = ""
        if self.layout == "classes":
            controllers = "from blacksheep.server.controllers import Controller, get, post\n"
        return (
            f"from blacksheep import Application, html\n{controllers}{response.format(own)}{jinja}"
        )

    def shared(self, section: str) -> str:
        prefix = self.plan.prefix
        templates = (
            'TEMPLATES = Environment(loader=FileSystemLoader("templates"), autoescape=True)\n'
        )
        if section == "one":
            return templates
        router = f'router = Router(prefix="{prefix}")\n'
        if section == "live":
            return router
        up = {"package": ".parent.parent", "factory": ".parent"}.get(self.layout)
        if up:
            folder = f'Path(__file__){up} / "templates"'
            templates = (
                f"TEMPLATES = Environment(loader=FileSystemLoader({folder}), autoescape=True)\n"
            )
        return router + templates

    def main(self) -> str:
        if self.layout in {"one", "classes"}:
            return "app = Application()\n"
        return "app = Application(router=Router(sub_routers=[pages.router, live.router]))\n"

    def whole(self, pages: str, live: str) -> str:
        if self.layout == "one":
            return self.join(self.main(), self.shared("one"), pages, live)
        body = f"{pages}\n\n{live}".replace("\n\n\n", "\n\n")
        route = f'    @classmethod\n    def route(cls):\n        return "{self.plan.prefix}"\n\n'
        controller = f"class Live(Controller):\n{route}" + indented(body.splitlines())
        return self.join(self.main(), self.shared("one"), controller)

    def decorator(self, handler: Handler) -> str:
        owner = {"one": "app.router.", "classes": ""}.get(self.layout, "router.")
        return f'@{owner}{handler.method.lower()}("{self.path(handler)}")'

    def parameters(self, handler: Handler) -> str:
        first = "self" if self.layout == "classes" else ""
        own = f"{handler.parameter}: str" if handler.parameter else ""
        return ", ".join(part for part in (first, own) if part)

    def write(self, handler: Handler) -> str:
        head = f"async def {handler.function}({self.parameters(handler)}):"
        if handler.template:
            context = f"**{handler.context}" if handler.context != "{}" else ""
            lines = [
                f'    template = TEMPLATES.get_template("{handler.template}")'
                + mark(f"render-{handler.key}"),
                f"    return html(template.render({context}))",
            ]
        elif handler.key == "report":
            lines = [indented([*handler.body]), "    return Response(202)"]
        else:
            stream = ["async def stream():", indented([*handler.body]), ""]
            lines = [indented([*stream, "return ServerSentEventsResponse(stream)"])]
        return "\n".join([self.decorator(handler), head, *lines])
