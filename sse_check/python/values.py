"""What an expression of the source may be, without running it."""

import ast
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from sse_check.python.module import Module
from sse_check.python.scope import Scope
from sse_check.template.values import Pattern


class Text(NamedTuple):
    """A text, number or None as text, with holes where it is not known.

    `node` is where it is written. `kind` is "text", "bytes", "json" (whose text is not known),
    "number", "bool" or "none". `put_in` is what becomes of it in another text, where that is not
    the text itself: `Kind.A` of a member of an enumeration.
    """

    pattern: Pattern
    node: ast.expr
    frame: "Frame"
    kind: str = "text"
    put_in: Pattern | None = None

    @property
    def is_number(self) -> bool:
        return self.kind in ("number", "bool")


class FunctionValue(NamedTuple):
    """A function of the project, with the frame it closes over and what it is bound to."""

    module: Module
    scope: Scope
    closure: "Frame"
    owner: "InstanceValue | ClassValue | None" = None


class GeneratorValue(NamedTuple):
    """What calling a generator function gives, before anything goes through it."""

    function: FunctionValue
    frame: "Frame"


class ClassValue(NamedTuple):
    """A class of the project."""

    module: Module
    scope: Scope
    closure: "Frame"


@dataclass(frozen=True, eq=False, slots=True)
class InstanceValue:
    """What a call made: of a class of the project, or of something outside it.

    An instance is one object for each place that makes it: two names for it are the same value.
    `of` is the class, or the external thing that was called. `frame` is where `call` is written.
    """

    of: "ClassValue | External"
    call: ast.Call | None
    frame: "Frame"

    @property
    def dotted(self) -> str:
        """The full name of what made it, such as `fastapi.APIRouter`; "" for the project's own."""
        return self.of.dotted if isinstance(self.of, External) else ""

    @property
    def module(self) -> Module:
        """Where it is made."""
        return self.frame.module


class External(NamedTuple):
    """Something from outside the project, by its full name, such as `fastapi.FastAPI`.

    An attribute or a method of an external instance is named after what made it:
    `fastapi.FastAPI().get`, with the instance as `owner`.
    """

    dotted: str
    owner: InstanceValue | None = None


class ModuleValue(NamedTuple):
    module: Module


class SequenceValue(NamedTuple):
    """A list, tuple or set whose elements are written down; `more` says that others may join.

    `alike` says that these are further ones of what is written, as those of a comprehension.
    """

    items: tuple[ast.expr, ...]
    frame: "Frame"
    node: ast.expr
    more: bool = False
    alike: bool = False

    @property
    def is_told(self) -> bool:
        """Whether nothing joins that is not written in its place."""
        return self.alike or not self.more


class MappingValue(NamedTuple):
    """A dict whose items are written down; a key of None stands for `**other`."""

    keys: tuple[ast.expr | None, ...]
    items: tuple[ast.expr, ...]
    frame: "Frame"
    node: ast.expr


class Unknown(NamedTuple):
    """Something that cannot be told, where it is written and, for an operation, in which frame."""

    node: ast.AST | None = None
    frame: "Frame | None" = None


class Limit(NamedTuple):
    """A place at which this program stopped looking further, and why (a plain sentence)."""

    module: Module
    node: ast.AST
    why: str


Value = (
    Text
    | FunctionValue
    | GeneratorValue
    | ClassValue
    | InstanceValue
    | External
    | ModuleValue
    | SequenceValue
    | MappingValue
    | Unknown
)


@dataclass(eq=False)
class Frame:
    """Where an expression is evaluated: a scope with what its parameters are on this call.

    `given` are arguments by parameter: an expression with the frame in which it is written, or
    values. `fixed` are names that are looked at with one of their values alone. `instance` is
    what `self` is. `outer` is the frame around: of the function or module in which the scope is
    defined.
    """

    scope: Scope
    outer: "Frame | None" = None
    given: "dict[str, tuple[ast.expr, Frame] | tuple[Value, ...]]" = field(default_factory=dict)
    instance: InstanceValue | ClassValue | None = None
    depth: int = 0
    # Whether a call is seen whole: a parameter that it does not give has its default.
    called: bool = False
    fixed: "dict[str, tuple[Value, ...]]" = field(default_factory=dict)
    # The same frame without what is fixed, and the names for which that makes a difference.
    base: "Frame | None" = None
    touched: frozenset[str] = frozenset()

    def fixing(
        self, names: "dict[str, tuple[Value, ...]]", touched: frozenset[str] = frozenset()
    ) -> "Frame":
        """The same frame, with these values of names alone."""
        changed = touched | frozenset(names)
        return replace(self, fixed={**self.fixed, **names}, base=self, touched=changed)

    @property
    def module(self) -> Module:
        return self.scope.module
