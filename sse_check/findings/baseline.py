"""Baselines: findings that were there before, by fingerprint."""

import json
from collections.abc import Iterable

from sse_check.findings.model import Finding
from sse_check.source.reading import UnreadableError, read_file

_VERSION = 1
_LARGEST = 64 * 1024 * 1024


class BaselineError(ValueError):
    """A baseline that cannot be read; the message says what to do."""


def read_baseline(path: str, within: str = "") -> frozenset[str]:
    """The fingerprints in a baseline; `within` is a folder that links may not lead out of."""
    try:
        data = json.loads(read_file(path, limit=_LARGEST, within=within))
        listed = data["findings"]
        if data["schema_version"] != _VERSION:
            raise BaselineError(
                f"{path}: written by another version of sse-check; write it again "
                "with --write-baseline"
            )
        return frozenset(str(entry["fingerprint"]) for entry in listed)
    except UnreadableError as error:
        raise BaselineError(f"{path}: {error.why}; --write-baseline makes one") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
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
