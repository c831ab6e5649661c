"""Addresses that are relative to the page: the browser resolves them against where it is shown."""

import re

from sse_check.apps.model import App, Route
from sse_check.project.project import Project
from sse_check.template.values import Pattern
from sse_check.wiring.addresses import Address
from sse_check.wiring.templates import AppTemplates

_WHOLE = re.compile(r"<(?:html|head|body|!doctype)\b", re.IGNORECASE)
_BASE = re.compile(r"<base\b", re.IGNORECASE)


def resolved(
    address: Address, project: Project, templates: AppTemplates, app: App, page: str
) -> Address:
    """The address as the browser asks for it; itself where it cannot be told where the page is."""
    if not _is_document(project, page):
        # A fragment is put into a page that stands somewhere else.
        return address
    found = {_against(route.pattern, address) for route in _showing(templates, app, page)}
    return found.pop() or address if len(found) == 1 else address


def _is_document(project: Project, page: str) -> bool:
    """Whether a template is a whole page that says nothing of its own about its address."""
    found = [project.files.template(path) for path in project.chain(page)]
    texts = [template.source.text for template in found if template is not None]
    return any(map(_WHOLE.search, texts)) and not any(map(_BASE.search, texts))


def _showing(templates: AppTemplates, app: App, page: str) -> list[Route]:
    """The routes whose views render a page; none where one may render any."""
    found: list[Route] = []
    for route in app.routes if app.complete else ():
        for render in app.renders_of(route):
            names = [name.literal for name in render.names]
            if None in names:
                return []
            if not render.block and any(templates.find(app, name or "") == page for name in names):
                if route.takes_slashes or not route.complete:
                    # In which folder it is shown differs from one to the other.
                    return []
                found.append(route)
    return found


def _against(place: Pattern, address: Address) -> Address | None:
    """An address as it is asked for by a page that is shown at another."""
    base = place.split("/")[:-1]
    # What is written, behind the hole for the folder.
    for step in Pattern.of(*address.path.parts[1:]).split("/"):
        if step.literal == "..":
            base = base[:-1] if len(base) > 1 else base
        elif step.literal != ".":
            base.append(step)
    parts: list[str | None] = []
    for number, one in enumerate(base):
        parts += ("/",) if number else ()
        parts += one.parts
    whole = Pattern.of(*parts)
    if not whole.parts or not str(whole).startswith("/"):
        return None
    return address._replace(path=whole, relative=False)
