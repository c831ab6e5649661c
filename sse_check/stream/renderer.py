"""Templates of samples are rendered in a process of their own, with an end in time and memory."""

import json
import pickle
import queue
import sys
import threading
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sse_check.source.counted import in_seconds
from sse_check.stream.placed import Places
from sse_check.stream.process import STOP_SECONDS, Process
from sse_check.stream.web import StreamError

_SECONDS = 10.0


class Renderer:
    """The child that renders; it is started when the first template has something to render."""

    def __init__(self, folder: Path, data: Mapping[str, Any]) -> None:
        self.folder = folder
        self.data = data
        self._child: Process | None = None
        self._reader: threading.Thread | None = None
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def text(self, text: str, name: str, places: Places | None = None) -> str:
        """What a template brings; its tags are marked where their places are asked for."""
        if not _is_template(text):
            return places.marked(text, name) if places is not None else text
        marks = places.word if places is not None else None
        answer = self._ask(name, text=text, data=self.data, marks=marks)
        if places is not None:
            places.take_over(answer["read"])
        return str(answer["text"])

    def template(self, name: str, context: Mapping[str, Any], block: str | None) -> str:
        """What a template of the folder, or a block of it, brings."""
        answer = self._ask(name, data={**self.data, **context}, block=block, marks=None)
        return str(answer["text"])

    def _ask(self, name: str, **asked: Any) -> dict[str, Any]:
        request = pickle.dumps({"folder": self.folder, "name": name, **asked})
        child = self._started()
        child.say(b64encode(request) + b"\n")
        try:
            line = self._lines.get(timeout=_SECONDS)
        except queue.Empty:
            child.kill()
            raise StreamError(
                f"{name}: rendering takes longer than {in_seconds(_SECONDS)}: a loop in it is too "
                "long, or never ends"
            ) from None
        if not line:
            raise StreamError(f"{name}: the process that renders ended{child.last_words()}")
        answer: dict[str, Any] = json.loads(line)
        if "failed" in answer:
            raise StreamError(answer["failed"])
        return answer

    def _started(self) -> Process:
        if self._child is None:
            self._child = Process(sys.executable, "rendering.main", talks=True)
            self._reader = threading.Thread(target=self._read, args=(self._child,), daemon=True)
            self._reader.start()
        return self._child

    def _read(self, child: Process) -> None:
        rest: list[bytes] = []
        pipe = child.popen.stdout
        while pipe is not None and (data := pipe.read(65536)):
            first, *others = data.split(b"\n")
            rest.append(first)
            for part in others:
                self._lines.put(b"".join(rest))
                rest = [part]
        self._lines.put(b"")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._child is None or self._reader is None:
            return
        self._child.close()
        self._reader.join(STOP_SECONDS)
        if not self._reader.is_alive():
            self._child.close_pipe()


def _is_template(text: str) -> bool:
    return any(sign in text for sign in ("{{", "{%", "{#"))
