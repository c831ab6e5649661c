"""Which files are tests."""

import re

_TEST_FOLDERS = frozenset(("tests", "test", "testing", "e2e", "spec", "specs"))
_STARTED = re.compile(rb"^if __name__ ==", re.MULTILINE)
_RUN = re.compile(rb"(?:\brun|\brun_app|\bserve)\(")
_SUITE = re.compile(rb"^[ \t]*(?:import|from)[ \t]+(?:pytest|unittest)\b", re.MULTILINE)
_TEST_FILE = re.compile(r"^(?:test_.*|.*_tests?|conftest|tests)\.py$")


def is_test(path: str) -> bool:
    """Whether a file belongs to a suite of tests."""
    *folders, name = path.split("/")
    if name.endswith(".py") and _TEST_FILE.match(name):
        return True
    return not _TEST_FOLDERS.isdisjoint(folders)


def is_test_code(path: str) -> bool:
    """Whether a file holds tests themselves, and not a sample app that stands among them."""
    return _TEST_FILE.match(path.rpartition("/")[2]) is not None


def is_run(path: str, data: bytes) -> bool:
    """Whether a file that is named as a test serves an application when it is started: somebody
    tries something, and no suite runs it."""
    *folders, _ = path.split("/")
    started = _STARTED.search(data) if _TEST_FOLDERS.isdisjoint(folders) else None
    return (
        started is not None
        and _RUN.search(data, started.end()) is not None
        and _SUITE.search(data) is None
    )


def suite_of(path: str) -> str:
    """The folder of the suite that a file belongs to."""
    folders = path.split("/")[:-1]
    for at, name in enumerate(folders):
        if name in _TEST_FOLDERS:
            return "/".join(folders[: at + 1])
    return "/".join(folders)
