"""Chirp and Cello: what these two have of their own."""

from tests.apps.planted.frameworks.frames import Frames, LibraryFrames
from tests.apps.planted.frameworks.texts import Handler, indented
from tests.apps.planted.frameworks.writer import Writer
from tests.apps.planted.plan import mark


class Chirp(Writer):
    """Templates and fragments of kida; plugins, and apps in apps, instead of blueprints."""

    more_context = ('"value": "-"',)

    def make_frames(self) -> Frames:
        return LibraryFrames(
            self.plan,
            "from chirp import SSEEvent\n",
            "SSEEvent(data={data}, event={name})",
            "SSEEvent(data={data})",
            "SSEEvent({data}, {name})",
            "SSEEvent({data})",
        )

    @property
    def by_fragment(self) -> bool:
        """Whether the first event is a block of the page."""
        return self.layout in {"package", "classes"}

    @property
    def by_plugin(self) -> bool:
        return self.layout in {"package", "factory"}

    def emit(self, role: str, literal: str = "") -> list[str]:
        if role != "first" or not self.by_fragment or role == self.plan.json:
            return super().emit(role, literal)
        name = self.name(role)
        target = f", target={name}" if name else ""
        template = self.plan.partial or f"{self.plan.words.page}.html"
        block = self.plan.block or "latest"
        fragment = f'Fragment("{template}", "{block}"{target}, value=reading())'
        return [f"yield {fragment}{mark('sent-first')}"]

    def data(self, role: str) -> str:
        if role == "first" and role != self.plan.json:
            return "reading()"
        return super().data(role)

    def imports(self, section: str) -> str:
        events = ["EventStream"]
        if not self.frames.helper_name():
            events.append("SSEEvent")
        if self.by_fragment:
            events.append("Fragment")
        app = [] if self.by_plugin else ["App"]
        if section == "main":
            return "from pathlib import Path\n\nfrom chirp import App, AppConfig\n"
        if section == "pages":
            return f"from chirp import {', '.join([*app, 'Response', 'Template'])}\n"
        if section == "live":
            return f"from chirp import {', '.join(sorted([*app, *events]))}\n"
        names = sorted(["App", "AppConfig", "Template", *events])
        return f"from pathlib import Path\n\nfrom chirp import {', '.join(names)}\n"

    def shared(self, section: str) -> str:
        if section == "one" or self.by_plugin:
            return ""
        return "router = App()\n"

    def main(self) -> str:
        prefix = self.plan.prefix
        config = 'AppConfig(template_dir=Path(__file__).parent / "templates", worker_mode="async")'
        app = f"app = App(config={config})\n"
        if self.layout in {"one", "classes"}:
            return app + ("" if self.layout == "one" else "router = App()\n")
        if self.by_plugin:
            return f'{app}app.mount("{prefix}", pages.Plugin())\napp.mount("{prefix}", live.Plugin())\n'
        return f'{app}app.mount_app("{prefix}", pages.router)\napp.mount_app("{prefix}", live.router)\n'

    def whole(self, pages: str, live: str) -> str:
        last = "" if self.layout == "one" else f'app.mount_app("{self.plan.prefix}", router)\n'
        return self.join(self.main(), pages, live, last)

    def section(self, handlers: list[Handler]) -> str:
        text = super().section(handlers)
        if not self.by_plugin:
            return text
        body = indented(text.replace("\n\n\n", "\n\n").splitlines(), 8)
        return f"class Plugin:\n    def register(self, app, prefix):\n{body}\n"

    def decorator(self, handler: Handler) -> str:
        path = f'"{self.path(handler)}"'
        if self.by_plugin:
            path = (
                f'f"{{prefix}}{self.plan.path(handler.key).replace("{", "{{").replace("}", "}}")}"'
            )
        options = f', methods=["{handler.method}"]' if handler.method != "GET" else ""
        options += "" if handler.template else ", referenced=True"
        owner = "app" if self.by_plugin else self.router_name
        return f"@{owner}.route({path}{options})"

    def write(self, handler: Handler) -> str:
        parameter = f"{handler.parameter}: str" if handler.parameter else ""
        head = f"{handler.function}({parameter}):"
        if handler.template:
            context = f", **{handler.context}" if handler.context != "{}" else ""
            lines = [
                f"def {head}",
                f'    return Template("{handler.template}"{context})'
                + mark(f"render-{handler.key}"),
            ]
        elif handler.key == "report":
            lines = [
                f"async def {head}",
                indented([*handler.body]),
                '    return Response("", status=202)',
            ]
        else:
            stream = ["async def stream():", indented([*handler.body]), ""]
            lines = [f"async def {head}", indented([*stream, "return EventStream(stream())"])]
        return "\n".join([self.decorator(handler), *lines])


class Cello(Writer):
    """Streams are collected, sent and over; nothing waits in them."""

    without = ("broker",)

    def make_frames(self) -> Frames:
        return LibraryFrames(
            self.plan,
            "from cello import SseEvent\n",
            "SseEvent({data}, event={name})",
            "SseEvent.data({data})",
            "SseEvent.with_event({name}, {data})",
            "SseEvent.data({data})",
        )

    @property
    def documented(self) -> bool:
        """As the guide has it; no released wheel has `Response.sse`."""
        return self.layout == "one"

    def sends(self) -> str:
        return "stream.add({})" if self.documented else "events.append({})"

    def answer(self) -> str:
        if self.documented:
            return "return Response.sse(stream)"
        frames = '"".join(event.to_sse_string() for event in events)'
        return f'return Response({frames}, content_type="text/event-stream")'

    def leaving(self) -> str:
        return self.answer()

    def pause(self, seconds: str = "0.05") -> list[str]:
        return []

    def endless(self, lines: list[str]) -> list[str]:
        return ["for _ in range(3):", indented(lines), *self.emit("over", "over")]

    def data(self, role: str) -> str:
        return '"bye"' if role == "over" else super().data(role)

    def rendered(self, template: str, context: str) -> str:
        return f'TEMPLATES.render("{template}", dict({context}))'

    def standard(self, *extra: str) -> str:
        return super().standard(*extra).replace("import asyncio\n", "")

    def imports(self, section: str) -> str:
        event = [] if self.frames.helper_name() else ["SseEvent"]
        stream = ["SseStream"] if self.documented else []
        if section == "main":
            return "from cello import App\n"
        if section == "pages":
            return "from pathlib import Path\n\nfrom cello import Blueprint, MiniJinjaEngine, Response\n"
        if section == "live":
            return f"from cello import {', '.join(['Blueprint', 'Response', *event, *stream])}\n"
        more = [] if self.documented else ["Blueprint", "MiniJinjaEngine"]
        return f"from cello import {', '.join(['App', *more, 'Response', *event, *stream])}\n"

    def shared(self, section: str) -> str:
        prefix = self.plan.prefix
        if section == "one":
            if self.documented:
                return 'app.enable_templates("templates")\n'
            return 'TEMPLATES = MiniJinjaEngine(template_dir="templates")\n'
        router = f'router = Blueprint("{prefix}", name="{section}")\n'
        if section == "live":
            return router
        up = ".parent.parent" if self.layout == "package" else ".parent"
        folder = f'str(Path(__file__){up} / "templates")'
        return f"{router}TEMPLATES = MiniJinjaEngine(template_dir={folder})\n"

    def main(self) -> str:
        if self.documented:
            return "app = App()\n"
        if self.layout == "classes":
            return f'app = App()\nrouter = Blueprint("/{self.module}")\n'
        return "app = App()\napp.register_blueprint(pages.router)\napp.register_blueprint(live.router)\n"

    def whole(self, pages: str, live: str) -> str:
        last = "" if self.documented else "app.register_blueprint(router)\n"
        return self.join(self.main(), self.shared("one"), pages, live, last)

    def write(self, handler: Handler) -> str:
        path = self.path(handler)
        head = f'@{self.router_name}.{handler.method.lower()}("{path}")\ndef {handler.function}(request):\n'
        if handler.template:
            render = "app.render" if self.documented else "TEMPLATES.render"
            answer = f'Response.html({render}("{handler.template}", {handler.context}))'
            return head + f"    return {answer}" + mark(f"render-{handler.key}")
        own = [f'{handler.parameter} = request.params["{handler.parameter}"]']
        start = "stream = SseStream()" if self.documented else "events = []"
        used = handler.parameter and any(handler.parameter in line for line in handler.body)
        return head + indented([*(own if used else []), start, *handler.body, self.answer()])
