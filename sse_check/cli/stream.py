"""`sse-check stream`."""

import importlib
import json
import math
import re
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

import click

from sse_check.cli.errors import UseError
from sse_check.cli.output import note, read_stdin, write_report
from sse_check.findings.model import Finding
from sse_check.findings.result import KnownStack, Result
from sse_check.htmx.titles import title_of
from sse_check.project.settings import Level
from sse_check.report import text
from sse_check.report.style import Style, visible, wants_colour
from sse_check.source.counted import counted
from sse_check.source.reading import UnreadableError, read_file
from sse_check.stream import table
from sse_check.stream.actions import read_action
from sse_check.stream.align import Alignment, align
from sse_check.stream.apps import is_app, open_app
from sse_check.stream.around import Settings, SettingsError, project_around
from sse_check.stream.discretion import discreet
from sse_check.stream.headers import read_headers
from sse_check.stream.http import HttpSite, credentials_in
from sse_check.stream.origin import at_their_templates
from sse_check.stream.process import AppSite, ServerSite
from sse_check.stream.record import check_place, record
from sse_check.stream.samples import LARGEST_SAMPLE, SampleSite
from sse_check.stream.session import Session, look
from sse_check.stream.web import Limits, NoPageError, Site, StreamError, path_of
from sse_check.stream.wire import decode

# A server without the `http://` before it.
_HOST = re.compile(r"(?:[\w.-]+|\[[0-9a-fA-F:.]+\]):\d{1,5}(?:/.*)?")


@dataclass(frozen=True, slots=True)
class StreamOptions:
    """What was asked for on the command line."""

    target: str | None
    page: str | None
    sample: tuple[str, ...]
    data: str | None
    max_events: int
    timeout: float
    expect: tuple[str, ...]
    optional: tuple[str, ...]
    do: tuple[str, ...]
    python: str | None
    header: tuple[str, ...]
    cookie: tuple[str, ...]
    htmx: str
    decode: str | None
    record: str | None
    serve: bool
    port: int
    browser: bool
    htmx_dir: str | None
    format_: str
    output_file: str | None
    fail_on: Level
    quiet: bool
    color: str

    @staticmethod
    def of(options: dict[str, Any]) -> "StreamOptions":
        return StreamOptions(**options)


def run_stream(options: StreamOptions) -> int:
    try:
        with _ended_in_order():
            if options.decode is not None:
                return _decode(options)
            return _look(options)
    except StreamError as error:
        raise UseError(discreet(str(error))) from error
    except KeyboardInterrupt:
        click.echo("stopped", err=True)
        return 130


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """SIGTERM and SIGHUP end this as an exception does: what was started is ended too."""

    def end(number: int, frame: object) -> NoReturn:
        del frame
        raise SystemExit(128 + number)

    if threading.current_thread() is not threading.main_thread():
        # Only the main thread hears of signals.
        yield
        return
    numbers = [getattr(signal, name, None) for name in ("SIGTERM", "SIGHUP")]
    before = {n: signal.signal(n, end) for n in numbers if n is not None}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _look(options: StreamOptions) -> int:
    target = _checked(options)
    if options.serve:
        return _serve(options, target)
    site, page = _site(options, target)
    try:
        alignment = _seen(options, site, page)
    except NoPageError as error:
        known = _elsewhere(site, page)
        raise StreamError(f"{error}; {known}" if known else str(error)) from error
    finally:
        site.close()
    session = alignment.session
    if options.record is not None:
        for line in record(options.record, session.streams):
            note(line)
    result = _result(alignment, options, site)
    report = discreet(_rendered(alignment, result, options), session.secrets)
    write_report(report, options.output_file, options.format_)
    return _status(session, result)


def _checked(options: StreamOptions) -> str:
    """The target, when nothing that was asked for is impossible."""
    if options.target is None:
        raise UseError(
            "name what to look at: a page with --sample, an app `module:app`, or an address"
        )
    if math.isnan(options.timeout):
        raise UseError("--timeout nan is no number of seconds")
    if options.record is not None:
        check_place(options.record)
    return options.target


def _seen(options: StreamOptions, site: Site, page: str) -> Alignment:
    shows = sys.stderr.isatty() and not options.quiet

    def tell(message: str) -> None:
        if shows:
            note(message)

    headers, do = _headers(options), [read_action(one) for one in options.do]
    limits = Limits(options.max_events, options.timeout)
    session = look(site, page, limits, headers, options.htmx, tell, do)
    watched = None
    if options.browser:
        from sse_check.stream.browser import watch

        watched = watch(session, options.htmx_dir, tell)
    return align(session, options.expect, watched, options.optional)


def _status(session: Session, result: Result) -> int:
    if session.interrupted:
        click.echo("stopped: this is what was seen until then", err=True)
        return 130
    return 1 if result.fails(result.settings.fail_on) else 0


def _serve(options: StreamOptions, target: str) -> int:
    """Hold a sample page and its stream open, for a look with a browser."""
    from sse_check.stream.serve import CONTROL, Stage, server_of

    site, page = _site(options, target)
    if not isinstance(site, SampleSite):
        raise UseError("--serve shows a page with samples; an app serves itself")
    session = look(site, page, Limits(), {}, options.htmx)
    events, _ = decode(b"".join([site.body, *site.bodies.values()]))
    stage = Stage(site.page, target, [stream.path for stream in session.streams], events)
    try:
        server = server_of(stage, options.port)
    except OSError as error:
        raise UseError(
            f"port {options.port}: {error.strerror}; choose another with --port"
        ) from error
    origin = f"http://127.0.0.1:{server.server_address[1]}"
    control = f"{origin}{CONTROL}?token={stage.token}"
    click.echo(f"the page      {origin}/\nsend events   {control}\nCtrl-C ends")
    try:
        server.serve_forever(poll_interval=0.2)
    except KeyboardInterrupt:
        click.echo("stopped", err=True)
    finally:
        stage.close()
        server.server_close()
    return 0


def _site(options: StreamOptions, target: str) -> tuple[Site, str]:
    """Something that serves, and the page that is looked at."""
    if "://" in target:
        return HttpSite(target), _page(options.page or path_of(target))
    if is_app(target):
        return open_app(target, options.python, note), _page(options.page or "/")
    file = Path(target)
    if not file.is_file():
        raise UseError(f"{target}: {_no_target(target)}")
    if file.suffix == ".py":
        raise UseError(f"{target}: to run an app, name it in its module: `{file.stem}:app`")
    if not options.sample:
        raise UseError(f"{target}: a page without an app needs --sample FILE to stream")
    samples = [Path(sample) for sample in options.sample]
    return SampleSite(file, samples, _data(options.data)), target.replace("\\", "/")


def _no_target(target: str) -> str:
    if _HOST.fullmatch(target):
        return f"the address of a server is written `http://{target}{'' if '/' in target else '/'}`"
    path, _, attribute = target.rpartition(":")
    name = re.sub(r"[\\/]+", ".", path.removesuffix(".py")).strip(".")
    if path and attribute.isidentifier() and all(one.isidentifier() for one in name.split(".")):
        return f"an app is named by its module: `{name}:{attribute}`"
    return "no such page, and no app written `module:attribute`"


def _page(path: str) -> str:
    if "://" in path:
        raise UseError(f"--page {discreet(path)}: write its path, like /dashboard")
    return path_of(path)


def _data(path: str | None) -> dict[str, Any]:
    if path is None:
        return {}
    if not Path(path).is_file():
        raise UseError(f"{path}: no such file")
    try:
        found = json.loads(read_file(path))
    except UnreadableError as error:
        raise UseError(f"{path}: {error.why}") from error
    except (ValueError, RecursionError) as error:
        raise UseError(f"{path}: {error}") from error
    if not isinstance(found, dict):
        raise UseError(f"{path}: the data of a page is an object: names with values")
    return found


def _headers(options: StreamOptions) -> dict[str, str]:
    target = options.target or ""
    given = credentials_in(target) if "://" in target else {}
    return {**given, **read_headers(options.header, options.cookie)}


def _result(alignment: Alignment, options: StreamOptions, site: Site) -> Result:
    from sse_check.findings.check import named

    view = alignment.session.view
    if isinstance(site, SampleSite):
        traced = [site.places.traced(finding) for finding in alignment.findings]
    else:
        try:
            traced = at_their_templates(alignment.findings, Path.cwd())
        except SettingsError as error:
            raise UseError(str(error)) from error
        traced = [_with_elsewhere(finding, site, alignment.session.path) for finding in traced]
    ordered: list[Finding] = sorted(traced, key=lambda finding: finding.sort_key)
    return Result(
        tuple(named(ordered)),
        (),
        1,
        Settings(fail_on=options.fail_on, htmx=options.htmx),
        stacks=(KnownStack(view.stack.name, view.loaded.source, title_of(view.loaded)),),
    )


def _with_elsewhere(finding: Finding, site: Site, page: str) -> Finding:
    """A page without a stream, and which pages of the project have one."""
    if "--page PATH" not in finding.help:
        return finding
    known = _elsewhere(site, page)
    return replace(finding, help=f"{finding.help}; {known}") if known else finding


def _elsewhere(site: Site, page: str) -> str:
    """Where the project around the current folder opens streams, in words."""
    from sse_check.stream.elsewhere import advice, may_serve

    if isinstance(site, SampleSite) or not may_serve(site):
        return ""
    path, named = page.partition("?")[0], isinstance(site, AppSite | ServerSite)
    try:
        return advice(project_around(Path.cwd()), path, is_ours=named)
    except SettingsError:
        # Whoever asks for it has been told, or asked for something else.
        return ""


def _rendered(alignment: Alignment, result: Result, options: StreamOptions) -> str:
    if options.format_ == "html":
        from sse_check.stream import report_html

        return report_html.render(alignment, result)
    if options.format_ == "json":
        from sse_check.stream import report_json

        return report_json.render(alignment, result)
    if options.format_ != "text":
        render = importlib.import_module(f"sse_check.report.{options.format_}").render
        return str(render(result))
    style = Style(wants_colour(options.color, sys.stdout))
    report = text.render(result, style, quiet=True) if result.findings else ""
    parts = [table.render(alignment, style).rstrip("\n") + "\n"]
    if report:
        parts.append(report)
    else:
        parts.append(f"{style('aligned', 'help', 'bold')}: the page and its streams agree\n")
    return "\n".join(parts)


def _decode(options: StreamOptions) -> int:
    path = options.decode or ""
    try:
        data = read_stdin() if path == "-" else read_file(path, limit=LARGEST_SAMPLE)
    except UnreadableError as error:
        raise UseError(f"{path}: {error.why}") from error
    events, problems = decode(data)
    if options.format_ == "json":
        found = {
            "schema_version": 1,
            "events": [
                {
                    "event": event.event,
                    "data": event.data,
                    "last_event_id": event.last_event_id,
                    "retry": event.retry,
                    "offset": event.offset,
                }
                for event in events
            ],
            "problems": [{"offset": p.offset, "message": p.message} for p in problems],
        }
        shown = json.dumps(found, ensure_ascii=False, indent=1)
    else:
        lines = [f"{e.offset:>8}  {visible(e.event)}  {visible(repr(e.data))}" for e in events]
        lines += [
            f"{p.offset:>8}  {'warning' if p.is_warning else 'problem'}: {visible(p.message)}"
            for p in problems
        ]
        lines.append(f"{counted(len(events), 'event')}, {counted(len(problems), 'problem')}")
        shown = "\n".join(lines)
    write_report(f"{shown}\n", None, "json" if options.format_ == "json" else "text")
    failing = [p for p in problems if options.fail_on != "error" or not p.is_warning]
    return 1 if failing else 0
