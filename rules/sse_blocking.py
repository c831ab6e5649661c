"""Streams that stop their whole server while they wait, or that do not wait at all."""

from collections.abc import Iterator

from sse_check.api import Context, Finding, Rule, Span

_MESSAGES = {
    "blocks": "`{0}` in asynchronous code stops the whole server while it waits: nobody is "
    "answered, and events may not go out",
    "unawaited": "`{0}` is not awaited: it does not wait, and events are sent without a pause",
    "unsent": "`{0}` is not awaited: nothing is sent by it",
    "coroutine": "`{0}` is not awaited: it takes nothing out of the queue, and events are sent "
    "without a pause",
}
# These go through no asynchronous generator: that is told of their answers.
_OF_THREADS = ("flask", "bottle")


def check(context: Context) -> Iterator[Finding]:
    told: set[Span] = set()
    for app, one in context.wiring.streams if context.is_live else ():
        for wait in context.waits_in(one):
            if wait.span in told or (wait.fault == "blocks" and app.framework in _OF_THREADS):
                continue
            told.add(wait.span)
            blocks = wait.fault == "blocks"
            # Behind WSGI, Django goes through an asynchronous generator in a thread of its own.
            alone = blocks and app.framework == "django"
            yield Finding(
                rule.name,
                wait.span,
                _MESSAGES[wait.fault].format(wait.called),
                _help(wait.fault, wait.called, wait.span.text, is_async=wait.is_async),
                # Where it waits for something else besides, its events go out meanwhile.
                severity="warning" if alone or (blocks and wait.lets_run) else None,
                confidence="possible" if alone else "certain",
            )


def _help(fault: str, called: str, written: str, *, is_async: bool) -> str:
    if fault == "blocks" and called.endswith(".get"):
        return f"write `await asyncio.to_thread({called})`, or use an `asyncio.Queue`"
    if fault == "blocks":
        return "write `await asyncio.sleep(...)`"
    if not is_async:
        return "wait with `time.sleep(...)`, or make the generator `async def` and write `await`"
    return f"write `await {written}`"


rule = Rule(
    name="sse_blocking",
    summary="a stream stops its server while it waits, or does not wait",
    severity="error",
    check=check,
    in_python=True,
)
