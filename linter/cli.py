"""The command `archfit`. The only module that prints, reads arguments or the environment, or ends the program.

Nothing heavy is imported before a command needs it: `archfit --help` and a commit hook start in a few hundredths of a second.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from linter import __version__
from linter.errors import ArchfitError, InternalError, Problem, UsageError
from linter.report.escape import shortened, visible

if TYPE_CHECKING:
    from linter.model.rule import Rule
    from linter.model.run import Run
    from linter.pipeline import Options
    from linter.report.page import Page

EXIT_CODES = """\b
Exit codes:
  0  compliant
  1  findings (0 with --exit-zero)
  2  wrong usage, manifest, rule or provider file
  3  nothing was analysed
  4  an internal error, or gaps with --strict"""
_INTERRUPTED = 130


class Commands(click.Group):
    """All commands, with one way to fail."""

    def invoke(self, ctx: click.Context) -> Any:
        ctx.ensure_object(dict)
        try:
            return super().invoke(ctx)
        except (click.exceptions.Exit, click.ClickException):
            raise
        except KeyboardInterrupt:
            ctx.exit(_INTERRUPTED)
        except ArchfitError as error:
            _tell(error)
            code = error.exit_code
        except Exception as error:
            code = _tell_bug(error, ctx.obj.get("verbose", False))
        _discard_output(ctx)
        ctx.exit(code)


@click.group(cls=Commands, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="archfit", message="%(prog)s %(version)s")
def cli() -> None:
    """Reads a repository, infers its LLM architecture, and checks it against the constraints declared in archfit.yaml."""


def _path(command: Callable[..., None]) -> Callable[..., None]:
    return click.argument("path", type=click.Path(path_type=Path), default=Path("."))(command)


def _scan_options(*formats: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """What every command that scans a folder has in common."""
    options = [
        click.option("--format", "form", type=click.Choice(formats), default="text", show_default=True, help="What to write."),
        click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file, in one step."),
        click.option("--manifest", type=click.Path(path_type=Path), help="Use this file instead of PATH/archfit.yaml."),
        click.option("--strict", is_flag=True, help="Exit with 4 when something could not be analysed."),
        click.option("--jobs", "-j", type=click.IntRange(0), default=0, help="Processes at most; by default one a processor."),
        click.option("--no-cache", is_flag=True, help="Read every file anew, and keep nothing."),
        click.option("--quiet", "-q", is_flag=True, help="Text: only what was found."),
        click.option("--verbose", "-v", is_flag=True, help="Text: also what was left out, and why; a traceback for a bug."),
    ]

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(options):
            command = option(command)
        return _path(command)

    return decorate


@cli.command(epilog=EXIT_CODES)
@_scan_options("text", "json", "sarif")
@click.option("--rules", multiple=True, type=click.Path(path_type=Path), help="A folder with rules of your own; may be repeated.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 in spite of findings, for a job that uploads SARIF.")
@click.pass_context
def check(ctx: click.Context, /, form: str, output: Path | None, strict: bool, exit_zero: bool, **given: Any) -> None:
    """Check the architecture of PATH against its manifest."""
    from linter.pipeline import run as scan

    _remember(ctx, given["verbose"], output)
    run = scan(_options(given, check=True))
    incomplete = strict and bool(run.gaps)
    if form == "sarif":
        from linter.report import sarif

        _write(sarif.render(run, complete=not incomplete), output)
    elif form == "json":
        from linter.report import check_json

        _write(check_json.render(run), output)
    else:
        from linter.report import check_text

        _write_page(check_text.render(run, verbose=given["verbose"], quiet=given["quiet"]), output)
    _finish(ctx, run, incomplete, found=bool(run.gating) and not exit_zero)


@cli.command("map")
@_scan_options("text", "json")
@click.pass_context
def map_(ctx: click.Context, /, form: str, output: Path | None, strict: bool, **given: Any) -> None:
    """Show the architecture that PATH really uses."""
    from linter.pipeline import run as scan

    _remember(ctx, given["verbose"], output)
    run = scan(_options(given, check=False))
    if form == "json":
        from linter.report import map_json

        _write(map_json.render(run), output)
    else:
        from linter.report import map_text

        _write_page(map_text.render(run, verbose=given["verbose"], quiet=given["quiet"]), output)
    _finish(ctx, run, strict and bool(run.gaps), found=False)


@cli.command()
@_path
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="Not PATH/archfit.yaml; - prints it.")
@click.option("--suggest", is_flag=True, help="Also guess, by names, what may be sensitive data; commented out.")
@click.option("--no-cache", is_flag=True, help="Read every file anew, and keep nothing.")
def init(path: Path, output: Path | None, suggest: bool, no_cache: bool) -> None:
    """Draft archfit.yaml from what PATH really uses; `archfit check` right after it is clean."""
    from linter.pipeline import draft

    target = output or path / "archfit.yaml"
    printed = str(target) == "-"
    if not printed and target.exists():
        raise UsageError(Problem("is there already", str(target), remedy="remove it, or give --output"))
    text = draft(_options({"path": path, "no_cache": no_cache, "jobs": 0, "suggest": suggest}, check=True))
    _write(text, None if printed else target)
    if not printed:
        click.echo(f"{target} is written: read it, correct it, and run `archfit check`", err=True)


@cli.command()
@click.argument("rule_id", metavar="[ID]", required=False)
@click.option("--rules", multiple=True, type=click.Path(path_type=Path), help="A folder with rules of your own; may be repeated.")
def rule(rule_id: str | None, rules: tuple[Path, ...]) -> None:
    """Explain a rule; without ID, list all of them."""
    from linter.pipeline import known_rules
    from linter.report import rule_text

    found = known_rules(rules)
    _write_page(rule_text.listing(found) if rule_id is None else rule_text.render(_chosen(found, rule_id)), None)


@cli.command()
@click.argument("name", type=click.Choice(["manifest", "check", "map"]), default="manifest")
def schema(name: str) -> None:
    """Print a JSON Schema: of archfit.yaml, for editors, or of what `check` and `map` write as JSON."""
    from linter.report.schemas import load

    if name == "manifest":
        import json

        from linter.declare.load import json_schema

        _write(json.dumps(json_schema(), indent=2) + "\n", None)
    else:
        _write(load("archfit-check-1" if name == "check" else "archfit-architecture-1"), None)


# ---- from arguments to options


def _options(given: dict[str, Any], *, check: bool) -> Options:
    from datetime import date

    from linter.extract.cache import default_folder
    from linter.pipeline import Options

    path: Path = given["path"]
    return Options(
        root=path,
        today=date.today(),
        check=check,
        manifest=given.get("manifest"),
        rules=tuple(given.get("rules", ())),
        jobs=given["jobs"],
        cache=None if given["no_cache"] else default_folder(os.environ, sys.platform, path),
        # A hook judges the commit; scratch files beside it would be judged on this machine only.
        untracked=os.environ.get("PRE_COMMIT") != "1",
        suggest=given.get("suggest", False),
    )


def _chosen(rules: tuple[Rule, ...], rule_id: str) -> Rule:
    for one in rules:
        if one.id == rule_id:
            return one
    from difflib import get_close_matches

    near = get_close_matches(rule_id, [one.id for one in rules], 1)
    remedy = f"did you mean `{near[0]}`?" if near else "`archfit rule` lists them"
    raise UsageError(Problem(f"there is no rule `{rule_id}`", remedy=remedy))


# ---- output


def _write(text: str, output: Path | None) -> None:
    from linter.report.files import encoded, write_file

    if output is not None:
        write_file(output, text)
        return
    try:
        sys.stdout.buffer.write(encoded(text))
        sys.stdout.buffer.flush()
    except BrokenPipeError:  # the reader has seen enough; Python would complain once more at the end of the program
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _write_page(page: Page, output: Path | None) -> None:
    coloured = output is None and sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    if coloured:
        from rich.console import Console

        Console(highlight=False, soft_wrap=True).print(page.styled(), end="")
    else:
        _write(page.plain(), output)


def _finish(ctx: click.Context, run: Run, incomplete: bool, *, found: bool) -> None:
    if incomplete:
        gaps = (Problem(gap.reason, gap.file, gap.line) for gap in run.gaps)
        _tell(InternalError(*gaps), "not analysed, and --strict is given")
        ctx.exit(InternalError.exit_code)
    ctx.exit(1 if found else 0)


def _remember(ctx: click.Context, verbose: bool, output: Path | None) -> None:
    """For the case that the command fails."""
    ctx.obj.update(verbose=verbose, output=output)


def _discard_output(ctx: click.Context) -> None:
    from linter.report.files import discard

    if ctx.obj.get("output") is not None:
        discard(ctx.obj["output"])


# ---- failures


def _tell(error: ArchfitError, title: str = "") -> None:
    """Every problem with its place and its remedy."""
    if title:
        click.echo(f"archfit: {title}:", err=True)
    for problem in error.problems:
        click.echo(f"{'  ' if title else 'archfit: '}{visible(str(problem))}", err=True)


def _tell_bug(error: Exception, verbose: bool) -> int:
    if verbose:
        import traceback

        click.echo("".join(traceback.format_exception(error)), err=True, nl=False)
    what = shortened(visible(f"{type(error).__name__}: {error}"), 300)
    hint = "" if verbose else " (--verbose shows where)"
    click.echo(f"archfit: {what}\narchfit: this is a bug in archfit, please report it{hint}; no result was written", err=True)
    return InternalError.exit_code


def main() -> None:
    """The entry point."""
    cli(prog_name="archfit")
