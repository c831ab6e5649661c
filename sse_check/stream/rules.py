"""What the harness can find: for `sse-check rules`, `explain` and the documentation."""

from typing import NamedTuple


class HarnessRule(NamedTuple):
    """A kind of finding of `sse-check stream`. `severity` is the usual one."""

    name: str
    severity: str
    summary: str
    why: str
    fix: str

    @property
    def text(self) -> str:
        """What `sse-check explain` prints."""
        return (
            f"# {self.name}\n\n{self.summary[0].upper()}{self.summary[1:]}.\n\n"
            f"Severity: {self.severity}. Found by `sse-check stream` and the pytest plugin.\n\n"
            f"## Why\n\n{self.why}\n\n## Fix\n\n{self.fix}\n"
        )


_RULES = (
    HarnessRule(
        "stream_answer", "error", "the address answers with something that is no stream",
        "An EventSource takes an answer with status 200 and the content type "
        "`text/event-stream`. At anything else it gives up, and the page stays as it was served.",
        "Compare the address in the page with the route. If it asks for a login, give the harness "
        "one: `--cookie NAME=VALUE` or `--header NAME:VALUE`.",
    ),
    HarnessRule(
        "stream_console", "warning", "the browser's console shows an error (with `--browser`)",
        "An error in a script often stops what comes after it in the file, htmx included.",
        "Open the page in a browser and read the console.",
    ),
    HarnessRule(
        "stream_do", "error", "what `--do` asks for was answered with an error, or in vain",
        "What should cause events was refused, or its answer has no place on the page, so their "
        "absence says nothing.",
        "See the server's log. A form may need a token, which --header or --cookie brings.",
    ),
    HarnessRule(
        "stream_ended", "error", "the stream ends, and nothing on the page closes it",
        "An EventSource takes the end for a failure and opens the stream again after a few "
        "seconds, for as long as the page is open. The server does its work each time.",
        'Send a last event and name it on the connection: `sse-close="done"`, on htmx 4 '
        '`hx-sse:close="done"`.',
    ),
    HarnessRule(
        "stream_error_event", "error", "a block that the framework could not render",
        "In place of the fragment the page shows an error of the framework's.",
        "See the server's log: the template of the fragment failed.",
    ),
    HarnessRule(
        "stream_failed", "error", "the app failed, or the connection broke off, inside a stream",
        "The browser opens the stream again and again, and the failure comes again with it.",
        "See the server's log.",
    ),
    HarnessRule(
        "stream_frame", "error", "bytes that the browser reads in another way than was meant",
        "The format is strict: a line is `field: value`, an empty line sends the event. Text that "
        "breaks a rule is left out without a word. What is no UTF-8 arrives, with `\ufffd` in its "
        "place: that is a warning.",
        "Each line of the data needs its own `data:`, and each event an empty line behind it. "
        "The finding says what to send; `sse-check stream --decode FILE` shows what a browser "
        "reads.",
    ),
    HarnessRule(
        "stream_headers", "warning", "a header by which something between may hold events up",
        "A cache may keep a copy of a stream; a compressor holds events until its buffer is full.",
        "Send `Cache-Control: no-cache`, and leave event streams out of compression.",
    ),
    HarnessRule(
        "stream_lost", "error", "an event came and went nowhere",
        "A listener heard it, and its target is not on the page, or it has no request to send, or "
        "the extension that the page loads is made for another htmx and fails at each event. A "
        "message of parts that name their own places (out of band, `<hx-partial>`), none of which "
        "is on the page, is a warning: they may be for other pages.",
        "The finding says which of them, as the model of htmx has it, and where the cause is "
        "written.",
    ),
    HarnessRule(
        "stream_misrouted", "error", "an event landed in another element than the one it is for",
        "A target that the listener inherits took it. What was in that element is gone.",
        'Give the listener a target of its own: `hx-target="this"`.',
    ),
    HarnessRule(
        "stream_none", "error", "the page opens no stream",
        "There is nothing to compare: it may be another page, one that asks for a password, or one "
        "with streams of other servers only.",
        "Name the page: `--page PATH`. Log in with `--cookie NAME=VALUE`.",
    ),
    HarnessRule(
        "stream_not_opened", "info", "a connection that was not read, and why",
        "Its address is on another server, it waits for something, or it did not answer in time: "
        "many servers send the head of a stream with its first bytes. It is an error when no "
        "browser opens it either: `hx-ext` is missing, the extension is not loaded, or there is no "
        "address.",
        "The message says why. To look at a stream of another server, name its page there. For one "
        "that did not answer: send a comment (`: ok`) at once, or look longer (`--timeout`).",
    ),
    HarnessRule(
        "stream_not_sent", "warning", "a name was waited for and did not come in time",
        "Either nothing sends it, or nothing happened that would. It is an error when the stream "
        "ended without it, and with `--expect`.",
        'Look longer (`--timeout`), cause it (`--do "POST /say text=hi"`), or allow it to stay '
        "away (`--optional NAME`).",
    ),
    HarnessRule(
        "stream_page_cut", "warning", "only the start of the page was read",
        "It is longer than 8 MB, or did not end within 20 seconds. What comes later was not seen.",
        "Look at a smaller page.",
    ),
    HarnessRule(
        "stream_payload", "error", "JSON, escaped HTML, a frame in a frame, or what Python prints "
        "of an object",
        "htmx puts the data of an event into the page as HTML.",
        "Send a rendered fragment. If the data is escaped, mark the fragment as safe. What writes "
        "the frames, like sse-starlette, adds `data: ` itself: give it the data alone. `<coroutine "
        "object ...>` is a call without its `await`, `<generator object ...>` one whose parts are "
        "not joined, `<... object at 0x...>` an object that was put where a text belongs.",
    ),
    HarnessRule(
        "stream_silent", "warning", "nothing came for half a minute, not even a comment",
        "Proxies take a silent connection for dead and cut it, often after a minute.",
        "Send a comment (`: ping`) every 15 seconds. To see whether it comes: `--timeout 60`.",
    ),
    HarnessRule(
        "stream_unheard", "info", "a name came and nothing waits for it",
        "The server sends something that no element of this page takes. Often a name is spelt "
        "differently on the two sides. It is an error when a stream sent events again and again, "
        "and the page heard none of them, nor anything that it waits for; and when what waits for "
        "the name stands outside of the connection, where nothing reaches it (a warning, when "
        "nothing of that name came).",
        "Add `sse-swap` with the name under the connection, or stop sending it; move a listener "
        "that stands outside into the connection. htmx 4 has no such attribute, and shows what has "
        "no name.",
    ),
    HarnessRule(
        "stream_wiped", "error", "an event removed the listener that took it",
        "It works once; from the second event on nothing listens.",
        "Send the element again with its attributes, or use the swap `innerHTML`.",
    ),
)  # fmt: skip

HARNESS_RULES = {rule.name: rule for rule in _RULES}
