"""Files in the grammar of a Python that is newer than the one that runs."""

import ast
from pathlib import Path

import pytest

from sse_check.python.module import UnreadableError, parse_module
from sse_check.python.newer import in_older_grammar

NEWER = [
    "try:\n    pass\nexcept A, b.B:\n    pass\n",
    "try:\n    pass\nexcept A, B, C :\n    pass\n",
    "def first[T](items: list[T]) -> T:\n    return items[0]\n",
    "class Box[T: (int, str) = int](Base[T]):\n    x = 1\n",
    "async def both[\n    T,\n    *Ts,\n](x):\n    pass\n",
    "type Name = int | str\ntype Many[T] = list[T]\nz = 1\n",
    "if 1:\n    type Many[T] = dict[str, T]\n",
    'a = f"{x["a"]} b {y[\'c\']}"\n',
    'a = f"{"\\n".join(x)}"\n',
    "a = f'{f'{b}'}'\n",
    'a = f"{x!r:>{w}} {{ {d["k"]:.2f}"\n',
    'a = f"""{x["a"]} {"\\n"}\n{z}"""\n',
    'a = f"{\n  x\n}" + b\n',
    'a = t"<p>{x}</p>"\nb = t"""<p>\n{x}</p>"""\n',
    '# it\'s {\na = f"{x["it\'s"]}"\n',
    'a = "}" + f"data: {dumps({"a": 1, "b": {"c": [1]}})}\\n\\n"\n',
    'a = rf"\\{x["a"]}\\d{{2}}"\n',
    'a = f"\\N{BULLET} {x["q"]}"\n',
    'a = f"{"äöü\\n"}{"€\\n"}{"🎲\\n"}", b["c"]\n',
    'class A:\n    """it\'s {"""\n    def m[T](self): return f"{self.n["a"]}"\n',
]
BROKEN = [
    "def x(:\n",
    'a = f"{"\n',
    'a = f"{x["\n',
    "def f[T(x): pass\n",
    'a = f"{#}"\n',
    "a = '\n",
]


@pytest.mark.parametrize("text", NEWER)
def test_every_place_stays_where_it_is(text: str) -> None:
    *_, older = in_older_grammar(text)
    ast.parse(older)
    lines = [[len(line.encode()) for line in one.split("\n")] for one in (text, older)]
    assert lines[0] == lines[1]


@pytest.mark.parametrize("text", BROKEN)
def test_what_is_no_python_in_any_version(text: str) -> None:
    with pytest.raises(UnreadableError):
        parse_module("a.py", text.encode(), "a.py")


def test_what_every_version_reads_stays_the_same() -> None:
    for path in sorted(Path(__file__).parents[2].glob("sse_check/python/*.py")):
        text = path.read_text(encoding="utf-8")
        for older in in_older_grammar(text):
            assert ast.dump(ast.parse(older)) == ast.dump(ast.parse(text))


def test_hostile_text_takes_no_long_time() -> None:
    for text in ("f'{" * 20_000, 'f"{((((\n' * 20_000, "def f[(\n" * 20_000, 'f"' * 50_001):
        with pytest.raises(UnreadableError):
            parse_module("a.py", text.encode(), "a.py")


def test_what_is_found_is_found_at_its_place() -> None:
    text = 'try:\n    pass\nexcept A, B:\n    pass\ndef f[T](): yield f"{x["€"]} {"\\n"}", g("h")\n'
    module = parse_module("a.py", text.encode(), "a.py")
    [(_, call)] = module.calls_named("g")
    start, end = module.span(call).start, module.span(call).end
    assert text[start:end] == 'g("h")'
