"""What rules are written with. Everything a rule may import is here."""

from sse_check.apps.dependencies import Required
from sse_check.apps.frames import as_text as frame_text
from sse_check.apps.model import App, Emission, Render, StreamRoute, by_name
from sse_check.findings.answers import answer_deaf, answer_lacking, payload_has
from sse_check.findings.brought import Asked, brought
from sse_check.findings.carried import (
    carried_elements,
    carried_markup,
    escaped_in,
    is_carried,
    pieces_of_models,
    texts_behind,
)
from sse_check.findings.context import Context
from sse_check.findings.edits import add_attribute, insert_after, is_in_own_tag, own_attribute
from sse_check.findings.hearing import OF_THE_BROWSER, Hearing, is_spoken_of
from sse_check.findings.model import Edit, Finding, Fix, Related, Severity
from sse_check.findings.nowhere import left_unswapped
from sse_check.findings.rule import Rule
from sse_check.findings.there import (
    OutOfBand,
    answer_opens,
    is_in_code,
    is_named_in_python,
    opening_files,
)
from sse_check.findings.violations import Violation
from sse_check.findings.waited import told_listeners
from sse_check.htmx.attributes import (
    connect_attribute,
    describe,
    event_names,
    is_page_wide,
    swap_attribute,
    url_of,
)
from sse_check.htmx.foreign import foreign_attribute
from sse_check.htmx.inheritance import DISABLING, VERBS, extension_active, is_disabled
from sse_check.htmx.loaded import Loaded, Script
from sse_check.htmx.outcomes import Outcome, is_preserved
from sse_check.htmx.selectors import UnknownSelectorError
from sse_check.htmx.swaps import STYLES, is_misnamed, styled
from sse_check.htmx.triggers import loads_at_once, trigger_specs
from sse_check.htmx.view import Inherited, PageView
from sse_check.htmx.vocabulary import without_data
from sse_check.pages.ids import elements_with_id, ids_within
from sse_check.pages.interest import element_at
from sse_check.pages.marks import HOLE, ElementAttribute, mark_of
from sse_check.pages.node import Node
from sse_check.pages.trail import trail
from sse_check.pages.unrendered import Unrendered, unrendered
from sse_check.python.module import Module, last_name
from sse_check.python.scope import Scope as ModuleScope
from sse_check.python.values import Frame
from sse_check.python.written import ends_in_line, put_together
from sse_check.source import Position, Source, Span
from sse_check.template.attributes import read_start_tag
from sse_check.template.html_words import VOID
from sse_check.template.lines import ends_lines_inside
from sse_check.template.model import Template
from sse_check.template.patterns import Patterns
from sse_check.template.values import Pattern
from sse_check.wiring.brought import unknown_in
from sse_check.wiring.deaf import is_deaf
from sse_check.wiring.joins import Fault as AddressFault
from sse_check.wiring.joins import Joined
from sse_check.wiring.listening import (
    EventListener,
    is_member,
    nearest_name,
    pattern_of,
)
from sse_check.wiring.required import unmet
from sse_check.wiring.script_joins import ScriptJoined
from sse_check.wiring.turns import is_on_some_turns, is_repeated, loops_elsewhere, turns_of

__all__ = [
    "DISABLING",
    "HOLE",
    "OF_THE_BROWSER",
    "STYLES",
    "VERBS",
    "VOID",
    "AddressFault",
    "App",
    "Asked",
    "Context",
    "Edit",
    "ElementAttribute",
    "Emission",
    "EventListener",
    "Finding",
    "Fix",
    "Frame",
    "Hearing",
    "Inherited",
    "Joined",
    "Loaded",
    "Module",
    "ModuleScope",
    "Node",
    "OutOfBand",
    "Outcome",
    "PageView",
    "Pattern",
    "Patterns",
    "Position",
    "Related",
    "Render",
    "Required",
    "Rule",
    "Script",
    "ScriptJoined",
    "Severity",
    "Source",
    "Span",
    "StreamRoute",
    "Template",
    "UnknownSelectorError",
    "Unrendered",
    "Violation",
    "add_attribute",
    "answer_deaf",
    "answer_lacking",
    "answer_opens",
    "brought",
    "by_name",
    "carried_elements",
    "carried_markup",
    "connect_attribute",
    "describe",
    "element_at",
    "elements_with_id",
    "ends_in_line",
    "ends_lines_inside",
    "escaped_in",
    "event_names",
    "extension_active",
    "foreign_attribute",
    "frame_text",
    "ids_within",
    "insert_after",
    "is_carried",
    "is_deaf",
    "is_disabled",
    "is_in_code",
    "is_in_own_tag",
    "is_member",
    "is_misnamed",
    "is_named_in_python",
    "is_on_some_turns",
    "is_page_wide",
    "is_preserved",
    "is_repeated",
    "is_spoken_of",
    "last_name",
    "left_unswapped",
    "loads_at_once",
    "loops_elsewhere",
    "mark_of",
    "nearest_name",
    "opening_files",
    "own_attribute",
    "pattern_of",
    "payload_has",
    "pieces_of_models",
    "put_together",
    "read_start_tag",
    "styled",
    "swap_attribute",
    "texts_behind",
    "told_listeners",
    "trail",
    "trigger_specs",
    "turns_of",
    "unknown_in",
    "unmet",
    "unrendered",
    "url_of",
    "without_data",
]
