"""Hand-written streams without the headers that streams need."""

import ast
from collections.abc import Iterator

from sse_check.api import Context, Finding, Module, Rule, Span, StreamRoute, last_name

_RAW = ("StreamingResponse", "StreamingHttpResponse", "Response")
_HEADERS = ("Cache-Control", "X-Accel-Buffering")


def check(context: Context) -> Iterator[Finding]:
    seen = set()
    for one in context.streams:
        stream = one.stream
        response, module = stream.response, stream.module
        if response is None or module is None or not stream.raw or not stream.content_type:
            continue
        if last_name(response.func) not in _RAW or id(response) in seen:
            continue
        seen.add(id(response))
        text = _functions(one, module, response).lower()
        missing = [h for h in _HEADERS if h.lower() not in text]
        if _has_headers_of_its_own(response):
            continue
        if missing:
            yield Finding(
                rule.name,
                module.span(response),
                f"this stream is sent without {' and '.join(f'`{m}`' for m in missing)}: "
                "proxies may hold it back or keep a copy",
                'add `headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}`',
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
        keyword.arg is None
        or (keyword.arg == "headers" and not isinstance(keyword.value, ast.Dict))
        for keyword in response.keywords
    )


rule = Rule(
    name="sse_response",
    summary="a hand-written stream without the headers it needs",
    severity="info",
    check=check,
    in_python=True,
)
