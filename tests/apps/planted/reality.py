"""Asks the frameworks whether an app does what its plan says.

    python -m tests.apps.planted.reality [--framework F] [--style S] [--slashes | --faults PART]

starts every clean app that can be started here and compares: pages answer, streams stream, and
every name that the markup waits for comes. `--slashes` asks what a slash at the end of an address
does; `--faults` whether the planted apps fail where it can be seen from outside (PART: of a fault's
name, "" for all).
"""

import json
import os
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests import python314
from tests.apps.planted.faults import planted
from tests.apps.planted.plan import Plan, copy
from tests.apps.planted.write import plans, write

DRIVE = Path(__file__).with_name("drive.py")
KINDS = {"flask": "wsgi", "aiohttp": "aiohttp", "cello": "cello"}
NEWER = ("chirp", "cello")
# As documented, but absent from every released wheel: answered with 500.
ON_PAPER = {("cello", "one-file")}
LIMIT = 120
# How long a stream is read when something is expected, and when nothing may come.
PATIENT, BRIEF = 20, 3


def runnable(plan: Plan) -> bool:
    if (plan.framework, plan.style.name) in ON_PAPER:
        return False
    newer = plan.framework in NEWER
    return not newer or (python314.program() is not None and python314.PACKAGES.exists())


def address(plan: Plan, key: str) -> str:
    return (plan.prefix + plan.path(key)).replace("{job_id}", "7").replace("{answer_id}", "3")


def connected(plan: Plan) -> str:
    """The address to which the page connects, when it is written in full."""
    if plan.live_is_page:
        return address(plan, "summary")
    return plan.live_address or f"{plan.prefix}/{plan.words.live}"


def streams(plan: Plan) -> dict[str, list[str]]:
    """Each stream with the names that the pages wait for."""
    heard = plan.heard
    found = {
        connected(plan): [heard["first"], heard["second"], heard["again"]],
        address(plan, "job"): [heard["step"], heard["done"]],
    }
    if plan.has("chat"):
        answer = plan.answer_address.replace("{{ answer_id }}", "3") or address(plan, "answer")
        found[answer] = [heard["word"], heard["end"]]
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
    return [
        address(plan, key) for key in keys + (["report"] if plan.style.layout == "broker" else [])
    ]


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


def disagreements(plan: Plan, seconds: int = PATIENT) -> list[str]:
    """What an app does not do that its pages count on."""
    wanted = streams(plan)
    job = {"get": pages(plan), "streams": wanted, "post": posts(plan), "seconds": seconds}
    answers = asked(plan, job)
    found = []
    for path in pages(plan) + posts(plan):
        answer = answers[path]
        if answer["status"] not in {200, 201, 202, 204}:
            found.append(f"{path} answers {answer}")
    for path, names in wanted.items():
        answer = answers.get(path, {"names": [], "type": "", "status": 0})
        if urlsplit(answer.get("location", "")).path == address(plan, "live"):
            # A browser follows, and finds the stream.
            continue
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
        answer = asked(
            changed,
            {
                "get": [],
                "streams": {path: [plan.heard["first"]]},
                "post": posts(plan),
                "seconds": BRIEF,
            },
        )
        found[name] = f"{answer[path]['status']} {answer[path].get('location', '')}".strip()
    return found


# What these change can be seen from outside: a page that fails, an address without a stream, a name
# that never comes.
SEEN_OUTSIDE = {
    *("name in the page", "name in an include", "name in a trigger", "name in sse-close"),
    *("name on the server", "case of a name", "name forgotten", "name in a fragment"),
    *("name in a script", "wrong channel", "address misspelt", "prefix forgotten"),
    *("another prefix", "wrong prefix in a fragment", "slash too many", "slash too few"),
    *("url_for of no route", "route takes POST", "route is a page", "frame not finished"),
    *("layout of another name", "page of another name", "block of another name"),
    "partial of another name",
}


def show_faults(plan: Plan, only: str) -> bool:
    """Whether each fault shows where it can, and what is harmless does no harm."""
    good = True
    for one in planted(plan):
        harmless = one.expected is None
        if only not in one.fault or not (harmless or one.fault in SEEN_OUTSIDE):
            continue
        found = disagreements(one.plan, PATIENT if harmless else BRIEF)
        if bool(found) == harmless:
            good = False
            print(f"{one.name}: {'; '.join(found) or 'does no harm'}", flush=True)
    return good


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
        if "--faults" in sys.argv:
            good = show_faults(plan, options["--faults"])
            print(f"{plan.framework:15}{plan.style.name:10}", "as planned" if good else "OTHERWISE")
            continue
        try:
            found = disagreements(plan)
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            found = [str(error)]
        status |= bool(found)
        print(
            f"{plan.framework:15}{plan.style.name:10}", "; ".join(found) or "as planned", flush=True
        )
    return status


if __name__ == "__main__":
    sys.exit(main())
