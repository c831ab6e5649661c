"""What is said where this program itself fails."""

from sse_check.source.printable import one_line

REPORT = "please report it with `sse-check --version` and the file; --debug shows the traceback"


def failure(where: str, file: str, error: BaseException) -> str:
    """`internal error in sse_scope on page.html: KeyError: 'x'`, and what to do."""
    on = f" on {one_line(file)}" if file else ""
    kind = type(error).__name__
    text = one_line(error)
    return f"internal error in {where}{on}: {kind}{f': {text}' if text else ''}; {REPORT}"
