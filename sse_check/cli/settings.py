"""The settings of what the user names, with what the user allows on top."""

import os
from dataclasses import replace
from pathlib import Path

from sse_check.cli.errors import UseError
from sse_check.project.places import project_root, trust_in
from sse_check.project.settings import Settings, SettingsError, find_settings, read_settings
from sse_check.source.printable import printable


def settings_at(start: str, config: str | None = None, *, follow_links: bool = False) -> Settings:
    """The settings for a file or folder, or those in the file `config`."""
    folder = start if os.path.isdir(start) else os.path.dirname(start)
    try:
        settings = read_settings(config) if config else find_settings(folder or ".")
    except SettingsError as error:
        raise UseError(str(error)) from error
    if not follow_links:
        follow_links = trust_in(_project(settings, start)).links
    return replace(settings, follow_links=follow_links)


def rule_folders(settings: Settings, start: str, *, allowed: bool) -> tuple[Path, ...] | None:
    """The folders of the project's own rules; None when the user has not allowed them.

    They are Python code, which would run with everything that the user may do.
    """
    if settings.rules and not allowed and not trust_in(_project(settings, start)).rules:
        return None
    return tuple(Path(settings.folder or ".") / folder for folder in settings.rules)


def _project(settings: Settings, start: str) -> str:
    return settings.folder or project_root(os.path.abspath(start))


def shown_path(path: str) -> str:
    """A path as reports name it: relative to the working folder, with `/`, printable."""
    try:
        path = os.path.relpath(path)
    except ValueError:
        # On another drive of Windows.
        path = os.path.abspath(path)
    return printable(path.replace(os.sep, "/"))
