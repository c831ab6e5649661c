"""Connections that scripts open, with the places of what they wait for."""

import pytest

from sse_check.source import Source
from sse_check.wiring.script_tokens import tokens
from sse_check.wiring.scripts import ScriptConnection, connections, inline_connections

# What is written, the address, the names, and marks: u hears unnamed events, a all events,
# ? may hear more.
SCRIPTS: list[tuple[str, str, str, str, str]] = [
    ("a source", 'const s = new EventSource("/events");\ns.addEventListener("a", f);\ns.onmessage = g;', "/events", "a", "u"),
    ("no listeners", "new EventSource('/events');", "/events", "", ""),
    ("message by name", 's = new EventSource("/e"); s.addEventListener("message", f)', "/e", "message", "u"),
    ("own events", 's = new EventSource("/e"); s.addEventListener("open", f); s.addEventListener("error", f)', "/e", "", ""),
    ("a template", "const s = new EventSource(`/doc/${doc.id}/stream`);", "/doc/*/stream", "", ""),
    ("a sum", 'const s = new EventSource("/doc/" + id + "/stream");', "/doc/*/stream", "", ""),
    ("a constant", 'const BASE = "/api";\nconst url = `${BASE}/events`;\nconst s = new EventSource(url);', "/api/events", "", ""),
    ("what changes is unknown", 'let url = "/a";\nurl = "/b";\nconst s = new EventSource(url);', "*", "", ""),
    ("options", 'const s = new EventSource("/events", { withCredentials: true });\ns.addEventListener("a", f)', "/events", "a", ""),
    ("a member", 'class A { go() { this.s = new EventSource("/e"); this.s.addEventListener("a", f); } on() { this.s.onmessage = f } }', "/e", "a", "u"),
    ("a field", 'class A { s = new EventSource("/e"); on() { this.s.addEventListener("a", f); } }', "/e", "a", ""),
    ("a typed name", 'const s: EventSource = new EventSource("/e");\ns.addEventListener("a", (e: MessageEvent) => f(e));', "/e", "a", ""),
    ("at once", 'new EventSource("/e").addEventListener("a", f);', "/e", "a", ""),
    ("through window", 's = new window.EventSource("/e"); s.addEventListener("a", f)', "/e", "a", ""),
    ("a ref", 'ref.current = new EventSource("/e"); ref.current.addEventListener("a", f)', "/e", "a", ""),
    ("a name in a constant", 'const NAME = "a";\nconst s = new EventSource("/e"); s.addEventListener(NAME, f)', "/e", "a", ""),
    ("a loop", 'const s = new EventSource("/e");\nfor (const name of ["a", "b"]) {\n  s.addEventListener(name, f);\n}', "/e", "a b", ""),
    ("for each", 'const s = new EventSource("/e");\nconst NAMES = ["a", "b"];\nNAMES.forEach((name) => s.addEventListener(name, f));', "/e", "a b", ""),
    ("for each of a list", 'const s = new EventSource("/e");\n["a", "b"].forEach(name => { s.addEventListener(name, f); });', "/e", "a b", ""),
    ("keys", 'const handlers = { a: f, "b": g };\nconst s = new EventSource("/e");\nfor (const [name, handler] of Object.entries(handlers)) s.addEventListener(name, handler);', "/e", "a b", ""),
    ("keys, each", 'const handlers = { a: f, b: g };\nconst s = new EventSource("/e");\nObject.keys(handlers).forEach((n) => s.addEventListener(n, handlers[n]));', "/e", "a b", ""),
    ("of another function", 'let es;\nfunction a() { const es = new EventSource("/e"); es.addEventListener("a", f); }\nfunction b() { es.addEventListener("b", f); }', "/e", "a", ""),
    ("in a block", 'if (on) { const es = new EventSource("/e"); es.addEventListener("a", f); }\nes.addEventListener("b", f);', "/e", "a", ""),
    ("for a while without one", 'let es;\nfunction a() { es = new EventSource("/e"); es.addEventListener("a", f); }\nfunction b() { es.addEventListener("b", f); }', "/e", "a b", ""),
    ("by another name", 'function a() { const es = new EventSource("/e"); window.source = es; es.addEventListener("a", f); }\nfunction b() { window.source.addEventListener("b", f); }', "/e", "a b", ""),
    ("a member of its own", 'function a() { const es = new EventSource("/e"); this.es = es; }\nfunction b() { this.es.addEventListener("b", f); }', "/e", "b", ""),
    ("a name from elsewhere", 'const s = new EventSource("/e"); s.addEventListener(kind, f)', "/e", "", "?"),
    ("handed on", 'const s = new EventSource("/e"); attach(s);', "/e", "", "?"),
    ("returned", 'function f() { const s = new EventSource("/e"); return s; }', "/e", "", "?"),
    ("returned at once", 'function f() { return new EventSource("/e"); }', "/e", "", "?"),
    ("closed", 'const s = new EventSource("/e"); s.addEventListener("a", () => { s.close(); }); if (s) { f() }', "/e", "a", ""),
    ("in a comment", '// new EventSource("/no")\n/* new EventSource("/no") */ const s = new EventSource("/e");', "/e", "", ""),
    ("in a string", 'const t = "new EventSource(\'/no\')"; const s = new EventSource("/e");', "/e", "", ""),
    ("in a regular expression", 'const r = /new EventSource("x")[/"]/g; const s = new EventSource("/e");', "/e", "", ""),
    ("an apostrophe in a comment", "// it's fine\nconst s = new EventSource('/e');\ns.addEventListener('a', f)", "/e", "a", ""),
    ("an engine's value", 'const s = new EventSource("{{ url_for(\'events\') }}?x=1");', "*?x=1", "", ""),
    ("an engine's value alone", "const s = new EventSource({{ url|tojson }});", "*", "", ""),
    ("an escaped quote", "const s = new EventSource('/e\\'x');", "/e'x", "", ""),
    ("a URL object", 'const s = new EventSource(new URL("/e", location.href));', "/e", "", ""),
    ("tempest", 'const stream = createEventStream<{ text: string }>("/feed", {\n  withCredentials: true,\n  namedEvents: ["notice"],\n  heartbeatEvents: ["ping"],\n  onMessage: (m) => log(m),\n});', "/feed", "notice ping", "u"),
    ("tempest's hook", 'import { useEventStream } from "x";\nconst NAMES = ["a", "b"] as const;\nuseEventStream(`/feed/${id}`, { namedEvents: NAMES });', "/feed/*", "a b", ""),
    ("tempest, options elsewhere", 'const options = { namedEvents: ["a"], onMessage };\ncreateEventStream("/feed", options);', "/feed", "a", "u"),
    ("tempest, options unknown", 'createEventStream("/feed", options);', "/feed", "", "?"),
    ("fetched", 'await fetchEventSource("/e", { onmessage(ev) { if (ev.event === "done") stop(); switch (ev.event) { case "a": f(); } } });', "/e", "done a", "ua"),
]  # fmt: skip


def marks(one: ScriptConnection) -> str:
    return ("u" if one.hears_unnamed else "") + ("a" if one.hears_all else "") + ("" if one.complete else "?")  # fmt: skip


@pytest.mark.parametrize(
    ("title", "text", "url", "names", "marked"), SCRIPTS, ids=[case[0] for case in SCRIPTS]
)
def test_connections(title: str, text: str, url: str, names: str, marked: str) -> None:
    found = connections(Source("a.js", text))
    assert len(found) == 1, title
    one = found[0]
    assert str(one.url) == url
    assert [str(heard.name) for heard in one.listened] == names.split()
    assert marks(one) == marked
    for heard in one.listened:
        assert str(heard.name) in heard.span.text


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("token ? '/e?token=' + token : `/e?user=${id || ''}`", "/e?*"),
        ("token ? '/e?a' : '/e'", "/e?*"),
        ("token ? '/e' : '/e'", "/e"),
        ("'/e' + (token ? '?t=' + token : '')", "/e?*"),
        ("token ? (id ? '/e?a' : '/e?b') : '/e?c'", "/e?*"),
        ("token ? id ? '/e?a' : '/e?b' : '/e?c'", "/e?*"),
        ("token ? '/e?a' : '/f?a'", "*"),
        ("token ? '/e?a' : other", "*"),
        ("read({a: token ? 1 : 2})", "*"),
        ("token ? '/e?a'", "*"),
    ],
)
def test_one_of_several_addresses(text: str, url: str) -> None:
    for script in (f"new EventSource({text});", f"let url = {text};\nnew EventSource(url);"):
        assert [str(one.url) for one in connections(Source("a.js", script))] == [url]


def test_places_are_exact() -> None:
    text = 'const s = new EventSource("/events");\ns.addEventListener("a", f);\n'
    one = connections(Source("a.js", text))[0]
    assert (one.span.text, one.span.start) == ('"/events"', text.index('"/events"'))
    assert (one.listened[0].span.text, one.listened[0].span.start) == ('"a"', text.index('"a"'))


def test_two_sources_of_one_name() -> None:
    text = """
    function one() { const s = new EventSource("/one"); s.addEventListener("a", f); }
    function two() { const s = new EventSource("/two"); s.addEventListener("b", f); }
    """
    found = connections(Source("a.js", text))
    assert [(str(c.url), [str(h.name) for h in c.listened]) for c in found] == [
        ("/one", ["a"]),
        ("/two", ["b"]),
    ]


def test_scripts_of_a_template() -> None:
    text = """<p>new EventSource("/no")</p>
<script type="text/template">new EventSource("/no")</script>
<script>
  {# it's a comment #}{% if live %}
  const s = new EventSource("{% url 'events' %}");
  s.addEventListener("a", f);
  {% endif %}
</script>
<SCRIPT type="module">new EventSource("/e").onmessage = f;</SCRIPT>"""
    found = inline_connections(Source("a.html", text))
    assert [(str(c.url), c.written, c.hears_unnamed) for c in found] == [
        ("*", "\"{% url 'events' %}\"", False),
        ("/e", '"/e"', True),
    ]
    assert found[0].listened[0].span.start == text.index('"a"')


@pytest.mark.parametrize(
    "text",
    ["new EventSource(", "new EventSource()", "new EventSource", "`${`${`EventSource", "const EventSource = ", "EventSource '", "/EventSource", "for (", "x.forEach(", "Object.keys EventSource.forEach(", "= EventSource", "createEventStream<", "createEventStream(", ") EventSource ]"],
)  # fmt: skip
def test_broken_scripts_say_nothing(text: str) -> None:
    assert connections(Source("a.js", text)) == []


def test_tokens_cover_their_text() -> None:
    text = "a /* x */ = `b${c + `d${e}`}f` + 'g\\n' / 2; // h\nreturn /[/]/.test(i)"
    found = tokens(text)
    assert all(text[one.start : one.end] == one.text for one in found)
    assert [one.text for one in found] == [
        "a", "=", "`b${c + `d${e}`}f`", "+", "'g\\n'", "/", "2", ";", "return", "/[/]/", ".", "test", "(", "i", ")",
    ]  # fmt: skip
