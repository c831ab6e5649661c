"""Real templates from packages of the registry, for tests and benchmarks.

Wheels are downloaded by name and version into `.cache/corpus` and only read as archives:
nothing of them is installed, run or kept in the repository.
"""

import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".cache" / "corpus"
PACKAGES = (
    "django==5.2.8",
    "wagtail==7.2",
    "flask-admin==2.0.2",
    "django-oscar==4.1",
    "horizon==25.3.0",
    "django-cms==5.0.3",
    "misago==0.39.6",
    "mezzanine==6.1.1",
    "flask-security==5.6.2",
    "django-allauth==65.13.0",
    "nautobot==2.4.20",
    "weblate==5.14.3",
    "indico==3.3.8",
)
SUFFIXES = (".html", ".htm", ".jinja", ".jinja2", ".j2")


def download() -> None:
    """Bring the wheels that are not there yet."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for package in PACKAGES:
        done = FOLDER / f"{package}.done"
        if done.exists():
            continue
        subprocess.run(
            [
                *(sys.executable, "-m", "pip", "download", "-q", "--no-deps"),
                *("--only-binary=:all:", "--ignore-requires-python", "-d", str(FOLDER), package),
            ],
            check=True,
        )
        done.touch()


def is_complete() -> bool:
    return all((FOLDER / f"{package}.done").exists() for package in PACKAGES)


@cache
def templates() -> tuple[tuple[str, bytes], ...]:
    """Name and bytes of every template in the wheels."""
    found: list[tuple[str, bytes]] = []
    for wheel in sorted(FOLDER.glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            found.extend(
                (f"{wheel.name.split('-')[0]}/{name}", archive.read(name))
                for name in sorted(archive.namelist())
                if name.endswith(SUFFIXES) and "templates" in name
            )
    return tuple(found)


def unpack(folder: Path) -> int:
    """Write all templates below `folder`, for whole-process measurements."""
    for name, data in templates():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return len(templates())


if __name__ == "__main__":
    download()
    print(f"{len(templates())} templates, {sum(len(data) for _, data in templates())} bytes")
