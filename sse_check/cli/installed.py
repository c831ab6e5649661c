"""What a tool has to ask for to get this very version of sse-check."""

import json
from typing import Any

from sse_check import __version__

_NAME = "sse-check"


def requirement() -> str:
    """A requirement that pip understands: the version, or the place it was installed from."""
    origin = _origin()
    url = origin.get("url")
    if not isinstance(url, str):
        return f"{_NAME}=={__version__}"
    vcs = origin.get("vcs_info")
    if isinstance(vcs, dict):
        return f"{_NAME} @ {vcs.get('vcs')}+{url}@{vcs.get('commit_id')}"
    return f"{_NAME} @ {url}"


def _origin() -> dict[str, Any]:
    """What an installer writes down of a package that comes from no index (`direct_url.json`)."""
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        text = distribution(_NAME).read_text("direct_url.json")
        origin = json.loads(text or "{}")
    except (PackageNotFoundError, ValueError, OSError):
        return {}
    return origin if isinstance(origin, dict) else {}
