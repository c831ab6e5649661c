"""The projects of a run that is done again and again: what did not change is not read anew."""

import os
from collections.abc import Callable, Collection

from sse_check.cli.targets import Wanted
from sse_check.pages.engine import Engine
from sse_check.project.project import Project
from sse_check.source.reading import forget_links
from sse_check.source.seen import seen


class Kept:
    """Projects with their page engines. `reopen` opens all of them from the start."""

    def __init__(self, reopen: Callable[[], list[Wanted]]) -> None:
        self._reopen = reopen
        self._wanted: list[Wanted] = []
        self._engines: dict[int, Engine] = {}

    def renewed(self, changed: Collection[str] | None) -> list[Wanted]:
        """The projects as their files are now.

        `changed` are the files with other content; None where files came or went as well.
        """
        forget_links()
        if changed is None or not self._wanted or not all(map(self._take, changed)):
            self._engines.clear()
            seen.forget()
            # Nothing is kept when they cannot be opened.
            self._wanted = []
            self._wanted = self._reopen()
        for engine in self._engines.values():
            engine.begin()
        return self._wanted

    def engine_of(self, project: Project) -> Engine:
        """Puts the pages of a project together; those that did not change are kept."""
        engine = self._engines.get(id(project))
        if engine is None:
            engine = self._engines[id(project)] = Engine(project)
        return engine

    def _take(self, file: str) -> bool:
        """Take in the new content of a template; false for a file that does more than change."""
        known = False
        for one in self._wanted:
            files = one.project.files
            path = os.path.relpath(os.path.abspath(file), one.project.root).replace(os.sep, "/")
            if path not in files.found.templates:
                continue
            files.forget(path)
            files.replaced.pop(path, None)
            data = files.data(path)
            if path in files.problems:
                return False
            self.engine_of(one.project).changed(path, data)
            known = True
        return known
