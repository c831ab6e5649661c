"""Published versions of htmx and of the extensions that go with them, installed by name.

They lie in `versions/node_modules` beside this file, which git ignores.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "versions"
MODULES = FOLDER / "node_modules"
OLDEST = (1, 8, 5)
CORE, EXTENSION = "htmx.org", "htmx-ext-sse"
_RELEASE = re.compile(r"\d+\.\d+\.\d+")
_OWN = {1: "dist/ext/sse.js", 4: "dist/ext/hx-sse.js"}
_COMPAT = "dist/ext/htmx-2-compat.js"
_QUIET = ("--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock")


class Pair(NamedTuple):
    """A version of htmx with a version of its extension; htmx 1 and 4 bring their own."""

    core: str
    extension: str = ""
    compat: bool = False

    @property
    def name(self) -> str:
        beside = f" + {EXTENSION} {self.extension}" if self.extension else ""
        return f"htmx {self.core}{beside}{' + compat' if self.compat else ''}"

    @property
    def generation(self) -> int:
        return numbers(self.core)[0]

    def scripts(self) -> tuple[str, ...]:
        """The paths of its scripts below `MODULES`."""
        core = f"core-{self.core}"
        own = (
            f"sse-{self.extension}/sse.js" if self.extension else f"{core}/{_OWN[self.generation]}"
        )
        compat = (f"{core}/{_COMPAT}",) if self.compat else ()
        return (f"{core}/dist/htmx.js", own, *compat)


# The last of each that behave otherwise than today's.
OLDER = (
    *(Pair(core) for core in ("1.8.6", "1.9.2", "1.9.3", "1.9.6", "1.9.9", "1.9.10")),
    *(Pair(core, "2.2.4") for core in ("2.0.2", "2.0.3", "2.0.4", "2.0.10")),
    Pair("2.0.11", "2.2.0"),
    Pair("4.0.0"),
    Pair("4.0.0", compat=True),
)


def numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:3])


def published(package: str) -> list[str]:
    """The releases of a package, oldest first; what comes before one is left out."""
    npm = shutil.which("npm") or "npm"
    done = subprocess.run(
        [npm, "view", package, "versions", "--json"], capture_output=True, text=True, check=True
    )
    return sorted((v for v in json.loads(done.stdout) if _RELEASE.fullmatch(v)), key=numbers)


def pairs(cores: Iterable[str], extensions: Iterable[str]) -> list[Pair]:
    """Each core with the newest extension that goes with it, the newest with each of them."""
    cores, extensions = list(cores), list(extensions)
    found: list[Pair] = []
    second = [core for core in cores if numbers(core)[0] == 2]
    for core in cores:
        if core in second:
            beside = extensions if core == second[-1] else extensions[-1:]
            found += [Pair(core, extension) for extension in beside]
            continue
        found.append(Pair(core))
        if numbers(core)[0] == 4:
            found.append(Pair(core, compat=True))
    return found


def install(wanted: Iterable[Pair]) -> None:
    """Bring the packages of some pairs, in addition to those that are there."""
    FOLDER.mkdir(exist_ok=True)
    needed: dict[str, str] = {}
    for pair in wanted:
        needed[f"core-{pair.core}"] = f"npm:{CORE}@{pair.core}"
        if pair.extension:
            needed[f"sse-{pair.extension}"] = f"npm:{EXTENSION}@{pair.extension}"
    manifest = FOLDER / "package.json"
    there = json.loads(manifest.read_text("utf-8"))["dependencies"] if manifest.exists() else {}
    if needed.items() <= there.items() and MODULES.is_dir():
        return
    # The extensions ask for a core of their own beside the aliases, which nothing here loads.
    manifest.write_text(json.dumps({"private": True, "dependencies": {**there, **needed}}), "utf-8")
    npm = shutil.which("npm") or "npm"
    subprocess.run([npm, "install", *_QUIET, "--legacy-peer-deps"], cwd=FOLDER, check=True)
