"""Runs an app and says what it answers: a script, run from the app's folder.

    python drive.py asgi module:app '{"get": ["/a"], "streams": {"/b": ["x"]}, "post": ["/c"], "seconds": 3}'

Every address of `get` is asked once; of every stream events are read until each name of its list
came, or its seconds are over; `post` is posted to while the streams are open. Prints a JSON object:
address -> {"status", "type", "names", "ended"}. Bounded in time, on 127.0.0.1 only, and it imports
nothing of this project.
"""

import asyncio
import contextlib
import importlib
import io
import json
import os
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from typing import Any

# For an app to start; how long a stream is read stands in the job.
STARTS = 30.0
POSTS = 4
Answers = dict[str, dict[str, Any]]


def names_in(text: str) -> list[str]:
    found = []
    for block in text.replace("\r\n", "\n").split("\n\n")[:-1]:
        lines = block.split("\n")
        if any(line.startswith("data:") for line in lines):
            named = [line[6:].strip() for line in lines if line.startswith("event:")]
            found.append(named[0] if named else "message")
    return found


class Asgi:
    """Drives an ASGI app by hand: what never ends is read as it comes."""

    def __init__(self, app: Any, seconds: float) -> None:
        self.app = app
        self.seconds = seconds

    async def run(self, job: dict[str, Any]) -> Answers:
        async with self.started():
            answers = {path: await self.ask("GET", path, []) for path in job["get"]}
            streams = [
                asyncio.create_task(self.ask("GET", path, wanted))
                for path, wanted in job["streams"].items()
            ]
            # More than once: on a busy machine a stream may listen late.
            for number in range(POSTS):
                await asyncio.wait(streams, timeout=0.3)
                if number == 0 or not all(stream.done() for stream in streams):
                    for path in job["post"]:
                        answers[path] = await self.ask("POST", path, [])
            read = await asyncio.gather(*streams)
            return answers | dict(zip(job["streams"], read, strict=True))

    @contextlib.asynccontextmanager
    async def started(self) -> Any:
        inbox: asyncio.Queue[dict[str, str]] = asyncio.Queue()
        ready = asyncio.Event()

        async def send(message: dict[str, Any]) -> None:
            if message["type"].startswith("lifespan.startup"):
                ready.set()

        async def lifespan() -> None:
            scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
            with contextlib.suppress(Exception):
                await self.app(scope, inbox.get, send)
            ready.set()

        await inbox.put({"type": "lifespan.startup"})
        task = asyncio.create_task(lifespan())
        await asyncio.wait_for(ready.wait(), STARTS)
        yield
        task.cancel()

    async def ask(self, method: str, path: str, wanted: list[str]) -> dict[str, Any]:
        answer: dict[str, Any] = {"status": 0, "type": "", "names": [], "ended": False}
        enough = asyncio.Event()
        text = ""
        asked = False

        async def receive() -> dict[str, Any]:
            nonlocal asked
            if not asked:
                asked = True
                return {"type": "http.request", "body": b"", "more_body": False}
            await enough.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            nonlocal text
            if message["type"] == "http.response.start":
                answer["status"] = message["status"]
                headers = {k.decode().lower(): v.decode() for k, v in message["headers"]}
                answer["type"] = headers.get("content-type", "")
                answer["location"] = headers.get("location", "")
            elif message["type"] == "http.response.body":
                text += message.get("body", b"").decode()
                answer["names"] = sorted(set(names_in(text)))
                if wanted and set(wanted) <= set(answer["names"]):
                    enough.set()

        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "scheme": "http",
            "query_string": b"",
            "headers": [(b"host", b"127.0.0.1"), (b"content-length", b"0")],
            "server": ("127.0.0.1", 80),
            "client": ("127.0.0.1", 1),
            "state": {},
        }

        async def whole() -> None:
            try:
                await self.app(scope, receive, send)
                answer["ended"] = True
            except Exception as error:  # noqa: BLE001
                answer["error"] = repr(error)

        task = asyncio.create_task(whole())
        waits = [task, asyncio.create_task(enough.wait())]
        await asyncio.wait(waits, timeout=self.seconds, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.sleep(0)
        answer["ended"] = answer["ended"] and task.done()
        enough.set()
        for one in waits:
            one.cancel()
        await asyncio.wait(waits, timeout=1)
        return answer


class Wsgi:
    """A WSGI app, its streams read in threads."""

    def __init__(self, app: Any, seconds: float) -> None:
        self.app = app
        self.seconds = seconds

    def run(self, job: dict[str, Any]) -> Answers:
        answers: Answers = {path: self.ask("GET", path, []) for path in job["get"]}

        def read(path: str, wanted: list[str]) -> None:
            answers[path] = self.ask("GET", path, wanted)

        threads = [
            threading.Thread(target=read, args=pair, daemon=True) for pair in job["streams"].items()
        ]
        for thread in threads:
            thread.start()
        # More than once: on a busy machine a stream may listen late.
        for number in range(POSTS):
            time.sleep(0.3)
            if number == 0 or any(thread.is_alive() for thread in threads):
                for path in job["post"]:
                    answers[path] = self.ask("POST", path, [])
        for thread in threads:
            thread.join(self.seconds + 1)
        return answers

    def ask(self, method: str, path: str, wanted: list[str]) -> dict[str, Any]:
        answer: dict[str, Any] = {"status": 0, "type": "", "names": [], "ended": False}
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "SCRIPT_NAME": "",
            "QUERY_STRING": "",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "CONTENT_LENGTH": "0",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }

        def start(status: str, headers: list[tuple[str, str]], *_: object) -> None:
            answer["status"] = int(status.split(maxsplit=1)[0])
            found = {name.lower(): value for name, value in headers}
            answer["type"] = found.get("content-type", "")
            answer["location"] = found.get("location", "")

        text = ""
        until = time.monotonic() + self.seconds
        for chunk in self.app(environ, start):
            text += chunk.decode()
            answer["names"] = sorted(set(names_in(text)))
            if time.monotonic() > until or (wanted and set(wanted) <= set(answer["names"])):
                return answer
        answer["ended"] = True
        return answer


class Http:
    """A server that was started in a thread, over the loopback."""

    def __init__(self, port: int, seconds: float) -> None:
        self.port = port
        self.seconds = seconds

    def run(self, job: dict[str, Any]) -> Answers:
        return Wsgi.run(self, job)  # type: ignore[arg-type]

    def ask(self, method: str, path: str, wanted: list[str]) -> dict[str, Any]:
        answer: dict[str, Any] = {"status": 0, "type": "", "names": [], "ended": False}
        body = b"" if method == "POST" else None
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", data=body, method=method
        )
        text = ""
        until = time.monotonic() + self.seconds
        try:
            with urllib.request.urlopen(request, timeout=self.seconds) as response:
                answer["status"] = response.status
                answer["type"] = response.headers.get("content-type", "")
                while chunk := response.read1(4096):
                    text += chunk.decode()
                    answer["names"] = sorted(set(names_in(text)))
                    came = wanted and set(wanted) <= set(answer["names"])
                    if came or time.monotonic() > until:
                        return answer
                answer["ended"] = True
        except urllib.error.HTTPError as error:
            answer["status"] = error.code
        except (OSError, ValueError) as error:
            answer["error"] = repr(error)
        return answer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    until = time.monotonic() + STARTS
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)


def aiohttp_server(app: Any, port: int) -> None:
    web = importlib.import_module("aiohttp.web")

    async def serve() -> None:
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        await asyncio.sleep(60)

    asyncio.run(serve())


def main() -> None:
    kind, target, job = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
    sys.path.insert(0, os.getcwd())
    seconds = float(job["seconds"])
    module, _, attribute = target.partition(":")
    # Cello reads the command line itself.
    sys.argv = sys.argv[:1]
    app = getattr(importlib.import_module(module), attribute)
    port = free_port()
    if kind == "asgi":
        answers = asyncio.run(Asgi(app, seconds).run(job))
    elif kind == "wsgi":
        answers = Wsgi(app, seconds).run(job)
    elif kind == "aiohttp":
        threading.Thread(target=aiohttp_server, args=(app, port), daemon=True).start()
        wait_for(port)
        answers = Http(port, seconds).run(job)
    else:

        def ask() -> None:
            wait_for(port)
            print("\n" + json.dumps(Http(port, seconds).run(job)), flush=True)
            os._exit(0)

        threading.Thread(target=ask, daemon=True).start()
        app.run(host="127.0.0.1", port=port)
        return
    print("\n" + json.dumps(answers), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
