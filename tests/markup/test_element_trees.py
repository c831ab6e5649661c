"""Random programs of each library: its own page has the elements that we read, with their
attributes, in the same places."""

import os
from typing import Any

import pytest

from tests.markup.element_trees import LIBRARIES
from tests.markup.rendering import elements, read, text

SEEDS = int(os.environ.get("SSE_CHECK_SEEDS", "120"))
FIRST_SEED = int(os.environ.get("SSE_CHECK_FIRST_SEED", "0"))


def rendered(library: str, page: Any) -> str:
    if library == "fasthtml":
        from fasthtml.common import to_xml

        # White space between elements is not what is compared.
        return str(to_xml(page, indent=False))
    return str(page.render(pretty=False) if library == "dominate" else page)


@pytest.mark.parametrize("block", range(4))
@pytest.mark.parametrize("library", LIBRARIES)
def test_random_trees_are_those_of_the_library(library: str, block: int) -> None:
    for seed in range(FIRST_SEED + block, FIRST_SEED + SEEDS, 4):
        source = LIBRARIES[library](seed).source()
        names: dict[str, Any] = {}
        exec(source, names)
        theirs = elements(rendered(library, names["page"]))
        ours = elements(text(read(source), names))
        assert ours == theirs, f"seed {seed}\n{source}"
