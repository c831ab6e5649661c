"""What a name of a library stands for."""

from typing import NamedTuple


class Shape(NamedTuple):
    """An element, or something that a library's own function makes of its arguments.

    `tag` is empty for what has no element of its own: its children stand alone. `parameters` are
    what the first positional arguments are: the names of attributes, "" for a child. `given` are
    attributes that the library sets where the call does not. `helper` is a function of
    `helpers.py` that says the rest.
    """

    tag: str = ""
    is_void: bool = False
    # The children are markup as they are: a script, a style, raw HTML.
    is_raw: bool = False
    # The tag is the first argument.
    names_tag: bool = False
    parameters: tuple[str, ...] = ()
    given: tuple[tuple[str, str], ...] = ()
    # Attributes that are written as another one's value: `name` is the id of a form's control.
    copied: tuple[tuple[str, str], ...] = ()
    before: str = ""
    helper: str = ""


# Elements without content, in every library.
VOID = frozenset(
    """area base br col command embed hr img input keygen link meta param source track wbr
    """.split()
)
