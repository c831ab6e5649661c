"""Runs a command: whatever happens becomes a message and an exit status."""

import errno

import click

from sse_check.cli.commands import ReaderGoneError, cli
from sse_check.cli.errors import UseError

# Where standard output is a file, its disk may be full.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def run(arguments: list[str]) -> int:
    """Run the command line and return its exit status."""
    try:
        status = cli.main(arguments, prog_name="sse-check", standalone_mode=False)
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        return _wrong_use(error)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        return 130
    except UseError as error:
        return _complain(str(error))
    except ReaderGoneError:
        # Let the interpreter exit without complaint.
        _print_no_more()
        return 0
    except OSError as error:
        if error.errno not in _FULL:
            return _internal_error(error, debug="--debug" in arguments)
        _print_no_more()
        return _complain(f"the output cannot be written: {error.strerror}")
    except Exception as error:  # noqa: BLE001 - nobody but us can read a traceback
        return _internal_error(error, debug="--debug" in arguments)
    return status if isinstance(status, int) else 0


def _print_no_more() -> None:
    from sse_check.cli.output import print_no_more

    print_no_more()


def _complain(message: str) -> int:
    from sse_check.cli.output import complain

    complain(message)
    return 2


def _wrong_use(error: click.ClickException) -> int:
    usage = error.ctx.get_usage() if isinstance(error, click.UsageError) and error.ctx else ""
    if usage:
        click.echo(usage, err=True)
    return _complain(error.format_message())


def _internal_error(error: Exception, *, debug: bool) -> int:
    from sse_check.source.failure import failure

    message = failure("sse-check", "", error)
    if debug:
        from traceback import format_exception

        message = f"{message}\n{''.join(format_exception(error))}"
    return _complain(message)
