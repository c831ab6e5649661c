"""Routers that tempest-fastapi-sdk makes: where they stand when nobody says so."""

from collections.abc import Iterable

from sse_check.apps.addresses import EMPTY
from sse_check.apps.reading import Reading
from sse_check.python.values import InstanceValue, Value
from sse_check.template.values import Pattern

_PREFIXES = {
    "make_admin_router": "/admin",
    "make_agent_router": "/api/agent",
    "make_ai_chat_router": "/api/ai-chat",
    "make_app_error_router": "/api/app-errors",
    "make_auth_router": "/auth",
    "make_chat_router": "/api/chat",
    "make_css_router": "/static/app.css",
    "make_genai_router": "/api/genai",
    "make_health_router": "/health",
    "make_hostbridge_router": "/system",
    "make_htmx_router": "/_ssr",
    "make_logs_router": "/logs",
    "make_pdf_router": "/pdf",
    "make_prediction_router": "/api/predict",
    "make_prometheus_router": "/metrics",
    "make_push_router": "/api/push",
    "make_reviews_router": "/api/reviews",
    "make_session_router": "/auth/session",
    "make_tool_spec_router": "/tool-spec",
    "make_vision_router": "/api/vision",
    "make_voice_router": "/voice",
    "make_wallet_router": "/api/wallet",
    "make_web_push_router": "/api/push",
    "make_websocket_router": "/ws",
    "make_zap_webhook_router": "/webhooks/zap",
}


def prefix(reading: Reading, values: Iterable[Value]) -> Pattern:
    """The prefix of a router that the package makes; empty for anything else."""
    for value in values:
        if not isinstance(value, InstanceValue) or value.call is None:
            continue
        name = value.dotted.rpartition(".")[2]
        if value.dotted.startswith("tempest_fastapi_sdk.") and name in _PREFIXES:
            given = reading.argument(value.call, ("prefix", "path"))
            if given is None:
                return Pattern.of(_PREFIXES[name])
            return reading.patterns(given, value.frame)[0]
    return EMPTY
