"""What makes an application, and what makes a router that applications take in."""

from typing import NamedTuple

from sse_check.python.evaluate import Evaluator
from sse_check.python.values import ClassValue, External, InstanceValue


class Kind(NamedTuple):
    """What a maker makes. `family` names the module of `frameworks` that reads it."""

    framework: str
    family: str
    is_app: bool


# The package and the last name of what is called -> framework, family.
_APPS: dict[tuple[str, str], tuple[str, str]] = {
    ("fastapi", "FastAPI"): ("fastapi", "starlette"),
    ("starlette", "Starlette"): ("starlette", "starlette"),
    ("air", "Air"): ("fastapi", "starlette"),
    ("flask", "Flask"): ("flask", "flask"),
    ("apiflask", "APIFlask"): ("flask", "flask"),
    ("flask_openapi3", "OpenAPI"): ("flask", "flask"),
    ("quart", "Quart"): ("quart", "flask"),
    ("litestar", "Litestar"): ("litestar", "litestar"),
    ("sanic", "Sanic"): ("sanic", "sanic"),
    ("aiohttp", "Application"): ("aiohttp", "aiohttp"),
    ("blacksheep", "Application"): ("blacksheep", "blacksheep"),
    ("falcon", "App"): ("falcon", "falcon"),
    ("falcon", "API"): ("falcon", "falcon"),
    ("robyn", "Robyn"): ("robyn", "robyn"),
    ("tornado", "Application"): ("tornado", "tornado"),
    ("tornado", "RuleRouter"): ("tornado", "tornado"),
    ("tornado", "ReversibleRuleRouter"): ("tornado", "tornado"),
    ("bottle", "Bottle"): ("bottle", "bottle"),
    ("fasthtml", "fast_app"): ("fasthtml", "fasthtml"),
    ("fasthtml", "FastHTML"): ("fasthtml", "fasthtml"),
    ("fasthtml", "FastHTMLWithLiveReload"): ("fasthtml", "fasthtml"),
    ("monsterui", "fast_app"): ("fasthtml", "fasthtml"),
    ("chirp", "App"): ("chirp", "chirp"),
    ("cello", "App"): ("cello", "cello"),
}
_ROUTERS: dict[tuple[str, str], tuple[str, str]] = {
    ("fastapi", "APIRouter"): ("fastapi", "starlette"),
    ("tempest_fastapi_sdk", "TempestAPIRouter"): ("fastapi", "starlette"),
    ("starlette", "Router"): ("starlette", "starlette"),
    ("fastapi", "Router"): ("fastapi", "starlette"),
    ("air", "AirRouter"): ("fastapi", "starlette"),
    ("flask", "Blueprint"): ("flask", "flask"),
    ("apiflask", "APIBlueprint"): ("flask", "flask"),
    ("flask_openapi3", "APIBlueprint"): ("flask", "flask"),
    ("flask_smorest", "Blueprint"): ("flask", "flask"),
    ("quart", "Blueprint"): ("quart", "flask"),
    ("litestar", "Router"): ("litestar", "litestar"),
    ("sanic", "Blueprint"): ("sanic", "sanic"),
    ("aiohttp", "RouteTableDef"): ("aiohttp", "aiohttp"),
    ("blacksheep", "Router"): ("blacksheep", "blacksheep"),
    ("robyn", "SubRouter"): ("robyn", "robyn"),
    ("fasthtml", "APIRouter"): ("fasthtml", "fasthtml"),
    ("cello", "Blueprint"): ("cello", "cello"),
}
# What the package of a framework names in its own first file: by this a project is known to be
# the framework itself.
SIGNATURES: dict[str, tuple[bytes, ...]] = {
    "chirp": (b"App", b"AppConfig", b"EventStream", b"Fragment"),
    "cello": (b"App", b"Blueprint", b"SseEvent"),
    "fastapi": (b"FastAPI", b"APIRouter", b"Depends"),
    "fasthtml": (b"fasthtml",),
    "flask": (b"Flask", b"Blueprint", b"render_template"),
    "litestar": (b"Litestar", b"Router", b"Controller"),
    "quart": (b"Quart", b"Blueprint", b"render_template"),
    "robyn": (b"Robyn", b"SubRouter", b"SSEResponse"),
    "sanic": (b"Sanic", b"Blueprint", b"HTTPMethod"),
}
FRAMEWORKS = tuple(sorted({package for package, _ in (*_APPS, *_ROUTERS)}))
APP_NAMES = tuple(sorted({name for _, name in _APPS}))
ROUTER_NAMES = tuple(sorted({name for _, name in _ROUTERS}))


def kind_of(evaluator: Evaluator, value: InstanceValue) -> Kind | None:
    """What an instance is: an app, a router, or neither."""
    if isinstance(value.of, External):
        return kind_named(value.of.dotted)
    for base in evaluator.lineage(value.of):
        if isinstance(base, External):
            kind = kind_named(base.dotted)
            if kind is not None:
                return kind
    return None


def kind_of_class(evaluator: Evaluator, value: ClassValue) -> Kind | None:
    """What the instances of a class of the project are."""
    for base in evaluator.lineage(value):
        kind = kind_named(base.dotted) if isinstance(base, External) else None
        if kind is not None:
            return kind
    return None


def kind_named(dotted: str) -> Kind | None:
    key = (dotted.partition(".")[0], dotted.rpartition(".")[2])
    if key in _APPS:
        return Kind(*_APPS[key], is_app=True)
    if key in _ROUTERS:
        return Kind(*_ROUTERS[key], is_app=False)
    return None
