"""`--record`: what streams sent, each in a file of its own, to be replayed as samples."""

import os
import re
from pathlib import Path

from sse_check.source.writing import UnwritableError, write_file
from sse_check.stream.session import SeenStream
from sse_check.stream.web import StreamError


def check_place(path: str) -> None:
    """Say before anything is asked that nothing could be written there."""
    file = Path(path)
    if file.is_dir():
        raise StreamError(f"--record {path} is a folder: name a file in it")
    if not file.parent.is_dir():
        raise StreamError(f"--record {path}: there is no folder {file.parent}")
    if not os.access(file if file.exists() else file.parent, os.W_OK):
        raise StreamError(f"--record {path}: it cannot be written")


def record(path: str, streams: list[SeenStream]) -> list[str]:
    """Write what came; returns a line for each file, with how it is replayed."""
    alone = len(streams) == 1
    told = []
    for name, stream in zip([path] if alone else _names(path, streams), streams, strict=True):
        body = stream.reply.body if stream.reply.is_readable_stream else b""
        try:
            write_file(os.path.abspath(name), body)
        except UnwritableError as error:
            raise StreamError(f"--record {name}: {error.why}") from error
        replay = name if alone else f"{stream.path.partition('?')[0]}={name}"
        told.append(f"{name}: {len(body)} bytes recorded; replay with --sample {replay}")
    return told or [f"{path}: no stream was opened, nothing is recorded"]


def _names(path: str, streams: list[SeenStream]) -> list[str]:
    """A file beside the one that was named for each stream, by its address."""
    file = Path(path)
    names: list[str] = []
    for number, stream in enumerate(streams, 1):
        bare = re.sub(r"[^A-Za-z0-9]+", "-", stream.path.partition("?")[0]).strip("-") or "root"
        name = str(file.with_name(f"{file.stem}-{bare}{file.suffix}"))
        if name in names:
            name = str(file.with_name(f"{file.stem}-{bare}-{number}{file.suffix}"))
        names.append(name)
    return names
