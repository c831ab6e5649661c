"""The commands and their options. What they do is in the modules beside this one."""

from typing import Any

import click

from sse_check import __version__
from sse_check.project.settings import HTMX_VERSIONS, LEVELS, PROFILES
from sse_check.template.dialects import DIALECT_NAMES

FORMATS = (
    "text",
    "concise",
    "json",
    "sarif",
    "github",
    "gitlab",
    "junit",
    "checkstyle",
    "rdjson",
)


_OWN_RULES = click.option(
    "--allow-project-rules",
    is_flag=True,
    help="Load the project's own rules. They are code: it runs with all that you may do.",
)
_LINKS = click.option(
    "--follow-links", is_flag=True, help="Read files to which links lead out of the project."
)
_DEBUG = click.option("--debug", is_flag=True, help="Show the traceback of an internal error.")


class ReaderGoneError(Exception):
    """The reader of a pipe went away. Click would end with the status of findings."""


class _DefaultsToCheck(click.Group):
    """`sse-check templates/` means `sse-check check templates/`."""

    def make_context(self, *args: Any, **options: Any) -> click.Context:
        try:
            return super().make_context(*args, **options)
        except BrokenPipeError as error:
            raise ReaderGoneError from error

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise ReaderGoneError from error

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (
            args[0] not in self.commands and args[0] not in ("--help", "-h", "--version")
        ):
            args = ["check", *args]
        return super().parse_args(ctx, args)


@click.group(
    cls=_DefaultsToCheck,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="sse-check", message="%(prog)s %(version)s")
def cli() -> None:
    """Find events that never arrive, or land in the wrong element.

    A linter for htmx Server-Sent Events in HTML, Jinja2, Django, kida and Tornado templates.
    Without a command, `sse-check [TARGET]...` checks the targets.

    \b
    Examples:
      sse-check init                     see what this project is taken for
      sse-check                          check the current folder
      sse-check templates/ page.html     check a folder and a file
      sse-check --format json            findings for a program
      sse-check explain sse_orphan       what a rule means and how to fix it
      sse-check --fix                    apply the safe fixes
      sse-check map --format html --output-file map.html
                                         where every event lands, drawn
      sse-check stream app:app --page /  ask the running app
    """


def _names(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> list[str]:
    """The names in options that are repeated, or hold several."""
    return [name.strip() for one in given for name in one.split(",") if name.strip()]


@cli.command()
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@click.option(
    "--format", "format_", type=click.Choice(FORMATS), default="text", help="How to print findings."
)
@click.option("--output-file", type=click.Path(dir_okay=False), help="Write the report to a file.")
@click.option(
    "--select",
    multiple=True,
    metavar="RULE",
    callback=_names,
    help="Only these rules (or prefixes); repeatable, or with commas.",
)
@click.option(
    "--ignore",
    multiple=True,
    metavar="RULE",
    callback=_names,
    help="Not these rules (or prefixes); repeatable, or with commas.",
)
@click.option(
    "--severity",
    multiple=True,
    metavar="RULE=LEVEL",
    help="Set the severity of a rule (or prefix): error, warning, info or off.",
)
@click.option(
    "--fail-on",
    type=click.Choice(LEVELS),
    help="Lowest severity that makes the exit status 1.  [default: error]",
)
@click.option("--warnings-as-errors", is_flag=True, help="The same as --fail-on warning.")
@click.option(
    "--profile", type=click.Choice(PROFILES), help="What decides severities.  [default: auto]"
)
@click.option(
    "--htmx",
    type=click.Choice(HTMX_VERSIONS),
    help="The htmx generation of the pages.  [default: auto]",
)
@click.option(
    "--dialect",
    type=click.Choice(DIALECT_NAMES),
    help="The template language.  [default: by content]",
)
@click.option(
    "--exclude",
    multiple=True,
    metavar="PATTERN",
    help="Leave out files, in the manner of .gitignore; repeatable.",
)
@click.option("--config", type=click.Path(dir_okay=False), help="Read settings from this file.")
@click.option(
    "--stdin-filename",
    metavar="FILE",
    help="With the target `-`: the file whose text comes on standard input.",
)
@click.option("--fix", is_flag=True, help="Apply the safe fixes, then check again.")
@click.option(
    "--unsafe-fixes",
    is_flag=True,
    help="With --fix or --diff: also the fixes that may change meaning.",
)
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option(
    "--baseline", type=click.Path(dir_okay=False), help="Leave out the findings of this baseline."
)
@click.option(
    "--write-baseline",
    type=click.Path(dir_okay=False),
    help="Write all findings to this baseline, to be left out from now on.",
)
@click.option("--json", "json", is_flag=True, help="The same as --format json.")
@click.option(
    "--include-info/--no-include-info",
    default=True,
    help="Print findings of severity info too.  [default: include]",
)
@click.option("--watch", is_flag=True, help="Check again whenever a file changes.")
@click.option("--coverage", is_flag=True, help="List all that was not understood, and why.")
@click.option(
    "--statistics", is_flag=True, help="Count the findings by rule, and tell where the time went."
)
@click.option("--quiet", "-q", is_flag=True, help="Print nothing when nothing is found.")
@click.option(
    "--color",
    type=click.Choice(("auto", "always", "never")),
    default="auto",
    show_default=True,
    help="Colour the text report.",
)
@_OWN_RULES
@_LINKS
@_DEBUG
def check(**options: object) -> int:
    """Check templates.

    A TARGET is a file, a folder, `-` for standard input, or an app `module:attribute` (its
    project is read, not run). Whatever the targets are, their project is read around them:
    layouts, includes and macros count.

    \b
    Exit status: 0 nothing that fails, 1 findings, 2 wrong use or unreadable target.
    """
    from sse_check.cli.check import run_check
    from sse_check.cli.options import CheckOptions

    if options.pop("json"):
        options["format_"] = "json"
    return run_check(CheckOptions.of(options))


@cli.command("map")
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@click.option("--format", "format_", type=click.Choice(("text", "json", "html")), default="text")
@click.option("--output-file", type=click.Path(dir_okay=False), help="Write to a file.")
@click.option("--htmx", type=click.Choice(HTMX_VERSIONS), help="The htmx generation of the pages.")
@click.option("--color", type=click.Choice(("auto", "always", "never")), default="auto")
@_LINKS
@_DEBUG
def map_(**options: Any) -> int:
    """Show the wiring: pages, connections, events, listeners, and where each event lands."""
    from sse_check.cli.map import MapOptions, run_map

    del options["debug"]
    return run_map(MapOptions(**options))


@cli.command()
@click.argument("target", required=False, metavar="TARGET")
@click.option("--page", metavar="PATH", help="The page of an app.  [default: /]")
@click.option(
    "--sample",
    multiple=True,
    metavar="FILE",
    help="Events for a page without an app: a .sse file, a folder of fragments "
    "(status.html is the event `status`), or a list in JSON or YAML; /path=FILE is for one "
    "stream; repeatable.",
)
@click.option("--data", metavar="FILE", help="JSON with values for the page's template.")
@click.option(
    "--python",
    metavar="PROGRAM",
    help="The Python of an app, or the folder of its environment.  [default: the active "
    "environment, the project's own .venv, venv or env, or the one that runs this]",
)
@click.option(
    "--do",
    multiple=True,
    metavar="REQUEST",
    help="Sent while the streams are open, like `POST /say text=hi`; repeatable.",
)
@click.option(
    "--max-events",
    type=click.IntRange(1, 1_000_000),
    default=20,
    show_default=True,
    help="Events to read of each stream.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(0, 86_400, min_open=True),
    default=5.0,
    show_default=True,
    help="Seconds to read each stream; a page has 20, whatever is said here.",
)
@click.option(
    "--expect",
    multiple=True,
    metavar="NAME",
    help="An event that must come, or a pattern like row-*; repeatable.",
)
@click.option(
    "--optional",
    multiple=True,
    metavar="NAME",
    help="An event that may stay away, or a pattern; repeatable.",
)
@click.option("--header", multiple=True, metavar="NAME:VALUE", help="Sent with every request.")
@click.option("--cookie", multiple=True, metavar="NAME=VALUE", help="Sent with every request.")
@click.option(
    "--htmx",
    type=click.Choice(HTMX_VERSIONS),
    default="auto",
    show_default=True,
    help="The htmx generation of the page.",
)
@click.option("--decode", metavar="FILE", help="Decode captured bytes (`-` for standard input).")
@click.option(
    "--serve", is_flag=True, help="Hold the sample page open, with a page to send events by hand."
)
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=0,
    help="The port of --serve; a free one without it.",
)
@click.option(
    "--browser", is_flag=True, help="Observe landing places in a headless Chromium (Playwright)."
)
@click.option(
    "--htmx-dir",
    metavar="DIR",
    help="With --browser and no network: a folder with the packages that the page loads.",
)
@click.option(
    "--record",
    metavar="FILE",
    help="Store what the streams sent as samples; of several streams each beside FILE.",
)
@click.option("--format", "format_", type=click.Choice((*FORMATS, "html")), default="text")
@click.option("--output-file", type=click.Path(dir_okay=False), help="Write the report to a file.")
@click.option("--fail-on", type=click.Choice(LEVELS), default="error", show_default=True)
@click.option("--quiet", "-q", is_flag=True, help="Show no progress.")
@click.option("--color", type=click.Choice(("auto", "always", "never")), default="auto")
def stream(**options: object) -> int:
    """Look at a page and its streams, and tell whether both sides agree.

    TARGET is an app `module:attribute` (ASGI or WSGI, or a factory), the address of a page on
    a running server, or a page's file together with --sample.

    \b
    Examples:
      sse-check stream app:app --page /dashboard
      sse-check stream http://127.0.0.1:8000/dashboard --cookie session=abc
      sse-check stream app:app --page /chat --do "POST /say text=hi"
      sse-check stream templates/dashboard.html --sample samples/
      sse-check stream --decode captured.sse --format json
    """
    from sse_check.cli.stream import StreamOptions, run_stream

    return run_stream(StreamOptions.of(options))


@cli.command()
@click.argument("what", type=click.Choice(("output", "settings", "map", "stream")))
def schema(what: str) -> int:
    """Print the JSON Schema of the output, the settings, the map, or the stream report."""
    import json

    from sse_check.report.map_schema import map_schema
    from sse_check.report.schema import output_schema, settings_schema
    from sse_check.stream.report_json import stream_schema

    made = {
        "output": output_schema,
        "settings": settings_schema,
        "map": map_schema,
        "stream": stream_schema,
    }
    click.echo(json.dumps(made[what](), indent=1))
    return 0


@cli.command()
def init() -> int:
    """Show what the project is taken for, and write a first configuration.

    Nothing is asked. At its end it prints an entry for pre-commit.
    """
    from sse_check.cli.init import run_init

    return run_init()


@cli.command()
@click.argument("rule")
@_OWN_RULES
def explain(rule: str, allow_project_rules: bool) -> int:
    """Print the page of a rule: what, why, examples, how to fix it.

    Rules of the harness (`stream_unheard`) have one too.
    """
    from sse_check.cli.rules import run_explain

    return run_explain(rule, allowed=allow_project_rules)


@cli.command()
@click.option("--format", "format_", type=click.Choice(("text", "json")), default="text")
@_OWN_RULES
def rules(format_: str, allow_project_rules: bool) -> int:
    """List the rules."""
    from sse_check.cli.rules import run_rules

    return run_rules(format_, allowed=allow_project_rules)


@cli.command()
@click.argument("file", type=click.Path())
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="List every element, not only those with hx- or sse- attributes.",
)
@click.option(
    "--dialect",
    type=click.Choice(DIALECT_NAMES),
    help="The template language.  [default: by content]",
)
def tree(file: str, everything: bool, dialect: str | None) -> int:
    """Print the elements of a template with their ancestors, across files."""
    from sse_check.cli.tree import run_tree

    return run_tree(file, everything=everything, dialect=dialect)
