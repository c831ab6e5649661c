"""Puts an app together: what all frameworks have in common, in the five layouts."""

from typing import ClassVar

from tests.apps.planted.frameworks import texts
from tests.apps.planted.frameworks.frames import Frames
from tests.apps.planted.frameworks.texts import Handler, indented
from tests.apps.planted.pages import Pages, Urls
from tests.apps.planted.plan import Plan, mark

LIVE_ROLES = ("first", "second", "again")


class Writer:
    """Writes one app. A framework says how its handlers, routers and main module look."""

    sync = False
    more_context: tuple[str, ...] = ()
    enum_values = False
    """Whether names of an enum are written with `.value`."""
    without: tuple[str, ...] = ()
    """Styles in which nobody writes an app of this framework."""
    # Where the app is, for whoever starts it: by layout.
    targets: ClassVar[dict[str, str]] = {
        "one": "app:app",
        "package": "{}.main:app",
        "factory": "asgi:app",
        "broker": "main:app",
        "classes": "app:app",
    }

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.layout = plan.style.layout
        self.send = self.sends()
        self.frames = self.make_frames()
        self.pages = Pages(plan, Urls(plan, self.named()))

    # What a framework says.

    def make_frames(self) -> Frames:
        return Frames(self.plan)

    def sends(self) -> str:
        """The statement that sends a value."""
        return "yield {}"

    def leaving(self) -> str:
        """The statement that ends a stream."""
        return "return"

    def named(self) -> dict[str, str]:
        """`live` and `job` by the names of their routes, in a template."""
        return {}

    def imports(self, section: str) -> str:
        """The imports of a section (pages, live, main) from the framework."""
        raise NotImplementedError

    def shared(self, section: str) -> str:
        """What the section needs at its top: a template environment, a router."""
        raise NotImplementedError

    def write(self, handler: Handler) -> str:
        raise NotImplementedError

    def main(self) -> str:
        """The module with the application, or the body of `create_app`."""
        raise NotImplementedError

    def whole(self, pages: str, live: str) -> str:
        """The order of things in an app of one file."""
        return self.join(self.main(), self.shared("one"), pages, live)

    # What all have.

    @property
    def module(self) -> str:
        return self.plan.words.prefix

    def target(self) -> str:
        return self.targets[self.layout].format(self.module)

    def page_template(self) -> str:
        return self.plan.page_template or f"{self.plan.words.page}.html"

    def name(self, role: str) -> str:
        """How the name of an event stands in the source; "" when the event has none."""
        if role == self.plan.unnamed:
            return ""
        sent = self.plan.sent[role]
        if self.plan.style.names == "literal" or role not in self.constant_roles():
            return f'"{sent}"'
        constant = self.constant(role)
        if self.plan.style.names == "enum":
            return f"Kind.{constant}.value" if self.enum_values else f"Kind.{constant}"
        return constant

    def constant(self, role: str) -> str:
        word: str = getattr(self.plan.words, role)
        return word.upper().replace("-", "_")

    def constant_roles(self) -> tuple[str, ...]:
        return ("first", "second", "again", "step", "done")

    def names_code(self) -> str:
        """The enum, or the constants."""
        plan = self.plan
        if plan.style.names == "literal":
            return ""
        lines = []
        for role in self.constant_roles():
            constant = self.constant(role)
            lines.append(f'{constant} = "{plan.sent[role]}"{mark("sent-" + role)}')
        if plan.style.names == "enum":
            return "class Kind(StrEnum):\n" + indented(lines) + "\n"
        return "\n".join(lines) + "\n"

    def data(self, role: str) -> str:
        plan = self.plan
        if role == plan.json:
            return 'json.dumps({"value": 3})'
        if role == "first" and plan.has("rendered"):
            return self.rendered(plan.partial or "_first.html", "value=reading()")
        return {"step": "step(number)", "word": 'word + " "', "done": '"bye"', "end": '"bye"'}.get(
            role, "reading()"
        )

    def rendered(self, template: str, context: str) -> str:
        return f'TEMPLATES.get_template("{template}").render({context})'

    def emit(self, role: str, literal: str = "") -> list[str]:
        """The statements that send an event, with the mark `sent-ROLE`."""
        name = f'"{literal}"' if literal else self.name(role)
        sent = literal or self.plan.sent.get(role, "")
        lines = self.frames.statements(name, sent, self.data(role), self.send)
        return [line + mark(f"sent-{role}") for line in lines]

    def pause(self, seconds: str = "0.05") -> list[str]:
        return [f"time.sleep({seconds})" if self.sync else f"await asyncio.sleep({seconds})"]

    def body(self, key: str) -> list[str]:
        """What a stream does."""
        plan = self.plan
        if plan.style.layout == "broker" and key in {"live", "news"}:
            return self.listening(key)
        if key == "live":
            lines = [line for role in LIVE_ROLES for line in self.emit(role)]
            if plan.extra:
                lines += self.emit("extra", plan.extra)
            return self.endless(lines)
        if key == "news":
            return self.endless([*self.emit("notice"), *self.emit("alarm")])
        if key == "job":
            early = ["if stopped(job_id):", f"    {self.leaving()}{mark('leaves')}"]
            return [
                "for number in range(1, 6):",
                indented(
                    [*(early if plan.leaves_early else []), *self.emit("step"), *self.pause()]
                ),
                *self.emit("done"),
            ]
        words = ["for word in ANSWER:", indented([*self.emit("word"), *self.pause()])]
        return [*words, *self.emit("end")]

    def endless(self, lines: list[str]) -> list[str]:
        return ["while True:", indented([*lines, *self.pause()])]

    def channel(self, role: str) -> str:
        news = role in {"notice", "alarm"}
        if role == self.plan.elsewhere:
            news = not news
        return self.plan.words.news if news else self.plan.words.live

    def listening(self, key: str) -> list[str]:
        """A stream that brings what is published."""
        channel = self.plan.words.live if key == "live" else self.plan.words.news
        loop = f'for event, data in hub.listen("{channel}"):'
        if self.sync:
            loop = f"for event, data in {channel}_hub.listen():"
        value = self.frames.helped("event", "data")
        sends = "    " + self.send.format(value) + mark("passes-on")
        return [loop if self.sync else f"async {loop}", sends]

    def published(self) -> list[str]:
        """What the route `report` publishes."""
        lines = []
        roles: tuple[str, ...] = (*LIVE_ROLES, "notice", "alarm")
        for role in roles:
            call = f'hub.publish("{self.channel(role)}", '
            if self.sync:
                call = f"{self.channel(role)}_hub.announce("
            name = self.name(role) or '"message"'
            lines.append(f"{call}{name}, {self.data(role)}){mark('sent-' + role)}")
        if self.plan.extra:
            lines.append(lines[0].replace(self.name("first"), f'"{self.plan.extra}"', 1))
            lines[-1] = lines[-1].replace("sent-first", "sent-extra")
        return lines

    def hub(self) -> str:
        """What the routes publish through."""
        words = self.plan.words
        return texts.announcers(words.live, words.news) if self.sync else texts.HUB

    def context(self) -> str:
        fields = ['"job_id": "7"', *self.more_context]
        if self.plan.style.urls == "context":
            address = self.plan.live_address or self.pages.url.right_live()
            fields.append(f'"stream_url": "{address}"')
        return "{" + ", ".join(fields) + "}"

    def page_handlers(self) -> list[Handler]:
        plan = self.plan
        handlers = [
            Handler("page", "board", template=self.page_template(), context=self.context()),
            Handler("summary", "summary", template="_summary.html"),
        ]
        if plan.has("chat"):
            context = '{"answer_id": "3"}'
            handlers.append(Handler("ask", "ask", "POST", "", "_answer.html", context))
        if plan.has("script") or plan.has("script-file"):
            handlers.append(Handler("newspage", "news_page", template="news.html"))
        if self.layout == "broker":
            handlers.append(Handler("report", "report", "POST", body=tuple(self.published())))
        return handlers

    def stream_handlers(self) -> list[Handler]:
        plan = self.plan
        live = Handler("live", plan.words.live, plan.live_method, body=tuple(self.body("live")))
        job = Handler("job", "progress", parameter="job_id", body=tuple(self.body("job")))
        handlers = [live, job]
        if plan.has("chat"):
            body = tuple(self.body("answer"))
            handlers.append(Handler("answer", "answers", parameter="answer_id", body=body))
        if plan.has("script") or plan.has("script-file"):
            handlers.append(Handler("news", plan.words.news, body=tuple(self.body("news"))))
        return handlers

    def data_code(self) -> str:
        return texts.readings(self.plan.words.step)

    def data_names(self) -> str:
        early = ", stopped" if self.plan.leaves_early else ""
        return f"ANSWER, reading, step{early}"

    def standard(self, *extra: str) -> str:
        """Imports of the standard library, for a module that streams."""
        modules = {"time" if self.sync else "asyncio", *extra}
        if self.plan.json:
            modules.add("json")
        return "".join(f"import {name}\n" for name in sorted(modules))

    def names_imports(self) -> str:
        return "from enum import StrEnum\n" if self.plan.style.names == "enum" else ""

    def hub_imports(self) -> str:
        if self.layout != "broker":
            return ""
        return (
            "import queue\n"
            if self.sync
            else "import asyncio\nfrom collections import defaultdict\n"
        )

    def support_code(self) -> str:
        hub = self.hub() if self.layout == "broker" else ""
        return self.join(self.names_code(), self.frames.support(), hub)

    def support_names(self) -> str:
        names = [self.frames.helper_name()]
        if self.plan.style.names == "enum":
            names.append("Kind")
        if self.layout == "broker" and not self.sync:
            names.append("hub")
        if self.layout == "broker" and self.sync:
            names += [f"{self.plan.words.live}_hub", f"{self.plan.words.news}_hub"]
        return ", ".join(name for name in names if name)

    @staticmethod
    def join(*parts: str) -> str:
        return "\n\n".join(part.strip("\n") + "\n" for part in parts if part.strip())

    def section(self, handlers: list[Handler]) -> str:
        return self.join(*(self.write(handler) for handler in handlers))

    # The layouts.

    def files(self) -> dict[str, str]:
        """Path -> text, with marks."""
        pages = self.section(self.page_handlers())
        live = self.section(self.stream_handlers())
        make = {
            "one": self.one_file,
            "classes": self.one_file,
            "package": self.package,
            "factory": self.factory,
            "broker": self.flat,
        }[self.layout]
        files = make(pages, live)
        folder = self.template_folder()
        files.update({folder + name: text for name, text in self.pages.all().items()})
        if self.plan.has("script-file"):
            if self.plan.framework == "tempest":
                files["web/src/news.ts"] = self.pages.typescript()
            else:
                files["static/news.js"] = self.pages.script()
        return files

    def template_folder(self) -> str:
        nested = self.layout in {"package", "factory"}
        return f"{self.module}/templates/" if nested else "templates/"

    def one_file(self, pages: str, live: str) -> dict[str, str]:
        top = self.standard("random") + self.names_imports() + self.frames.support_imports()
        imports = self.imports("one")
        support = self.join(self.data_code(), self.support_code())
        return {"app.py": self.join(top + imports, support, self.whole(pages, live))}

    def _modules(self, pages: str, live: str, dot: str) -> tuple[str, str]:
        helper = self.support_names()
        helped = f"from {dot}events import {helper}\n" if helper else ""
        top = self.standard() + self.imports("live")
        data = f"from {dot}readings import {self.data_names()}\n"
        live_text = self.join(top + helped + data, self.shared("live"), live)
        own = ""
        if self.layout == "broker":
            json = "import json\n" if self.plan.json else ""
            own = json + helped + f"from {dot}readings import reading\n"
        pages_text = self.join(self.imports("pages") + own, self.shared("pages"), pages)
        return pages_text, live_text

    def _support_files(self, folder: str) -> dict[str, str]:
        imports = self.names_imports() + self.frames.support_imports() + self.hub_imports()
        files = {f"{folder}readings.py": self.join("import random\n", self.data_code())}
        if self.support_code():
            files[f"{folder}events.py"] = self.join(imports, self.support_code())
        return files

    def package(self, pages: str, live: str) -> dict[str, str]:
        module = self.module
        pages_text, live_text = self._modules(pages, live, f"{module}.")
        main = self.imports("main") + f"from {module}.routes import live, pages\n"
        return {
            f"{module}/__init__.py": "",
            f"{module}/main.py": self.join(main, self.main()),
            f"{module}/routes/__init__.py": "",
            f"{module}/routes/pages.py": pages_text,
            f"{module}/routes/live.py": live_text,
            **self._support_files(f"{module}/"),
        }

    def factory(self, pages: str, live: str) -> dict[str, str]:
        module = self.module
        pages_text, live_text = self._modules(pages, live, ".")
        lines = ["from . import live, pages", "", *self.main().strip().splitlines(), "return app"]
        body = "def create_app():\n" + "\n".join("    " + line if line else "" for line in lines)
        return {
            f"{module}/__init__.py": self.join(self.imports("main"), body),
            f"{module}/pages.py": pages_text,
            f"{module}/live.py": live_text,
            "asgi.py": f"from {module} import create_app\n\napp = create_app()\n",
            **self._support_files(f"{module}/"),
        }

    def flat(self, pages: str, live: str) -> dict[str, str]:
        pages_text, live_text = self._modules(pages, live, "")
        main = self.imports("main") + "import live\nimport pages\n"
        return {
            "main.py": self.join(main, self.main()),
            "pages.py": pages_text,
            "live.py": live_text,
            **self._support_files(""),
        }

    # Addresses.

    @property
    def own_prefix(self) -> bool:
        """Whether a handler's path has the prefix of the app in it."""
        return self.layout == "one"

    def path(self, handler: Handler, left: str = "{", right: str = "}") -> str:
        below = self.plan.path(handler.key).replace("{", left).replace("}", right)
        return self.plan.prefix + below if self.own_prefix else below

    @property
    def router_name(self) -> str:
        return "app" if self.layout == "one" else "router"
