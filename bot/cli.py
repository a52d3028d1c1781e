"""The command line: `relevo …`. A command imports its room when it is called, so that `--help` is quick."""

import importlib
import json
import logging
import sys
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from handoff.errors import RelevoError, SettingsInvalid, Unavailable

if TYPE_CHECKING:
    from bot.knowledge.library import Library
    from bot.settings import Env
    from handoff.service import Core, Database

ELSEWHERE = {  # command: where it lives, and its line in --help
    "agents": ("handoff.desk.cli:agents", "Agents of the desk: add, invite, list."),
    "erase": ("bot.privacy:erase", "Forget a customer: everything but the proof."),
    "export": ("bot.privacy:export", "Evidence of one case, or everything of one customer."),
    "knowledge": ("bot.knowledge.cli:knowledge", "The approved knowledge: import, export, release."),
    "replies": ("bot.replies:replies", "The team's canned replies: import, export."),
}
EVALUATIONS = {
    "answers": ("bot.evaluate:evaluate_answers", "Answer matching on labelled questions (CSV)."),
    "handoff": ("handoff.detection.evaluate:evaluate_handoff", "Detection on transcripts (JSONL)."),
}


class LazyGroup(click.Group):
    """A group of commands, some of which live in other rooms and are imported when they are used."""

    def __init__(self, *args: Any, elsewhere: dict[str, tuple[str, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.elsewhere = elsewhere or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *self.elsewhere])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.elsewhere:
            return super().get_command(ctx, cmd_name)
        module, _, name = self.elsewhere[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, self._line(name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def _line(self, name: str) -> str:
        return self.elsewhere[name][1] if name in self.elsewhere else self.commands[name].get_short_help_str(limit=100)


@dataclass
class Relevo:
    """What a command works with; each part is made when it is first asked for."""

    overrides: dict[str, object] = field(default_factory=dict)

    @cached_property
    def env(self) -> "Env":
        from bot.settings import load_env

        return load_env(**self.overrides)

    @cached_property
    def _database(self) -> "Database":
        from handoff.service import Database

        return Database(self.env.database_url)

    @property
    def public_url(self) -> str:
        return self.env.public_url

    def database(self) -> "Database":
        return self._database

    def library(self) -> "Library":
        from bot.knowledge.library import Library

        return Library(self._database, self.env.secret_key)

    def core(self) -> "Core":
        from bot.app import build_core

        return build_core(self.env)


@click.group(cls=LazyGroup, elsewhere=ELSEWHERE, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="relevo")
@click.pass_context
def relevo(context: click.Context) -> None:
    """Relevo: a customer-support chatbot with a guaranteed human handoff."""
    context.obj = Relevo()
    only_warnings()


def only_warnings() -> None:
    """A command talks to a person; `serve` sets its own logs up."""
    import structlog

    level = structlog.make_filtering_bound_logger(logging.WARNING)
    structlog.configure(wrapper_class=level, logger_factory=structlog.PrintLoggerFactory(sys.stderr))


@relevo.command()
@click.option("--demo/--no-demo", default=None, help="Demo accounts, a text-message double and its simulator.")
@click.pass_obj
def up(app: Relevo, demo: bool | None) -> None:
    """Start everything on this machine and watch over it."""
    from bot.up import run

    if demo is not None:
        app.overrides["demo"] = demo
    sys.exit(run(app.env))


@relevo.command()
@click.pass_obj
def serve(app: Relevo) -> None:
    """The gateway, the relay and the sweeper, in one process."""
    import uvicorn

    uvicorn.run(
        "bot.app:create_app",
        factory=True,
        host=app.env.host,
        port=app.env.port,
        timeout_graceful_shutdown=10,
        access_log=False,
    )


@relevo.command()
@click.pass_obj
def engine(app: Relevo) -> None:
    """The host of the dialogue engines, which run in their own Python; it builds releases too."""
    from bot.release.host import run

    run(app.env)


@relevo.command()
@click.pass_obj
def actions(app: Relevo) -> None:
    """What the engine looks up in the company's own systems, in the engine's Python."""
    from bot.boxed import run_actions

    run_actions(app.env)


@relevo.command()
@click.pass_obj
def migrate(app: Relevo) -> None:
    """Bring the database to the newest schema."""
    from bot.preparation import migrate as bring_up_to_date

    bring_up_to_date(app.database())
    click.echo("The database has the newest schema.")


@relevo.command()
@click.option("--force", is_flag=True, help="Train even if there is a model of this release.")
@click.pass_obj
def train(app: Relevo, force: bool) -> None:
    """Train the engine on the current release of the knowledge."""
    from bot.training import train_current
    from handoff.clock import utc_now

    model = train_current(app.env, app.database(), utc_now(), force=force)
    click.echo(f"{model.path} sha256 {model.sha256}")


@relevo.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
@click.pass_obj
def audit(app: Relevo, as_json: bool) -> None:
    """Check every invariant on the live database; exit 1 on any violation."""
    from handoff.audit import audit_database
    from handoff.clock import utc_now

    report = audit_database(app.database(), app.env.secret_key, utc_now())
    click.echo(json.dumps(report.as_dict(), indent=2) if as_json else report.as_text())
    sys.exit(0 if report.clean else 1)


@relevo.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
@click.pass_obj
def doctor(app: Relevo, as_json: bool) -> None:
    """Say what would keep a customer from a person, and how to mend it; exit 1 when something is serious."""
    from bot import doctor as rounds

    at, findings = rounds.examine_now(app.env)
    click.echo(rounds.as_json(findings, at) if as_json else rounds.as_text(findings))
    sys.exit(0 if rounds.is_healthy(findings) else 1)


@relevo.command("webhook-secret")
@click.pass_obj
def webhook_secret(app: Relevo) -> None:
    """Print the secret that signs webhooks."""
    click.echo(app.env.webhook_secret)


@relevo.group()
def settings() -> None:
    """The business: name, languages, hours, service levels, channels."""


@settings.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def import_settings(app: Relevo, file: Path) -> None:
    """Make FILE (a relevo.toml) the current settings."""
    from bot.operations import import_settings as store
    from handoff.clock import utc_now

    click.echo(f"Settings version {store(app.core(), file, utc_now())} is in force.")


@settings.command("export")
@click.pass_obj
def export_settings(app: Relevo) -> None:
    """Print the current settings as a relevo.toml."""
    from bot.operations import export_settings as read

    click.echo(read(app.core()), nl=False)


@relevo.group()
def callbacks() -> None:
    """Promised callbacks."""


@callbacks.command("list")
@click.pass_obj
def list_callbacks(app: Relevo) -> None:
    """Every open promise, the earliest due first."""
    from bot.operations import open_promises
    from handoff.clock import utc_now

    for line in open_promises(app.core(), utc_now()):
        click.echo(line)


@relevo.group(cls=LazyGroup, elsewhere=EVALUATIONS)
def evaluate() -> None:
    """Measure on real data."""


def fail(error: RelevoError) -> NoReturn:
    """Says what to mend, on stderr; exit code 1."""
    click.echo(f"{error.code}: {error.message}", err=True)
    for name, what in error.fields.items():
        click.echo(f"  {name}: {what}", err=True)
    sys.exit(1)


def main() -> NoReturn:
    """The `relevo` program. Exit codes: 0 done, 1 refused or failed, 2 wrong usage."""
    try:
        relevo(prog_name="relevo")
    except RelevoError as error:
        fail(error)
    except Exception as error:  # noqa: BLE001 - raised again unless it is understood
        fail(database_trouble(error))
    sys.exit(0)


def database_trouble(error: Exception) -> RelevoError:
    """What to mend when the database cannot be used; any other error is raised again as it is."""
    if not type(error).__module__.startswith("sqlalchemy."):
        raise error
    from sqlalchemy.exc import ArgumentError, OperationalError

    reason = str(getattr(error, "orig", error)).strip().partition("\n")[0]
    if isinstance(error, OperationalError):
        return Unavailable(f"The database cannot be used: {reason}")
    if isinstance(error, ArgumentError):
        return SettingsInvalid("This is no address of a database.", fields={"RELEVO_DATABASE_URL": reason})
    raise error


if __name__ == "__main__":
    main()
