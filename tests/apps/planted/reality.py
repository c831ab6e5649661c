"""Asks the frameworks whether an app does what its plan says.

    python -m tests.apps.planted.reality [--framework F] [--style S] [--slashes]

starts every clean app that can be started here and compares: pages answer, streams stream, and
every name that the markup waits for comes. `--slashes` asks what a slash at the end of an address
does.
"""

import json
import os
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests import python314
from tests.apps.planted.plan import Plan, copy
from tests.apps.planted.write import plans, write

DRIVE = Path(__file__).with_name("drive.py")
KINDS = {"flask": "wsgi", "aiohttp": "aiohttp", "cello": "cello"}
NEWER = ("chirp", "cello")
# As documented, but absent from every released wheel: answered with 500.
ON_PAPER = {("cello", "one-file")}
LIMIT = 40


def runnable(plan: Plan) -> bool:
    if (plan.framework, plan.style.name) in ON_PAPER:
        return False
    newer = plan.framework in NEWER
    return not newer or (python314.program() is not None and python314.PACKAGES.exists())


def address(plan: Plan, key: str) -> str:
    return (plan.prefix + plan.path(key)).replace("{job_id}", "7").replace("{answer_id}", "3")


def streams(plan: Plan) -> dict[str, list[str]]:
    """Each stream with the names that the pages wait for."""
    heard = plan.heard
    found = {
        address(plan, "live"): [heard["first"], heard["second"], heard["again"]],
        address(plan, "job"): [heard["step"], heard["done"]],
    }
    if plan.has("chat"):
        found[address(plan, "answer")] = [heard["word"], heard["end"]]
    if plan.has("script") or plan.has("script-file"):
        found[address(plan, "news")] = [heard["notice"], heard["alarm"]]
    return found


def pages(plan: Plan) -> list[str]:
    keys = ["page", "summary"]
    if plan.has("script") or plan.has("script-file"):
        keys.append("newspage")
    return [address(plan, key) for key in keys]


def posts(plan: Plan) -> list[str]:
    keys = ["ask"] if plan.has("chat") else []
    return [address(plan, key) for key in keys + (["report"] if plan.style.layout == "broker" else [])]


def asked(plan: Plan, job: dict[str, Any]) -> dict[str, Any]:
    """What the app of a plan answers, by address."""
    written = write(plan)
    kind = KINDS.get(plan.framework, "asgi")
    if plan.framework == "django" and plan.style.layout == "one":
        kind = "wsgi"
    python, path = sys.executable, ""
    if plan.framework in NEWER:
        python, path = str(python314.program()), str(python314.PACKAGES)
    with tempfile.TemporaryDirectory() as folder:
        written.put(Path(folder))
        done = subprocess.run(
            [python, str(DRIVE), kind, written.target, json.dumps(job)],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )
    try:
        answers: dict[str, Any] = json.loads(done.stdout.strip().rpartition("\n")[2])
    except ValueError:
        raise RuntimeError(done.stderr[-2000:] or done.stdout[-2000:]) from None
    return answers


def disagreements(plan: Plan) -> list[str]:
    """What an app does not do that its pages count on."""
    wanted = streams(plan)
    answers = asked(plan, {"get": pages(plan), "streams": wanted, "post": posts(plan)})
    found = []
    for path in pages(plan) + posts(plan):
        answer = answers[path]
        if answer["status"] not in {200, 201, 202, 204}:
            found.append(f"{path} answers {answer}")
    for path, names in wanted.items():
        answer = answers.get(path, {"names": [], "type": "", "status": 0})
        if "text/event-stream" not in answer["type"] or answer["status"] != 200:
            found.append(f"{path} is no stream: {answer}")
        elif missing := set(names) - set(answer["names"]):
            found.append(f"{path} never sends {sorted(missing)}: {answer}")
    return found


def slashes(plan: Plan) -> dict[str, str]:
    """What happens to a slash too many, and to one too few: the status, and where to."""
    found = {}
    for name, on_the_route in (("too many", False), ("too few", True)):
        changed = copy(plan)
        changed.live_slash = on_the_route
        path = f"{plan.prefix}/{plan.words.live}" + ("" if on_the_route else "/")
        answer = asked(changed, {"get": [], "streams": {path: [plan.heard["first"]]}, "post": []})
        found[name] = f"{answer[path]['status']} {answer[path].get('location', '')}".strip()
    return found


def main() -> int:
    options = dict(pairwise(sys.argv[1:]))
    status = 0
    for plan in plans():
        if options.get("--framework", plan.framework) != plan.framework:
            continue
        if options.get("--style", plan.style.name) != plan.style.name:
            continue
        if not runnable(plan):
            print(f"{plan.framework:15}{plan.style.name:10} cannot be started here")
            continue
        if "--slashes" in sys.argv:
            print(f"{plan.framework:15}{plan.style.name:10}", slashes(plan), flush=True)
            continue
        try:
            found = disagreements(plan)
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            found = [str(error)]
        status |= bool(found)
        print(f"{plan.framework:15}{plan.style.name:10}", "; ".join(found) or "as planned", flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
