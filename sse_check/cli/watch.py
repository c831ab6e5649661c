"""`--watch`: check again whenever a file changes, and tell what is new and what is gone."""

import gc
import os
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass

import click

from sse_check.cli.errors import UseError
from sse_check.cli.output import complain, is_reader_gone
from sse_check.findings.result import Result
from sse_check.project.discovery import names_that_count
from sse_check.source.seen import Stamp, seen, stamp_of

_PAUSE = 0.3


@dataclass(frozen=True, slots=True)
class _State:
    """How all is that the last run has looked at, whatever the targets were."""

    files: dict[str, Stamp | None]
    folders: dict[str, frozenset[str]]

    def now(self) -> "_State":
        return _State(
            {path: stamp_of(path) for path in self.files},
            {path: _names_in(path) for path in self.folders},
        )

    def changed_in(self, now: "_State") -> list[str] | None:
        """The files with other content; None where files came or went."""
        if self.folders != now.folders:
            return None
        return [path for path, stamp in now.files.items() if stamp != self.files[path]]


def run_watch(
    checked: Callable[[Collection[str] | None], Result],
    show: Callable[[Result], None],
    *,
    turns: int | None = None,
) -> None:
    """Show a run, then another one after each change. `turns` ends it, for tests.

    `checked` is told which files have other content than before, and None where files came or
    went as well.
    """
    seen.start()
    try:
        _watch(checked, show, turns)
    finally:
        seen.stop()


def _watch(
    checked: Callable[[Collection[str] | None], Result],
    show: Callable[[Result], None],
    turns: int | None,
) -> None:
    known: set[str] | None = None
    state = _State({}, {})
    while turns is None or turns > 0:
        now = state.now()
        if known is not None and now == state:
            time.sleep(_PAUSE)
            continue
        changed = state.changed_in(now) if known is not None else None
        turns = turns - 1 if turns is not None else None
        # What is not looked at again is as it was seen just now.
        seen.files.update(now.files)
        seen.folders.update(now.folders)
        try:
            result = checked(changed)
        except UseError as error:
            if known is None:
                raise
            # Settings are being written: the next change may mend them.
            complain(str(error))
            state = _State({**now.files, **seen.files}, {**now.folders, **seen.folders})
            continue
        state = _State(dict(seen.files), dict(seen.folders))
        prints = {finding.fingerprint for finding in result.findings}
        show(result)
        if known is not None:
            new, gone = len(prints - known), len(known - prints)
            click.echo(f"{new} new, {gone} gone since the last save; watching")
        else:
            click.echo("watching; Ctrl-C ends")
        known = prints
        if is_reader_gone():
            return
        # Only here is what earlier turns left behind worth collecting.
        gc.collect()


def _names_in(folder: str) -> frozenset[str]:
    try:
        with os.scandir(folder) as entries:
            return names_that_count(entries)
    except OSError:
        return frozenset()
