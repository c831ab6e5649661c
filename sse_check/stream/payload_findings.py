"""What is sent as the data of an event, and is no part of a page: a person sees it as text."""

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

from sse_check.findings.model import Finding
from sse_check.stream.around import PageView
from sse_check.stream.landings import Landing, Row
from sse_check.stream.page_findings import finding_at, short

_JSON = re.compile(r"\s*(?:\{\s*\"|\[\s*[\[{\"]|\"(?:[^\"\\]|\\.)*<)")
# A whole frame as data: text of a page may begin with such a word too, but not end as frames do.
_FRAMED = re.compile(r"(?:event|data|id|retry): ?[^\n]*\n(?s:.*\n)?\Z")
_ESCAPED = re.compile(r"&lt;/?[a-zA-Z]")

# What Python prints of objects that have no text of their own, and of what is yet to be called.
_NAME = r"(?:[\w.]|<\w+>)+"
_OBJECT = re.compile(
    rf"<(?P<kind>coroutine|async_generator|generator) object (?P<made>{_NAME}) at 0x[\dA-Fa-f]+>"
    rf"|<(?P<task>Task|Future) (?:pending|finished|cancelled)\b[^\n]*>"
    rf"|<function (?P<function>{_NAME}) at 0x[\dA-Fa-f]+>"
    rf"|<(?:bound|built-in) method (?P<method>{_NAME}) of [^<>]*(?:<[^<>]*>)?[^<>]*>"
    rf"|<(?P<type>{_NAME}) object at 0x[\dA-Fa-f]+>"
)
_BYTES = re.compile(r"b(?P<quote>['\"])(?P<text>.*)(?P=quote)", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z][\w-]*(?:\s(?:[^<>\"']|\"[^\"]*\"|'[^']*')*)?/?>")
# A longer payload has more in it than one object.
_LONGEST = 2_000


class _Fault(NamedTuple):
    said: str
    help: str


def of_payload(view: PageView, row: Row, landing: Landing) -> Iterator[Finding]:
    """The first of the events of a name that brings what htmx cannot show."""
    if landing.verdict != "delivered" or not landing.swaps:
        return
    is_html = landing.listener.get("sse-swap") is not None
    sent = [event.data for event in row.stream.events if event.event == row.name]
    for data in dict.fromkeys(sent):
        fault = _object(data, landing.style) or (_no_html(data) if is_html else None)
        if fault is not None:
            yield finding_at(
                "stream_payload", view, landing.listener,
                f"`{row.name}` brings {fault.said}: {short(data)}", fault.help,
            )  # fmt: skip
            return


def _no_html(data: str) -> _Fault | None:
    if _FRAMED.match(data):
        return _Fault(
            "a frame inside of a frame, which is shown as text",
            "what writes the frames adds the field names itself: give it the data alone",
        )
    if _JSON.match(data):
        return _Fault("JSON, which is shown as text", "send HTML")
    if _ESCAPED.search(data):
        return _Fault("escaped HTML, shown as text", "mark the rendered fragment as safe")
    return None


def _object(data: str, style: str) -> _Fault | None:
    """What Python prints of an object, in the place of a text.

    Texts may tell of objects, as logs do: escaped, beside other words. Between the tags of a page
    it is a tag that no browser knows, and nothing is seen.
    """
    raw = _BYTES.fullmatch(data.strip())
    if raw is not None and "<" in raw["text"]:
        return _Fault("bytes as Python prints them", "send their text: `.decode()`")
    shown = _COMMENT.sub("", data)
    found = _OBJECT.search(shown) if style != "textContent" else None
    if found is None and len(data) <= _LONGEST:
        found = _OBJECT.fullmatch(data.strip()) or _OBJECT.fullmatch(
            unescape(_TAG.sub("", shown)).strip()
        )
    return _told(found) if found is not None else None


def _told(found: "re.Match[str]") -> _Fault:
    if found["task"]:
        return _Fault("a task, and not what comes of it", "write `await` before it")
    if found["kind"] == "coroutine":
        return _Fault(
            "a coroutine that nobody awaited", f"write `await` where `{found['made']}` is called"
        )
    if found["kind"]:
        each = "async for" if found["kind"] == "async_generator" else "for"
        return _Fault(
            "a generator, and not what it yields",
            f"send each of its parts (`{each}`), or join them to one text",
        )
    called = found["function"] or found["method"]
    if called:
        help_ = "call it" if called.endswith(">") else f"call it: `{called}()`"
        return _Fault("a function, and not what it returns", help_)
    of = found["type"].rpartition(".")[2]
    if of.endswith("Response"):
        return _Fault(
            "an answer, and not what is in it",
            "send the text of the rendered template: an answer is what a route returns",
        )
    return _Fault("an object as Python prints it", f"send a text made of what `{of}` has")
