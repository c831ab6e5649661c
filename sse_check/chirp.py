"""The checks as a part of `chirp check`.

    from sse_check.chirp import contract_check

    app.register_contract_check(contract_check)

The project around the app's templates is read as `sse-check` reads it, with the settings of its
`pyproject.toml`; each finding becomes an issue with its place.
"""

import os
from pathlib import Path
from typing import Any

from sse_check.findings.check import check, select_rules
from sse_check.findings.loader import load_rules
from sse_check.findings.model import Finding
from sse_check.project.places import project_root
from sse_check.project.project import Project
from sse_check.project.settings import find_settings


def contract_check(snapshot: Any, result: Any) -> None:
    """Append sse-check's findings on the app's project to the result of `chirp check`."""
    from chirp.contracts import (  # type: ignore[import-not-found]  # Chirp needs Python 3.14
        ContractIssue,
        Severity,
    )

    for finding in _findings(_folder(snapshot)):
        path, place = finding.span.source.path, finding.span.start_position
        result.issues.append(
            ContractIssue(
                severity=Severity(finding.level),
                category=finding.rule,
                message=f"{path}:{place.line}:{place.column}: {finding.message}",
                template=path,
                details=finding.help or None,
            )
        )


def _folder(snapshot: Any) -> str:
    """Where the app's templates are, or the current folder when its loader does not say."""
    loader = getattr(getattr(snapshot, "kida_env", None), "loader", None)
    loaders = [loader, *getattr(loader, "_loaders", ())]
    folders: list[Path] = [path for one in loaders for path in getattr(one, "_paths", ())]
    inside = [os.path.abspath(folder) for folder in folders]
    here = os.getcwd()
    if not inside or any(folder.startswith(here + os.sep) for folder in inside):
        return here
    return os.path.dirname(inside[0])


def _findings(folder: str) -> tuple[Finding, ...]:
    settings = find_settings(folder)
    top = settings.folder or project_root(folder)
    project = Project.load(top, settings)
    rules = select_rules(load_rules(tuple(Path(top) / name for name in settings.rules)), settings)
    return check(project, tuple(project.files.found.templates), rules).findings
