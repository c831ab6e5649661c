"""The Python of an app, for each framework."""

from tests.apps.planted.frameworks.chirp import Cello, Chirp
from tests.apps.planted.frameworks.django import Django
from tests.apps.planted.frameworks.fastapi import FastApi, FastApiSse, SseStarlette, Tempest
from tests.apps.planted.frameworks.flask import Flask, Quart
from tests.apps.planted.frameworks.litestar import Blacksheep, Litestar
from tests.apps.planted.frameworks.sending import Aiohttp, Sanic
from tests.apps.planted.frameworks.tables import Falcon, Starlette
from tests.apps.planted.frameworks.writer import Writer

WRITERS: dict[str, type[Writer]] = {
    "fastapi": FastApi,
    "sse-starlette": SseStarlette,
    "fastapi.sse": FastApiSse,
    "tempest": Tempest,
    "starlette": Starlette,
    "flask": Flask,
    "quart": Quart,
    "django": Django,
    "litestar": Litestar,
    "sanic": Sanic,
    "aiohttp": Aiohttp,
    "blacksheep": Blacksheep,
    "falcon": Falcon,
    "chirp": Chirp,
    "cello": Cello,
}
FRAMEWORKS = tuple(WRITERS)
