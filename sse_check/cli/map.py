"""`sse-check map`."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import click

from sse_check.cli.errors import UseError
from sse_check.cli.targets import open_targets
from sse_check.findings.rule import Context
from sse_check.project.settings import SettingsError, find_settings
from sse_check.report import wiring, wiring_html, wiring_json, wiring_text
from sse_check.report.style import Style, wants_colour


def run_map(
    targets: tuple[str, ...], format_: str, output_file: str | None, htmx: str | None, color: str
) -> int:
    folder = Path(targets[0] if targets else ".")
    try:
        settings = find_settings(str(folder if folder.is_dir() else folder.parent))
    except SettingsError as error:
        raise UseError(str(error)) from error
    if htmx is not None:
        settings = replace(settings, htmx=htmx)
    pages = [
        page
        for one in open_targets(targets, settings)
        for page in wiring.wiring(
            Context(one.project, tuple(p for p in one.project.graph.relevant if p in one.paths))
        )
    ]
    if format_ == "json":
        text = json.dumps(wiring_json.as_data(pages), ensure_ascii=False, indent=1) + "\n"
    elif format_ == "html":
        text = wiring_html.render(pages)
    else:
        style = Style(output_file is None and wants_colour(color, sys.stdout))
        text = wiring_text.render(pages, style)
    if output_file is None:
        click.echo(text, nl=False)
        return 0
    try:
        Path(output_file).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UseError(f"{output_file}: cannot be written: {error.strerror}") from error
    return 0
