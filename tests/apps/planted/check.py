"""Checks an app as a person would, from its folder, and judges what was said."""

import io
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sse_check.cli.running import run
from tests.apps.planted.faults import Combination

LOUD = {"warning", "error"}


@dataclass(frozen=True)
class Said:
    """A finding, as far as it counts here."""

    rule: str
    severity: str
    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.severity} {self.rule} {self.message}"


@dataclass(frozen=True)
class Verdict:
    combination: Combination
    said: tuple[Said, ...]

    @property
    def found(self) -> bool:
        expected = self.combination.expected
        return expected is not None and any(
            one.rule in expected.rules and (one.path, one.line) in expected.places
            for one in self.said
        )

    @property
    def false_alarms(self) -> tuple[Said, ...]:
        """What is said aloud of an app that works."""
        if self.combination.expected is not None:
            return ()
        return tuple(one for one in self.said if one.severity in LOUD)


@contextmanager
def inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def report(arguments: Iterable[str], text: str | None = None) -> dict[str, Any]:
    """What `sse-check ... --format json` prints, run in this process."""
    written = io.BytesIO()
    out, err = io.TextIOWrapper(written, encoding="utf-8"), io.StringIO()
    before = sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO((text or "").encode()), encoding="utf-8")
    try:
        with redirect_stdout(out), redirect_stderr(err):
            status = run(["check", *arguments, "--format", "json"])
    finally:
        sys.stdin = before
    out.flush()
    printed = written.getvalue().decode()
    if status not in {0, 1}:
        raise RuntimeError(err.getvalue() or printed)
    found: dict[str, Any] = json.loads(printed)
    return found


def said(printed: dict[str, Any]) -> tuple[Said, ...]:
    return tuple(
        Said(
            one["rule"],
            one["severity"],
            one["location"]["path"],
            one["location"]["start"]["line"],
            one["message"],
        )
        for one in printed["findings"]
    )


def check(combination: Combination) -> Verdict:
    folder = Path(tempfile.mkdtemp(prefix="planted-"))
    try:
        combination.written.put(folder)
        with inside(folder):
            return Verdict(combination, said(report([])))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
