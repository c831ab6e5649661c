"""What is fuzzed: functions of bytes that raise when something is wrong."""

import ast
import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

from sse_check.cli.tree import elements_of as tree_of
from sse_check.findings.baseline import BaselineError, read_baseline
from sse_check.findings.check import check
from sse_check.findings.context import Context
from sse_check.findings.fixes import apply_fixes
from sse_check.findings.loader import load_rules
from sse_check.findings.model import Finding
from sse_check.findings.result import Result
from sse_check.findings.suppress import read_suppressions
from sse_check.project.discovery import Found
from sse_check.project.ignore import decide, read_patterns
from sse_check.project.project import Project
from sse_check.project.settings import Settings, SettingsError, read_settings
from sse_check.report import wiring_html, wiring_json, wiring_text
from sse_check.report.style import Style, json_safe, no_commands
from sse_check.report.text import render as render_text
from sse_check.report.wiring import wiring
from sse_check.source import DecodingError, Source, Span, decode, encode
from sse_check.source.composed import ComposedSource
from sse_check.source.printable import printable
from sse_check.stream.wire import WireParser
from sse_check.stream.wire import decode as decode_wire
from sse_check.stream.wire import encode as encode_wire
from sse_check.template.attributes import read_start_tag
from sse_check.template.builder import parse
from sse_check.template.comments import html_comments
from sse_check.template.dialects import DIALECT_NAMES, DIALECTS
from sse_check.template.model import Template
from tests.fuzz import pieces, written
from tests.fuzz.choices import Choices

RULES = list(load_rules().values())
_MOST_ROUNDS = 8
# Giving an attribute its real name brings it to life, with all that is then wrong with it; one
# that reaches the extension, a target or a name at last may show what else is wrong.
_STRUCTURED = ("json", "sarif", "gitlab", "rdjson")
_FORMATS = (*_STRUCTURED, "junit", "checkstyle", "github", "concise")


def template(data: bytes) -> None:
    """One file in each dialect: the parser ends, and what it says lies in the file."""
    choices = Choices(data)
    dialect = DIALECTS[choices.of(DIALECT_NAMES)]
    text = choices.text([*pieces.HTML, *pieces.TEMPLATE, *pieces.LINKS])
    parsed = parse(Source("t.html", text), dialect)
    assert len(parsed.mask) == len(text)
    for node, name in enumerate(parsed.names):
        assert -1 <= parsed.parents[node] < len(parsed.names)
        if name[0] != "#":
            assert 0 <= parsed.starts[node] < parsed.ends[node] <= len(text)
            for attribute in read_start_tag(parsed, node).attributes:
                assert 0 <= attribute.start <= attribute.end <= len(text)
    parsed.flow.at(len(text) // 2)
    html_comments(parsed)
    for suppression in read_suppressions(parsed.source, parsed):
        assert suppression.span.text


def _project(texts: Mapping[str, str | bytes], settings: Settings) -> Project:
    found = Found(
        templates=sorted(name for name in texts if not name.endswith(".py")),
        python=sorted(name for name in texts if name.endswith(".py")),
    )
    data = {
        name: text if isinstance(text, bytes) else text.encode("utf-8", "replace")
        for name, text in texts.items()
    }
    return Project.of("/nowhere", settings, found, replaced=data, shown_from="/nowhere")


def _checked(texts: Mapping[str, str | bytes], settings: Settings) -> Result:
    project = _project(texts, settings)
    return _result(project, texts)


def _result(project: Project, texts: Mapping[str, str | bytes]) -> Result:
    """The result of a check, all places of which lie in files that there are."""
    result = check(project, project.files.found.templates, RULES)
    for error in (*result.failures, *project.files.broken.values()):
        raise error
    for finding in result.findings:
        edits = [edit.span for fix in finding.fixes for edit in fix.edits]
        for span in (finding.span, *(one.span for one in finding.related), *edits):
            assert span.source.path in texts, span
            assert 0 <= span.start <= span.end <= len(span.source.text)
            assert not isinstance(span.source, ComposedSource)
    return result


def project(data: bytes) -> None:
    """Two to six files that include, extend, embed and call each other at will."""
    choices = Choices(data)
    names = pieces.NAMES[: 2 + choices.number(4)]
    texts = {}
    for name in names:
        text = choices.text([*pieces.HTML, *pieces.TEMPLATE, *pieces.LINKS, *pieces.LINKS], 12)
        while "FILE" in text:
            text = text.replace("FILE", choices.of(names), 1)
        texts[name] = text
    if choices.number(1):
        texts["app.py"] = choices.text(pieces.PYTHON, 20)
    if choices.number(1):
        texts["pages.py"] = written.program(choices)
    _checked(texts, Settings(htmx=choices.of(("auto", "1", "2", "4")), dialect="jinja"))


def python(data: bytes) -> None:
    """Python sources, some of which are none."""
    choices = Choices(data)
    page = "<html><body hx-ext=sse sse-connect=/e><p sse-swap=a></p></body></html>"
    _checked({"a.html": page, "app.py": choices.text(pieces.PYTHON)}, Settings())


def markup(data: bytes) -> None:
    """Markup that Python writes: checked, fixed, drawn as a tree and a map, in every format."""
    choices = Choices(data)
    names = ("app.py", "views/pages.py", "é.py")[: 1 + choices.number(2)]
    texts = {name: written.encoded(choices, written.program(choices)) for name in names}
    options = Settings(htmx=choices.of(("auto", "1", "2", "4")))
    project = _project(texts, options)
    result = _result(project, texts)
    for name in _FORMATS:
        _read_back(name, import_module(f"sse_check.report.{name}").render(result))
    _read_back("text", render_text(result, Style(False), coverage=True))
    changes = apply_fixes(result.findings, unsafe=True, templates=result.templates)
    for _, text in changes.texts.values():
        ast.parse(text)
    for path in project.files.found.templates:
        list(tree_of(project, path, everything=True))
    context = Context(project, tuple(project.graph.relevant))
    pages = wiring(context)
    for failed in context.failures:
        raise failed.error
    _read_back("json", json.dumps(wiring_json.as_data(pages)))
    printable(wiring_html.render(pages)).encode()
    printable(wiring_text.render(pages, Style(False))).encode()


def _read_back(name: str, text: str) -> None:
    """A report is text that its readers can read."""
    printable(text).encode()
    if name in _STRUCTURED:
        json.loads(json_safe(text))
    elif name in ("junit", "checkstyle"):
        ET.fromstring(text)
    elif name in ("text", "concise"):
        assert not re.search(r"(?m)^\s*::", no_commands(text))


def wire(data: bytes) -> None:
    """Bytes of a stream: cut anywhere they say the same, and what is sent comes back."""
    choices = Choices(data)
    sent = b"".join(choices.of(pieces.WIRE) for _ in range(choices.number(40))) + data[:40]
    whole, problems = decode_wire(sent)
    parser = WireParser()
    cut = choices.number(len(sent)) if sent else 0
    parts = [*parser.feed(sent[:cut]), *parser.feed(sent[cut:])]
    assert parts == whole
    assert list(parser.close()) == problems
    name, text = (
        choices.text(["a", " ", ":", "\0", "é"], 5),
        choices.text(["x", "\n", "\r", ":"], 9),
    )
    try:
        frame = encode_wire(name, text)
    except ValueError:
        assert not name or {"\n", "\r"} & set(name) or "\r" in text
        return
    (event,), _ = decode_wire(frame)
    assert (event.event, event.data) == (name, text)


def settings(data: bytes) -> None:
    """Settings, baselines, ignore files and encodings: read, or refused with their own errors."""
    choices = Choices(data)
    kind = choices.number(3)
    if kind == 0:
        _settings(choices.text(pieces.SETTINGS).encode())
    elif kind == 1:
        _baseline(data[1:])
    elif kind == 2:
        patterns, refused = read_patterns(choices.text(pieces.IGNORE))
        for path in ("a", "a/", "a/b.html", "b.html", "a" * 60 + ".html"):
            decide(path, [("", patterns)])
        assert all("too many stars" in said or "patterns are read" in said for said in refused)
    else:
        try:
            text, encoding = decode(data[1:])
        except DecodingError:
            return
        assert encode(text, encoding) == data[1:]


def _scratch(data: bytes, name: str) -> str:
    import os
    import tempfile

    folder = Path(tempfile.gettempdir()) / f"sse-check-fuzz-{os.getpid()}"
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(data)
    return str(path)


def _settings(data: bytes) -> None:
    for name in ("sse-check.toml", "pyproject.toml"):
        try:
            read = read_settings(_scratch(data, name))
        except SettingsError:
            continue
        assert isinstance(read, Settings)


def _baseline(data: bytes) -> None:
    for text in (data, b'{"schema_version": 1, "findings": ' + data + b"}"):
        try:
            known = read_baseline(_scratch(text, "known.json"))
        except BaselineError:
            continue
        assert isinstance(known, frozenset)


def fixes(data: bytes) -> None:
    """Fixed twice is fixed once; comments, text and tags are what they were."""
    choices = Choices(data)
    unsafe = bool(choices.number(1))
    options = Settings(htmx=choices.of(("auto", "1", "2", "4")), dialect=choices.of(DIALECT_NAMES))
    text = choices.text([*pieces.HTML, *pieces.HTML, *pieces.TEMPLATE], 30)
    before = _checked({"a.html": text}, options)
    after, result, count = _fixed(text, before, options, unsafe=unsafe)
    if after == text:
        return
    old, new = _parsed(text, options), _parsed(after, options)
    removed = [s for s in _comments(old) if s not in _comments(new)]
    assert all("sse-check:" in comment for comment in removed), removed
    assert not Counter(_comments(new)) - Counter(_comments(old))
    assert _words(new) == _words(old)
    again, _, more = _fixed(after, result, options, unsafe=unsafe)
    assert (again, more) == (after, 0)
    assert count


def _fixed(
    text: str, result: Result, options: Settings, *, unsafe: bool
) -> tuple[str, Result, int]:
    count = 0
    for _ in range(_MOST_ROUNDS):
        changes = apply_fixes(result.findings, unsafe=unsafe, templates=result.templates)
        if not changes.texts:
            return text, result, count
        count += changes.applied
        ((_, text),) = changes.texts.values()
        result = _checked({"a.html": text}, options)
    raise AssertionError("fixes do not come to an end")


def _parsed(text: str, options: Settings) -> Template:
    assert options.dialect is not None
    return parse(Source("a.html", text), DIALECTS[options.dialect])


def _comments(parsed: Template) -> list[str]:
    found = [parsed.text[start:end] for start, end in html_comments(parsed)]
    return [*found, *_template_comment(parsed).findall(parsed.text)]


def _template_comment(parsed: Template) -> re.Pattern[str]:
    """A comment of the template language: in Django it ends on its line, or is none."""
    return re.compile(r"\{#.*?#\}", 0 if parsed.dialect.name == "django" else re.DOTALL)


def _words(parsed: Template) -> str:
    """The text of a page: what is neither tag nor comment, without white space."""
    text = list(parsed.text)
    cut = [
        (s, e)
        for n, s, e in zip(parsed.names, parsed.starts, parsed.ends, strict=True)
        if n[0] != "#"
    ]
    for start, end in (*cut, *html_comments(parsed)):
        text[start:end] = [" "] * (end - start)
    rest = _template_comment(parsed).sub(" ", "".join(text))
    return "".join(re.sub(r"</(?:div|span)>", "", rest).split())


def reports(data: bytes) -> None:
    """Any name and any message in any format: readable by its readers."""
    choices = Choices(data)
    raw = data[1 : 1 + choices.number(40)]
    path = printable(raw.decode("utf-8", "surrogateescape")) or "x"
    message = data[41:].decode("utf-8", "replace")
    source = Source(path, message + "x")
    finding = Finding("sse_scope", Span(source, 0, 1), message, message, severity="error")
    result = Result((finding,), (), 1, Settings())
    for name in (*_STRUCTURED, "junit", "checkstyle", "github", "concise"):
        text = import_module(f"sse_check.report.{name}").render(result)
        if name in _STRUCTURED:
            json.loads(json_safe(text))
        elif name in ("junit", "checkstyle"):
            ET.fromstring(text)
        else:
            assert len(re.split(r"[\n\r\x85\u2028\u2029]", text)) == 2, (name, text)
        text.encode()


TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target
    for target in (template, project, python, markup, wire, settings, fixes, reports)
}
