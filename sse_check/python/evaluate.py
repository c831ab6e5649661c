"""The values of an expression: names, attributes, calls and texts are followed, nothing is run."""

import ast
from collections.abc import Iterable, Iterator

from sse_check.python import texts as text_rules
from sse_check.python.module import Binding, Module, Scope, Store
from sse_check.python.program import Program
from sse_check.python.values import (
    ClassValue,
    External,
    Frame,
    FunctionValue,
    InstanceValue,
    MappingValue,
    ModuleValue,
    SequenceValue,
    Text,
    Unknown,
    Value,
)
from sse_check.template.values import Pattern

UNKNOWN_TEXT = Pattern((None,))
_DEEPEST = 24
_DEEPEST_CALLS = 8
_MOST = 24


class Evaluator:
    """Answers what expressions may be. What was asked once in a frame is remembered."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._frames: dict[int, Frame] = {}
        self._known: dict[tuple[int, int], tuple[Value, ...]] = {}
        self._kept: list[Frame] = []
        self._instances: dict[tuple[int, int], InstanceValue] = {}
        self._asked: list[tuple[int, int]] = []
        self._stores: dict[str, list[tuple[Scope, Store]]] | None = None
        self._stores_by_class: dict[int, dict[str, list[tuple[Scope, Store]]]] = {}
        self._method_frames: dict[tuple[int, int], Frame] = {}
        self._calls: dict[tuple[int, int, int, int, int], Frame] = {}

    # Frames

    def frame(self, scope: Scope) -> Frame:
        """The frame of a scope that nobody in particular calls."""
        key = id(scope)
        if key not in self._frames:
            outer = self.frame(scope.parent) if scope.parent is not None else None
            instance: InstanceValue | ClassValue | None = None
            if scope.is_function and scope.parent is not None and scope.parent.is_class:
                instance = self._anyone(scope.parent, outer)
            elif outer is not None:
                instance = outer.instance
            self._frames[key] = Frame(scope, outer, {}, instance)
        return self._frames[key]

    def _anyone(self, owner: Scope, frame: Frame | None) -> InstanceValue:
        """Some instance of a class: what `self` is where a method is looked at by itself."""
        closure = frame.outer if frame is not None and frame.outer is not None else frame
        closure = closure or self.frame(owner.module.scope)
        made = (id(owner), 0)
        if made not in self._instances:
            value = ClassValue(owner.module, owner, closure)
            self._instances[made] = InstanceValue(value, None, closure)
        return self._instances[made]

    def enter(
        self, function: FunctionValue, call: ast.Call | None = None, frame: Frame | None = None
    ) -> Frame:
        """The frame inside a function that is called with these arguments from `frame`."""
        depth = (frame.depth if frame is not None else 0) + 1
        inner = Frame(function.scope, function.closure, {}, function.closure.instance, depth)
        node = function.scope.node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            return inner
        names = [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
        if function.owner is not None and names and not _is_static(node):
            inner.instance = function.owner
            names = names[1:]
        if call is not None and frame is not None:
            self._give(inner, names, call, frame)
        return inner

    @staticmethod
    def _give(inner: Frame, names: list[str], call: ast.Call, frame: Frame) -> None:
        for name, value in zip(names, call.args, strict=False):
            if isinstance(value, ast.Starred):
                break
            inner.given[name] = (value, frame)
        for keyword in call.keywords:
            if keyword.arg is not None:
                inner.given[keyword.arg] = (keyword.value, frame)
        starred = any(isinstance(argument, ast.Starred) for argument in call.args)
        inner.called = not starred and all(k.arg is not None for k in call.keywords)

    # Values

    def values(self, node: ast.expr, frame: Frame) -> tuple[Value, ...]:
        """Everything that an expression may be; `Unknown` is among it when not all is known."""
        key = (id(node), id(frame))
        known = self._known.get(key)
        if known is not None:
            return known
        if key in self._asked or len(self._asked) > _DEEPEST:
            return (Unknown(node),)
        self._asked.append(key)
        try:
            found = tuple(dict.fromkeys(self._values(node, frame)))[:_MOST] or (Unknown(node),)
        finally:
            self._asked.pop()
        # What was cut short inside a circle is not the whole answer: keep it only at the top.
        if not self._asked or not any(isinstance(v, Unknown) for v in found):
            self._known[key] = found
            self._kept.append(frame)
        return found

    def _values(self, node: ast.expr, frame: Frame) -> Iterable[Value]:
        match node:
            case ast.Constant():
                return (_constant(node, frame),)
            case ast.Name():
                return self.name(node.id, frame, node)
            case ast.Attribute():
                return self._attribute(node, frame)
            case ast.Call():
                return self._call(node, frame)
            case ast.Await() | ast.NamedExpr() | ast.Starred():
                return self.values(node.value, frame)
            case ast.IfExp():
                return (*self.values(node.body, frame), *self.values(node.orelse, frame))
            case ast.BoolOp():
                return [v for one in node.values for v in self.values(one, frame)]
            case ast.List() | ast.Tuple() | ast.Set():
                more = any(isinstance(one, ast.Starred) for one in node.elts)
                return (SequenceValue(tuple(node.elts), frame, node, more),)
            case ast.Dict():
                return (MappingValue(tuple(node.keys), tuple(node.values), frame, node),)
            case ast.Subscript():
                return self._item(node, frame)
            case ast.Lambda():
                scope = frame.scope.module.scope_for(node, frame.scope)
                return (FunctionValue(frame.module, scope, frame),)
            case ast.JoinedStr() | ast.BinOp():
                return text_rules.values(self, node, frame)
        return (Unknown(node),)

    def one(self, node: ast.expr, frame: Frame) -> Value | None:
        """The value of an expression when there is exactly one and it is known."""
        found = self.values(node, frame)
        return found[0] if len(found) == 1 and not isinstance(found[0], Unknown) else None

    def texts(self, node: ast.expr, frame: Frame) -> tuple[Pattern, ...]:
        """The texts that an expression may be; a hole alone for what is not known."""
        return tuple(dict.fromkeys(self.as_text(v) for v in self.values(node, frame)))

    def as_text(self, value: Value) -> Pattern:
        """A value put into a text."""
        return text_rules.as_text(self, value)

    def text(self, node: ast.expr | None, frame: Frame) -> str | None:
        """The one text of an expression, when it is known in full."""
        if node is None:
            return None
        found = self.texts(node, frame)
        return found[0].literal if len(found) == 1 else None

    def dotted(self, node: ast.expr, frame: Frame) -> str:
        """The full name of something external that an expression names, else ""."""
        for value in self.values(node, frame):
            if isinstance(value, External):
                return value.dotted
        return ""

    def argument(
        self, call: ast.Call, keyword: str | tuple[str, ...], position: int = -1
    ) -> ast.expr | None:
        """An argument by keyword or place."""
        names = (keyword,) if isinstance(keyword, str) else keyword
        for given in call.keywords:
            if given.arg in names:
                return given.value
        if 0 <= position < len(call.args):
            before = call.args[: position + 1]
            if not any(isinstance(argument, ast.Starred) for argument in before):
                return call.args[position]
        return None

    # Names

    def name(self, name: str, frame: Frame, at: ast.expr | None = None) -> tuple[Value, ...]:
        """What a name means in a frame, as Python looks it up."""
        current: Frame | None = frame
        start = True
        while current is not None:
            scope = current.scope
            if not (scope.is_class and not start):
                if name in current.given:
                    return self._given(current.given[name])
                bound = scope.bindings.get(name)
                if bound:
                    here = reaching(scope, bound, at) if start and at is not None else bound
                    found = [v for one in here for v in self._bound(one, current)]
                    return tuple(dict.fromkeys(found)) or (Unknown(at),)
            current, start = current.outer, False
        return (External(name),)

    def _given(self, given: tuple[ast.expr, Frame] | tuple[Value, ...]) -> tuple[Value, ...]:
        if len(given) == 2 and isinstance(given[0], ast.expr) and isinstance(given[1], Frame):
            return self.values(given[0], given[1])
        return given  # type: ignore[return-value]

    def _bound(self, binding: Binding, frame: Frame) -> Iterable[Value]:
        match binding.kind:
            case "import":
                return self.imported(binding.dotted, frame.module)
            case "def":
                return self._defined(binding, frame)
            case "class":
                scope = frame.scope.child(binding.node)
                return (ClassValue(frame.module, scope, frame),) if scope else ()
            case "parameter":
                return self._parameter(binding, frame)
            case "augment":
                return (Unknown(binding.node),)
            case "loop":
                assert binding.value is not None  # noqa: S101 - a loop has something to go through
                return self.elements(binding.value, frame, binding.path)
            case "with":
                assert binding.value is not None  # noqa: S101 - a with has something to enter
                return self._entered(binding.value, frame)
        if binding.value is None:
            return (Unknown(binding.node),)
        if binding.path:
            return self._unpacked(binding.value, binding.path, frame)
        return self.values(binding.value, frame)

    def _defined(self, binding: Binding, frame: Frame) -> Iterable[Value]:
        scope = frame.scope.child(binding.node)
        if scope is None:
            return ()
        owner = frame.instance if frame.scope.is_class else None
        return (FunctionValue(frame.module, scope, frame, owner),)

    def imported(self, dotted: str, module: Module, depth: int = 0) -> tuple[Value, ...]:
        """What an imported name means: followed through the project's modules."""
        path = self.program.find(dotted, module.path)
        home, _, name = dotted.rpartition(".")
        if home and depth < _DEEPEST_CALLS:
            file = self.program.find(home, module.path)
            found = self.program.module(file) if file is not None else None
            if found is not None and found.scope.bindings.get(name):
                return self.name(name, self.frame(found.scope))
            if found is not None and path is None:
                return self._starred(found, name, depth) or (Unknown(),)
        if path is not None:
            other = self.program.module(path)
            return (ModuleValue(other),) if other is not None else (Unknown(),)
        return (External(dotted),) if not dotted.startswith("/") else (Unknown(),)

    def _starred(self, module: Module, name: str, depth: int) -> tuple[Value, ...]:
        """A name that a module has by `from other import *`."""
        for binding in module.scope.bindings.get("*", ()):
            base = binding.dotted.removesuffix(".*")
            found = self.imported(f"{base}.{name}", module, depth + 1)
            if found and not isinstance(found[0], Unknown):
                return found
        return ()

    def _parameter(self, binding: Binding, frame: Frame) -> Iterable[Value]:
        """A parameter that no caller gave: `self`, its default, or what its annotation says."""
        node = frame.scope.node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            return (Unknown(binding.node),)
        if frame.instance is not None and _is_first(node, binding.name) and _is_method(frame):
            return (frame.instance,)
        outer = frame.outer or frame
        default = default_of(node, binding.name)
        annotation = getattr(binding.node, "annotation", None)
        injected = self._injected(default, annotation, outer)
        if injected:
            return injected
        if default is not None:
            known = self.values(default, outer)
            # A caller that is not seen may give anything else.
            return known if frame.called else (*known, Unknown(binding.node))
        return self._annotated(annotation, outer) or (Unknown(binding.node),)

    def _injected(
        self, default: ast.expr | None, annotation: ast.expr | None, frame: Frame
    ) -> tuple[Value, ...]:
        """`broker = Depends(get_broker)`, `broker: Annotated[Broker, Depends(get_broker)]`."""
        candidates: list[ast.expr] = [default] if default is not None else []
        if isinstance(annotation, ast.Subscript) and isinstance(annotation.slice, ast.Tuple):
            candidates.extend(annotation.slice.elts[1:])
        elif isinstance(annotation, ast.Name):
            for scope in frame.scope.around():
                for binding in scope.bindings.get(annotation.id, ()):
                    value = binding.value
                    if isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Tuple):
                        candidates.extend(value.slice.elts[1:])
        for candidate in candidates:
            if not isinstance(candidate, ast.Call):
                continue
            called = self.dotted(candidate.func, frame).rpartition(".")[2]
            if called not in ("Depends", "Security", "Provide"):
                continue
            if not candidate.args:
                return self._annotated(annotation, frame)
            return tuple(v for f in self.values(candidate.args[0], frame) for v in self.result(f))
        return ()

    def _annotated(self, annotation: ast.expr | None, frame: Frame) -> tuple[Value, ...]:
        """Some instance of the class of the project that an annotation names."""
        if isinstance(annotation, ast.Subscript):
            inner = annotation.slice
            annotation = inner.elts[0] if isinstance(inner, ast.Tuple) and inner.elts else inner
        if not isinstance(annotation, ast.Name | ast.Attribute):
            return ()
        for value in self.values(annotation, frame):
            if isinstance(value, ClassValue):
                return (self._anyone(value.scope, self.frame(value.scope)),)
            if isinstance(value, External) and value.dotted and "." in value.dotted:
                return (self._made(value, None, frame, (id(annotation), id(frame))),)
        return ()

    # Collections

    def elements(
        self, node: ast.expr, frame: Frame, path: tuple[int, ...] = ()
    ) -> tuple[Value, ...]:
        """What a loop goes through, unpacked by `path`."""
        if isinstance(node, ast.Call):
            special = self._looped_call(node, frame, path)
            if special is not None:
                return special
        found: list[Value] = []
        for value in self.values(node, frame):
            if isinstance(value, SequenceValue):
                for item in value.items:
                    found.extend(self._element(item, value.frame, path))
            elif isinstance(value, MappingValue):
                for key in value.keys:
                    found.extend(self.values(key, value.frame) if key else (Unknown(node),))
            else:
                found.append(Unknown(node))
        return tuple(found)

    def _element(self, item: ast.expr, frame: Frame, path: tuple[int, ...]) -> Iterable[Value]:
        if isinstance(item, ast.Starred):
            return self.elements(item.value, frame, path)
        return self._unpacked(item, path, frame) if path else self.values(item, frame)

    def _looped_call(
        self, node: ast.Call, frame: Frame, path: tuple[int, ...]
    ) -> tuple[Value, ...] | None:
        """`enumerate(x)`, `sorted(x)`, `table.items()` and the like."""
        name = getattr(node.func, "id", "")
        if name == "enumerate" and node.args:
            if path[:1] == (1,):
                return self.elements(node.args[0], frame, path[1:])
            return (Unknown(node),)
        if name in ("sorted", "reversed", "list", "tuple", "set", "iter") and node.args:
            return self.elements(node.args[0], frame, path)
        attribute = getattr(node.func, "attr", "")
        if attribute not in ("items", "keys", "values") or node.args:
            return None
        owner = node.func.value if isinstance(node.func, ast.Attribute) else node
        found: list[Value] = []
        for value in self.values(owner, frame):
            if not isinstance(value, MappingValue):
                return None
            wanted = (
                attribute if attribute != "items" else ("keys", "values")[path[0] if path else 0]
            )
            rest = path[1:] if attribute == "items" else path
            for one in value.keys if wanted == "keys" else value.items:
                found.extend(self._element(one, value.frame, rest) if one else (Unknown(node),))
        return tuple(found)

    def _unpacked(self, node: ast.expr, path: tuple[int, ...], frame: Frame) -> Iterable[Value]:
        """One place of a tuple that is written down."""
        for value in self.values(node, frame):
            items = value.items if isinstance(value, SequenceValue) else ()
            at = path[0]
            if not isinstance(value, SequenceValue) or not 0 <= at < len(items) or value.more:
                yield Unknown(node)
            elif path[1:]:
                yield from self._unpacked(items[at], path[1:], value.frame)
            else:
                yield from self.values(items[at], value.frame)

    def _item(self, node: ast.Subscript, frame: Frame) -> Iterable[Value]:
        """`NAMES[kind]`: the item of a known key, else any of a table that is written down."""
        wanted = self.one(node.slice, frame)
        key = wanted.pattern.literal if isinstance(wanted, Text) else None
        for value in self.values(node.value, frame):
            if isinstance(value, MappingValue):
                yield from self._of_mapping(value, key, node)
            elif isinstance(value, SequenceValue):
                whole = key is not None and key.isdigit() and int(key) < len(value.items)
                chosen = [value.items[int(key)]] if whole and key is not None else value.items
                for item in chosen:
                    yield from self._element(item, value.frame, ())
            elif isinstance(value, ClassValue):
                # `Event["DONE"]`, or a generic class with its parameter.
                yield from self.attribute(value, key, node) if key else (value,)
            elif isinstance(value, External):
                yield value
            elif isinstance(value, InstanceValue) and key is not None:
                yield from self._stored_item(value, key, node)
            else:
                yield Unknown(node)

    def _of_mapping(self, value: MappingValue, key: str | None, node: ast.expr) -> Iterator[Value]:
        met = False
        for name, item in zip(value.keys, value.items, strict=True):
            known = self.text(name, value.frame) if name is not None else None
            if key is not None and known is not None and known != key:
                continue
            met = True
            yield from self.values(item, value.frame) if name is not None else (Unknown(node),)
        if not met:
            yield Unknown(node)

    def _stored_item(self, owner: InstanceValue, key: str, node: ast.expr) -> Iterator[Value]:
        """`app["hub"]`, where `app["hub"] = Hub()` stands somewhere."""
        found = False
        for scope, store in self.stores(f"[{key}]"):
            if owner in self.values(store.target.value, self.frame(scope)):
                found = True
                yield from self.values(store.value, self.frame(scope))
        if not found:
            yield Unknown(node)

    def _entered(self, node: ast.expr, frame: Frame) -> Iterable[Value]:
        """What `with x as y` gives: what the context manager yields, or the thing itself."""
        for value in self.values(node, frame):
            if isinstance(value, InstanceValue) and isinstance(value.of, ClassValue):
                for name in ("__enter__", "__aenter__"):
                    for method in self.attribute(value, name, node):
                        yield from self.result(method)
            else:
                yield value

    # Attributes

    def _attribute(self, node: ast.Attribute, frame: Frame) -> Iterable[Value]:
        for owner in self.values(node.value, frame):
            yield from self.attribute(owner, node.attr, node)

    def attribute(self, owner: Value, name: str, node: ast.expr | None = None) -> tuple[Value, ...]:
        """An attribute of a value."""
        match owner:
            case ModuleValue():
                return self._of_module(owner.module, name)
            case ClassValue():
                return self._of_class(owner, name, owner) or (Unknown(node),)
            case InstanceValue():
                return self._of_instance(owner, name, node)
            case External():
                return self._of_external(owner, name)
            case Text() if name in ("value", "name"):
                # A member of an enum, whose value is what was found.
                return (owner,)
            case FunctionValue() if name == "value":
                return (Unknown(node),)
        return (Unknown(node),)

    def _of_module(self, module: Module, name: str) -> tuple[Value, ...]:
        if module.scope.bindings.get(name):
            return self.name(name, self.frame(module.scope))
        if module.path.endswith("__init__.py"):
            path = self.program.find(f"/{module.package}.{name}", module.path)
            other = self.program.module(path) if path is not None else None
            if other is not None:
                return (ModuleValue(other),)
        return self._starred(module, name, 0) or (Unknown(),)

    def _of_instance(
        self, owner: InstanceValue, name: str, node: ast.expr | None
    ) -> tuple[Value, ...]:
        if isinstance(owner.of, External):
            stored = self._stored(owner, name)
            return stored or (External(f"{owner.of.dotted}().{name}", owner),)
        found = [*self._stored_on_self(owner, name)] or [*self._of_class(owner.of, name, owner)]
        if not found:
            found = [*self._stored(owner, name)]
        return tuple(dict.fromkeys(found)) or (Unknown(node),)

    def _of_external(self, owner: External, name: str) -> tuple[Value, ...]:
        """`app.state.hub` is what was put there; an app is reached by many names."""
        if owner.dotted.endswith(".state"):
            found = [
                value
                for scope, store in self.stores(name)
                if isinstance(store.target.value, ast.Attribute)
                and store.target.value.attr == "state"
                for value in self.values(store.value, self.frame(scope))
            ]
            if found:
                return tuple(dict.fromkeys(found))
        return (External(f"{owner.dotted}.{name}", owner.owner),)

    def _of_class(
        self, owner: ClassValue, name: str, bound: InstanceValue | ClassValue, depth: int = 0
    ) -> tuple[Value, ...]:
        """What a class or one of its bases says a name is."""
        frame = Frame(owner.scope, owner.closure, {}, bound)
        bindings = owner.scope.bindings.get(name)
        if bindings:
            found: list[Value] = []
            for binding in bindings[-1:]:
                for value in self._bound(binding, frame):
                    found.extend(self._member(value, bound, owner, name))
            return tuple(found)
        for base in self.bases(owner) if depth < _DEEPEST_CALLS else ():
            if isinstance(base, ClassValue):
                inherited = self._of_class(base, name, bound, depth + 1)
                if inherited:
                    return inherited
        return ()

    def _member(
        self, value: Value, bound: InstanceValue | ClassValue, owner: ClassValue, name: str
    ) -> Iterable[Value]:
        """A value as it is seen through an instance: properties are called, `auto()` is a name."""
        if isinstance(value, FunctionValue):
            if value.owner is not None and _is_property(value.scope.node):
                return self.result(value)
            return (value,)
        if isinstance(value, InstanceValue) and value.dotted.endswith("enum.auto") and value.call:
            return (Text(Pattern.of(name.lower()), value.call, value.frame),)
        return (value,)

    def bases(self, owner: ClassValue) -> tuple[Value, ...]:
        """The classes that a class is derived from, of the project or external."""
        node = owner.scope.node
        if not isinstance(node, ast.ClassDef):
            return ()
        return tuple(v for base in node.bases for v in self.values(base, owner.closure))

    def lineage(self, owner: ClassValue, depth: int = 0) -> Iterator[ClassValue | External]:
        """A class and everything above it, external names included."""
        yield owner
        for base in self.bases(owner) if depth < _DEEPEST_CALLS else ():
            if isinstance(base, ClassValue):
                yield from self.lineage(base, depth + 1)
            elif isinstance(base, External):
                yield base

    def _stored_on_self(self, owner: InstanceValue, name: str) -> Iterator[Value]:
        """`self.name = ...` in the methods of the class and its bases."""
        if not isinstance(owner.of, ClassValue):
            return
        for base in self.lineage(owner.of):
            if not isinstance(base, ClassValue):
                continue
            for scope, store in self._self_stores(base.scope).get(name, ()):
                yield from self.values(store.value, self._method_frame(base, scope, owner))

    def _self_stores(self, owner: Scope) -> dict[str, list[tuple[Scope, Store]]]:
        key = id(owner)
        if key not in self._stores_by_class:
            found: dict[str, list[tuple[Scope, Store]]] = {}
            for method in owner.children.values():
                for store in method.stores if method.is_function else ():
                    target = store.target
                    if isinstance(target, ast.Attribute) and _is_self(target.value, method):
                        found.setdefault(target.attr, []).append((method, store))
            self._stores_by_class[key] = found
        return self._stores_by_class[key]

    def _method_frame(self, base: ClassValue, method: Scope, owner: InstanceValue) -> Frame:
        """The frame of a method of an instance; `__init__` has the arguments of its maker."""
        key = (id(method), id(owner))
        frame = self._method_frames.get(key)
        if frame is None:
            closure = Frame(base.scope, base.closure, {}, owner)
            function = FunctionValue(base.module, method, closure, owner)
            made = method.name == "__init__"
            frame = self.enter(function, owner.call if made else None, owner.frame)
            self._method_frames[key] = frame
        return frame

    def _stored(self, owner: InstanceValue, name: str) -> tuple[Value, ...]:
        """What was put on an instance from outside: `app.state.hub = Hub()`."""
        found: list[Value] = []
        for scope, store in self.stores(name):
            frame = self.frame(scope)
            if owner in self.values(store.target.value, frame):
                found.extend(self.values(store.value, frame))
        return tuple(found)

    def stores(self, name: str) -> list[tuple[Scope, Store]]:
        """Every assignment to an attribute of this name (`[key]` for items) in parsed modules."""
        if self._stores is None:
            self._stores = {}
            for path in self.program.paths:
                module = self.program.parsed(path)
                for scope in module.scope.walk() if module is not None else ():
                    for store in scope.stores:
                        self._stores.setdefault(_stored_name(store.target), []).append(
                            (scope, store)
                        )
        return self._stores.get(name, [])

    # Calls

    def _call(self, node: ast.Call, frame: Frame) -> Iterable[Value]:
        special = text_rules.called(self, node, frame)
        if special is not None:
            return special
        found: list[Value] = []
        for function in self.values(node.func, frame):
            found.extend(self.result(function, node, frame))
        return found

    def result(
        self, function: Value, call: ast.Call | None = None, frame: Frame | None = None
    ) -> tuple[Value, ...]:
        """What calling a value gives. A generator's call is what it yields only by `yielded`."""
        match function:
            case ClassValue():
                return (self._made(function, call, frame or function.closure),)
            case External():
                return (self._made(function, call, frame),) if frame else (Unknown(call),)
            case FunctionValue():
                return self._returned(function, call, frame)
            case InstanceValue() if isinstance(function.of, ClassValue):
                methods = self._of_class(function.of, "__call__", function)
                return tuple(v for m in methods for v in self.result(m, call, frame))
        return (Unknown(call),)

    def _made(
        self,
        of: ClassValue | External,
        call: ast.Call | None,
        frame: Frame,
        key: tuple[int, int] | None = None,
    ) -> InstanceValue:
        key = key or (id(call) if call is not None else id(of), id(frame))
        if key not in self._instances:
            self._instances[key] = InstanceValue(of, call, frame)
        return self._instances[key]

    def _returned(
        self, function: FunctionValue, call: ast.Call | None, frame: Frame | None
    ) -> tuple[Value, ...]:
        if (frame.depth if frame is not None else 0) > _DEEPEST_CALLS:
            return (Unknown(call),)
        inner = self.inside(function, call, frame)
        node = function.scope.node
        if isinstance(node, ast.Lambda):
            return self.values(node.body, inner)
        found: list[Value] = []
        for statement in function.scope.returns:
            if statement.value is not None:
                found.extend(self.values(statement.value, inner))
        if not found and function.scope.yields:
            # A dependency or a context manager: what it yields is what is used.
            for one in function.scope.yields:
                if isinstance(one, ast.Yield) and one.value is not None:
                    found.extend(self.values(one.value, inner))
        return tuple(dict.fromkeys(found)) or (Unknown(call),)

    def inside(self, function: FunctionValue, call: ast.Call | None, frame: Frame | None) -> Frame:
        """The frame of one call, the same for the same call: instances made in it are the same."""
        owner = function.owner
        key = (id(function.scope), id(owner), id(call), id(frame), id(function.closure))
        inner = self._calls.get(key)
        if inner is None:
            inner = self._calls[key] = self.enter(function, call, frame)
        return inner


def reaching(scope: Scope, bindings: list[Binding], at: ast.expr) -> list[Binding]:
    """The bindings whose value may be seen at a place of the same scope.

    What was bound before is replaced by a later binding among whose statements the place stands;
    inside a loop the end of an earlier turn is seen as well.
    """
    line = getattr(at, "lineno", 0)
    column = getattr(at, "col_offset", 0)
    seen: list[Binding] = []
    for binding in bindings:
        if binding.kind in ("def", "class", "import") and len(bindings) == 1:
            return bindings
        node = binding.node
        start = (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))
        end = (getattr(node, "end_lineno", 0) or 0, getattr(node, "end_col_offset", 0) or 0)
        inside = start <= (line, column) < end and binding.kind not in ("loop", "with")
        if inside or start > (line, column):
            if _same_loop(scope, start[0], line):
                seen.append(binding)
            continue
        first, last = binding.block
        if binding.kind != "augment" and first <= line <= last and not inside:
            seen = []
        seen.append(binding)
    return seen or bindings


def _same_loop(scope: Scope, first: int, second: int) -> bool:
    return any(
        loop.lineno <= min(first, second) and max(first, second) <= (loop.end_lineno or 0)
        for loop in scope.loops
    )


def default_of(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, name: str
) -> ast.expr | None:
    """The default of a parameter."""
    names = [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
    defaults = node.args.defaults
    if defaults:
        for parameter, default in zip(names[-len(defaults) :], defaults, strict=False):
            if parameter == name:
                return default
    for argument, keyword_default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
        if argument.arg == name:
            return keyword_default
    return None


def decorators(node: ast.AST) -> list[ast.expr]:
    return list(getattr(node, "decorator_list", ()))


def _is_static(node: ast.AST) -> bool:
    return any(getattr(d, "id", "") == "staticmethod" for d in decorators(node))


def _is_property(node: ast.AST) -> bool:
    names = (getattr(d, "id", getattr(d, "attr", "")) for d in decorators(node))
    return any(name in ("property", "cached_property") for name in names)


def _is_first(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, name: str) -> bool:
    every = [*node.args.posonlyargs, *node.args.args]
    return bool(every) and every[0].arg == name


def _is_method(frame: Frame) -> bool:
    parent = frame.scope.parent
    return parent is not None and parent.is_class and not _is_static(frame.scope.node)


def _is_self(node: ast.expr, method: Scope) -> bool:
    arguments = getattr(method.node, "args", None)
    every = [*arguments.posonlyargs, *arguments.args] if arguments is not None else []
    return isinstance(node, ast.Name) and bool(every) and every[0].arg == node.id


def _constant(node: ast.Constant, frame: Frame) -> Value:
    value = node.value
    kinds = {str: "text", bytes: "bytes", bool: "bool", int: "number", float: "number"}
    kind = kinds.get(type(value), "none" if value is None else "")
    if not kind:
        return Unknown(node)
    shown = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return Text(Pattern.of(shown), node, frame, kind)


def _stored_name(target: ast.Attribute | ast.Subscript) -> str:
    if isinstance(target, ast.Attribute):
        return target.attr
    return f"[{target.slice.value}]" if isinstance(target.slice, ast.Constant) else "[]"
