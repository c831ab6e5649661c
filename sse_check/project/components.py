"""Templates that are used as tags: `<c-card>` of django-cotton, `<Card>` of JinjaX."""

import re
from collections.abc import Iterable, Iterator

from sse_check.template.components import DEFAULTS_TAG, SLOT_TAG

_COTTON = re.compile(r"(?:^|/)cotton/(.+)\.html$")
_CAPITAL = re.compile(r"([A-Z]\w*)(?:\.html)?\.(?:jinja2?|j2|html)$")
# Tags of its own, which stand for no file.
_OF_COTTON = {SLOT_TAG: "", DEFAULTS_TAG: ""}
# Where the names of components begin, most often.
_FOLDERS = frozenset(("components", "component", "templates"))


def component_tags(paths: Iterable[str]) -> dict[str, str]:
    """The file of each tag, the first one where several have its name."""
    found: dict[str, str] = {}
    shorter: dict[str, str] = {}
    for path in paths:
        for number, tag in enumerate(_tags_of(path)):
            (shorter if number else found).setdefault(tag, path)
    return shorter | found | (_OF_COTTON if any(tag[:2] == "c-" for tag in found) else {})


def _tags_of(path: str) -> Iterator[str]:
    cotton = _COTTON.search(path)
    if cotton is not None:
        name = cotton[1].removesuffix("/index").replace("/", ".")
        yield f"c-{name}"
        yield f"c-{name.replace('_', '-')}"
        return
    file = path.rpartition("/")[2]
    component = _CAPITAL.match(file)
    if component is not None and not component[1].isupper():
        folders = path.split("/")[:-1]
        while folders and any(one in _FOLDERS for one in folders):
            folders = folders[1:]
        # The folder that a catalog begins at may be any of them.
        for number in range(len(folders) + 1):
            yield ".".join((*folders[number:], component[1]))
