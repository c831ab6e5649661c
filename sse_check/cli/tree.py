"""`sse-check tree`: the elements of a template and where they stand, for the curious."""

import os
from collections.abc import Iterator
from dataclasses import replace

from sse_check.cli.errors import UseError
from sse_check.cli.output import write_report
from sse_check.cli.settings import settings_at
from sse_check.cli.targets import open_targets
from sse_check.pages.ancestry import Chain, chains
from sse_check.pages.engine import Engine
from sse_check.pages.marks import OUT_OF_SIGHT, Mark
from sse_check.project.project import Project
from sse_check.report.style import visible
from sse_check.source import Span
from sse_check.template.dialects import DIALECT_NAMES, DialectName
from sse_check.template.model import Template


def run_tree(file: str, *, everything: bool, dialect: str | None) -> int:
    settings = settings_at(file)
    chosen: DialectName | None = next((name for name in DIALECT_NAMES if name == dialect), None)
    if chosen is not None:
        settings = replace(settings, dialect=chosen)
    if os.path.isdir(file):
        raise UseError(f"{file}: is a folder; name one template")
    wanted = open_targets((file,), lambda _: settings)[0]
    path, project = wanted.paths[0], wanted.project
    inner = [one for one, found in (project.files.inner or {}).items() if found.file == path]
    if path.endswith(".py") and not inner:
        raise UseError(f"{file}: no markup for htmx is written in this file")
    lines = [
        line
        for one in inner or (path,)
        for line in elements_of(project, one, everything=everything)
    ]
    write_report("".join(f"{line}\n" for line in lines), None)
    return 0


def elements_of(project: Project, path: str, *, everything: bool) -> Iterator[str]:
    """The lines about one template."""
    if (found := project.files.inner_at(path)) is not None and found.is_python:
        return
    template = project.template(path)
    if template is None:
        raise UseError(f"{project.files.display_path(path)}: {project.files.problems[path]}")
    yield from _lines(project, path, template, everything=everything)


def _lines(project: Project, path: str, template: Template, *, everything: bool) -> Iterator[str]:
    engine = Engine(project, everything=everything)
    inner = project.files.inner_at(path)
    name = path.rpartition("/")[2] if inner is not None else ""
    language = template.dialect.name if inner is None or not inner.plain else "written in Python"
    yield visible(f"{template.path}{f' {name}' if name else ''} ({language})")
    parent = project.parent(path)
    if parent:
        yield f"  extends {visible(project.files.display_path(parent))}"
    for node, name in enumerate(template.names):
        if name[0] == "#":
            continue
        tag = engine.reader.start_tag(path, template, node)
        names = [attribute.name for attribute in tag.attributes]
        names += [template.text[b.start : b.end] for b in template.tag_blocks if b.node == node]
        if not everything and not any("hx-" in n or "sse-" in n for n in names):
            continue
        place = Span(template.source, template.starts[node], template.ends[node]).start_position
        start_tag = template.text[template.starts[node] : template.ends[node]]
        yield f"{place.line}:{place.column} {visible(' '.join(start_tag.split()))}"
        found = chains(engine, path, node)
        if not found:
            yield "    never rendered"
        for chain in found:
            yield f"    {_shown(project, chain, path)}"
    for cut in dict.fromkeys(engine.cuts):
        yield f"  {visible(project.files.display_path(cut.path))}: {cut.why}"
    for offset, message in template.errors:
        place = Span(template.source, offset, offset).start_position
        yield f"{place.line}:{place.column} ! {visible(message)}"


def _shown(project: Project, chain: Chain, path: str) -> str:
    parts = []
    current = path
    for node in chain.nodes[1:]:
        mark = node.mark
        if node.name == OUT_OF_SIGHT:
            parts.append("?")
        elif isinstance(mark, Mark):
            label = node.name
            if mark.path != current:
                label += f" ({project.files.display_path(mark.path)})"
                current = mark.path
            parts.append(label)
    page = chain.page.path
    top = "top of the page" if chain.page.closed else "unknown"
    parts.append(top if page == path else f"{top} [{project.files.display_path(page)}]")
    conditions = [key if truth else f"not {key}" for key, truth in chain.conditions.items()]
    condition = f"   when {', '.join(conditions)}" if conditions else ""
    return visible("in " + " < ".join(parts) + condition)
