"""Hand-written streams without the headers they need, and what their answers cannot send."""

import ast
from collections.abc import Iterator
from functools import cache

from sse_check.api import (
    App,
    Context,
    Finding,
    Module,
    ModuleScope,
    Related,
    Rule,
    Span,
    StreamRoute,
    last_name,
)

_RAW = ("StreamingResponse", "StreamingHttpResponse", "Response")
_HEADERS = ("Cache-Control", "X-Accel-Buffering")


# What the code of a module says that works on every answer.
_OF_ALL_ANSWERS = (
    "after_request",
    "after_response",
    "process_response",
    "middleware",
    "add_middleware",
    "BaseHTTPMiddleware",
    "MiddlewareMixin",
    "get_response",
)
# Answers that go through what they are given, and where they come from.
_ITERATING = (*_RAW, "EventSourceResponse", "EventStream", "SSEResponse", "make_response")
# What no answer goes through, whatever it makes of what comes.
_NOT_GONE_THROUGH = ("a function", "a coroutine", "a coroutine of events")
# What goes through all that it is given.
_ALL_AT_ONCE = ("list", "tuple", "join")
_GZIP = "django.middleware.gzip.GZipMiddleware"
_PACKAGES = frozenset(
    "fastapi starlette sse_starlette flask django fasthtml quart chirp air".split()
)


def check(context: Context) -> Iterator[Finding]:
    yield from _without_headers(context)
    yield from _read_at_once(context)
    yield from _packed(context)
    yield from _listed(context)
    yield from _of_the_other_kind(context)
    yield from _refused(context)
    yield from _returned(context)
    yield from _made_a_list(context)
    told: set[int] = set()
    for one in context.streams:
        name = _answering(one)[1]
        for node, frame, what in one.stream.unsendable if name else ():
            if id(node) in told or (what not in _NOT_GONE_THROUGH and name not in _RAW):
                continue
            told.add(id(node))
            yield _unsendable(frame.module.span(node), what, name)


def _read_at_once(context: Context) -> Iterator[Finding]:
    """Django's `HttpResponse` goes through a generator before anything is answered."""
    told: set[int] = set()
    for one in context.streams:
        response, module = one.stream.response, one.stream.module
        if response is None or module is None or id(response) in told:
            continue
        if last_name(response.func) != "HttpResponse" or _generator(one, module, response) is None:
            continue
        told.add(id(response))
        yield Finding(
            rule.name,
            module.span(response),
            "`HttpResponse` goes through the whole generator before it answers: nothing streams",
            "answer with `StreamingHttpResponse`",
            severity="error",
        )


def _packed(context: Context) -> Iterator[Finding]:
    """Streams of Django that its `GZipMiddleware` packs: each piece by itself where they come from
    asynchronous code, of which browsers unpack the first alone, and else as one, which is sent when
    some tens of kilobytes have come."""
    for one, module, response, packing in _of_django(context, "GZipMiddleware", _GZIP):
        if not _may_encode(one, module, response):
            yield Finding(
                rule.name,
                module.span(response),
                "`GZipMiddleware` packs what this sends: events are kept back until thousands have "
                "come, or browsers read the first alone",
                'add the header `"Content-Encoding": "identity"`, which it leaves alone, or take '
                "it out of `MIDDLEWARE`",
                severity="error",
                related=(Related("it is turned on here", packing),),
            )


def _may_encode(one: StreamRoute, module: Module, response: ast.Call) -> bool:
    """Whether an answer may say itself how it is packed."""
    headers = next((word.value for word in response.keywords if word.arg == "headers"), response)
    names = [node.id for node in ast.walk(headers) if isinstance(node, ast.Name)]
    bound = [each for name in names for each in module.scope.bindings.get(name, ())]
    if headers is not response and any(each.kind == "import" for each in bound):
        return True
    texts = [module.span(each.value).text for each in bound if each.value is not None]
    return "content-encoding" in "\n".join((_functions(one, module, response), *texts)).lower()


def _listed(context: Context) -> Iterator[Finding]:
    """Plain generators of Django that an ASGI server sends: Django makes a list of them first."""
    for one, module, response, serving in _of_django(context, "INSTALLED_APPS", "daphne"):
        generator = _generator(one, module, response)
        if generator is not None and isinstance(generator.node, ast.FunctionDef):
            yield Finding(
                rule.name,
                module.span(response),
                f"Django goes through all of `{generator.name}` before it sends anything, as "
                "daphne serves it: nothing streams",
                f"make it asynchronous: `async def {generator.name}`, and `await asyncio.sleep()`",
                severity="error",
                related=(Related("daphne is turned on here", serving),),
            )


def _of_the_other_kind(context: Context) -> Iterator[Finding]:
    """Asynchronous generators for Flask, which goes through plain ones; for Chirp the reverse."""
    told: set[int] = set()
    for one in context.streams:
        response, module = one.stream.response, one.stream.module
        package, name = _answering(one)
        if response is None or module is None or id(response) in told:
            continue
        generator = _generator(one, module, response) if package in ("flask", "chirp") else None
        if generator is None or name not in ("Response", "EventStream"):
            continue
        is_plain = isinstance(generator.node, ast.FunctionDef)
        if is_plain is (package == "flask"):
            continue
        told.add(id(response))
        yield _cannot_go_through(module.span(response), generator.name, name, is_plain=is_plain)


def _refused(context: Context) -> Iterator[Finding]:
    """Loops in what a stream goes through, over generators of the other kind."""
    told: set[int] = set()
    for one in context.streams:
        for loop in one.stream.refused:
            if id(loop.node) in told:
                continue
            told.add(id(loop.node))
            word, kind = ("async for", "a plain") if loop.is_async else ("for", "an asynchronous")
            yield Finding(
                rule.name,
                loop.frame.module.span(loop.node),
                f"`{word}` cannot go through {kind} generator, and `{loop.name}` is one: "
                "the stream fails",
                f"write `{'for' if loop.is_async else 'async for'}`",
                severity="error",
            )


def _returned(context: Context) -> Iterator[Finding]:
    """Events after `return`, in generators."""
    told: set[int] = set()
    for one in context.streams:
        for node, frame in one.stream.returned:
            if id(node) not in told:
                told.add(id(node))
                message = "a generator sends nothing by `return`: this event never goes out"
                span = frame.module.span(node)
                yield Finding(rule.name, span, message, "write `yield`", severity="error")


def _made_a_list(context: Context) -> Iterator[Finding]:
    """`StreamingResponse(list(events()))`: all of it first, if Python can do it at all."""
    told: set[int] = set()
    for one in context.streams:
        response, module = one.stream.response, one.stream.module
        if response is None or module is None or id(response) in told:
            continue
        whole = _given(response)
        if not isinstance(whole, ast.Call) or len(whole.args) != 1:
            continue
        word = last_name(whole.func)
        inner = _called(one, module, whole.args[0]) if word in _ALL_AT_ONCE else None
        if inner is None:
            continue
        told.add(id(response))
        if isinstance(inner.node, ast.AsyncFunctionDef):
            said = f"`{word}` cannot go through `{inner.name}`, which is asynchronous"
            yield _gives_all(module.span(whole), f"{said}: the stream fails", inner.name)
        elif one.stream.ending == "endless":
            said = f"`{word}` goes through all of `{inner.name}` first, and it never ends"
            yield _gives_all(module.span(whole), f"{said}: nothing is ever sent", inner.name)
        elif any(last_name(call.func) == "sleep" for call in inner.calls):
            said = f"`{word}` goes through all of `{inner.name}` before anything is sent"
            yield _gives_all(module.span(whole), f"{said}: nothing streams", inner.name)


def _gives_all(span: Span, said: str, name: str) -> Finding:
    return Finding(rule.name, span, said, f"give it `{name}()` itself", severity="error")


def _cannot_go_through(span: Span, generator: str, name: str, *, is_plain: bool) -> Finding:
    if is_plain:
        message = (
            f"`{name}` goes through an asynchronous generator, and `{generator}` is a plain one"
        )
        help_ = f"write `async def {generator}`, and `await asyncio.sleep()` in it"
    else:
        message = f"Flask goes through a plain generator, and `{generator}` is an asynchronous one"
        help_ = f"write `def {generator}`, and `time.sleep()` in it"
    return Finding(rule.name, span, f"{message}: the stream fails", help_, severity="error")


def _of_django(
    context: Context, word: str, value: str
) -> Iterator[tuple[StreamRoute, Module, ast.Call, Span]]:
    """The streams of Django's own answers in applications whose settings name something, each
    with where they do."""
    for app in context.streaming_apps:
        place = _setting(context, app, word, value)
        for one in context.streams if place is not None else ():
            response, module = one.stream.response, one.stream.module
            if response is None or module is None or place is None or one.route not in app.routes:
                continue
            if last_name(response.func) == "StreamingHttpResponse":
                yield one, module, response, place


def _setting(context: Context, app: App, word: str, value: str) -> Span | None:
    """Where a file of a Django application that has a word names a part to be turned on."""
    for module in context.modules_of(app, word) if app.framework == "django" else ():
        for listed in (one for one in module.nodes if isinstance(one, ast.List | ast.Tuple)):
            for node in listed.elts:
                if isinstance(node, ast.Constant) and node.value == value:
                    return module.span(node)
    return None


def _generator(one: StreamRoute, module: Module, response: ast.Call) -> ModuleScope | None:
    """The generator of the same file that an answer is given."""
    given = _given(response)
    if isinstance(given, ast.Call) and last_name(given.func) == "stream_with_context":
        given = given.args[0] if given.args else None
    return _called(one, module, given)


def _given(response: ast.Call) -> ast.expr | None:
    """What an answer goes through."""
    given = response.args[0] if response.args else None
    for keyword in response.keywords:
        if keyword.arg in ("streaming_content", "response", "generator", "content"):
            given = keyword.value
    return given


def _called(one: StreamRoute, module: Module, given: ast.expr | None) -> ModuleScope | None:
    """The generator of the same file that an expression calls."""
    name = given.func.id if isinstance(given, ast.Call) and isinstance(given.func, ast.Name) else ""
    scopes = (module.scope, one.route.view.scope) if one.route.view else (module.scope,)
    inner = (child for scope in scopes for child in scope.children.values())
    return next((child for child in inner if child.name == name and child.yields), None)


def _answering(one: StreamRoute) -> tuple[str, str]:
    """The package and the class of a stream's answer, "" where it is none of those that are
    known."""
    response, module = one.stream.response, one.stream.module
    if response is None or module is None:
        return "", ""
    base = response.func
    while isinstance(base, ast.Attribute):
        base = base.value
    named = base.id if isinstance(base, ast.Name) else ""
    bindings = module.scope.bindings
    dotted = {binding.dotted for binding in bindings.get(named, ()) if binding.kind == "import"}
    if named not in bindings:
        # Of what brings all its names, one alone may bring an answer.
        every = (f"{binding.dotted}.{named}" for binding in bindings.get("*", ()))
        dotted = {one for one in every if one.partition(".")[0] in _PACKAGES}
    whole = dotted.pop() if len(dotted) == 1 else ""
    package = whole.partition(".")[0]
    if package not in _PACKAGES:
        return "", ""
    name = last_name(response.func) if base is not response.func else whole.rpartition(".")[2]
    return (package, name) if name in _ITERATING else ("", "")


def _unsendable(span: Span, what: str, name: str) -> Finding:
    if what == "a function":
        message = f"`{name}` is given a function, and not what calling it gives: the stream fails"
        return Finding(rule.name, span, message, f"write `{span.text}()`", severity="error")
    if what.startswith("a coroutine"):
        is_text = what != "a coroutine"
        message = f"`{name}` is given a coroutine, and goes through none: the stream fails"
        help_ = "let the function `yield` its events" if is_text else f"write `await {span.text}`"
        return Finding(rule.name, span, message, help_, severity="error")
    return Finding(
        rule.name,
        span,
        f"`{name}` sends texts, and makes no event of {what}: nothing arrives",
        'write the frame: `f"event: {name}\\ndata: {data}\\n\\n"`, or answer with a response '
        "that is made for events",
        severity="error",
    )


def _without_headers(context: Context) -> Iterator[Finding]:
    seen = set()
    is_for_all = cache(lambda header: _is_for_all(context, header))
    for one in context.streams:
        stream = one.stream
        response, module = stream.response, stream.module
        if response is None or module is None or not stream.raw or not stream.content_type:
            continue
        if last_name(response.func) not in _RAW or id(response) in seen:
            continue
        seen.add(id(response))
        text = _functions(one, module, response).lower()
        missing = [h for h in _HEADERS if h.lower() not in text and not is_for_all(h)]
        view = one.route.view
        if _has_headers_of_its_own(response) or (view and any(map(_adds, view.scope.calls))):
            continue
        if missing:
            yield Finding(
                rule.name,
                module.span(response),
                f"this stream is sent without {' and '.join(f'`{m}`' for m in missing)}: "
                "proxies may hold it back or keep a copy",
                'add `headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}`',
            )


def _is_for_all(context: Context, header: str) -> bool:
    """Whether something that changes every answer, such as a middleware, may set a header."""
    return any(
        module.mentions(*_OF_ALL_ANSWERS)
        for app in context.streaming_apps
        for spelled in (header, header.lower())
        for module in context.modules_of(app, spelled)
    )


def _functions(one: StreamRoute, module: Module, response: ast.Call) -> str:
    """The text of the functions that may give headers: the view, and the one that makes the
    response, which may be a helper that views share."""
    view = one.route.view
    texts = [view.scope.module.span(view.scope.node).text] if view else []
    place = module.span(response)
    around = [
        span
        for scope in module.scope.walk()
        if scope.is_function and _holds(span := module.span(scope.node), place)
    ]
    texts += [min(around, key=lambda span: span.end - span.start).text] if around else []
    return "\n".join((*texts, place.text))


def _holds(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _has_headers_of_its_own(response: ast.Call) -> bool:
    """Whether headers come from somewhere else, which is not looked into."""
    return any(
        keyword.arg is None or (keyword.arg == "headers" and not _is_written_out(keyword.value))
        for keyword in response.keywords
    )


def _is_written_out(headers: ast.expr) -> bool:
    return isinstance(headers, ast.Dict) and None not in headers.keys


def _adds(call: ast.Call) -> bool:
    """`response.headers.update(HEADERS)`"""
    method = call.func
    if not isinstance(method, ast.Attribute) or last_name(method.value) != "headers":
        return False
    return method.attr in ("update", "extend")


rule = Rule(
    name="sse_response",
    summary="an answer that lacks the headers of a stream, or cannot send what it is given",
    severity="info",
    check=check,
    in_python=True,
)
