"""Baselines: findings that were there before, by fingerprint."""

import json
from collections.abc import Iterable

from sse_check.findings.model import Finding

_VERSION = 1


class BaselineError(ValueError):
    """A baseline that cannot be read; the message says what to do."""


def read_baseline(path: str) -> frozenset[str]:
    try:
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
        listed = data["findings"]
        if data["schema_version"] != _VERSION:
            raise BaselineError(
                f"{path}: written by another version of sse-check; write it again "
                "with --write-baseline"
            )
        return frozenset(str(entry["fingerprint"]) for entry in listed)
    except OSError as error:
        raise BaselineError(
            f"{path}: cannot be read: {error.strerror}; --write-baseline makes one"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, BaselineError):
            raise
        raise BaselineError(
            f"{path}: not a baseline of sse-check; write it again with --write-baseline"
        ) from error


def baseline_of(findings: Iterable[Finding]) -> str:
    """A baseline with these findings, in a form that changes little from run to run."""
    listed = [
        {
            "fingerprint": finding.fingerprint,
            "rule": finding.rule,
            "path": finding.span.source.path,
            "message": finding.message,
        }
        for finding in findings
    ]
    listed.sort(key=lambda entry: (entry["path"], entry["rule"], entry["fingerprint"]))
    data = {"schema_version": _VERSION, "findings": listed}
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"
