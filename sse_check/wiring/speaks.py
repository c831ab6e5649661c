"""Whether files that are not templates say anything of events: a look at their bytes alone."""

import re

from sse_check.project.project import Project

_SIGN = re.compile(rb"sse[-_](?:connect|swap)|hx[-_]sse")


def may_be_unread(project: Project) -> bool:
    """Whether markup may stand where it is not read: in Python, or in another server's files."""
    found = project.files.found
    data = project.files.data
    return any(_SIGN.search(data(path)) for path in (*found.foreign, *found.python))
