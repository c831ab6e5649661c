"""Addresses that Python asks for by the name of a route, and texts that are made of them."""

import ast
from dataclasses import dataclass
from itertools import islice, product

from sse_check.apps.model import Route
from sse_check.python.evaluate import Evaluator
from sse_check.python.module import last_name
from sse_check.python.values import Frame, Text
from sse_check.python.written import assigned, pieces
from sse_check.template.values import Pattern

HOLE = Pattern((None,))
_REVERSING = frozenset(
    "url_for reverse reverse_lazy reverse_url get_url url_path_for route_reverse app_url_for "
    "absolute_url_for".split()
)
# What gives an address as it was but for its query, its server or its type.
_KEEPING = frozenset(
    "path include_query_params with_query update_query remove_query_params replace_query_params "
    "make_absolute_url build_absolute_uri human_repr relative geturl".split()
)
_DEEPEST = 6
_MOST = 16


@dataclass(eq=False)
class AskedAddresses:
    """Reads values of contexts. `by_name` are the routes of the application."""

    evaluator: Evaluator
    by_name: dict[str, list[Route]]

    def known(self, node: ast.expr, frame: Frame, depth: int = 0) -> tuple[Pattern, ...]:
        """What an expression may be as a text: constants and addresses, else a hole."""
        found = self._asked(node, frame, depth) if depth < _DEEPEST else None
        if found is not None:
            return found or (HOLE,)
        if isinstance(node, ast.Call | ast.Await | ast.Subscript | ast.ListComp | ast.Dict):
            return (HOLE,)
        values = self.evaluator.values(node, frame)
        return tuple(dict.fromkeys(v.pattern if isinstance(v, Text) else HOLE for v in values))

    def _asked(self, node: ast.expr, frame: Frame, depth: int) -> tuple[Pattern, ...] | None:
        """The addresses in an expression; None when it is about something else."""
        match node:
            case ast.Call(func=function, args=[first, *_]) if last_name(function) in _REVERSING:
                return self._reversed(first, frame)
            case ast.Call(func=ast.Name(id="str"), args=[inner]):
                return self._asked(inner, frame, depth + 1)
            case ast.Call(func=ast.Attribute(attr=name), args=[inner]) if name in _KEEPING:
                # `request.build_absolute_uri(reverse("x"))`
                return self._asked(inner, frame, depth + 1)
            case ast.Call(func=ast.Attribute(value=owner, attr=name)) if name in _KEEPING:
                return self._asked(owner, frame, depth + 1)
            case ast.Attribute(value=owner, attr=name) if name in _KEEPING:
                return self._asked(owner, frame, depth + 1)
            case ast.Name() if depth < _DEEPEST:
                return self._bound(node, frame, depth + 1)
            case ast.JoinedStr() | ast.BinOp(op=ast.Add()):
                return self._joined(list(pieces(node)), frame, depth + 1)
        return None

    def _bound(self, node: ast.Name, frame: Frame, depth: int) -> tuple[Pattern, ...] | None:
        """What is assigned to a name, if an address is."""
        places = assigned(self.evaluator, node, frame)
        asked = [self._asked(one, home, depth) for one, home in places]
        if not any(found is not None for found in asked):
            return None
        found = (self.known(one, home, depth) for one, home in places)
        return tuple(dict.fromkeys(pattern for some in found for pattern in some))

    def _joined(
        self, pieces: list[ast.expr], frame: Frame, depth: int
    ) -> tuple[Pattern, ...] | None:
        """A text with an address in it: `f"{url_for('x')}?page=1"`."""
        if not any(self._asked(one, frame, depth) is not None for one in pieces):
            return None
        known = [self.known(one, frame, depth) for one in pieces]
        whole = (
            Pattern.of(*(p for one in chosen for p in one.parts)) for chosen in product(*known)
        )
        found = list(islice(dict.fromkeys(whole), _MOST + 1))
        return tuple(found) if len(found) <= _MOST else (*found[:_MOST], HOLE)

    def _reversed(self, node: ast.expr, frame: Frame) -> tuple[Pattern, ...]:
        """`url_for("stream")`, `reverse("shop:stream")`: the address of the route."""
        name = self.evaluator.text(node, frame)
        routes = named(self.by_name, name or "")
        return tuple(dict.fromkeys(route.pattern for route in routes)) or (HOLE,)


def named(by_name: dict[str, list[Route]], name: str) -> list[Route]:
    """The routes that code may ask for by a name.

    Flask's `.live` is the view of the blueprint that answers, whichever that is.
    """
    found = by_name.get(name, [])
    if found or not name.startswith("."):
        return found
    known = (routes for one, routes in by_name.items() if f".{one}".endswith(name))
    return [route for routes in known for route in routes]
