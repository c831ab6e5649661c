"""Projects made of a few files, for tests."""

from functools import cache
from pathlib import Path

from sse_check.findings.check import check
from sse_check.findings.loader import load_rules
from sse_check.findings.result import Result
from sse_check.findings.suppress import Asked
from sse_check.pages.ancestry import Chain
from sse_check.pages.ancestry import chains as chains_of
from sse_check.pages.engine import Engine
from sse_check.pages.marks import OUT_OF_SIGHT, Mark
from sse_check.project.project import Project
from sse_check.project.settings import Settings

# Loading rules takes longer than most runs.
built_in = cache(load_rules)


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")


def load(folder: Path, files: dict[str, str], settings: Settings | None = None) -> Project:
    write(folder, files)
    return Project.load(str(folder), settings or Settings(), shown_from=str(folder))


def run(folder: Path, files: dict[str, str], *rules: str) -> Result:
    project = load(folder, files)
    chosen = [rule for name, rule in built_in().items() if not rules or name in rules]
    every = frozenset(built_in())
    return check(project, project.files.found.templates, chosen, asked=Asked(every, every))


def lines(result: Result) -> list[str]:
    return [
        f"{f.span.source.path}:{f.span.start_position.line} {f.level} {f.rule} {f.confidence}"
        for f in result.findings
    ]


def element(project: Project, path: str, sign: str) -> int:
    """The element whose start tag holds `sign`."""
    template = project.template(path)
    assert template is not None
    at = template.text.index(sign)
    found = [
        node
        for node, name in enumerate(template.names)
        if name[0] != "#" and template.starts[node] <= at < template.ends[node]
    ]
    assert found, f"no element with {sign}"
    return found[-1]


def found(project: Project, path: str, sign: str) -> list[Chain]:
    """The chains of ancestors of an element, on every page."""
    return chains_of(Engine(project, everything=True), path, element(project, path, sign))


def chains(project: Project, path: str, sign: str) -> list[str]:
    """The chains of an element as text: `tag#id` from the element up."""
    texts = []
    for chain in found(project, path, sign):
        names = []
        for node in chain.nodes:
            ident = node.attributes.get("id", "")
            if isinstance(node.mark, Mark):
                names.append(node.name + (f"#{ident}" if ident else ""))
            elif node.name == OUT_OF_SIGHT and chain.page.closed:
                names.append("?")
        texts.append(" < ".join(names) + ("" if chain.page.closed else " ?"))
    return texts


def values(project: Project, path: str, sign: str, attribute: str) -> list[str]:
    """The values of an attribute of an element, on all pages."""
    node = element(project, path, sign)
    return sorted(
        {
            str(one.mark.attributes[attribute].pattern)
            for page in Engine(project).pages_showing((path,))
            for variant in page.variants
            for one in variant.root.subtree()
            if isinstance(one.mark, Mark)
            and one.mark.place == (path, node)
            and attribute in one.mark.attributes
        }
    )
