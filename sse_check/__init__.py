"""sse-check: a linter for htmx Server-Sent-Events markup.

Importing this package is cheap on purpose: the command line starts here. What
rules and other tools build on is in :mod:`sse_check.api`.
"""

__all__ = ["__version__"]

__version__ = "0.1.0"
