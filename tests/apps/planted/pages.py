"""The templates and scripts of an app, from its plan."""

from tests.apps.planted.plan import Plan, mark

HTMX = "https://unpkg.com/htmx.org@2.0.11"
SSE = "https://unpkg.com/htmx-ext-sse@2.2.4"
REACT_SDK = "@mauriciobenjamin700/tempest-react-sdk"


class Pages:
    """Writes the templates; `url` gives the address of a route as this app's templates write it."""

    def __init__(self, plan: Plan, url: "Urls") -> None:
        self.plan = plan
        self.url = url
        # Chirp asks for a target of its own on each listener.
        self.own = ' hx-target="this"' if plan.framework == "chirp" else ""
        self.shield = ' hx-disinherit="hx-target hx-swap"' if plan.framework == "chirp" else ""
        self.on_body = plan.has("chat")

    def all(self) -> dict[str, str]:
        """Path below the templates' folder -> text."""
        plan = self.plan
        files = {
            "base.html": self.base(),
            f"{plan.words.page}.html": self.page(),
            "_side.html": self.side(),
            "_summary.html": f"<em>{plan.words.again}</em>\n",
        }
        if plan.has("chat"):
            files["_answer.html"] = self.answer()
        if plan.has("rendered"):
            files["_first.html"] = self.first(rendered=True)
        if plan.has("script") or plan.has("script-file"):
            files["news.html"] = self.news()
        return files

    def base(self) -> str:
        plan = self.plan
        attributes = ' hx-boost="true" hx-target="#content"' if plan.body_target else ""
        if self.on_body and plan.extension:
            attributes += ' hx-ext="sse"'
        return f"""\
<!doctype html>
<html lang="en">
<head>
<title>{{% block title %}}{plan.words.prefix}{{% endblock %}}</title>
<script src="{HTMX}"></script>
<script src="{SSE}"></script>
</head>
<body{attributes}>
<nav><a href="{plan.prefix}{plan.path("page")}">{plan.words.page}</a></nav>
<main id="content">
{{% block content %}}{{% endblock %}}
</main>
{{% block scripts %}}{{% endblock %}}
</body>
</html>
"""

    def extension(self) -> str:
        return 'hx-ext="sse" ' if self.plan.extension and not self.on_body else ""

    def connection(self, address: str, place: str, close: str = "") -> str:
        end = f' sse-close="{close}"' if close else ""
        return f'<section {self.extension()}sse-connect="{address}"{end}{self.shield}>{mark(place)}'

    def page(self) -> str:
        plan, heard = self.plan, self.plan.heard
        first = self.first(rendered=False)
        include = '{% include "_side.html" %}'
        live = [
            self.connection(self.url.live(), "connect", self.url.live_end()),
            "" if plan.outside == "first" else first,
            f'  <p{self.own} sse-swap="{heard["first"]}"></p>' if plan.two_listeners else "",
            "" if plan.outside == "second" else include,
            self.trigger(),
            "</section>",
            first if plan.outside == "first" else "",
            include if plan.outside == "second" else "",
            '<div id="summary"></div>',
        ]
        if plan.duplicate:
            live += [
                self.connection(self.url.live(), "duplicate", self.url.live_end()),
                f'  <b{self.own} sse-swap="{heard["first"]}">-</b>',
                "</section>",
            ]
        end = heard["done"] if plan.closes else ""
        job = [
            self.connection(self.url.job(), "job", end),
            f'  <ol{self.own} sse-swap="{heard["step"]}" hx-swap="beforeend"></ol>{mark("step")}',
            "</section>",
        ]
        chat = [
            f'<form hx-post="{self.url.plain("ask")}" hx-target="#answers" hx-swap="beforeend">',
            '  <input name="question"><button>Ask</button>',
            "</form>",
            '<div id="answers"></div>',
        ]
        body = [*live, *job, *(chat if plan.has("chat") else [])]
        return "\n".join(
            (
                f'{{% extends "{plan.layout_name}" %}}{mark("extends")}',
                "{% block content %}",
                f"<h1>{plan.words.page}</h1>",
                *(line for line in body if line),
                "{% endblock %}",
                "",
            )
        )

    def trigger(self) -> str:
        name = self.plan.heard["again"]
        fetch = f'hx-get="{self.url.plain("summary")}" hx-target="#summary"'
        return f'  <button {fetch} hx-trigger="sse:{name}">{name}</button>{mark("again")}'

    def first(self, *, rendered: bool) -> str:
        """The listener for the first event; rendered: what the stream sends in its place."""
        plan = self.plan
        name = plan.heard["first"]
        swap = ' hx-swap="outerHTML"' if plan.has("rendered") and plan.framework != "chirp" else ""
        if rendered and swap:
            listens = f' sse-swap="{name}"{swap}' if plan.repeats_listener else ""
            return f'<p id="first"{listens}>{{{{ value|safe }}}}</p>\n'
        if rendered:
            return "<b>{{ value }}</b>\n"
        place = mark("first")
        if plan.framework == "chirp":
            inside = "{% block latest %}{{ value }}{% endblock %}"
            return f'  <p id="first" sse-swap="{name}"{self.own}>{inside}</p>{place}'
        return f'  <p id="first" sse-swap="{name}"{swap}>waiting</p>{place}'

    def side(self) -> str:
        name = self.plan.heard["second"]
        return f'<aside>\n  <span sse-swap="{name}"{self.own}>-</span>{mark("second")}\n</aside>\n'

    def answer(self) -> str:
        heard = self.plan.heard
        return f"""\
<article>
  <div sse-connect="{self.url.answer()}" sse-close="{heard["end"]}"{self.shield}>{mark("answer")}
    <span sse-swap="{heard["word"]}" hx-swap="beforeend"{self.own}></span>{mark("word")}
  </div>
</article>
"""

    def news(self) -> str:
        plan = self.plan
        scripts = '<script src="/static/news.js"></script>'
        if plan.has("script"):
            scripts = f"<script>\n{self.script()}</script>"
        return f"""\
{{% extends "base.html" %}}
{{% block content %}}<ul id="news"></ul>{{% endblock %}}
{{% block scripts %}}
{scripts}
{{% endblock %}}
"""

    def script(self) -> str:
        plan = self.plan
        return f"""\
const source = new EventSource("{plan.prefix}{plan.path("news")}");{mark("source")}
const list = document.getElementById("news");
source.addEventListener("{plan.heard["notice"]}", (event) => list.append(event.data));{mark("notice")}
source.addEventListener("{plan.heard["alarm"]}", (event) => alert(event.data));{mark("alarm")}
"""

    def typescript(self) -> str:
        plan = self.plan
        names = f'"{plan.heard["notice"]}", "{plan.heard["alarm"]}"'
        return f"""\
import {{ createEventStream }} from "{REACT_SDK}";

export const stream = createEventStream<{{ text: string }}>("{plan.prefix}{plan.path("news")}", {{{mark("source")}
  withCredentials: true,
  namedEvents: [{names}],{mark("notice")}{mark("alarm")}
  onMessage: (message) => console.log(message.event, message.data),
}});
"""


class Urls:
    """Addresses as templates write them: in full, by a route's name, or from a variable."""

    def __init__(self, plan: Plan, named: dict[str, str]) -> None:
        self.plan = plan
        self.named = named

    def plain(self, key: str) -> str:
        return self.plan.prefix + self.plan.path(key)

    def live(self) -> str:
        plan = self.plan
        if plan.live_is_page:
            return self.plain("summary")
        if plan.style.urls == "context":
            return "{{ stream_url }}"
        if plan.style.urls == "names" and "live" in self.named:
            return self.named["live"]
        return plan.live_address or self.right_live()

    def right_live(self) -> str:
        """The address without a slash at its end, whatever the route has."""
        return f"{self.plan.prefix}/{self.plan.words.live}"

    def live_end(self) -> str:
        """Cello's streams end by themselves: their pages close them."""
        return "over" if self.plan.framework == "cello" else ""

    def job(self) -> str:
        if self.plan.style.urls == "names" and "job" in self.named:
            return self.named["job"]
        return self.plain("job").replace("{job_id}", "{{ job_id }}")

    def answer(self) -> str:
        if self.plan.answer_address:
            return self.plan.answer_address
        return self.plain("answer").replace("{answer_id}", "{{ answer_id }}")
