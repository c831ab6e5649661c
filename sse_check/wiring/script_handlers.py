"""What a script does with events: whether a handler does more than to write what came into the
console, and whether others have it too."""

from sse_check.wiring.script_values import Range, Script

_IDLE = frozenset("console log debug info warn error trace".split())
_NOTHING = frozenset("null undefined".split())
_DECLARING = frozenset("const let var".split())
_NO_CALLS = frozenset("if for while switch catch function async".split())


def handler_at(script: Script, begin: int) -> Range:
    """The tokens of an expression that begins at one: up to the end of the statement."""
    at = begin
    while at < len(script.tokens):
        token = script.tokens[at]
        if token.kind == "sign" and token.text in ("(", "{", "["):
            at = script.closing(at) + 1
            if token.text == "{":
                break
            continue
        if token.kind == "sign" and token.text in (";", ",", ")", "}"):
            break
        at += 1
    return begin, min(at, len(script.tokens))


def name_of(script: Script, handler: Range) -> str:
    """The name of a handler that is a function somewhere else: `show`, `this.show`,
    `this.show.bind(this)`, and in TypeScript `show as EventListener`."""
    tokens = script.tokens[slice(*handler)]
    end = next((at for at, one in enumerate(tokens) if at and one.text == "as"), len(tokens))
    if [one.text for one in tokens[end - 5 : end - 3]] == [".", "bind"]:
        end -= 5
    names, dots = tokens[:end:2], tokens[1:end:2]
    plain = end % 2 == 1 and all(one.kind == "name" for one in names)
    plain = plain and all(one.text == "." for one in dots)
    return ".".join(one.text for one in names) if plain else ""


def acts(script: Script, handler: Range) -> bool:
    """Whether a handler that is written in its place does something that others may see."""
    first, last = handler
    tokens = script.tokens
    for at in range(first, last):
        token, before = tokens[at], tokens[at - 1].text if at > first else ""
        if token.kind != "sign":
            continue
        if token.text in ("=", "+=") and at - 2 >= first and tokens[at - 2].text not in _DECLARING:
            return True
        is_call = token.text == "(" and at > first and tokens[at - 1].kind == "name"
        if is_call and before not in _IDLE | _NO_CALLS and not _parses(script, at - 1):
            return True
    return False


def called_by(script: Script, handler: Range) -> frozenset[str]:
    """The functions of the script that a handler calls, no methods of what it has."""
    first, last = handler
    tokens = script.tokens
    return frozenset(
        tokens[at - 1].text
        for at in range(first + 1, last)
        if tokens[at].kind == "sign" and tokens[at].text == "("
        if tokens[at - 1].kind == "name" and tokens[at - 1].text not in _NO_CALLS
        if tokens[at - 2].text not in (".", "?.", "function", "new")
    )


def _parses(script: Script, at: int) -> bool:
    """`JSON.parse(...)` shows nobody anything."""
    return script.tokens[at].text == "parse" and script.owner(at - 1) == "JSON"


def is_nothing(function: str) -> bool:
    """`source.onmessage = null`"""
    return function in _NOTHING
