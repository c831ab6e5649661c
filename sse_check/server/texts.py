"""The texts that an expression can have, as patterns with holes."""

import ast
from dataclasses import dataclass, field
from itertools import product

from sse_check.server.modules import Function, Module, Modules
from sse_check.template.values import Pattern

UNKNOWN = Pattern((None,))
_MOST = 24
_DEEPEST = 10


@dataclass(slots=True, eq=False)
class Scope:
    """Where an expression stands: its module, its functions from the inside out, what is bound.

    `bound` are arguments that a caller passes, with the scope in which they are written.
    """

    module: Module
    functions: tuple[Function, ...] = ()
    bound: dict[str, "tuple[ast.expr, Scope]"] = field(default_factory=dict)
    outer: "Scope | None" = None


def texts(modules: Modules, node: ast.expr, scope: Scope, depth: int = 0) -> list[Pattern]:
    """Every text that an expression may be; a hole alone when nothing is known."""
    if depth > _DEEPEST:
        return [UNKNOWN]
    found = list(dict.fromkeys(_texts(modules, node, scope, depth + 1)))[:_MOST]
    return found or [UNKNOWN]


def _texts(modules: Modules, node: ast.expr, scope: Scope, depth: int) -> list[Pattern]:
    match node:
        case ast.Constant(value=value):
            value = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
            return [Pattern.of(str(value))] if value is not None else []
        case ast.JoinedStr(values=values):
            return _joined([_piece(modules, value, scope, depth) for value in values])
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _joined(
                [texts(modules, left, scope, depth), texts(modules, right, scope, depth)]
            )
        case ast.BinOp(left=left, op=ast.Mod()):
            return [_percent(p) for p in texts(modules, left, scope, depth)]
        case ast.IfExp() | ast.BoolOp() | ast.NamedExpr() | ast.Await():
            options = _options(node)
            return [text for value in options for text in texts(modules, value, scope, depth)]
        case ast.Name():
            return _name(modules, node, scope, depth)
        case ast.Attribute():
            return _attribute(modules, node, scope, depth)
        case ast.Call():
            return _call(modules, node, scope, depth)
        case ast.Subscript(value=value):
            return _item(modules, value, scope, depth)
    return [UNKNOWN]


def _options(node: ast.expr) -> list[ast.expr]:
    """The expressions of which one is the value."""
    if isinstance(node, ast.IfExp):
        return [node.body, node.orelse]
    if isinstance(node, ast.BoolOp):
        return node.values
    return [node.value] if isinstance(node, ast.NamedExpr | ast.Await) else []


def _piece(modules: Modules, node: ast.expr, scope: Scope, depth: int) -> list[Pattern]:
    if isinstance(node, ast.FormattedValue):
        if node.format_spec is not None:
            return [UNKNOWN]
        return texts(modules, node.value, scope, depth)
    return texts(modules, node, scope, depth)


def _joined(pieces: list[list[Pattern]]) -> list[Pattern]:
    found = []
    for combination in product(*pieces):
        found.append(Pattern.of(*(part for pattern in combination for part in pattern.parts)))
        if len(found) >= _MOST:
            break
    return found


def _percent(pattern: Pattern) -> Pattern:
    """`"row-%s" % x`: every conversion is a hole."""
    parts: list[str | None] = []
    for part in pattern.parts:
        if part is None:
            parts.append(None)
            continue
        first, *rest = part.split("%")
        parts.append(first)
        for piece in rest:
            parts.extend((None, piece.lstrip("0123456789.-+ #")[1:]))
    return Pattern.of(*parts)


def _name(modules: Modules, node: ast.Name, scope: Scope, depth: int) -> list[Pattern]:
    name = node.id
    current: Scope | None = scope
    while current is not None:
        if name in current.bound:
            expression, where = current.bound[name]
            return texts(modules, expression, where, depth)
        for function in current.functions:
            local = _before(node, _assigned_in(modules, current, function, name))
            if local:
                return [t for value in local for t in texts(modules, value, current, depth)]
            if name in _parameters(function):
                return [UNKNOWN]
        current = current.outer
    home, original = modules.definition(scope.module, name)
    values = home.assigned.get(original, [])
    if not values:
        return [UNKNOWN]
    return [text for value in values for text in texts(modules, value, Scope(home), depth)]


def _before(use: ast.Name, values: list[ast.expr]) -> list[ast.expr]:
    """Of a name that is built up step by step (`text = f"...{text}"`), the step before a use."""
    if not any(_mentions(value, use.id) for value in values):
        return values
    line = getattr(use, "lineno", 0)
    earlier = [value for value in values if getattr(value, "lineno", 0) < line]
    return earlier[-1:] or values[:1]


def _parameters(function: Function) -> set[str]:
    arguments = function.args
    return {a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}


def _assigned_in(modules: Modules, scope: Scope, function: Function, name: str) -> list[ast.expr]:
    """What a function assigns to a name; the elements, for the target of a loop."""
    found: list[ast.expr] = []
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                found.extend(_taken(target, node.value, name))
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            found.extend(_taken(node.target, node.value, name))
        elif isinstance(node, ast.AugAssign) and _is_name(node.target, name):
            found.append(ast.BinOp(ast.Name(name), node.op, ast.Name("")))
        elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
            written = elements(modules, scope, node.iter)
            if written is None:
                found.extend([ast.Name("")] if _mentions(node.target, name) else [])
            else:
                for element in written:
                    found.extend(_taken(node.target, element, name))
    return found


def elements(modules: Modules, scope: Scope, node: ast.expr) -> list[ast.expr] | None:
    """What a loop goes through, when that is written down, here or as a module's constant."""
    if isinstance(node, ast.Name):
        home, name = modules.definition(scope.module, node.id)
        values = home.assigned.get(name, [])
        node = values[0] if len(values) == 1 else node
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return node.elts
    return None


def _taken(target: ast.expr, value: ast.expr, name: str) -> list[ast.expr]:
    if _is_name(target, name):
        return [value]
    if isinstance(target, ast.Tuple | ast.List):
        values = getattr(value, "elts", None)
        if values is not None and len(values) == len(target.elts):
            pairs = zip(target.elts, values, strict=True)
            return [found for t, v in pairs for found in _taken(t, v, name)]
        return [ast.Name("")] if _mentions(target, name) else []
    return []


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _mentions(node: ast.expr, name: str) -> bool:
    return any(_is_name(n, name) for n in ast.walk(node) if isinstance(n, ast.expr))


def _attribute(modules: Modules, node: ast.Attribute, scope: Scope, depth: int) -> list[Pattern]:
    """`Event.DONE`, `Event.DONE.value`, `events.DONE`, `self.name`."""
    owner: ast.expr = node.value
    name = node.attr
    if name in ("value", "name") and isinstance(owner, ast.Attribute):
        name, owner = owner.attr, owner.value
    if not isinstance(owner, ast.Name):
        return [UNKNOWN]
    if owner.id in ("self", "cls"):
        return _class_attribute(modules, scope, name, depth)
    found = modules.class_(scope.module, owner.id)
    if found is not None:
        home, definition = found
        return _member(modules, home, definition, name, depth)
    meant = scope.module.names.get(owner.id)
    other = modules.named(meant) if meant else None
    if other is not None and name in other.assigned:
        values = other.assigned[name]
        return [t for value in values for t in texts(modules, value, Scope(other), depth)]
    return [UNKNOWN]


def _class_attribute(modules: Modules, scope: Scope, name: str, depth: int) -> list[Pattern]:
    for function in scope.functions:
        owner = scope.module.owners.get(id(function))
        if owner is not None:
            return _member(modules, scope.module, owner, name, depth)
    return [UNKNOWN]


def _member(
    modules: Modules, home: Module, definition: ast.ClassDef, name: str, depth: int
) -> list[Pattern]:
    for statement in definition.body:
        value = None
        if isinstance(statement, ast.Assign):
            if any(_is_name(target, name) for target in statement.targets):
                value = statement.value
        elif isinstance(statement, ast.AnnAssign) and _is_name(statement.target, name):
            value = statement.value
        if value is not None:
            if isinstance(value, ast.Call) and home.meaning(value.func).endswith("auto"):
                return [Pattern.of(name.lower())]
            return texts(modules, value, Scope(home), depth)
    return [UNKNOWN]


def _call(modules: Modules, node: ast.Call, scope: Scope, depth: int) -> list[Pattern]:
    function = node.func
    if isinstance(function, ast.Attribute):
        if function.attr == "format":
            given = [texts(modules, argument, scope, depth)[0] for argument in node.args]
            return [_formatted(p, given) for p in texts(modules, function.value, scope, depth)]
        if function.attr in ("encode", "strip", "removeprefix", "removesuffix", "decode"):
            return texts(modules, function.value, scope, depth)
        if function.attr == "join" and node.args:
            elements = getattr(node.args[0], "elts", None)
            if elements is not None:
                return _join(modules, function.value, elements, scope, depth)
    if isinstance(function, ast.Name) and function.id in ("str", "bytes") and node.args:
        return texts(modules, node.args[0], scope, depth)
    if scope.module.meaning(function).endswith("dedent") and node.args:
        return texts(modules, node.args[0], scope, depth)
    called = resolve(modules, function, scope)
    if called is None:
        return [UNKNOWN]
    inner = enter(called, node, scope)
    returned = [
        statement.value
        for statement in ast.walk(called[1])
        if isinstance(statement, ast.Return) and statement.value is not None
    ]
    return [text for value in returned for text in texts(modules, value, inner, depth)]


def _join(
    modules: Modules, between: ast.expr, elements: list[ast.expr], scope: Scope, depth: int
) -> list[Pattern]:
    pieces: list[list[Pattern]] = []
    for number, element in enumerate(elements):
        if number:
            pieces.append(texts(modules, between, scope, depth))
        pieces.append(texts(modules, element, scope, depth))
    return _joined(pieces)


def _formatted(pattern: Pattern, given: list[Pattern]) -> Pattern:
    """`"row-{}".format(x)`, with what is known of the arguments."""
    left = list(given)
    parts: list[str | None] = []
    for part in pattern.parts:
        if part is None:
            parts.append(None)
            continue
        first, *rest = part.replace("{{", "\0").replace("}}", "\1").split("{")
        parts.append(first)
        for piece in rest:
            field, _, after = piece.partition("}")
            value = left.pop(0) if left and not field else UNKNOWN
            parts.extend((*value.parts, after))
    return Pattern.of(*(p if p is None else p.replace("\0", "{").replace("\1", "}") for p in parts))


def _item(modules: Modules, value: ast.expr, scope: Scope, depth: int) -> list[Pattern]:
    """`NAMES[kind]`: any of the values of a literal table."""
    if not isinstance(value, ast.Name):
        return [UNKNOWN]
    home, name = modules.definition(scope.module, value.id)
    for expression in home.assigned.get(name, []):
        elements: list[ast.expr] = []
        if isinstance(expression, ast.Dict):
            elements = list(expression.values)
        elif isinstance(expression, ast.List | ast.Tuple):
            elements = list(expression.elts)
        if elements:
            return [t for e in elements for t in texts(modules, e, Scope(home), depth)]
    return [UNKNOWN]


# Calls


def resolve(
    modules: Modules, function: ast.expr, scope: Scope
) -> tuple[Module, Function, Scope | None] | None:
    """The project's function behind a call, with the scope it closes over."""
    if isinstance(function, ast.Name):
        current: Scope | None = scope
        while current is not None:
            for around in current.functions:
                nested = _nested(around, function.id)
                if nested is not None:
                    return current.module, nested, current
            if function.id in current.bound:
                expression, where = current.bound[function.id]
                return resolve(modules, expression, where)
            current = current.outer
    owner = function.value if isinstance(function, ast.Attribute) else None
    if isinstance(owner, ast.Name) and owner.id in ("self", "cls"):
        return _method(modules, scope, function.attr if isinstance(function, ast.Attribute) else "")
    found = modules.function(scope.module, function)
    return (*found, None) if found is not None else None


def _nested(around: Function, name: str) -> Function | None:
    for node in ast.walk(around):
        if isinstance(node, Function) and node.name == name and node is not around:
            return node
    return None


def _method(
    modules: Modules, scope: Scope, name: str
) -> tuple[Module, Function, Scope | None] | None:
    module, owner = scope.module, None
    for function in scope.functions:
        owner = owner or module.owners.get(id(function))
    for _ in range(4):
        if owner is None:
            return None
        for statement in owner.body:
            if isinstance(statement, Function) and statement.name == name:
                return module, statement, None
        bases = [base.id for base in owner.bases if isinstance(base, ast.Name)]
        found = modules.class_(module, bases[0]) if bases else None
        if found is None:
            return None
        module, owner = found
    return None


def enter(
    called: tuple[Module, Function, Scope | None], node: ast.Call | None, scope: Scope
) -> Scope:
    """The scope inside a function that is called, with its arguments bound."""
    module, function, closure = called
    bound: dict[str, tuple[ast.expr, Scope]] = {}
    names = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
    if names and names[0] in ("self", "cls"):
        names = names[1:]
    defaults = function.args.defaults
    for name, default in zip(names[len(names) - len(defaults) :], defaults, strict=False):
        bound[name] = (default, Scope(module))
    for keyword, default_ in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True):
        if default_ is not None:
            bound[keyword.arg] = (default_, Scope(module))
    if node is not None:
        for name, value in zip(names, node.args, strict=False):
            if isinstance(value, ast.Starred):
                break
            bound[name] = (value, scope)
        for given in node.keywords:
            if given.arg is not None:
                bound[given.arg] = (given.value, scope)
    return Scope(module, (function,), bound, closure)
