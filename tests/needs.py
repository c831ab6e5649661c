"""What some tests need that a machine may lack: left out there, and a failure in CI."""

import os
from importlib.util import find_spec

import pytest

from tests import python314
from tests.browser import harness
from tests.programs import NEOVIM, REDIS

_BRING = "`python3 dev.py test` brings it"


def _unless(there: bool, what: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(
        not there and not os.environ.get("CI"), reason=f"needs {what}; {_BRING}"
    )


NEEDS_CHROMIUM = _unless(harness.available(), "Chromium and the npm packages")
NEEDS_NEOVIM = _unless(NEOVIM.path() is not None, "Neovim")
NEEDS_REDIS = _unless(REDIS.path() is not None, "Redis")
NEEDS_PYTHON314 = _unless(
    python314.program() is not None and python314.PACKAGES.exists(), "Python 3.14"
)
# Debian's Python leaves `ensurepip` to a package of its own.
NEEDS_VENV = pytest.mark.skipif(
    find_spec("ensurepip") is None and not os.environ.get("CI"),
    reason="needs a Python whose `-m venv` works",
)
