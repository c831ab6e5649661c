"""Findings in the files that a person has, also where the text was put together."""

import ast
from dataclasses import replace

from sse_check.findings.model import Edit, Finding, Fix, Related
from sse_check.source import Source, Span
from sse_check.source.composed import ComposedSource


def in_files(finding: Finding) -> Finding:
    """The finding with each of its places in the file where a person finds it."""
    spans = [finding.span, *(one.span for one in finding.related)]
    spans += [edit.span for fix in finding.fixes for edit in fix.edits]
    if not any(isinstance(span.source, ComposedSource) for span in spans):
        return finding
    return replace(
        finding,
        span=finding.span.real,
        related=tuple(Related(one.message, one.span.real) for one in finding.related),
        fixes=tuple(fixed for fix in finding.fixes if (fixed := _fix(fix)) is not None),
    )


def _fix(fix: Fix) -> Fix | None:
    """The fix in the file; None when the text that it edits stands in none as it is."""
    edits: list[Edit] = []
    for edit in fix.edits:
        span: Span | None = edit.span
        if isinstance(edit.span.source, ComposedSource):
            span = edit.span.source.edited(edit.span)
            if span is not None and not _stays_a_string(span.source, span, edit.text):
                span = None
        if span is None:
            return None
        edits.append(Edit(span, edit.text))
    return fix._replace(edits=tuple(edits))


def _stays_a_string(source: Source, span: Span, text: str) -> bool:
    """Whether the program is the same after an edit but for what one string says."""
    after = source.text[: span.start] + text + source.text[span.end :]
    try:
        before_tree, after_tree = ast.parse(source.text), ast.parse(after)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    changed = 0
    pairs = zip(_shape(before_tree), _shape(after_tree), strict=False)
    for one, other in pairs:
        if one != other:
            changed += 1
            if not (isinstance(one, str) and isinstance(other, str)) or changed > 1:
                return False
    return len(_shape(before_tree)) == len(_shape(after_tree))


def _shape(tree: ast.AST) -> list[object]:
    """What a program is made of: its strings, and the kinds of everything else."""
    return [
        node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else type(node)
        for node in ast.walk(tree)
    ]
