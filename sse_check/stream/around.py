"""What the harness takes from the rest of the house, in one place: pages, listeners, templates."""

from pathlib import Path

from sse_check.apps.model import App
from sse_check.findings.context import Context
from sse_check.htmx.attributes import connect_attribute, describe, swap_attribute, url_of
from sse_check.htmx.copies import Served
from sse_check.htmx.copying import copied
from sse_check.htmx.dom import Node
from sse_check.htmx.effects import Effect
from sse_check.htmx.effects import Source as Opened
from sse_check.htmx.foreign import is_foreign_connection
from sse_check.htmx.inheritance import extension_active, is_disabled
from sse_check.htmx.markup import fragment
from sse_check.htmx.markup import page as whole_page
from sse_check.htmx.model import open_page
from sse_check.htmx.outcomes import selector_of, speaks_of_events
from sse_check.htmx.page import Page
from sse_check.htmx.script_tags import IMPORT
from sse_check.htmx.selectors import InvalidSelectorError, UnknownSelectorError, select
from sse_check.htmx.view import PageView
from sse_check.markup.take_in import take_in_markup
from sse_check.pages.engine import Engine, LivePage
from sse_check.pages.marks import Mark, mark_of
from sse_check.project.discovery import Found
from sse_check.project.places import project_root
from sse_check.project.project import Project
from sse_check.project.settings import Settings, SettingsError, find_settings
from sse_check.source import Source
from sse_check.template import builder
from sse_check.template.dialects import JINJA, recognise
from sse_check.template.model import Template
from sse_check.wiring.listening import (
    SIGNS_OF_LIFE,
    EventListener,
    event_listeners,
    nearest_name,
    swap_listeners,
)
from sse_check.wiring.scripts import ScriptConnection, connections, inline_connections

# The attributes by which an element asks for its stream.
CONNECTIONS = ("sse-connect", "hx-sse:connect", "hx-sse")

__all__ = [
    "CONNECTIONS",
    "IMPORT",
    "SIGNS_OF_LIFE",
    "App",
    "Context",
    "Effect",
    "EventListener",
    "InvalidSelectorError",
    "LivePage",
    "Mark",
    "Node",
    "Opened",
    "Page",
    "PageView",
    "Project",
    "ScriptConnection",
    "Served",
    "Settings",
    "SettingsError",
    "Template",
    "UnknownSelectorError",
    "connect_attribute",
    "connections",
    "copied",
    "describe",
    "event_listeners",
    "extension_active",
    "fragment",
    "inline_connections",
    "is_disabled",
    "is_django",
    "is_foreign_connection",
    "mark_of",
    "nearest_name",
    "open_page",
    "parsed",
    "project_around",
    "rendered",
    "root_around",
    "select",
    "selector_of",
    "speaks_of_events",
    "swap_attribute",
    "swap_listeners",
    "take_in_markup",
    "url_of",
    "whole_page",
    "with_content",
]


class _Unknown:
    """Scripts of a page of which nobody is asked."""

    def is_own(self, url: str) -> bool:
        return "://" not in url and not url.startswith("//")

    def text_of(self, _: str, /) -> str | None:
        return None


def rendered(
    name: str,
    markup: bytes,
    htmx: str = "auto",
    served: Served | None = None,
    *,
    whole: bool = False,
    is_file: bool = True,
) -> PageView | None:
    """A served page as a project of one file, so that every element knows its place.

    With `whole` it has all its elements, also those that have nothing to do with htmx. One that
    is no file is named all the same.
    """
    shown, name = name, name if is_file else "page.html"
    found = Found()
    found.templates.append(name)
    settings = Settings(dialect="html", htmx=htmx)
    project = Project.of("/", settings, found, replaced={name: markup}, shown_from="/")
    template = project.template(name)
    if template is not None and not is_file:
        template.source.path, template.source.file = shown, ""
    context = Context(project, (name,))
    if whole:
        context.engine = Engine(project, everything=True)
    # No folder of this machine has to do with the page.
    context.detector.served = served or _Unknown()
    return next(iter(context.views), None)


def with_content(view: PageView) -> PageView:
    """A view again, after something was put into its page."""
    variant = view.variant._replace(root=view.root)
    return PageView(view.page, variant, view.loaded, view.config)


def parsed(source: Source) -> Template:
    """A Jinja template with the places of its start tags."""
    return builder.parse(source, JINJA)


def is_django(text: str) -> bool:
    """Whether a text is a Django template, as far as its tags tell."""
    return recognise(text).name == "django"


def root_around(folder: Path) -> Path:
    """The top of the project that a folder belongs to."""
    here = str(folder)
    try:
        return Path(find_settings(here).folder or project_root(here))
    except SettingsError:
        # It is told when the project is read.
        return Path(project_root(here))


def project_around(folder: Path) -> Project:
    """The project that a folder belongs to, with its settings."""
    here = str(folder)
    settings = find_settings(here)
    return Project.load(settings.folder or project_root(here), settings)
