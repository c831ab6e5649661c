"""selectolax judges the tree, and the engines' own lexers judge the tags."""

import re

import pytest

from sse_check.source import DecodingError, Source, decode
from sse_check.template.builder import parse
from sse_check.template.dialects import DIALECTS, recognise
from sse_check.template.lexer import scan_tags
from sse_check.template.model import Template
from sse_check.template.tag_name import name_end
from tests import corpus
from tests.judge import Truth, Verdict, judge
from tests.template.test_branches import SNIPPETS

ASSIGNMENTS = 4
SAMPLES = [
    "<html><head><title>x</title></head><body><main><p>a<p>b<ul><li>c<li>d</ul></main></body></html>",
    "<table><thead><tr><th>a<tbody><tr><td>b<td><table><tr><td>c</table></table>",
    "<div>{% for x in xs %}<a href={{ x }}><b>{{ x }}</b></a>{% endfor %}</div>",
    "<select><option>a<option>b<optgroup><option>c</select><p>d",
    "<form><table><tr><td><form></form></td></tr></table></form>",
    "{% if a %}<ul>{% endif %}<li>x{% if a %}</ul>{% endif %}<p>y",
    "<dl><dt>a<dd>b<div><dt>c</div></dl><button>x<button>y",
    "<table><div>x<tr><td>y</table>",
    "<ul><li><li>x</li></li></ul><ul><li><ul><li><li>x</li></li></ul>y</ul>",
    "<svg><g><path/><title><b>x</b></title></g></svg><i>y</i>",
]


def explain(verdict: Verdict) -> str:
    return "\n".join(
        f"{path} at {start}: ours {' < '.join(ours)}; judge {' < '.join(theirs)}"
        for path, start, ours, theirs in verdict.unexplained[:10]
    )


def parsed(text: str, path: str = "t.html") -> Template:
    return parse(Source(path, text), recognise(text, path))


# A tag that ends in two branches is two of ours and one of the judge's.
JUDGED = [*SAMPLES, *(text for _, _, text, _ in SNIPPETS if not parsed(text).pieces)]


@pytest.mark.parametrize("text", JUDGED)
def test_the_tree_of_a_sample(text: str) -> None:
    verdict = Verdict()
    for seed in range(ASSIGNMENTS):
        judge(parsed(text), Truth(seed), verdict)
    assert verdict.elements
    assert not verdict.unexplained, explain(verdict)


def test_the_judge_sees_a_wrong_tree() -> None:
    template = parsed("<div><p>a</p></div>")
    template.parents[template.names.index("p")] = 0
    verdict = Verdict()
    judge(template, Truth(0), verdict)
    assert verdict.unexplained


def real_templates() -> list[tuple[str, str]]:
    found = []
    for name, data in corpus.templates():
        try:
            found.append((name, decode(data)[0]))
        except DecodingError:
            continue
    return found


@pytest.mark.slow
@pytest.mark.corpus
def test_the_trees_of_real_templates(capsys: pytest.CaptureFixture[str]) -> None:
    templates = real_templates()
    assert len(templates) >= 1_500
    verdict = Verdict()
    for name, text in templates:
        template = parsed(text, name)
        for seed in range(ASSIGNMENTS):
            judge(template, Truth(seed), verdict)
    with capsys.disabled():
        print(
            f"\n{len(templates)} templates, {verdict.elements} elements judged, "
            f"{verdict.same} with the same ancestors; the others: {dict(verdict.reasons)}"
        )
    assert not verdict.unexplained, explain(verdict)
    assert verdict.same / verdict.elements > 0.95


@pytest.mark.slow
@pytest.mark.corpus
def test_start_tags_of_real_templates_are_where_they_are_said_to_be() -> None:
    for name, text in real_templates():
        template = parsed(text, name)
        for node, tag in enumerate(template.names):
            if tag[0] == "#" or node in template.pieces:
                continue
            start, end = template.starts[node], template.ends[node]
            assert text[start] == "<"
            assert text[end - 1] == ">"
            assert text[start + 1 : name_end(template, node)].lower() == tag


@pytest.mark.slow
@pytest.mark.corpus
def test_tags_begin_and_end_where_the_engines_say() -> None:
    """Django's lexer gives every tag with its text; jinja2's is compared by its expressions."""
    from django.template.base import DebugLexer, TokenType

    compared = 0
    for name, text in real_templates():
        if recognise(text, name).name != "django":
            continue
        theirs = [
            token.position
            for token in DebugLexer(text).tokenize()
            if token.token_type in (TokenType.VAR, TokenType.BLOCK)
        ]
        scan = scan_tags(text, DIALECTS["django"])
        ours = {
            *scan.outputs,
            *((s, e) for s, e, word in scan.tags if word != "{{"),
            *_special(text),
        }
        # Tags inside comment blocks are no tags for us; verbatim and comment tags are kept apart.
        hidden = _hidden(text)
        theirs = [p for p in theirs if not any(a <= p[0] < b for a, b in hidden)]
        missing = set(theirs) - ours
        assert not missing, (name, [text[a:b] for a, b in sorted(missing)][:3])
        compared += len(theirs)
    assert compared > 20_000


def _special(text: str) -> set[tuple[int, int]]:
    pattern = r"\{%\s*(?:end)?(?:verbatim|comment)\b[^%\n]*%\}"
    return {match.span() for match in re.finditer(pattern, text)}


def _hidden(text: str) -> list[tuple[int, int]]:
    pattern = r"\{%\s*comment\b[^\n]*?%\}.*?\{%\s*endcomment\s*%\}"
    return [match.span() for match in re.finditer(pattern, text, re.DOTALL)]


@pytest.mark.slow
@pytest.mark.corpus
def test_jinja_tags_are_those_of_jinja2() -> None:
    from jinja2 import Environment, TemplateSyntaxError

    environment = Environment(autoescape=True, extensions=["jinja2.ext.i18n", "jinja2.ext.do"])
    compared = files = 0
    for name, text in real_templates():
        if recognise(text, name).name != "jinja":
            continue
        plain = text.replace("\r\n", "\n")
        try:
            tokens = list(environment.lex(plain))
        except TemplateSyntaxError:
            continue
        begins = [kind for _, kind, _ in tokens if kind in ("variable_begin", "block_begin")]
        scan = scan_tags(plain, DIALECTS["jinja"])
        ours = len(scan.outputs) + sum(1 for tag in scan.tags if tag[2] != "{{")
        ours_ends = len(begins)
        assert ours == ours_ends, name
        compared += ours
        files += 1
    assert files > 100
    assert compared > 2_000
