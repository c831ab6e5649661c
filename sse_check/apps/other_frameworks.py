"""Servers in Python that are not read: they are named where one answers for a page."""

import re

from sse_check.python.program import Program
from sse_check.python.suites import is_test

# The packages, and how they are called.
_PACKAGES = {
    "pyramid": "Pyramid",
    "cherrypy": "CherryPy",
    "gluon": "web2py",
    "py4web": "py4web",
    "emmett": "Emmett",
    "emmett55": "Emmett",
    "microdot": "Microdot",
    "masonite": "Masonite",
    "nicegui": "NiceGUI",
    "esmerald": "Esmerald",
    "ravyn": "Ravyn",
    "lilya": "Lilya",
    "panther": "Panther",
    "responder": "Responder",
    "socketify": "socketify",
    "hug": "hug",
    "muffin": "Muffin",
    "baize": "BáiZé",
    "morepath": "Morepath",
    "tg": "TurboGears",
    "plain": "Plain",
    "stario": "Stario",
    "mesop": "Mesop",
    "reflex": "Reflex",
}
_IMPORT = re.compile(
    rb"^[ \t]*(?:from|import)[ \t]+(" + "|".join(sorted(_PACKAGES)).encode() + rb")\b",
    re.MULTILINE,
)
# Frameworks that are read: who imports one and makes no application writes parts for it.
_READ = re.compile(
    rb"^[ \t]*(?:from|import)[ \t]+(chirp|fastapi|starlette|flask|quart|django|litestar|sanic"
    rb"|aiohttp|tornado|fasthtml|blacksheep|bottle|falcon|robyn)\b",
    re.MULTILINE,
)
# What says so in other ways: no package is imported for it, or one that others use too.
_WRITTEN = (
    (re.compile(rb"^[ \t]*(?:from|import)[ \t]+twisted\b", re.MULTILINE), "Twisted"),
    (re.compile(rb"\bweb\.application\(\s*urls\b"), "web.py"),
    (re.compile(rb"\bBaseHTTPRequestHandler\b|\bSimpleHTTPRequestHandler\b"), "`http.server`"),
    (re.compile(rb"\bstart_response\("), "WSGI without a framework"),
    (
        re.compile(rb"async[ \t]+def[ \t]+\w+\([^()]*\bscope\b[^()]*\breceive\b[^()]*\bsend\b"),
        "ASGI without a framework",
    ),
)


def framework_not_read(program: Program) -> tuple[str, str] | None:
    """The first server of a program that is not read, with the file that shows it."""
    paths = [path for path in program.paths if not is_test(path)]
    for path in paths:
        for found in _IMPORT.finditer(program.data(path)):
            package = found[1].decode()
            # One of the project's own by this name is none.
            if program.find(package, path) is None:
                return _PACKAGES[package], path
    for pattern, name in _WRITTEN:
        for path in paths:
            if pattern.search(program.data(path)):
                return name, path
    return None


def frameworks_imported(program: Program) -> set[str]:
    """The frameworks whose parts a program without an application is made of."""
    return {
        found[1].decode()
        for path in program.paths
        if not is_test(path)
        for found in _READ.finditer(program.data(path))
    }
