"""Programs that some tests need: the machine's, or else unpacked from a newer Debian.

python3 -m tests.programs     bring what is missing into .cache
"""

import lzma
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests import debian

CACHE = Path(__file__).resolve().parents[1] / ".cache"


class Program(NamedTuple):
    """One program, and the variable of the environment that says where another one is."""

    name: str
    package: str
    variable: str
    setting: str = ""

    @property
    def folder(self) -> Path:
        return CACHE / self.package / "system"

    def path(self) -> str | None:
        """Where it is, if it is anywhere."""
        given = os.environ.get(self.variable) or shutil.which(self.name)
        brought = debian.started_by(self.name, self.folder)
        return given or (str(brought) if brought.exists() else None)

    def bring(self) -> str:
        """Bring it where it is missing; returns what could not be brought, if anything."""
        try:
            if self.path() is None:
                debian.unpack(self.package, self.name, self.folder, self.setting)
        except (OSError, LookupError, subprocess.CalledProcessError, lzma.LZMAError) as error:
            return f"{self.name} ({error}; set {self.variable} to one)"
        return ""


PYTHON314 = Program("python3.14", "python3.14", "SSE_CHECK_PYTHON314", 'PYTHONHOME="$here/usr" ')
REDIS = Program("redis-server", "redis-server", "SSE_CHECK_REDIS")
NEOVIM = Program("nvim", "neovim", "SSE_CHECK_NVIM", 'VIMRUNTIME="$here/usr/share/nvim/runtime" ')


if __name__ == "__main__":
    sys.exit("; ".join(said for one in (REDIS, NEOVIM) if (said := one.bring())) or 0)
