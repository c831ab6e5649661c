"""FastAPI, with its four ways to stream: by hand, sse-starlette, fastapi.sse, tempest."""

from tests.apps.planted.frameworks.frames import Frames, LibraryFrames
from tests.apps.planted.frameworks.texts import HEADERS, Handler, indented
from tests.apps.planted.frameworks.writer import Writer
from tests.apps.planted.plan import mark


class FastApi(Writer):
    """Frames by hand in a StreamingResponse."""

    stream_shared = HEADERS
    response = 'StreamingResponse({}, media_type="text/event-stream", headers=HEADERS)'

    streams = "from fastapi.responses import StreamingResponse\n"

    def stream_imports(self) -> str:
        return self.streams

    def named(self) -> dict[str, str]:
        live = self.plan.live_name or self.plan.words.live
        return {
            "live": "{{ url_for('" + live + "') }}",
            "job": "{{ url_for('progress', job_id=job_id) }}",
        }

    def imports(self, section: str) -> str:
        if section == "main":
            return "from fastapi import FastAPI\n"
        if section == "one":
            names = "FastAPI" if self.layout == "one" else "APIRouter, FastAPI"
            return (
                f"from fastapi import {names}, Request\n"
                + self.stream_imports()
                + "from fastapi.templating import Jinja2Templates\n"
            )
        if section == "pages":
            return (
                "from pathlib import Path\n\nfrom fastapi import APIRouter, Request\n"
                "from fastapi.templating import Jinja2Templates\n"
            )
        return "from fastapi import APIRouter, Request\n" + self.stream_imports()

    def shared(self, section: str) -> str:
        up = {"package": ".parent.parent", "factory": ".parent", "broker": ".parent"}
        templates = f'TEMPLATES = Jinja2Templates(directory=Path(__file__){up.get(self.layout, "")} / "templates")\n'
        if section == "one":
            return 'TEMPLATES = Jinja2Templates(directory="templates")\n' + self.stream_shared
        if section == "pages":
            return "router = APIRouter()\n" + templates
        return "router = APIRouter()\n" + self.stream_shared

    def main(self) -> str:
        prefix = self.plan.prefix
        if self.layout == "one":
            return "app = FastAPI()\n"
        if self.layout == "classes":
            return "app = FastAPI()\nrouter = APIRouter()\n"
        if self.layout == "factory":
            prefix_code = f'prefix="{prefix}"'
            return (
                f'app = FastAPI(title="{self.module}")\n'
                f"app.include_router(pages.router, {prefix_code})\n"
                f"app.include_router(live.router, {prefix_code})\n"
            )
        return (
            "app = FastAPI()\n"
            f'PREFIX = "{prefix}"\n\n'
            "for module in (pages, live):\n"
            "    app.include_router(module.router, prefix=PREFIX)\n"
        )

    def registration(self) -> str:
        return f'app.include_router(router, prefix="{self.plan.prefix}")\n'

    def whole(self, pages: str, live: str) -> str:
        last = "" if self.layout == "one" else self.registration()
        return self.join(self.main(), self.shared("one"), pages, live, last)

    def decorator(self, handler: Handler, options: str = "") -> str:
        return f'@{self.router_name}.{handler.method.lower()}("{self.path(handler)}"{options})'

    def write(self, handler: Handler) -> str:
        if handler.template:
            return self.write_page(handler)
        if handler.key == "report":
            lines = [f"async def {handler.function}():", indented([*handler.body]), "    return {}"]
            return "\n".join([self.decorator(handler, ", status_code=202"), *lines])
        return self.write_stream(handler)

    def write_page(self, handler: Handler) -> str:
        rendered = f'TEMPLATES.TemplateResponse(request, "{handler.template}", {handler.context})'
        head = f"{self.decorator(handler)}\nasync def {handler.function}(request: Request):"
        return f"{head}\n    return {rendered}{mark('render-' + handler.key)}"

    def parameters(self, handler: Handler, first: str = "request: Request") -> str:
        own = f"{handler.parameter}: str" if handler.parameter else ""
        return ", ".join(part for part in (first, own) if part)

    def write_stream(self, handler: Handler) -> str:
        head = (
            f"{self.decorator(handler)}\nasync def {handler.function}({self.parameters(handler)}):"
        )
        if self.layout in {"one", "factory"}:
            generator = ["async def stream():", indented([*handler.body]), ""]
            answer = f"return {self.response.format('stream()')}"
            return head + "\n" + indented([*generator, answer])
        given = handler.parameter
        name = f"{handler.function}_events"
        generator = [f"async def {name}({given}):", indented([*handler.body])]
        answer = f"    return {self.response.format(f'{name}({given})')}"
        return "\n".join(generator) + "\n\n\n" + head + "\n" + answer


class SseStarlette(FastApi):
    streams = "from sse_starlette.sse import EventSourceResponse, ServerSentEvent\n"
    stream_shared = ""
    response = "EventSourceResponse({})"

    def make_frames(self) -> Frames:
        return LibraryFrames(
            self.plan,
            "from sse_starlette.sse import ServerSentEvent\n",
            "ServerSentEvent({data}, event={name})",
            "ServerSentEvent({data})",
            '{{"event": {name}, "data": {data}}}',
            '{{"data": {data}}}',
        )

    def main(self) -> str:
        if self.layout == "classes":
            return "app = FastAPI()\nrouter = FastAPI()\n"
        return super().main()

    def registration(self) -> str:
        return f'app.mount("{self.plan.prefix}", router)\n'


class FastApiSse(FastApi):
    """The path function is the generator."""

    streams = "from fastapi.sse import EventSourceResponse, ServerSentEvent\n"
    stream_shared = ""

    def make_frames(self) -> Frames:
        return LibraryFrames(
            self.plan,
            "from fastapi.sse import ServerSentEvent\n",
            "ServerSentEvent(raw_data={data}, event={name})",
            "ServerSentEvent(raw_data={data})",
        )

    def main(self) -> str:
        if self.layout == "classes":
            return f'app = FastAPI()\nouter = APIRouter(prefix="{self.plan.prefix}")\nrouter = APIRouter()\n'
        return super().main()

    def registration(self) -> str:
        return "outer.include_router(router)\napp.include_router(outer)\n"

    def write_stream(self, handler: Handler) -> str:
        options = ", response_class=EventSourceResponse"
        head = f"async def {handler.function}({self.parameters(handler, '')}):"
        return "\n".join((self.decorator(handler, options), head, indented([*handler.body])))


class Tempest(FastApi):
    """A queue for a request, fed by a producer; a broker for many."""

    stream_shared = ""

    @property
    def by_queue(self) -> bool:
        return self.layout not in {"package", "broker"}

    def sends(self) -> str:
        return "await stream.publish({})" if self.by_queue else "yield {}"

    def stream_imports(self) -> str:
        if self.layout == "broker":
            return "from tempest_fastapi_sdk import sse_response\n"
        names = "EventStream, sse_response" if self.by_queue else "sse_response"
        return f"from tempest_fastapi_sdk import {names}\n"

    response = "sse_response({})"

    def make_frames(self) -> Frames:
        if self.by_queue:
            return LibraryFrames(self.plan, "", "{data}, event={name}", "{data}")
        return LibraryFrames(
            self.plan,
            "from tempest_fastapi_sdk import ServerSentEvent\n",
            "ServerSentEvent(data={data}, event={name}).encode()",
            "ServerSentEvent(data={data}).encode()",
        )

    def data(self, role: str) -> str:
        if role == self.plan.json:
            return '{"value": 3}'
        return super().data(role)

    def hub(self) -> str:
        return "hub = SSEBroker()\n"

    def hub_imports(self) -> str:
        return "from tempest_fastapi_sdk import SSEBroker\n" if self.layout == "broker" else ""

    def published(self) -> list[str]:
        lines = []
        roles = [
            "first",
            "second",
            "again",
            "notice",
            "alarm",
            *(["extra"] if self.plan.extra else []),
        ]
        for role in roles:
            name = f'"{self.plan.extra}"' if role == "extra" else self.name(role)
            event = f", event={name}" if name else ""
            call = f'await hub.publish("{self.channel(role)}", {self.data(role)}{event})'
            lines.append(call + mark(f"sent-{role}"))
        return lines

    def write_stream(self, handler: Handler) -> str:
        head = f"{self.decorator(handler)}\nasync def {handler.function}({self.parameters(handler, '')}):"
        if self.layout == "broker" and handler.key in {"live", "news"}:
            words = self.plan.words
            channel = words.live if handler.key == "live" else words.news
            lines = [
                f'stream = hub.register("{channel}")',
                *self.lifecycle(f'hub.unregister("{channel}", stream)'),
            ]
            return head + "\n" + indented(lines)
        if not self.by_queue:
            generator = ["async def events():", indented([*handler.body]), ""]
            return head + "\n" + indented([*generator, "return sse_response(events())"])
        lines = [
            "stream = EventStream(heartbeat_seconds=15.0)",
            "",
            "async def producer():",
            "    try:",
            indented([*handler.body], 8),
            "    finally:",
            "        await stream.close()",
            "",
            "task = asyncio.create_task(producer())",
            "",
            *self.lifecycle("task.cancel()"),
        ]
        return head + "\n" + indented(lines)

    @staticmethod
    def lifecycle(last: str) -> list[str]:
        return [
            "async def until_gone():",
            "    try:",
            "        async for chunk in stream.stream():",
            "            yield chunk",
            "    finally:",
            f"        {last}",
            "",
            "return sse_response(until_gone())",
        ]
