"""How a generator comes to its end, and what it has sent last when it does."""

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from sse_check.apps.counting import counts_to_an_end
from sse_check.apps.leaving import comes_to_an_end, is_gone, listens, negated, tells_of_disconnect
from sse_check.apps.model import Ending
from sse_check.python.nodes import children
from sse_check.python.scope import Loop

_LEAVING = ast.Return | ast.Raise | ast.Break | ast.Continue
_SAFE = ast.Return | ast.Break | ast.Continue | ast.Pass  # From these comes no exception.

Answer = TypeVar("Answer")
Last = frozenset[int]
NOTHING = 0
"""In what was sent last: nothing at all."""


class Exit(NamedTuple):
    """An end of a generator: what may have been sent last, whether it is certain to come to it,
    and whether an exception led there."""

    last: Last
    sure: bool
    raised: bool


@dataclass(slots=True)
class Flow:
    """What is known of the ends of a generator. `followed` are yields after which another may
    come; yields are told by their identities."""

    exits: list[Exit] = field(default_factory=list)
    followed: set[int] = field(default_factory=set)
    endless: bool = False

    @property
    def ending(self) -> Ending:
        usual = [one for one in self.exits if not one.raised]
        if not usual:
            return "endless"
        if all(one.sure for one in usual) and not self.endless:
            return "ends"
        return "unknown"

    def is_last(self, node: ast.AST) -> bool:
        """Whether a yield is the last thing on every way that goes through it."""
        return id(node) not in self.followed and any(id(node) in one.last for one in self.exits)

    def leaves_early(self, varied: Last = frozenset()) -> bool:
        """Whether some end is reached without what is sent last at another. Of yields that are
        `varied` nobody knows which of several events they send: it may be that one."""
        return self._leaves([one for one in self.exits if one.last.isdisjoint(varied)])

    @property
    def leaves_midway(self) -> bool:
        """The same for what answers in other ways too, as long as nothing has been sent."""
        return self._leaves([one for one in self.exits if one.last != {NOTHING}])

    def _leaves(self, exits: list[Exit]) -> bool:
        last = {one for exit_ in exits for one in exit_.last} - self.followed - {NOTHING}
        return bool(last) and any(not one.last <= last for one in exits)


class Questions(NamedTuple):
    """What the flow must be told: the truth of a condition, how a loop over an iterable ends,
    whether a loop hands on what another generator sends, and which calls send as a yield does,
    by their identities. Where calls close what is sent to, an end without one of them is none.
    `stops` tells whether a condition asks if the server stops."""

    truth: Callable[[ast.expr], bool | None]
    ending: Callable[[ast.expr], Ending]
    passes: Callable[[Loop], bool]
    stops: Callable[[ast.expr], bool] = lambda _: False
    sends: frozenset[int] = frozenset()
    closes: frozenset[int] = frozenset()


def remembered(ask: Callable[[ast.expr], Answer]) -> Callable[[ast.expr], Answer]:
    """The same question, asked once of each expression."""
    known: dict[int, Answer] = {}

    def answer(node: ast.expr) -> Answer:
        if id(node) not in known:
            known[id(node)] = ask(node)
        return known[id(node)]

    return answer


class _State(NamedTuple):
    last: Last
    sure: bool = True
    raised: bool = False
    closed: bool = False
    # Whether a loop is behind it of which nobody knows whether it ends.
    past: bool = False

    def joined(self, other: "_State | None") -> "_State":
        if other is None:
            return self
        return _State(
            self.last | other.last,
            self.sure or other.sure,
            self.raised and other.raised,
            self.closed and other.closed,
            self.past or other.past,
        )


def _join(states: Iterable[_State | None]) -> _State | None:
    found: _State | None = None
    for state in states:
        if state is not None:
            found = state.joined(found)
    return found


def _branches(node: ast.If) -> tuple[list[ast.If], list[ast.stmt]]:
    """An `if` with every `elif` after it, and what stands under `else`: there may be hundreds."""
    found = [node]
    while len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
        node = node.orelse[0]
        found.append(node)
    return found, node.orelse


def flow_of(body: list[ast.stmt] | ast.expr, questions: Questions) -> Flow:
    """The flow through the body of a generator; that of a lambda has no steps."""
    walk = _Walk(questions)
    walk.finish(walk.run(body if isinstance(body, list) else [], _State(frozenset((NOTHING,)))))
    return walk.flow


class _Walk:
    def __init__(self, questions: Questions) -> None:
        self.ask = questions
        self.flow = Flow()
        self._breaks: list[list[_State]] = []
        self._continues: list[list[_State]] = []
        # The finally clauses around, innermost last, and the states seen inside a try.
        self._finals: list[list[ast.stmt]] = []
        self._seen: list[list[_State]] = []
        # Inside what is only reached when the client has gone.
        self._gone = 0
        # What statements send, and whether they matter: a loop is gone through several times.
        self._sent: dict[int, list[ast.AST]] = {}
        self._matter: dict[int, bool] = {}

    def finish(self, state: _State | None) -> None:
        if state is None or self._gone:
            return
        if self.ask.closes and not state.closed:
            self.flow.endless = True
        else:
            self.flow.exits.append(Exit(state.last, state.sure, state.raised))

    def run(self, body: list[ast.stmt], state: _State | None) -> _State | None:
        for statement in body:
            if state is None:
                return None
            if self._seen and not isinstance(statement, _SAFE):
                self._seen[-1].append(state)
            state = self._statement(statement, state)
        return state

    def _statement(self, node: ast.stmt, state: _State) -> _State | None:
        match node:
            case ast.Return() | ast.Raise() | ast.Break() | ast.Continue():
                self._left(node, state)
                return None
            case ast.If():
                return self._if(node, state) if self._matters(node) else state
            case ast.While() | ast.For() | ast.AsyncFor():
                return self._loop(node, state)
            case ast.Try():
                return self._try(node, state)
            case ast.With() | ast.AsyncWith():
                return self.run(node.body, state)
            case ast.Match():
                ways = [self.run(case.body, state) for case in node.cases]
                return _join([*ways, state])
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                return state
        return self._through(node, state)

    def _left(self, node: ast.stmt, state: _State) -> None:
        """A statement after which nothing of its block is reached."""
        if isinstance(node, ast.Return):
            self._returned(self._through(node, state))
        elif isinstance(node, ast.Break | ast.Continue) and not self._gone:
            kept = self._breaks if isinstance(node, ast.Break) else self._continues
            if kept:
                kept[-1].append(state)

    def _through(self, node: ast.stmt, state: _State) -> _State | None:
        """What a statement sends, and how the generators end that it hands on (`yield from`)."""
        after = self._yields(node, state)
        handed = [one.value for one in self._sends(node) if isinstance(one, ast.YieldFrom)]
        for ending in map(self.ask.ending, handed):
            if ending == "endless":
                self.flow.endless = True
                return None
            if ending != "ends":
                after = after._replace(sure=False, past=True)
        return after

    def _yields(self, node: ast.AST, state: _State) -> _State:
        """A statement that sends what it yields, one after the other."""
        for one in self._sends(node):
            if id(one) in self.ask.closes:
                state = state._replace(closed=True)
                continue
            if not self._gone:
                self.flow.followed.update(state.last)
            # Who sends something after a loop means it to end.
            sure = state.sure or state.past
            state = state._replace(last=frozenset((id(one),)), sure=sure, past=False)
        return state

    def _sends(self, node: ast.AST) -> list[ast.AST]:
        if id(node) not in self._sent:
            self._sent[id(node)] = yields_in(node, self.ask.sends | self.ask.closes)
        return self._sent[id(node)]

    def _matters(self, node: ast.stmt) -> bool:
        """Whether a statement may send something, or not be got through: of a condition for
        anything else nobody asks whether it holds."""
        known = self._matter.get(id(node))
        if known is None:
            known = self._matter[id(node)] = self._may_matter(node)
        return known

    def _may_matter(self, node: ast.stmt) -> bool:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                return False
            case ast.If():
                branches, rest = _branches(node)
                own = any(self._sends(one.test) or self._any(one.body) for one in branches)
                return own or self._any(rest)
            case ast.With() | ast.AsyncWith():
                return self._any(node.body)
            case ast.Match():
                return self._any(one for case in node.cases for one in case.body)
            case ast.Try():
                handled = (one for handler in node.handlers for one in handler.body)
                return self._any((*node.body, *handled, *node.orelse, *node.finalbody))
        return isinstance(node, _LEAVING | Loop) or bool(self._sends(node))

    def _any(self, body: Iterable[ast.stmt]) -> bool:
        return any(self._matters(one) for one in body)

    def _returned(self, state: _State | None) -> None:
        after = state
        finals, self._finals = self._finals, []
        for body in reversed(finals):
            after = self.run(body, after)
        self._finals = finals
        self.finish(after)

    def _if(self, node: ast.If, state: _State) -> _State | None:
        ways: list[_State | None] = []
        branches, rest = _branches(node)
        gone = False
        for branch in branches:
            state = self._yields(branch.test, state)
            holds = self.ask.truth(branch.test)
            tells = tells_of_disconnect(branch.test) or self.ask.stops(branch.test)
            stays = tells and negated(branch.test)
            if holds is not False:
                ways.append(self._in(gone or (tells and not stays), branch.body, state))
            if holds is True:
                return _join(ways)
            # What follows an `elif` is inside what the one before it tells.
            gone = gone or stays
        ways.append(self._in(gone, rest, state))
        return _join(ways)

    def _in(self, gone: bool, body: list[ast.stmt], state: _State) -> _State | None:
        if not gone:
            return self.run(body, state)
        self._gone += 1
        after = self.run(body, state)
        self._gone -= 1
        return after

    def _loop(self, node: Loop, state: _State) -> _State | None:
        if isinstance(node, ast.While):
            before = state
            endless, sure = self._while(node)
        else:
            before = self._yields(node.iter, state)
            ending = self.ask.ending(node.iter)
            endless, sure = ending == "endless", ending == "ends"
        breaks: list[_State] = []
        left = len(self.flow.exits)
        after: _State | None = before
        entry: _State = before
        # What another generator sends last, it sends once, where it is handed on as it is.
        once = self.ask.passes(node) and self._hands_on(node)
        for _ in range(1 if once else 2):
            self._breaks.append(breaks)
            self._continues.append([])
            end = self.run(node.body, entry)
            self._breaks.pop()
            after = _join([end, *self._continues.pop()])
            before_it, entry = entry, entry.joined(after)
            if entry == before_it:
                # Another turn is the same.
                break
        if endless:
            leaves = bool(breaks) or any(not one.raised for one in self.flow.exits[left:])
            self.flow.endless = self.flow.endless or not leaves
            return _join(one._replace(sure=True) for one in breaks)
        # A loop over another generator ends as that one does, which has sent something.
        passes = after is not None and self.ask.passes(node)
        exhausted: _State | None = after if passes else entry
        if exhausted is not None:
            ends = (exhausted.sure and sure) or bool(breaks)
            exhausted = exhausted._replace(sure=ends, past=not ends and not listens(node))
            exhausted = self.run(node.orelse, exhausted)
        return _join([exhausted, *(one._replace(sure=True) for one in breaks)])

    def _hands_on(self, node: Loop) -> bool:
        """Whether a loop sends nothing but what it goes through."""
        target = getattr(node, "target", None)
        own = target.id if isinstance(target, ast.Name) else None
        sent = [one for statement in node.body for one in ast.walk(statement)]
        values = [one.value for one in sent if isinstance(one, ast.Yield)]
        return all(isinstance(value, ast.Name) and value.id == own for value in values)

    def _while(self, node: ast.While) -> tuple[bool, bool]:
        """Whether a loop never ends by its condition, and whether it certainly does."""
        holds = self.ask.truth(node.test)
        if counts_to_an_end(node):
            return False, True
        if holds is True or tells_of_disconnect(node.test) or self.ask.stops(node.test):
            return True, False
        return False, holds is False or comes_to_an_end(node.test)

    def _try(self, node: ast.Try, state: _State) -> _State | None:
        if node.finalbody:
            self._finals.append(node.finalbody)
        seen: list[_State] = [state]
        self._seen.append(seen)
        after = self.run(node.body, state)
        self._seen.pop()
        if after is not None:
            after = self.run(node.orelse, after)
        ways = [after]
        for handler in node.handlers:
            start = _join(seen)
            if start is not None:
                gone = is_gone(handler.type)
                ways.append(self._in(gone, handler.body, start._replace(raised=True)))
                if gone:
                    ways.pop()
        if node.finalbody:
            self._finals.pop()
        if self._seen:
            self._seen[-1].extend(seen)
        return self.run(node.finalbody, _join(ways))


def yields_in(node: ast.AST, sends: frozenset[int] = frozenset()) -> list[ast.AST]:
    """The yields of an expression or a simple statement, and what sends as they do, in order."""
    found: list[ast.AST] = []
    stack: list[ast.AST] = [node]
    while stack:
        one = stack.pop()
        if isinstance(one, ast.Lambda):
            continue
        if isinstance(one, ast.Yield | ast.YieldFrom) or id(one) in sends:
            found.append(one)
        stack += reversed(children(one))
    return found
