"""What each library names its elements and attributes, and what it adds to them: a row each."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sse_check.markup.elements import air, dominate, fasthtml, htpy
from sse_check.markup.elements.shape import Shape


class Library(NamedTuple):
    """`shape` knows the names of a module of the library. `attribute` is the name in the page of
    a keyword, `key` of a key in a mapping."""

    packages: tuple[str, ...]
    shape: Callable[[str, str], Shape | None]
    attribute: Callable[[str], str]
    key: Callable[[str], str]
    # `children` in brackets after the element: `div(id="x")["text"]`.
    brackets: bool = False
    # Mappings among the positional arguments are attributes; keywords win over them, or not.
    mappings: bool = False
    keywords_win: bool = True
    # Keywords that win over everything.
    last: tuple[str, ...] = ()
    # `Div(id="x")(child)`: a second call adds to the first.
    adds: bool = False
    # What an attribute that is True is written as: its name alone, or with its name as its value.
    named_when_true: bool = False
    # A mapping as the value of an attribute is written as `key:value; key:value`.
    joins_pairs: bool = False
    # Whether the values of attributes are escaped.
    escapes: bool = True
    # Whether None leaves what was given before under another spelling of the same name.
    ignores_none: bool = False
    # Whether an attribute that is given under two spellings is written twice.
    writes_twice: bool = False
    # Whether None is written as the word for a name that the library does not know itself.
    writes_none: bool = False


LIBRARIES = {
    "fasthtml": Library(
        ("fasthtml", "fastcore.xml", "monsterui"),
        fasthtml.shape,
        fasthtml.attribute,
        fasthtml.attribute,
        mappings=True,
        keywords_win=False,
        last=("hx_vals", "hx_target", "target_id", "id", "cls", "title", "style"),
        adds=True,
        joins_pairs=True,
        ignores_none=True,
    ),
    "htpy": Library(("htpy",), htpy.shape, htpy.attribute, str, brackets=True, mappings=True),
    "air": Library(
        ("air",),
        air.shape,
        air.attribute,
        air.attribute,
        escapes=False,
        writes_twice=True,
        writes_none=True,
    ),
    "dominate": Library(
        ("dominate",),
        dominate.shape,
        dominate.attribute,
        dominate.attribute,
        mappings=True,
        named_when_true=True,
    ),
}


def named(dotted: str) -> tuple[Library, Shape] | None:
    """The row of a full name such as `fasthtml.common.Div`, and what it stands for."""
    module, _, name = dotted.rpartition(".")
    for library in LIBRARIES.values():
        if any(module == one or module.startswith(f"{one}.") for one in library.packages):
            shape = library.shape(module, name)
            return (library, shape) if shape is not None else None
    return None


def packages_in_bytes() -> tuple[bytes, ...]:
    """How a file that uses one of the libraries names it."""
    names = [package for library in LIBRARIES.values() for package in library.packages]
    return tuple(f"{word} {name}".encode() for name in names for word in ("import", "from"))
