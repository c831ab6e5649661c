"""What rules are written with. Everything a rule may import is here."""

from sse_check.findings.edits import beside, give, written
from sse_check.findings.model import Edit, Finding, Fix, Related, Severity
from sse_check.findings.rule import Context, Hit, Rule
from sse_check.htmx.detect import Loaded, Script
from sse_check.htmx.dom import Node
from sse_check.htmx.inheritance import extension_active
from sse_check.htmx.listeners import Above, Element, Listener
from sse_check.htmx.outcomes import Outcome
from sse_check.htmx.outline import HOLE, mark_of
from sse_check.htmx.selectors import UnknownSelectorError
from sse_check.htmx.trail import trail
from sse_check.htmx.triggers import loads_at_once, trigger_specs
from sse_check.htmx.view import (
    Inherited,
    View,
    connect_attribute,
    described,
    event_names,
    is_page_wide,
    swap_attribute,
    url_of,
)
from sse_check.htmx.vocabulary import plain
from sse_check.server.emissions import Emission
from sse_check.server.frames import as_text as frame_text
from sse_check.server.modules import Module, last_name
from sse_check.server.server import Server, StreamRoute
from sse_check.server.texts import Scope
from sse_check.server.wiring import Wait
from sse_check.source import Position, Source, Span
from sse_check.template.values import Pattern

__all__ = [
    "HOLE",
    "Above",
    "Context",
    "Edit",
    "Element",
    "Emission",
    "Finding",
    "Fix",
    "Hit",
    "Inherited",
    "Listener",
    "Loaded",
    "Module",
    "Node",
    "Outcome",
    "Pattern",
    "Position",
    "Related",
    "Rule",
    "Scope",
    "Script",
    "Server",
    "Severity",
    "Source",
    "Span",
    "StreamRoute",
    "UnknownSelectorError",
    "View",
    "Wait",
    "beside",
    "connect_attribute",
    "described",
    "event_names",
    "extension_active",
    "frame_text",
    "give",
    "is_page_wide",
    "last_name",
    "loads_at_once",
    "mark_of",
    "plain",
    "swap_attribute",
    "trail",
    "trigger_specs",
    "url_of",
    "written",
]
