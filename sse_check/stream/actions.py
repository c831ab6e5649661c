"""What a look does while the streams are open, so that chats and brokers send something."""

import inspect
import json
import shlex
from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlencode

from sse_check.stream.web import Reply, StreamError

# Sends a request as the page would.
Act = Callable[[str, str, bytes, str], Reply]
# Runs a coroutine where the app runs.
Run = Callable[[Coroutine[Any, Any, Any]], Any]
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_MOST_SHOWN = 160
# In these a server tells what it misses.
_TOLD = ("application/json", "application/problem+json", "text/plain")
_FORM = "application/x-www-form-urlencoded"


class Did(NamedTuple):
    """What was done, and what came of it: a failure, or an answer and what that did."""

    shown: str
    failure: str
    request: "Send | None" = None
    reply: Reply | None = None
    # What became of the answer, in words.
    told: str = ""
    help: str = ""


class Action(Protocol):
    """Something to do while the streams are open."""

    @property
    def shown(self) -> str:
        """How a report names it."""
        ...

    def carry_out(self, act: Act, run: Run) -> Did:
        """Do it."""
        ...


class Send(NamedTuple):
    """A request: `POST /say text=hi`, or with JSON `POST /say {"text": "hi"}`."""

    method: str
    path: str
    body: bytes
    kind: str

    @property
    def shown(self) -> str:
        return f"{self.method} {self.path}"

    def carry_out(self, act: Act, run: Run) -> Did:
        del run
        try:
            reply = act(*self)
        except StreamError as error:
            return Did(self.shown, f"was not done: {error}", self)
        if reply.status >= 400:
            why, help_ = _refused(reply)
            return Did(
                self.shown, f"was not done: it answers {reply.status}{why}", self, help=help_
            )
        return Did(self.shown, "", self, reply)


class Call(NamedTuple):
    """A function of a test; one that is a coroutine runs in the loop of the app."""

    function: Callable[[], Any]

    @property
    def shown(self) -> str:
        return str(getattr(self.function, "__name__", "the function"))

    def carry_out(self, act: Act, run: Run) -> Did:
        del act
        if inspect.iscoroutinefunction(self.function):
            run(self.function())
        else:
            self.function()
        return Did(self.shown, "")


def _refused(reply: Reply) -> tuple[str, str]:
    """Why a request was refused, as far as its answer tells, and what to do."""
    if reply.status >= 500:
        return (f": {reply.failure}", "") if reply.failure else ("", "see the server's log")
    if reply.status in (404, 405):
        return "", "name a request that the page itself makes: its method and its whole path"
    if reply.status in (401, 403):
        return "", "log in with --cookie NAME=VALUE; a form may need a token that --header brings"
    shown = " ".join(reply.text.split()) if reply.kind in _TOLD else ""
    shown = shown if len(shown) <= _MOST_SHOWN else f"{shown[: _MOST_SHOWN - 3]}..."
    return (f": {shown}" if shown else ""), "give it the fields that the form of the page sends"


def read_action(text: str) -> Send:
    """An action as it is written on the command line."""
    method, _, rest = text.strip().partition(" ")
    path, _, given = rest.strip().partition(" ")
    given = given.strip()
    if method.upper() not in _METHODS or not path.startswith("/"):
        raise StreamError(f"--do {text!r}: write `POST /path name=value`, or a method with JSON")
    if not given:
        return Send(method.upper(), path, b"", "")
    if given.startswith(("{", "[")):
        try:
            return Send(
                method.upper(), path, json.dumps(json.loads(given)).encode(), "application/json"
            )
        except ValueError as error:
            raise StreamError(f"--do {text!r}: {error}") from None
    try:
        words = shlex.split(given)
    except ValueError as error:
        raise StreamError(f"--do {text!r}: {error}") from None
    pairs = [(name, value) for name, _, value in (word.partition("=") for word in words)]
    if not all("=" in word for word in words):
        raise StreamError(f"--do {text!r}: each field is written name=value")
    form = urlencode(pairs)
    if method.upper() == "GET":
        mark = "&" if "?" in path else "?"
        return Send("GET", f"{path}{mark}{form}", b"", "")
    return Send(method.upper(), path, form.encode(), _FORM)


def action_of(given: "str | Action | Callable[[], Any]") -> Action:
    """What a test gives: a request as it is written, or a function."""
    if isinstance(given, str):
        return read_action(given)
    if not isinstance(given, Send | Call) and not callable(given):
        raise TypeError(f"do={given!r}: give a request, a function, or a list of them")
    return given if isinstance(given, Send | Call) else Call(given)
