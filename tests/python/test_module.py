"""A file as an index: what stands in it is found by its text first."""

import ast
import re

from tests.python.helpers import program


def test_the_statements_in_whose_text_something_stands() -> None:
    text = """
        @page(hx_get="/a")
        def first():
            return "plain"

        def second():
            x = 1
            return f("hx_get")

        def third():
            return "plain"
    """
    module = program(main=text).program.module("main.py")
    assert module is not None
    found = [node for node, _ in module.nodes_on(re.compile("hx_get"))]
    functions = [node.name for node in found if isinstance(node, ast.FunctionDef)]
    assert functions == ["first", "second"]
    # Of the second only the statement that has it, of the first the decorator.
    assert not any(isinstance(node, ast.Assign) for node in found)
    assert [node.value for node in found if isinstance(node, ast.Constant)] == ["/a", "hx_get"]
