"""The JSON of a look: the findings as `check` writes them, and what was seen."""

import json
from typing import Any

from sse_check.findings.result import Result
from sse_check.report.json import as_data
from sse_check.report.schema import output_schema
from sse_check.stream.align import Alignment
from sse_check.stream.around import Node, selector_of
from sse_check.stream.landings import Row
from sse_check.stream.session import SeenStream


def render(alignment: Alignment, result: Result) -> str:
    found = {**as_data(result), "stream": seen(alignment)}
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def seen(alignment: Alignment) -> dict[str, Any]:
    """What came, and where it landed."""
    session = alignment.session
    return {
        "page": session.path,
        "observed": alignment.watched is not None,
        "interrupted": session.interrupted,
        "aligned": alignment.aligned,
        "done": [
            {"what": did.shown, "failure": did.failure, "told": did.told} for did in session.done
        ],
        "streams": [_stream(alignment, stream) for stream in session.streams],
    }


def _stream(alignment: Alignment, stream: SeenStream) -> dict[str, Any]:
    reply = stream.reply
    rows = [row for row in alignment.rows if row.stream is stream]
    came = {row.name for row in rows}
    waited = [str(wait.name) for wait in alignment.waits[id(stream.connection)]]
    return {
        "address": stream.path,
        "connection": selector_of(stream.connection),
        "status": reply.status,
        "content_type": reply.headers.get("content-type", ""),
        "opened": round(stream.opened, 3),
        "by_answer": stream.late,
        "seconds": round(max(0.0, reply.seconds - stream.opened), 3),
        "ended": reply.ended,
        "cut": reply.cut,
        "failure": reply.failure,
        "events": [
            {
                "event": event.event,
                "data": event.data,
                "last_event_id": event.last_event_id,
                "retry": event.retry,
                "seconds": round(stream.time_of(event), 3),
                "offset": event.offset,
            }
            for event in stream.events
        ],
        "names": [_row(row) for row in rows],
        "not_seen": [name for name in dict.fromkeys(waited) if name not in came],
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "event": row.name,
        "count": row.count,
        "first": round(row.first, 3),
        "verdict": row.verdict,
        "landings": [
            {
                "listener": selector_of(landing.listener),
                "lands": _place(landing.lands),
                "beside": [selector_of(place) for place in landing.beside],
                "swap": landing.style if landing.swaps else None,
                "verdict": landing.verdict,
                "removes_listener": landing.removed,
            }
            for landing in row.landings
        ],
    }


def _place(node: Node | None) -> str | None:
    return selector_of(node) if node is not None else None


def stream_schema() -> dict[str, Any]:
    """The JSON Schema of `sse-check stream --format json`: that of a check, with what was seen."""
    schema = output_schema()
    schema["title"] = "Output of sse-check stream"
    schema["properties"]["stream"] = _seen()
    schema["required"].append("stream")
    return schema


def _seen() -> dict[str, Any]:
    text, number, flag = {"type": "string"}, {"type": "number", "minimum": 0}, {"type": "boolean"}
    maybe = {"type": ["string", "null"]}
    landing = _object(
        listener=text, lands=maybe, beside=_list(text), swap=maybe, verdict=text,
        removes_listener=flag,
    )  # fmt: skip
    event = _object(
        event=text, data=text, last_event_id=text, retry={"type": ["integer", "null"]},
        seconds=number, offset=number,
    )  # fmt: skip
    name = _object(event=text, count=number, first=number, verdict=text, landings=_list(landing))
    stream = _object(
        address=text, connection=text, status=number, content_type=text, opened=number,
        by_answer=flag, seconds=number,
        ended=flag, cut=flag, failure=text, events=_list(event), names=_list(name),
        not_seen=_list(text),
    )  # fmt: skip
    return _object(
        page=text, observed=flag, interrupted=flag, aligned=flag,
        done=_list(_object(what=text, failure=text, told=text)), streams=_list(stream),
    )  # fmt: skip


def _list(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
