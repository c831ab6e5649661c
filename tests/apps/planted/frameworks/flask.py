"""Flask and Quart: blueprints, view functions and classes, frames by hand."""

from tests.apps.planted.frameworks.frames import Frames
from tests.apps.planted.frameworks.texts import HEADERS, Handler, indented
from tests.apps.planted.frameworks.writer import Writer
from tests.apps.planted.plan import mark


class Flask(Writer):
    sync = True
    library = "flask"
    application = "Flask"
    define = "def"
    awaited = ""
    lines_as = "percent"

    def make_frames(self) -> Frames:
        return Frames(self.plan, self.lines_as)

    def named(self) -> dict[str, str]:
        live = self.plan.live_name or self.plan.words.live
        return {
            "live": "{{ url_for('live." + live + "') }}",
            "job": "{{ url_for('live.progress', job_id=job_id) }}",
        }

    def rendered(self, template: str, context: str) -> str:
        return f'{self.awaited}render_template("{template}", {context})'

    def streaming_names(self) -> str:
        return "Response, stream_with_context"

    def imports(self, section: str) -> str:
        library = self.library
        views = f"from {library}.views import View\n" if self.layout == "classes" else ""
        if section == "main":
            return f"from {library} import {self.application}\n"
        if section == "pages":
            return f"from {library} import Blueprint, render_template\n"
        if section == "live":
            return f"from {library} import Blueprint, {self.streaming_names()}\n"
        blueprint = "" if self.layout == "one" else "Blueprint, "
        names = f"{blueprint}{self.application}, {self.streaming_names()}, render_template"
        return f"from {library} import {names}\n{views}"

    def shared(self, section: str) -> str:
        if section == "one":
            return HEADERS
        blueprint = f'router = Blueprint("{section}", __name__)\n'
        return blueprint + (HEADERS if section == "live" else "")

    def main(self) -> str:
        prefix = self.plan.prefix
        app = f"app = {self.application}(__name__)\n"
        if self.layout == "one":
            return app
        if self.layout == "classes":
            return app + f'router = Blueprint("{self.module}", __name__, url_prefix="{prefix}")\n'
        if self.layout == "factory":
            return (
                f'{app}app.config.from_mapping(SECRET_KEY="x")\n'
                f'app.register_blueprint(pages.router, url_prefix="{prefix}")\n'
                f'app.register_blueprint(live.router, url_prefix="{prefix}")\n'
            )
        return (
            f"{app}\nfor blueprint in (pages.router, live.router):\n"
            f'    app.register_blueprint(blueprint, url_prefix="{prefix}")\n'
        )

    def whole(self, pages: str, live: str) -> str:
        last = "" if self.layout == "one" else "app.register_blueprint(router)\n"
        return self.join(self.main(), self.shared("one"), pages, live, last)

    def decorator(self, handler: Handler) -> str:
        path = self.path(handler, "<", ">")
        if self.layout in {"one", "broker"}:
            return f'@{self.router_name}.{handler.method.lower()}("{path}")'
        methods = "" if handler.method == "GET" else f', methods=["{handler.method}"]'
        return f'@{self.router_name}.route("{path}"{methods})'

    def write(self, handler: Handler) -> str:
        if handler.template:
            context = f", **{handler.context}" if handler.context != "{}" else ""
            lines = [
                self.decorator(handler),
                f"{self.define} {handler.function}():",
                f'    return {self.awaited}render_template("{handler.template}"{context})'
                + mark(f"render-{handler.key}"),
            ]
            return "\n".join(lines)
        if handler.key == "report":
            lines = [self.decorator(handler), f"{self.define} {handler.function}():"]
            return "\n".join([*lines, indented([*handler.body]), '    return "", 204'])
        if self.layout == "classes" and handler.key == "live":
            return self.write_class(handler)
        return "\n".join((self.decorator(handler), self.function(handler, handler.function)))

    def function(self, handler: Handler, name: str, first: str = "") -> str:
        parameters = ", ".join(part for part in (first, handler.parameter) if part)
        lines = [f"{self.define} stream():", indented([*handler.body]), "", *self.answer()]
        return f"{self.define} {name}({parameters}):\n" + indented(lines)

    def answer(self) -> list[str]:
        stream = "stream()" if self.layout == "one" else "stream_with_context(stream())"
        return [f'return Response({stream}, mimetype="text/event-stream", headers=HEADERS)']

    def write_class(self, handler: Handler) -> str:
        name = handler.function.capitalize()
        return "\n".join(
            (
                f"class {name}(View):",
                f'    methods = ["{handler.method}"]',
                "",
                indented(self.function(handler, "dispatch_request", "self").splitlines()),
                "",
                "",
                f'{handler.function}_view = {name}.as_view("{handler.function}")',
                f'router.add_url_rule("{self.path(handler)}", view_func={handler.function}_view)',
            )
        )


class Quart(Flask):
    sync = False
    library = "quart"
    application = "Quart"
    define = "async def"
    awaited = "await "
    lines_as = "bytes"

    def streaming_names(self) -> str:
        if self.layout == "one":
            return "make_response"
        return "Response" if self.layout == "package" else "Response, stream_with_context"

    def answer(self) -> list[str]:
        if self.layout == "one":
            return [
                "response = await make_response(stream(), {",
                '    "Content-Type": "text/event-stream",',
                "    **HEADERS,",
                "})",
                "response.timeout = None",
                "return response",
            ]
        if self.layout == "package":
            kind = 'content_type="text/event-stream"'
            return [f"return Response(stream(), {kind}, headers=HEADERS)"]
        kind = 'mimetype="text/event-stream"'
        return [f"return Response(wrapped(), {kind}, headers=HEADERS)"]

    def function(self, handler: Handler, name: str, first: str = "") -> str:
        text = super().function(handler, name, first)
        if self.layout in {"one", "package"}:
            return text
        return text.replace(
            "    async def stream():", "    @stream_with_context\n    async def wrapped():", 1
        )
