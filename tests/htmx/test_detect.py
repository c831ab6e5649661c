"""Which htmx a page loads, and how that is known."""

from pathlib import Path

import pytest

from sse_check.findings.context import Context
from sse_check.htmx.attributes import url_of
from sse_check.htmx.copies import read_script
from sse_check.htmx.stacks import Version, stack_of
from sse_check.project.settings import Settings
from tests.project.helpers import lines, load, run

LOCAL = '<script src="/static/htmx.min.js"></script>'


def stack(
    folder: Path, head: str, files: dict[str, str] | None = None, htmx: str = "auto"
) -> tuple[str, str]:
    page = f"<!doctype html>\n<html><head>{head}</head><body><div sse-connect=/e></div></body></html>\n"
    project = load(folder, {"templates/a.html": page, **(files or {})}, Settings(htmx=htmx))
    (view, *_) = Context(project, tuple(project.files.found.templates)).views
    return view.loaded.stack.name, view.loaded.source


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<script src="https://unpkg.com/htmx.org@1.9.12"></script>', "htmx1"),
        ('<script src="https://cdn.jsdelivr.net/npm/htmx.org@2/dist/htmx.min.js"></script>', "htmx2"),
        ('<script src="https://cdnjs.cloudflare.com/ajax/libs/htmx/1.9.10/htmx.min.js"></script>', "htmx1.9.10"),
        ('<script src="https://unpkg.com/htmx.org@4.0.1"></script>', "htmx4"),
        ('<script src="https://unpkg.com/htmx.org@2.0.1"></script><script src="https://unpkg.com/htmx-ext-sse@2.1.0/sse.js"></script>', "htmx2.0.2-ext210"),
        ('<script src="https://unpkg.com/htmx.org@2.0.1"></script><script src="https://unpkg.com/htmx-ext-sse@2.2.4/sse.js"></script>', "htmx2.0.2"),
        ('<script src="https://unpkg.com/htmx.org@4.0.1"></script><script src="/x/htmx-2-compat.js"></script>', "htmx4-compat"),
        ('<script src="/static/htmx-1.9.2.min.js"></script>', "htmx1.9.2"),
        ('<script type="module">import "htmx.org@4.0.0"</script>', "htmx4.0.0"),
        ("<script src=\"{{ url_for('static', filename='htmx-1.9.12.js') }}\"></script>", "htmx1"),
        ('<script src="https://unpkg.com/htmx.org@4.0.1/dist/htmax.min.js"></script>', "htmx4"),
        ('<script src="/static/htmax.js"></script>', "htmx4"),
        ('<script src="/static/django_htmx/htmx-2.min.js"></script><script src="/static/django_htmx/ext/hx-sse-2.min.js"></script>', "htmx2"),
        ('<script src="/static/django_htmx/htmx-4.js"></script><script src="/static/django_htmx/ext/htmx-2-compat-4.min.js"></script>', "htmx4-compat"),
        ("{% load django_htmx %}{% htmx_script %}", "htmx2"),
        ('{% load django_htmx %}{% htmx_script version=4 extensions="hx-sse" %}', "htmx4"),
        ('{% load django_htmx %}{% htmx_script extensions="hx-sse,htmx-2-compat" version=4 %}', "htmx4-compat"),
        ('{{ htmx_script(version=4, extensions=["hx-sse"]) }}', "htmx4"),
        ('{{ htmx_script(version=4, extensions="htmax") }}', "htmx4"),
    ],
)  # fmt: skip
def test_scripts(tmp_path: Path, head: str, expected: str) -> None:
    assert stack(tmp_path, head) == (expected, "templates/a.html:2")


@pytest.mark.parametrize(
    ("core", "extension", "expected"),
    [
        ("htmx.org@1.9.12", "htmx-ext-sse@2.1.0/sse.js", "htmx1-ext210"),
        ("htmx.org@1.9.12", "htmx-ext-sse@2.2.4/sse.js", "htmx1-ext224"),
        ("htmx.org@2.0.11", "htmx.org@1.9.12/dist/ext/sse.js", "htmx2-ext1"),
        ("htmx.org@4.0.1", "htmx-ext-sse@2.2.4/sse.js", "htmx4-core"),
        ("htmx.org@2.0.11", "htmx.org@4.0.1/dist/ext/hx-sse.js", "htmx2-core"),
    ],
)
def test_an_extension_of_another_generation(
    tmp_path: Path, core: str, extension: str, expected: str
) -> None:
    head = "".join(f'<script src="https://unpkg.com/{src}"></script>' for src in (core, extension))
    assert stack(tmp_path, head) == (expected, "templates/a.html:2")


def test_a_vendored_copy(tmp_path: Path) -> None:
    found = stack(tmp_path, LOCAL, {"static/htmx.min.js": 'var htmx={version:"1.9.10"};'})
    assert found == ("htmx1.9.10", "templates/a.html:2")


VERSION = 'var htmx={version:"1.9.10"};'
# A copy says what it is: by its settings, and the names that an extension calls.
SSE = '<script src="https://unpkg.com/htmx-ext-sse@2.2.4/sse.js"></script>'
SSE1 = '<script src="https://unpkg.com/htmx.org@1.9.9/dist/ext/sse.js"></script>'
CORE_199 = 'var htmx={version:"1.9.9",config:{defaultSwapStyle:"innerHTML"}};'
SSE_199 = 'htmx.defineExtension("sse",{});api.selectAndSwap(x)'
SSE_1910 = 'htmx.defineExtension("sse",{});api.getClosestMatch(x);api.selectAndSwap(x)'
SSE_220 = 'htmx.defineExtension("sse",{getSelectors(){}});api.swap(x)'
SSE_4 = "htmx.registerExtension('sse', {})"


@pytest.mark.parametrize(
    ("head", "files", "expected"),
    [
        ("{% load static %}<script src=\"{% static 'js/htmx.min.js' %}\"></script>", {"static/js/htmx.min.js": VERSION}, "htmx1.9.10"),
        ("<script src=\"{{ url_for('static', filename='js/htmx.min.js') }}\"></script>", {"app/static/js/htmx.min.js": VERSION}, "htmx1.9.10"),
        ("<script src=\"{{ url_for('static', path='/h.js') }}?v=1\"></script>", {"static/h.js": CORE_199}, "htmx1.9.9"),
        ('<script src="/static/app.3f2a9c.js"></script>', {"static/app.3f2a9c.js": CORE_199}, "htmx1.9.9"),
        ('<script src="/static/app.js"></script>', {"static/app.js": 'import "./x"; var version="1.9.9"'}, "htmx2"),
        ('<script src="/s/htmx.js"></script><script src="/s/sse.js"></script>', {"s/htmx.js": CORE_199.replace("1.9.9", "1.9.12"), "s/sse.js": SSE_199}, "htmx1.9.9"),
        ('<script src="/s/htmx.js"></script><script src="/s/sse.js"></script>', {"s/htmx.js": CORE_199.replace("1.9.9", "1.9.12"), "s/sse.js": SSE_1910}, "htmx1.9.10"),
        ('<script src="/s/htmx.js"></script><script src="/s/sse.js"></script>', {"s/htmx.js": CORE_199.replace("1.9.9", "2.0.11"), "s/sse.js": SSE_220}, "htmx2-ext220"),
        ('<script src="/s/htmx.js"></script><script src="/s/sse.js"></script>', {"s/htmx.js": CORE_199.replace("1.9.9", "2.0.11"), "s/sse.js": SSE_4}, "htmx2-core"),
        ('<script type="importmap">{"imports": {"htmx.org": "https://esm.sh/htmx.org@2.0.4"}}</script><script type="module">import "htmx.org"</script>', {}, "htmx2.0.4"),
        ('<script src="/dist/main.js"></script>', {"package.json": '{"dependencies": {"htmx.org": "^2.0.0", "htmx-ext-sse": "2.2.0"}}', "src/main.js": 'import "htmx.org"'}, "htmx2-ext220"),
        ('<script src="/dist/main.js"></script>', {"package.json": '{"dependencies": {"htmx.org": "^1.9.2"}}', "package-lock.json": '{"packages": {"node_modules/htmx.org": {"version": "1.9.10"}}}'}, "htmx1.9.10"),
    ],
)  # fmt: skip
def test_where_people_have_it(
    tmp_path: Path, head: str, files: dict[str, str], expected: str
) -> None:
    assert stack(tmp_path, head, files)[0] == expected


CHIRP = "from chirp import App, AppConfig, Template\napp = App({})\n@app.route('/')\ndef index():\n    return Template('a.html')\n"
FAST = "from fasthtml.common import *\napp, rt = {}\n@rt('/')\ndef index():\n    return templates.TemplateResponse('a.html')\n"


@pytest.mark.parametrize(
    ("app", "wish", "body", "expected"),
    [
        (CHIRP.format("config=AppConfig(htmx=True)"), "", "", ("htmx2-core", "app.py:2")),
        (CHIRP.format("config=AppConfig(htmx=True)"), "bengal-chirp==0.8.2", SSE, ("htmx2.0.4", "app.py:2")),
        (CHIRP.format("config=AppConfig(htmx=True)"), "bengal-chirp>=0.9", SSE, ("htmx2.0.10", "app.py:2")),
        (CHIRP.format("config=AppConfig(htmx=True, htmx_version='1.9.9')"), "", SSE1, ("htmx1.9.9", "app.py:2")),
        (CHIRP.format("config=AppConfig(htmx=True, htmx_version='4.0.0-beta5')"), "", "", ("htmx4.0.0-compat", "app.py:2")),
        (CHIRP.format("config=AppConfig(htmx=True)"), "", '<script src="https://unpkg.com/htmx.org@1.9.12"></script>', ("htmx1-core", "templates/a.html:2")),
        (CHIRP.format("config=AppConfig(htmx=False)"), "", "", ("htmx2", "assumed")),
        (CHIRP.format("config=AppConfig(**options)"), "", "", ("htmx2", "assumed")),
        (CHIRP.format("config=AppConfig(htmx=ask())"), "", "", ("htmx2", "assumed")),
        (FAST.format("fast_app()"), "", "", ("htmx2.0.10", "app.py:2")),
        (FAST.format("fast_app()"), "python-fasthtml==0.12.12", "", ("htmx2.0.4", "app.py:2")),
        (FAST.format("fast_app()"), "python-fasthtml==0.12.30", "", ("htmx2.0.10", "app.py:2")),
        (FAST.format("fast_app(htmx4=True)"), "", "", ("htmx4.0.0", "app.py:2")),
        (FAST.format("fast_app(htmx4=True, exts=['sse4'])"), "", "", ("htmx4.0.0", "app.py:2")),
        (FAST.format("fast_app(htmx=False)"), "", "", ("htmx2", "assumed")),
        (FAST.format("fast_app(default_hdrs=False)"), "", "", ("htmx2", "assumed")),
        (FAST.format("fast_app(**options)"), "", "", ("htmx2", "assumed")),
    ],
)  # fmt: skip
def test_what_a_framework_loads_by_itself(
    tmp_path: Path, app: str, wish: str, body: str, expected: tuple[str, str]
) -> None:
    page = f"<p>\n{body}<div hx-ext=sse sse-connect=/e hx-sse:connect=/e></div></p>\n"
    if "chirp" in app:
        page = f"<!doctype html>\n<html><head>{body}</head><body>{page}</body></html>"
    files = {"app.py": app, "requirements.txt": wish, "templates/a.html": page}
    project = load(tmp_path, files, Settings())
    context = Context(project, tuple(project.files.found.templates))
    (view, *_) = context.views
    assert (view.stack.name, view.loaded.source) == expected


def test_what_fasthtml_says_of_htmx_4(tmp_path: Path) -> None:
    app = FAST.format("fast_app(htmx4=True, exts='sse4')")
    page = "<div hx-sse-connect=/e1><p sse-connect=/e2>p</p></div>"
    project = load(tmp_path, {"app.py": app, "templates/a.html": page}, Settings())
    (view, *_) = Context(project, tuple(project.files.found.templates)).views
    assert [url_of(node) for node in view.connections] == ["/e1", "/e2"]
    assert view.span(view.connections[0], "hx-sse:connect").text == "hx-sse-connect=/e1"
    assert not view.loaded.alone


@pytest.mark.parametrize(
    ("core", "extension", "compat", "expected"),
    [
        ((1, 8, 6), None, False, "htmx1.8.6"),
        ((1, 9, 3), None, False, "htmx1.9.3"),
        ((1, 9, 7), None, False, "htmx1.9.9"),
        ((1, 9, 11), None, False, "htmx1"),
        ((1, 9), None, False, "htmx1"),
        ((2, 0, 2), (2, 2, 4), False, "htmx2.0.2"),
        ((2, 0, 3), (2, 2, 4), False, "htmx2.0.3"),
        ((2, 0, 4), (2, 1, 0), False, "htmx2.0.4-ext210"),
        ((2, 0, 10), None, False, "htmx2.0.10"),
        ((2, 0, 11), None, False, "htmx2"),
        ((2,), (2, 2), False, "htmx2"),
        ((4, 0, 0), None, True, "htmx4.0.0-compat"),
        ((4, 0), None, True, "htmx4-compat"),
    ],
)
def test_versions(core: Version, extension: Version | None, compat: bool, expected: str) -> None:
    assert stack_of(core, extension, compat=compat).name == expected


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("htmx.min.js", 'constructor(){this.version="4.0.1"}', "htmx4"),
        ("htmx.js", "            this.version = '4.0.1'\n", "htmx4"),
        ("htmx.js", "    version: '2.0.11'\n", "htmx2"),
    ],
)
def test_how_copies_say_their_version(tmp_path: Path, name: str, text: str, expected: str) -> None:
    head = f'<script src="/static/{name}"></script>'
    found = stack(tmp_path, head, {f"static/{name}": text})
    assert found == (expected, "templates/a.html:2")


def test_a_copy_in_an_installed_package(tmp_path: Path) -> None:
    """Among several of that name the one whose place the address ends with is meant."""
    library = ".venv/lib/python3.12/site-packages"
    files = {
        ".venv/pyvenv.cfg": "",
        f"{library}/kit/static/kit/htmx.min.js": 'htmx={version:"1.9.12"}',
        f"{library}/kit-1.0.dist-info/RECORD": "kit/static/kit/htmx.min.js,sha256=x,1\n",
        f"{library}/other/static/other/htmx.min.js": 'htmx={version:"2.0.4"}',
        f"{library}/other-1.0.dist-info/RECORD": "other/static/other/htmx.min.js,sha256=x,1\n",
    }
    script = '<script src="/static/{}/htmx.min.js"></script>'
    assert stack(tmp_path, script.format("kit"), files)[0] == "htmx1"
    assert stack(tmp_path, script.format("other"), files)[0] == "htmx2.0.4"
    assert stack(tmp_path, script.format("own"), files) == ("htmx2", "assumed")


def test_a_file_name_alone_is_no_sign_of_a_package(tmp_path: Path) -> None:
    library = ".venv/lib/python3.12/site-packages"
    files = {
        ".venv/pyvenv.cfg": "",
        f"{library}/kit/htmx.min.js": 'htmx={version:"1.9.12"}',
        f"{library}/kit-1.0.dist-info/RECORD": "kit/htmx.min.js,sha256=x,1\n",
    }
    assert stack(tmp_path, LOCAL, files) == ("htmx2", "assumed")


def test_another_htmx_is_asked_for_with_its_own_extension(tmp_path: Path) -> None:
    """`--htmx 4` on a page of htmx 2 says what htmx 4 would do, not what the two do together."""
    head = "".join(
        f'<script src="https://unpkg.com/{src}"></script>'
        for src in ("htmx.org@2.0.11", "htmx-ext-sse@2.2.4/sse.js")
    )
    assert stack(tmp_path, head, htmx="4") == ("htmx4", "settings")
    assert stack(tmp_path, head, htmx="1") == ("htmx1", "settings")


SCRIPTS = {
    "bundle": '<script src="https://unpkg.com/htmx.org@4.0.1/dist/htmax.js"></script>',
    "tag": '{% load django_htmx %}{% htmx_script extensions="hx-sse" %}',
    "files": '<script src="/static/django_htmx/htmx-2.js"></script>'
    '<script src="/static/django_htmx/ext/hx-sse-2.js"></script>',
}


@pytest.mark.parametrize("head", SCRIPTS.values(), ids=SCRIPTS)
def test_nothing_is_wrong_with_these_scripts(tmp_path: Path, head: str) -> None:
    new = "htmax" in head
    body = (
        '<div hx-sse:connect="/e">-</div>'
        if new
        else '<div hx-ext="sse" sse-connect="/e"><p sse-swap="a">-</p></div>'
    )
    page = f"<!doctype html>\n<html><head>{head}</head><body>{body}</body></html>\n"
    assert lines(run(tmp_path, {"templates/a.html": page})) == []


def test_the_tag_without_the_extension(tmp_path: Path) -> None:
    head = "{% load django_htmx %}{% htmx_script %}"
    page = (
        f"<!doctype html>\n<html><head>{head}</head><body><div hx-ext=sse sse-connect=/e></div>\n"
    )
    (finding,) = run(tmp_path, {"templates/a.html": page}, "sse_stack").findings
    assert finding.message == "the page loads htmx without its SSE extension: no stream is opened"
    assert finding.help == 'name it: `{% htmx_script extensions="hx-sse" %}`'
    assert finding.span.text == "{% htmx_script %}"


def test_a_copy_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "htmx.min.js").symlink_to(tmp_path / "nowhere")
    assert stack(tmp_path, LOCAL) == ("htmx2", "assumed")


def test_package_json(tmp_path: Path) -> None:
    found = stack(tmp_path, LOCAL, {"package.json": '{"dependencies": {"htmx.org": "^1.9.12"}}'})
    assert found == ("htmx1", "package.json")


def test_what_chirp_is_told(tmp_path: Path) -> None:
    config = 'app = App(AppConfig(htmx=True, htmx_version="4.0.0-beta5"))\n'
    assert stack(tmp_path, "", {"app.py": config}) == ("htmx4.0.0", "app.py")


def test_settings_and_nothing(tmp_path: Path) -> None:
    assert stack(tmp_path, LOCAL, htmx="4") == ("htmx4", "settings")
    assert stack(tmp_path, "") == ("htmx2", "assumed")


@pytest.mark.parametrize(
    ("head", "files", "alone"),
    [
        ('<script src="https://unpkg.com/htmx.org@2.0.4"></script>', {}, True),
        ('<script src="//unpkg.com/htmx.org@2.0.4"></script>', {}, True),
        ('<script src="https://unpkg.com/htmx.org@2.0.4"></script>' + SSE, {}, False),
        ('<script src="https://unpkg.com/htmx.org@2.0.4"></script><script src="/app.js"></script>', {}, False),
        ('<script src="https://unpkg.com/htmx.org@2.0.4"></script><script src="/app.js"></script>', {"static/app.js": "let a = 1"}, True),
        ('<script src="https://unpkg.com/htmx.org@2.0.4"></script><script src="/app.js"></script>', {"static/app.js": "document.body.addEventListener('htmx:load', () => htmx.process(box))"}, True),
        ('<script src="https://unpkg.com/htmx.org@2.0.4"></script><script src="/app.js"></script>', {"static/app.js": "htmx.defineExtension('shout', {}); htmx.defineExtension(\"quiet\", {})"}, True),
        ('<script src="https://unpkg.com/htmx.org@2.0.4"></script><script src="/app.js"></script>', {"static/app.js": "htmx.defineExtension(name, {})"}, False),
        ('<script src="https://unpkg.com/htmx.org@2.0.4"></script><script src="/app.js"></script>', {"static/app.js": "htmx.defineExtension(`sse`, {})"}, False),
        ('<script src="https://unpkg.com/htmx.org@2.0.4"></script><script src="/app.js"></script>', {"static/app.js": "const s = document.createElement('script'); s.src = base + 'htmx-ext-sse.js'"}, False),
        ('<script src="https://unpkg.com/htmx.org@2.0.4"></script><script src="/app.js"></script>', {"static/app.js": "import 'htmx-ext-sse'"}, False),
        ("<script src=\"https://unpkg.com/htmx.org@2.0.4\"></script><script src=\"{{ url_for('static', filename='js/app.js') }}\"></script>", {"static/js/app.js": "let a = 1"}, True),
        ("<script src=\"https://unpkg.com/htmx.org@2.0.4\"></script><script src=\"{{ url_for('static', filename='js/app.js') }}\"></script>", {}, False),
        ('<script src="https://unpkg.com/htmx.org@2.0.4"></script><script src="/app.js?v={{ version }}"></script>', {"static/app.js": "let a = 1"}, True),
        ('<script src="https://unpkg.com/htmx.org@2.0.4"></script><script src="/js/{{ name }}.js"></script>', {"static/app.js": "let a = 1"}, False),
        ('<script src="https://unpkg.com/htmx.org@2.0.4"></script><script src="{{ script }}"></script>', {"static/app.js": "let a = 1"}, False),
        ('<script src="https://unpkg.com/htmx.org@2.0.4"></script><script src="https://static.cloudflareinsights.com/beacon.min.js"></script>', {}, True),
        ('<script src="/static/htmx.js"></script>', {}, False),
        ('<script src="https://unpkg.com/htmx.org@2.0.4"></script><script src="https://cdn.jsdelivr.net/npm/bootstrap@5.3.3/dist/js/bootstrap.bundle.min.js"></script>', {}, True),
        ('<script src="https://unpkg.com/htmx.org@2.0.4"></script><script src="https://cdn.tailwindcss.com"></script>', {}, True),
        ('<script src="https://unpkg.com/htmx.org@2.0.4"></script><script src="https://cdn.example.com/site.js"></script>', {}, False),
        ('<script src="https://unpkg.com/htmx.org@2.0.4"></script><script src="https://cdn.jsdelivr.net/combine/npm/jquery,npm/htmx-ext-sse@2.2.4"></script>', {}, False),
        ('<script src="https://unpkg.com/htmx.org@2.0.4"></script><script src="https://cdn.jsdelivr.net/npm/htmx-ext-ws@2.0.3/ws.js"></script>', {}, True),
        ('<script src="https://unpkg.com/htmx.org@2.0.4"></script><script src="https://unpkg.com/htmx.org@1.9.12/dist/ext/json-enc.js"></script>', {}, True),
        ('<script src="https://unpkg.com/htmx.org@2.0.4"></script><script src="https://unpkg.com/idiomorph@0.7.3/dist/idiomorph-ext.min.js"></script>', {}, True),
        ('<script src="https://unpkg.com/htmx.org@2.0.4"></script><script src="https://unpkg.com/htmx-ext-sse"></script>', {}, False),
        ('<script src="https://unpkg.com/htmx.org@2.0.4"></script><script src="https://cdn.jsdelivr.net/combine/npm/htmx-ext-ws@2.0.3,npm/htmx-ext-sse@2.2.4"></script>', {}, False),
        ('<script type="module">import "https://esm.sh/htmx.org@2.0.4"</script>', {}, True),
        ('<script type="module">import "https://esm.sh/htmx.org@2.0.4"; import "./more.js"</script>', {}, False),
        ("{% load django_htmx %}{% htmx_script %}", {}, True),
        ('{% load django_htmx %}{% htmx_script version=4 extensions="hx-sse" %}', {}, False),
        ('<script src="https://unpkg.com/htmx.org@4.0.1/dist/htmax.js"></script>', {}, False),
    ],
)  # fmt: skip
def test_a_core_alone(tmp_path: Path, head: str, files: dict[str, str], alone: bool) -> None:
    page = f"<!doctype html>\n<html><head>{head}</head><body><p sse-connect=/e hx-sse:connect=/e></body></html>"
    project = load(tmp_path, {"templates/a.html": page, **files}, Settings())
    (view, *_) = Context(project, tuple(project.files.found.templates)).views
    assert view.loaded.alone is alone
    assert view.stack.name.endswith("-core") is alone


def test_a_script_of_the_project_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def reading(path: str, within: str = "") -> str | None:
        read.append(Path(path).name)
        return read_script(path, within)

    monkeypatch.setattr("sse_check.htmx.detect.read_script", reading)
    own = '<script src="/static/menu.js"></script>'
    page = "<!doctype html>\n<html><head>{}<script src=/static/{}.js></script></head><body><p hx-get=/x></p></body></html>\n"
    files = {f"templates/{name}.html": page.format(own, name) for name in "abc"}
    load(tmp_path, {**files, "static/menu.js": "htmx.onLoad(open)\n", "static/a.js": "//\n"})
    project = load(tmp_path, {})
    assert len(Context(project, tuple(project.files.found.templates)).views) == 3
    assert sorted(read) == ["a.js", "menu.js"]


@pytest.mark.parametrize(
    ("more", "alone"),
    [
        ("", True),
        ("/* an import (of files) is asked for nowhere */", True),
        (";import('./sse.js')", False),
        (";import{sse}from'./chunk.js'", False),
        ("\nimport './sse.js'\n", False),
        (";require('htmx-ext-sse')", False),
        (";htmx.defineExtension(`sse`,{})", False),
    ],
)
def test_a_bundle_with_htmx_in_it(tmp_path: Path, more: str, alone: bool) -> None:
    core = 'var htmx={version:"2.0.4",config:{defaultSwapStyle:"innerHTML"}}'
    head = '<script src="/static/all.js"></script>'
    page = (
        f'<!doctype html><html><head>{head}</head><body hx-ext="sse"><div sse-connect="/e"></div>'
    )
    files = {"static/all.js": core + more, "templates/a.html": page}
    found = run(tmp_path, files, "sse_stack").findings
    said = "the page loads htmx without its SSE extension: no stream is opened"
    assert any(one.message == said for one in found) == alone
