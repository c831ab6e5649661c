"""Generators of the kind that an answer does not go through, as the framework itself has it."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from flask import Flask, Response, stream_with_context


async def asynchronous() -> AsyncIterator[str]:
    yield "data: 1\n\n"


def plain() -> Iterator[str]:
    yield "data: 1\n\n"


@pytest.mark.parametrize("kept", [False, True])
def test_flask_goes_through_a_plain_generator_alone(*, kept: bool) -> None:
    app = Flask(__name__)

    def answer(frames: Any) -> Response:
        given = stream_with_context(frames) if kept else frames
        return Response(given, mimetype="text/event-stream")

    app.add_url_rule("/plain", "plain", lambda: answer(plain()))
    app.add_url_rule("/async", "async", lambda: answer(asynchronous()))
    client = app.test_client()
    assert client.get("/plain").data == b"data: 1\n\n"
    app.testing = True
    with pytest.raises(TypeError):
        client.get("/async")
