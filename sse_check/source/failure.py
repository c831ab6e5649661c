"""What is said where this program itself fails."""

from sse_check.source.printable import one_line

REPORT = "please report it with `sse-check --version` and the file; --debug shows the traceback"


_OWN = "the rule is not part of sse-check; --debug shows the traceback"


def failure(where: str, file: str, error: BaseException, *, ours: bool = True) -> str:
    """`internal error in sse_scope on page.html: KeyError: 'x'`, and what to do."""
    on = f" on {one_line(file)}" if file else ""
    kind = type(error).__name__
    text = one_line(error)
    what = f"{where}{on}: {kind}{f': {text}' if text else ''}"
    return f"internal error in {what}; {REPORT}" if ours else f"error in {what}; {_OWN}"
