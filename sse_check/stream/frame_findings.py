"""What is wrong with the bytes of a stream: each cause once, however often it comes."""

from collections.abc import Iterator

from sse_check.findings.model import Finding, Related
from sse_check.source import Source, Span
from sse_check.source.counted import counted
from sse_check.stream.around import EventListener
from sse_check.stream.session import SeenStream
from sse_check.stream.wire import WireProblem


def lost_in(stream: SeenStream) -> frozenset[str]:
    """The names of events that were sent and that no browser dispatches."""
    return frozenset(problem.lost for problem in stream.problems if problem.lost)


def _often(problems: list[WireProblem]) -> str:
    if len(problems) == 1:
        return ""
    if len({problem.message for problem in problems}) == 1:
        return f", {counted(len(problems), 'time')} in all"
    return f"; it is the first of {counted(len(problems), 'such line')}"


def of_frames(stream: SeenStream, waits: list[EventListener]) -> Iterator[Finding]:
    """What the bytes do not do, and what becomes of the page by that."""
    source = Source(f"the stream {stream.shown}", stream.reply.text)
    # It is the answer of a server, and no file.
    source.file = ""
    by_cause: dict[str, list[WireProblem]] = {}
    for problem in stream.problems:
        by_cause.setdefault(problem.cause or problem.message, []).append(problem)
    came = {event.event for event in stream.events}
    for problems in by_cause.values():
        first = problems[0]
        before = stream.reply.body[: first.offset].decode("utf-8", "replace")
        start = min(len(before), len(source.text))
        often = _often(problems)
        closing = first.lost not in came and any(
            wait.kind == "close" and str(wait.name) == first.lost for wait in waits
        )
        then = (
            f". The page waits for `{first.lost}` to close the stream, and opens it again and again"
            if closing and stream.reply.ended
            else ""
        )
        yield Finding(
            "stream_frame", Span(source, start, min(start + 1, len(source.text))),
            f"byte {first.offset}: {first.message}{often}{then}", first.help,
            severity="warning" if first.is_warning else "error",
            related=tuple(
                Related("this waits for it", wait.span)
                for wait in waits
                if first.lost and str(wait.name) == first.lost
            ),
        )  # fmt: skip
