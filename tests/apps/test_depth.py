"""Code that is nested deeper than any person writes it: read, or said not to be."""

import pytest

from sse_check.findings.check import check
from sse_check.findings.loader import load_rules
from sse_check.project.discovery import Found
from sse_check.project.project import Project
from sse_check.project.settings import Settings

HEAD = (
    "from fastapi import FastAPI\nfrom sse_starlette import EventSourceResponse\napp = FastAPI()\n"
    "@app.get('/e')\nasync def e(kind):\n    async def g():\n        if kind == 0:\n            pass\n"
)
PAGE = '<body hx-ext="sse" sse-connect="/e"><p sse-swap="m1"></p><p sse-swap="none"></p></body>'


@pytest.mark.parametrize("branches", [400, 1_500])
def test_a_generator_with_many_branches(branches: int) -> None:
    one = "        elif kind == {0}:\n            yield {{'event': 'm{0}', 'data': 'x'}}\n"
    server = HEAD + "".join(one.format(n) for n in range(1, branches))
    files = {"a.html": PAGE, "app.py": server + "    return EventSourceResponse(g())\n"}
    project = Project.of(
        "/nowhere",
        Settings(),
        Found(templates=["a.html"], python=["app.py"]),
        replaced={name: text.encode() for name, text in files.items()},
        shown_from="/nowhere",
    )
    result = check(project, project.files.found.templates, list(load_rules().values()))
    assert not result.failures
    assert result.coverage is not None
    (connection,) = result.coverage.connections
    unsent = [one.message for one in result.findings if "never sent" in one.message]
    if branches < 1_000:
        assert connection.joined.state == "route"
        assert len(unsent) == 1
        assert "`none`" in unsent[0]
    else:
        assert not unsent
        (stream,) = connection.joined.streams
        assert [one.why for one in stream.stream.unread] == [
            "its code is nested too deep to be followed"
        ]
