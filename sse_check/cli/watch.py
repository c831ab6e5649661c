"""`--watch`: check again whenever a file changes, and tell what is new and what is gone."""

import gc
import os
import time
from collections.abc import Callable, Collection

import click

from sse_check.cli.errors import UseError
from sse_check.cli.output import complain
from sse_check.findings.result import Result

_WATCHED = (
    ".html",
    ".htm",
    ".gohtml",
    ".jinja",
    ".jinja2",
    ".j2",
    ".kida",
    ".djhtml",
    ".py",
    ".toml",
)
_SKIPPED = frozenset(("node_modules", "__pycache__", "site-packages"))
_PAUSE = 0.3


def run_watch(
    folders: tuple[str, ...],
    checked: Callable[[Collection[str] | None], Result],
    show: Callable[[Result], None],
    *,
    turns: int | None = None,
) -> None:
    """Show a run, then another one after each change. `turns` ends it, for tests.

    `checked` is told which files have other content than before, and None where files came or
    went as well.
    """
    known: set[str] | None = None
    before: dict[str, float] = {}
    while turns is None or turns > 0:
        now = _times(folders)
        if now != before:
            same = before.keys() == now.keys()
            changed = [path for path in now if now[path] != before[path]] if same else None
            before = now
            try:
                result = checked(changed)
            except UseError as error:
                if known is None:
                    raise
                # Settings are being written: the next change may mend them.
                complain(str(error))
                turns = turns - 1 if turns is not None else None
                continue
            prints = {finding.fingerprint for finding in result.findings}
            show(result)
            if known is not None:
                new, gone = len(prints - known), len(known - prints)
                click.echo(f"{new} new, {gone} gone since the last save; watching")
            else:
                click.echo("watching; Ctrl-C ends")
            known = prints
            turns = turns - 1 if turns is not None else None
            # Only here is what earlier turns left behind worth collecting.
            gc.collect()
            continue
        time.sleep(_PAUSE)


def _times(folders: tuple[str, ...]) -> dict[str, float]:
    """When each file was last changed."""
    found: dict[str, float] = {}
    for top in folders or (".",):
        if os.path.isfile(top):
            found[top] = _time(top)
            continue
        for folder, inner, names in os.walk(top):
            inner[:] = [n for n in inner if n not in _SKIPPED and not n.startswith(".")]
            for name in names:
                if name.endswith(_WATCHED):
                    path = os.path.join(folder, name)
                    found[path] = _time(path)
    return found


def _time(path: str) -> float:
    try:
        return os.stat(path).st_mtime
    except OSError:
        return 0.0
