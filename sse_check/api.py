"""What rules are written with. Everything a rule may import is here."""

from sse_check.findings.model import Edit, Finding, Fix, Related
from sse_check.findings.rule import Context, Rule
from sse_check.htmx.listeners import Above, Element, Listener
from sse_check.htmx.trail import trail
from sse_check.htmx.vocabulary import plain
from sse_check.source import Position, Source, Span

__all__ = [
    "Above",
    "Context",
    "Edit",
    "Element",
    "Finding",
    "Fix",
    "Listener",
    "Position",
    "Related",
    "Rule",
    "Source",
    "Span",
    "plain",
    "trail",
]
