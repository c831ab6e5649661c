"""`sse-check stream`."""

import importlib
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

import click

from sse_check.cli.errors import UseError
from sse_check.cli.output import note, read_stdin, write_report
from sse_check.cli.settings import settings_at
from sse_check.findings.model import Finding
from sse_check.findings.result import Result
from sse_check.project.settings import Level, Settings
from sse_check.report import text
from sse_check.report.style import Style, visible, wants_colour
from sse_check.source.counted import counted
from sse_check.source.lazy import lazy
from sse_check.source.reading import UnreadableError, read_file
from sse_check.source.writing import UnwritableError, write_file
from sse_check.stream import table
from sse_check.stream.align import Alignment, align
from sse_check.stream.apps import is_app, open_app
from sse_check.stream.http import HttpSite
from sse_check.stream.origin import Templates
from sse_check.stream.samples import SampleSite
from sse_check.stream.session import look
from sse_check.stream.web import Limits, Site, StreamError
from sse_check.stream.wire import decode

_HEADER_NAME = lazy(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROLS = lazy(r"[\x00-\x08\x0a-\x1f\x7f]")


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
        if options.decode is not None:
            return _decode(options)
        return _look(options)
    except StreamError as error:
        raise UseError(str(error)) from error
    except KeyboardInterrupt:
        click.echo("stopped", err=True)
        return 130


def _look(options: StreamOptions) -> int:
    if options.target is None:
        raise UseError(
            "name what to look at: a page with --sample, an app `module:app`, or an address"
        )
    if options.serve:
        return _serve(options, options.target)
    site, page = _site(options, options.target)
    limits = Limits(options.max_events, options.timeout)
    shows = sys.stderr.isatty() and not options.quiet

    def tell(message: str) -> None:
        if shows:
            note(message)

    try:
        session = look(
            site,
            page,
            limits,
            _headers(options),
            options.htmx,
            tell,
        )
        watched = None
        if options.browser:
            from sse_check.stream.browser import watch

            watched = watch(session, site, options.htmx_dir, tell)
        alignment = align(session, options.expect, watched)
    finally:
        site.close()
    if options.record is not None:
        body = b"".join(stream.reply.body for stream in session.streams)
        _write(options.record, body)
        note(f"{options.record}: {len(body)} bytes recorded")
    result = _result(alignment, options)
    report = _rendered(alignment, result, options)
    write_report(report, options.output_file, options.format_)
    if session.interrupted:
        click.echo("stopped: this is what was seen until then", err=True)
        return 130
    return 1 if result.fails(result.settings.fail_on) else 0


def _write(path: str, data: bytes) -> None:
    try:
        write_file(os.path.abspath(path), data)
    except UnwritableError as error:
        raise UseError(f"{path}: {error.why}") from error


def _serve(options: StreamOptions, target: str) -> int:
    """Hold a sample page and its stream open, for a look with a browser."""
    from sse_check.stream.serve import CONTROL, Stage, server_of

    site, page = _site(options, target)
    if not isinstance(site, SampleSite):
        raise UseError("--serve shows a page with samples; an app serves itself")
    session = look(site, page, Limits(), {}, options.htmx)
    events, _ = decode(site.body)
    stage = Stage(site.page, target, [stream.path for stream in session.streams], events)
    try:
        server = server_of(stage, options.port)
    except OSError as error:
        raise UseError(
            f"port {options.port}: {error.strerror}; choose another with --port"
        ) from error
    origin = f"http://127.0.0.1:{server.server_address[1]}"
    click.echo(f"the page      {origin}/\nsend events   {origin}{CONTROL}\nCtrl-C ends")
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
    if target.startswith(("http://", "https://")):
        parts = _address(target)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return HttpSite(f"{parts.scheme}://{parts.netloc}"), options.page or path
    if is_app(target):
        return open_app(target), options.page or "/"
    file = Path(target)
    if not file.is_file():
        raise UseError(f"{target}: no such page, and no app written `module:attribute`")
    if not options.sample:
        raise UseError(f"{target}: a page without an app needs --sample FILE to stream")
    samples = [Path(sample) for sample in options.sample]
    return SampleSite(file, samples, _data(options.data)), target.replace("\\", "/")


def _address(target: str) -> SplitResult:
    """The parts of an address that can be asked."""
    try:
        parts = urlsplit(target)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        raise UseError(f"{target}: not an address: {error}") from error
    if not usable:
        raise UseError(f"{target}: not an address: it names no host, or port 0")
    return parts


def _data(path: str | None) -> dict[str, Any]:
    if path is None:
        return {}
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
    found = {}
    for header in options.header:
        name, colon, value = header.partition(":")
        if not colon:
            raise UseError(f"--header {header}: write `Name: value`")
        if not _HEADER_NAME.fullmatch(name.strip()) or _CONTROLS.search(value):
            raise UseError(f"--header {header}: a name or value that no request can have")
        found[name.strip().lower()] = value.strip()
    if any(_CONTROLS.search(cookie) for cookie in options.cookie):
        raise UseError("--cookie: a value that no request can have")
    if options.cookie:
        found["cookie"] = "; ".join(options.cookie)
    return found


def _result(alignment: Alignment, options: StreamOptions) -> Result:
    from sse_check.findings.check import named

    view = alignment.session.view
    templates = _templates()
    traced = [templates.traced(finding) for finding in alignment.findings]
    ordered: list[Finding] = sorted(traced, key=lambda finding: finding.sort_key)
    return Result(
        tuple(named(ordered)),
        (),
        1,
        Settings(fail_on=options.fail_on, htmx=options.htmx),
        stacks=((view.stack.name, view.loaded.source),),
    )


def _templates() -> Templates:
    """The templates around the current folder, in which what is served is written."""
    from sse_check.project.places import project_root
    from sse_check.project.project import Project

    here = str(Path.cwd())
    settings = settings_at(here)
    return Templates(lambda: Project.load(settings.folder or project_root(here), settings))


def _rendered(alignment: Alignment, result: Result, options: StreamOptions) -> str:
    if options.format_ == "html":
        from sse_check.stream import report_html

        return report_html.render(alignment, result)
    if options.format_ != "text":
        render = importlib.import_module(f"sse_check.report.{options.format_}").render
        return str(render(result))
    style = Style(wants_colour(options.color, sys.stdout))
    report = text.render(result, style, quiet=True) if result.findings else ""
    parts = [table.render(alignment, style)]
    if report:
        parts.append(report)
    else:
        parts.append(f"{style('aligned', 'help', 'bold')}: the page and its streams agree\n")
    return "\n".join(parts)


def _decode(options: StreamOptions) -> int:
    path = options.decode or ""
    try:
        data = read_stdin() if path == "-" else read_file(path)
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
        write_report(json.dumps(found, ensure_ascii=False, indent=1) + "\n", None, "json")
    else:
        lines = [f"{e.offset:>8}  {visible(e.event)}  {e.data!r}" for e in events]
        lines += [f"{p.offset:>8}  problem: {visible(p.message)}" for p in problems]
        lines.append(f"{counted(len(events), 'event')}, {counted(len(problems), 'problem')}")
        write_report("".join(f"{line}\n" for line in lines), None)
    return 1 if problems else 0
