"""What is read from the fixtures' apps is what the frameworks really send (`test_frameworks`)."""

import pytest

from tests.apps.reading import APPS, mounted_stream, names, stream_of

VIEWS = sorted(path.name for path in APPS.glob("*_app.py"))
MOUNTED = {"eventstream_app.py": "path", "flask_sse_app.py": "register_blueprint"}
METHODS = {"falcon_app.py": "Events.on_get", "tornado_app.py": "Events.get"}


@pytest.mark.parametrize("name", VIEWS)
def test_all_that_is_sent_is_read(name: str) -> None:
    files = {"app.py": (APPS / name).read_text(encoding="utf-8")}
    if name in MOUNTED:
        stream = mounted_stream(files, MOUNTED[name])
    else:
        stream = stream_of(files, METHODS.get(name, "events"))
    assert stream is not None
    assert sorted(names(stream)) == ["count", "message", "status"]
    assert (stream.ending == "ends") is (name == "cello_app.py")
    assert all(one.certain for one in stream.emissions)
