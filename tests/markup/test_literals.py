"""String literals of every kind: the value, and where each character of it is written."""

import ast
import os
import warnings

import pytest

from sse_check.markup.literals import Expression, literal
from sse_check.markup.tree import Text
from sse_check.python.module import Module, parse_module
from tests.markup import literal_samples

SEEDS = int(os.environ.get("SSE_CHECK_SEEDS", "800"))
FIRST_SEED = int(os.environ.get("SSE_CHECK_FIRST_SEED", "0"))


def parsed(text: str) -> tuple[Module, ast.Constant | ast.JoinedStr]:
    module = parse_module("a.py", text.encode(), "a.py")
    statement = module.tree.body[-1]
    assert isinstance(statement, ast.Assign)
    assert isinstance(statement.value, ast.Constant | ast.JoinedStr)
    return module, statement.value


def pieces(text: str) -> list[Text | Expression]:
    module, node = parsed(text)
    return literal(node, *module.span(node))


def characters(found: list[Text | Expression]) -> list[literal_samples.Written]:
    written: list[literal_samples.Written] = []
    for piece in found:
        start, end = piece.span.start, piece.span.end
        if isinstance(piece, Expression):
            written.append(("{}", start, end))
        elif piece.exact:
            written += [(c, start + at, start + at + 1) for at, c in enumerate(piece.text)]
        else:
            written += [(c, start, end) for c in piece.text]
    return written


@pytest.mark.parametrize("block", range(8))
def test_random_literals_are_read_to_the_character(block: int) -> None:
    for seed in range(FIRST_SEED + block, FIRST_SEED + SEEDS, 8):
        sample = literal_samples.literal(seed)
        head = "# é\nname = (\n"
        found = pieces(f"{head}{sample.text}\n)\n")
        moved = [(c, a - len(head), b - len(head)) for c, a, b in characters(found)]
        assert moved == sample.characters, (seed, sample.text)


def test_random_literals_cover_every_kind() -> None:
    texts = [literal_samples.literal(seed).text for seed in range(800)]
    for kind in (
        'f"',
        "f'''",
        'rf"',
        "R'",
        'b"',
        "Br'",
        'u"',
        "\\N{",
        "\\\n",
        "=!r}",
        "{{",
        "}}",
        "#",
    ):
        assert any(kind in text for text in texts), kind


def test_the_values_of_a_generated_literal_are_those_of_python() -> None:
    for seed in range(300):
        sample = literal_samples.literal(seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            node = ast.parse(f"(\n{sample.text}\n)", mode="eval").body
        if isinstance(node, ast.Constant):
            value = node.value.decode() if isinstance(node.value, bytes) else node.value
            assert value == "".join(c for c, _, _ in sample.characters), seed


def shown(found: list[Text | Expression]) -> list[str]:
    return [
        f"{piece.span.text} = {piece.text}" if isinstance(piece, Text) else piece.span.text
        for piece in found
    ]


def test_a_run_is_as_long_as_the_source_has_it() -> None:
    assert shown(pieces('x = "<p>\\n</p>"')) == ["<p> = <p>", "\\n = \n", "</p> = </p>"]


def test_line_ends_of_another_system_are_one_character() -> None:
    found = pieces('x = """a\r\nb\r\n"""\r\n')
    assert shown(found) == ["a = a", "\r\n = \n", "b = b", "\r\n = \n"]


def test_an_expression_is_the_one_of_the_parser() -> None:
    module, node = parsed("x = f'a{b}' 'c' f'{d!r}{e:>3}'")
    assert isinstance(node, ast.JoinedStr)
    found = [p for p in literal(node, *module.span(node)) if isinstance(p, Expression)]
    values = [v for v in node.values if isinstance(v, ast.FormattedValue)]
    assert [p.node for p in found] == [v.value for v in values]
    assert [p.span.text for p in found] == ["{b}", "{d!r}", "{e:>3}"]
    assert [p.is_plain for p in found] == [True, False, False]


def test_a_value_that_is_formatted_as_text_is_written_as_it_is() -> None:
    found = pieces("x = f'{b!s}'")
    assert isinstance(found[0], Expression)
    assert found[0].is_plain


@pytest.mark.parametrize(
    "place", ["'<b>' + 'c'", "<b>", "'<b>' 'c", "f'{x}'", "'other'", "'<b>\\N{no such}'", "f'{'"]
)
def test_a_place_where_something_else_stands_is_the_place_of_everything(place: str) -> None:
    module = parse_module("a.py", repr(place).encode(), "a.py")
    source = module.source
    source.text = place
    whole = [("<b>c", place)]
    found = literal(ast.Constant("<b>c"), source, 0, len(place))
    assert [(p.text, p.span.text) for p in found if isinstance(p, Text)] == whole


def test_an_f_string_in_the_wrong_place_still_has_its_expressions() -> None:
    module, node = parsed("x = f'a{b!r}c'")
    start, end = module.span(node)[1:]
    found = literal(node, module.source, start + 1, end)
    assert [p.text if isinstance(p, Text) else ast.unparse(p.node) for p in found] == [
        "a",
        "b",
        "c",
    ]
    assert {p.span for p in found} == {module.span(node)._replace(start=start + 1)}
