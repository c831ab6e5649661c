"""What expressions of a script are: texts, constants, lists of names, members of an object."""

from collections import Counter
from typing import NamedTuple

from sse_check.template.values import Pattern
from sse_check.wiring.script_alike import alike
from sse_check.wiring.script_tokens import Ref, Token, tokens

_PAIRS = {"(": ")", "[": "]", "{": "}"}
_OPERATORS = frozenset("+ = ( [ { , . ?. ? : && || ?? => === == < >".split())
_DEEPEST = 6

Range = tuple[int, int]


class Item(NamedTuple):
    """A text of a list, and its place."""

    name: Pattern
    start: int
    end: int


class Loop(NamedTuple):
    """A name that goes through a list, and the tokens among which it does."""

    name: str
    values: Range
    body: Range
    keys: bool


class Script:
    """The tokens of a script with what can be told of its names."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.tokens = tokens(text, start, end)
        self._partner: dict[int, int] = {}
        self._around: list[int] = []
        self._pair()
        self.constants = self._constants()
        self.loops = self._loops()

    # Structure

    def _pair(self) -> None:
        stack: list[int] = []
        for at, token in enumerate(self.tokens):
            self._around.append(stack[-1] if stack else -1)
            if token.kind != "sign":
                continue
            if token.text in _PAIRS:
                stack.append(at)
            elif token.text in _PAIRS.values():
                while stack and _PAIRS[self.tokens[stack[-1]].text] != token.text:
                    stack.pop()
                if stack:
                    self._partner[stack.pop()] = at

    def closing(self, opening: int) -> int:
        return self._partner.get(opening, len(self.tokens))

    def opening(self, at: int) -> int:
        """The bracket around a token; -1 when there is none."""
        return self._around[at]

    def arguments(self, opening: int) -> list[Range]:
        """What stands between commas inside a bracket."""
        close = self.closing(opening)
        found: list[Range] = []
        begin = at = opening + 1
        while at < close:
            if self.tokens[at].text in _PAIRS and self.tokens[at].kind == "sign":
                at = self.closing(at)
            elif self.tokens[at].text == "," and self.tokens[at].kind == "sign":
                found.append((begin, at))
                begin = at + 1
            at += 1
        found.append((begin, min(close, len(self.tokens))))
        return [(first, last) for first, last in found if first < last]

    def call_of(self, at: int) -> int | None:
        """The bracket of a call of a name, type parameters skipped: `f<{ a: string }>(`."""
        at += 1
        if at < len(self.tokens) and self.tokens[at].text == "<":
            depth = 0
            while at < len(self.tokens):
                depth += (self.tokens[at].text == "<") - (self.tokens[at].text == ">")
                at += 1
                if depth == 0:
                    break
        is_call = at < len(self.tokens) and self.tokens[at].text == "("
        return at if is_call else None

    def owner(self, dot: int) -> str:
        """The names before a dot, without `this`: `source` of `this.source.onmessage`."""
        names: list[str] = []
        at = dot - 1
        while at >= 0 and self.tokens[at].kind == "name":
            names.append(self.tokens[at].text)
            if at < 2 or self.tokens[at - 1].text not in (".", "?.", "!"):
                break
            at -= 2
        names = [name for name in names if name != "this"]
        return ".".join(reversed(names))

    def assigned_name(self, at: int) -> str:
        """The name that gets what begins at a token: `const source: EventSource = new ...`."""
        if at < 2 or self.tokens[at - 1].text != "=":
            return ""
        end = at - 1
        begin = end
        while begin > 0 and self.tokens[begin - 1].text not in (
            "const",
            "let",
            "var",
            ";",
            "{",
            "}",
        ):
            begin -= 1
            if self.tokens[begin].text == ":":
                end = begin
            if end - begin > 8 or at - begin > 16:
                break
        return self.owner(end)

    def scope_of(self, at: int) -> Range:
        """Between which tokens the name means this that gets what begins at a token.

        One that is declared by `const` or `let` is known in its block; any other everywhere, as
        far as is told here.
        """
        begin = at - 1
        while begin > 0 and at - begin < 16 and self.tokens[begin].text not in (";", "{", "}"):
            if self.tokens[begin].text in ("const", "let"):
                block = self.opening(begin)
                if block >= 0 and self.tokens[block].text == "{":
                    return (block, self.closing(block))
                break
            begin -= 1
        return (0, len(self.tokens))

    # Values

    def pattern(self, first: int, last: int, depth: int = 0) -> Pattern:
        """The text that an expression gives, with a hole for what is not known."""
        if depth <= _DEEPEST and (ways := self._ways(first, last)):
            return alike([self.pattern(*way, depth + 1) for way in ways])
        parts: list[str | None] = []
        expected = True
        at = first
        while at < last:
            token = self.tokens[at]
            if not expected:
                if token.text != "+":
                    return Pattern((None,))
                expected, at = True, at + 1
                continue
            found, at = self._operand(at, last, depth)
            parts.extend(found.parts)
            expected = False
        return Pattern.of(*parts)

    def _ways(self, first: int, last: int) -> list[Range]:
        """Both sides of `token ? "/a" : "/b"`, where that is all of an expression."""
        asked: list[int] = []
        at = first
        while at < last:
            token = self.tokens[at]
            if token.kind == "sign" and token.text == "?":
                asked.append(at)
            elif token.kind == "sign" and token.text == ":" and asked:
                question = asked.pop()
                if not asked:
                    return [(question + 1, at), (at + 1, last)]
            is_open = token.kind == "sign" and token.text in _PAIRS
            at = self.closing(at) + 1 if is_open else at + 1
        return []

    def _operand(self, at: int, last: int, depth: int) -> tuple[Pattern, int]:
        token = self.tokens[at]
        if token.kind == "text":
            parts = [
                part if isinstance(part, str) else None
                for raw in token.parts
                for part in self._filled(raw, depth)
            ]
            return Pattern.of(*parts), at + 1
        if token.text == "(":
            close = self.closing(at)
            return self.pattern(at + 1, close, depth + 1), close + 1
        if token.text == "new" and self.tokens[at + 1].text == "URL":
            arguments = self.arguments(at + 2)
            close = self.closing(at + 2)
            known = self.pattern(*arguments[0], depth + 1) if arguments else Pattern((None,))
            return known, self._past(close + 1, last)
        stop = self._past(at + 1, last)
        if token.kind == "name" and stop == at + 1:
            return self._named(token.text, depth), stop
        return Pattern((None,)), max(stop, at + 1)

    def _past(self, at: int, last: int) -> int:
        """Past what belongs to an operand: members, calls, type assertions."""
        while at < last and self.tokens[at].text not in ("+", ",", "?", "||", "??", "&&"):
            at = self.closing(at) + 1 if self.tokens[at].text in _PAIRS else at + 1
        return at

    def _filled(self, part: str | Ref, depth: int) -> tuple[str | None, ...]:
        if isinstance(part, str):
            return (part,)
        return self._named(part.name, depth).parts if part.name else (None,)

    def _named(self, name: str, depth: int) -> Pattern:
        where = self.constants.get(name)
        if where is None or depth > _DEEPEST:
            return Pattern((None,))
        return self.pattern(*where, depth + 1)

    def items(self, first: int, last: int, depth: int = 0) -> list[Item] | None:
        """The texts that an expression may be: its own, those of a list, or of a loop over one.

        None when they cannot be told.
        """
        token = self.tokens[first]
        if token.text == "[" and self._is_whole(first, last):
            found: list[Item] = []
            for argument in self.arguments(first):
                inner = self.items(*argument, depth + 1)
                if inner is None:
                    return None
                found.extend(inner)
            return found
        if token.kind == "name" and last == first + 1 and depth < _DEEPEST:
            return self._items_of(first, token.text, depth)
        name = self.pattern(first, last)
        if name.parts == (None,):
            return None
        return [Item(name, token.start, self.tokens[last - 1].end)]

    def _is_whole(self, first: int, last: int) -> bool:
        """Whether a bracket is all of an expression, but for `as const`."""
        after = self.closing(first) + 1
        return after == last or (after < last and self.tokens[after].text in ("as", "satisfies"))

    def _items_of(self, at: int, name: str, depth: int) -> list[Item] | None:
        for loop in self.loops:
            if loop.name == name and loop.body[0] <= at < loop.body[1]:
                if loop.keys:
                    return self._keys(*loop.values)
                return self.items(*loop.values, depth + 1)
        where = self.constants.get(name)
        return self.items(*where, depth + 1) if where is not None else None

    def _keys(self, first: int, last: int) -> list[Item] | None:
        members = self.members(first, last)
        if members is None or "..." in members:
            return None
        found: list[Item] = []
        for name, (begin, _) in members.items():
            # The key stands before its colon.
            token = self.tokens[begin - 2] if self.tokens[begin - 1].text == ":" else None
            token = token or self.tokens[begin]
            found.append(Item(Pattern.of(name), token.start, token.end))
        return found

    def members(self, first: int, last: int) -> dict[str, Range] | None:
        """The members of an object by name, `...` for what is spread; None for no object."""
        token = self.tokens[first]
        if token.kind == "name" and last == first + 1:
            where = self.constants.get(token.text)
            return self.members(*where) if where is not None and where != (first, last) else None
        if token.text != "{":
            return None
        found: dict[str, Range] = {}
        for begin, end in self.arguments(first):
            key = self.tokens[begin]
            name = "".join(part for part in key.parts if isinstance(part, str)) or key.text
            if name == "async" and begin + 1 < end:
                name = self.tokens[begin + 1].text
            is_pair = begin + 1 < end and self.tokens[begin + 1].text == ":"
            found[name] = (begin + 2, end) if is_pair else (begin, end)
        return found

    # Names

    def _constants(self) -> dict[str, Range]:
        """The names that get one value in the whole script."""
        found: dict[str, Range] = {}
        count: Counter[str] = Counter()
        for at in range(1, len(self.tokens)):
            if self.tokens[at].text != "=" or self.tokens[at].kind != "sign":
                continue
            name = self._declared(at)
            if name:
                count[name] += 1
                found[name] = (at + 1, self._end_of(at + 1))
        return {name: where for name, where in found.items() if count[name] == 1}

    def _declared(self, equals: int) -> str:
        """The name that is assigned at a sign, its type skipped; "" for a member."""
        at = equals - 1
        back = 0
        while at > 0 and back < 12 and self.tokens[at].text not in (";", "{", "}", ",", "="):
            if self.tokens[at - 1].text in ("const", "let", "var"):
                return self.tokens[at].text
            at, back = at - 1, back + 1
        before = self.tokens[equals - 2].text if equals >= 2 else ""
        token: Token = self.tokens[equals - 1]
        return token.text if token.kind == "name" and before not in (".", "?.") else ""

    def _end_of(self, at: int) -> int:
        """Where an expression ends: at a semicolon, a bracket, or a line that begins anew."""
        first = at
        while at < len(self.tokens):
            token = self.tokens[at]
            if token.kind == "sign" and token.text in (";", ",", ")", "]", "}"):
                return at
            if at > first and self._begins_anew(at):
                return at
            at = self.closing(at) + 1 if token.text in _PAIRS and token.kind == "sign" else at + 1
        return len(self.tokens)

    def _begins_anew(self, at: int) -> bool:
        before, token = self.tokens[at - 1], self.tokens[at]
        joined = before.text in _OPERATORS or token.text in _OPERATORS
        return token.start > before.end and not joined and token.text not in ("as", "satisfies")

    def _loops(self) -> list[Loop]:
        found: list[Loop] = []
        for at, token in enumerate(self.tokens):
            if token.text == "for" and at + 1 < len(self.tokens):
                found.extend(self._for_of(at + 1))
            elif token.text in ("forEach", "map") and self.tokens[at - 1].text in (".", "?."):
                found.extend(self._for_each(at))
        return found

    def _for_of(self, opening: int) -> list[Loop]:
        """`for (const name of NAMES) { ... }`, `for (const [name] of Object.entries(TABLE))`."""
        close = self.closing(opening)
        of = next((i for i in range(opening, close) if self.tokens[i].text == "of"), None)
        if of is None or close >= len(self.tokens):
            return []
        names = [t.text for t in self.tokens[opening + 1 : of] if t.kind == "name"]
        names = [name for name in names if name not in ("const", "let", "var")]
        braced = close + 1 < len(self.tokens) and self.tokens[close + 1].text == "{"
        end = self.closing(close + 1) if braced else self._end_of(close + 1)
        values, keys = self._listed(of + 1, close)
        return [Loop(names[0], values, (close, end), keys)] if names else []

    def _for_each(self, at: int) -> list[Loop]:
        """`NAMES.forEach((name) => ...)`."""
        opening = at + 1
        if opening >= len(self.tokens) or self.tokens[opening].text != "(":
            return []
        close = self.closing(opening)
        names = [t.text for t in self.tokens[opening + 1 : opening + 6] if t.kind == "name"]
        names = [name for name in names if name not in ("function", "async")]
        end = at - 1
        begin = end - 1
        if self.tokens[begin].text in ("]", ")"):
            partners = (o for o, c in self._partner.items() if c == begin)
            begin = next(partners, begin)
            if self.tokens[end - 1].text == ")":
                while begin > 0 and self.tokens[begin - 1].kind == "name":
                    begin -= 2 if self.tokens[begin - 2].text == "." else 1
                begin = max(begin, 0)
        values, keys = self._listed(begin, end)
        return [Loop(names[0], values, (opening, close), keys)] if names else []

    def _listed(self, first: int, last: int) -> tuple[Range, bool]:
        """What is gone through: a list, or the keys of an object."""
        words = [token.text for token in self.tokens[first : first + 3]]
        if words[:2] == ["Object", "."] and words[2:] and words[2] in ("keys", "entries"):
            arguments = self.arguments(first + 3)
            if arguments:
                return arguments[0], True
        return (first, last), False
