"""What the harness takes from the rest of the house, in one place: pages, listeners, templates."""

from pathlib import Path

from sse_check.findings.context import Context
from sse_check.htmx.contents import version_in
from sse_check.htmx.dom import Node
from sse_check.htmx.effects import Effect
from sse_check.htmx.effects import Source as Opened
from sse_check.htmx.foreign import is_foreign_connection
from sse_check.htmx.inheritance import extension_active, is_disabled
from sse_check.htmx.markup import fragment
from sse_check.htmx.model import open_page
from sse_check.htmx.outcomes import selector_of, speaks_of_events
from sse_check.htmx.page import Page
from sse_check.htmx.play import copied
from sse_check.htmx.selectors import UnknownSelectorError
from sse_check.htmx.stacks import Version
from sse_check.htmx.view import View, connect_attribute, described, swap_attribute, url_of
from sse_check.pages.engine import Engine
from sse_check.pages.marks import Mark, mark_of
from sse_check.project.discovery import Found
from sse_check.project.places import project_root
from sse_check.project.project import Project
from sse_check.project.settings import Settings, SettingsError, find_settings
from sse_check.source import Source
from sse_check.template import builder
from sse_check.template.dialects import JINJA
from sse_check.template.model import Template
from sse_check.wiring.listening import Wait, waits_of

__all__ = [
    "Effect",
    "Mark",
    "Node",
    "Opened",
    "Page",
    "Project",
    "Settings",
    "SettingsError",
    "Template",
    "UnknownSelectorError",
    "Version",
    "View",
    "Wait",
    "connect_attribute",
    "copied",
    "described",
    "extension_active",
    "fragment",
    "is_disabled",
    "is_foreign_connection",
    "mark_of",
    "open_page",
    "parsed",
    "project_around",
    "rendered",
    "selector_of",
    "speaks_of_events",
    "swap_attribute",
    "url_of",
    "version_in",
    "waits_of",
    "with_content",
]


def rendered(
    name: str,
    markup: bytes,
    htmx: str = "auto",
    copies: dict[str, Version | None] | None = None,
    *,
    whole: bool = False,
) -> View | None:
    """A served page as a project of one file, so that every element knows its place.

    With `whole` it has all its elements, also those that have nothing to do with htmx.
    """
    found = Found()
    found.templates.append(name)
    settings = Settings(dialect="html", htmx=htmx)
    project = Project.of("/", settings, found, replaced={name: markup}, shown_from="/")
    context = Context(project, (name,))
    if whole:
        context.engine = Engine(project, everything=True)
    # No folder of this machine has to do with the page.
    context.detector.copies = copies or {}
    return next(iter(context.views), None)


def with_content(view: View) -> View:
    """A view again, after something was put into its page."""
    variant = view.variant._replace(root=view.root)
    return View(view.page, variant, view.loaded, view.config)


def parsed(source: Source) -> Template:
    """A Jinja template with the places of its start tags."""
    return builder.parse(source, JINJA)


def project_around(folder: Path) -> Project:
    """The project that a folder belongs to, with its settings."""
    here = str(folder)
    settings = find_settings(here)
    return Project.load(settings.folder or project_root(here), settings)
