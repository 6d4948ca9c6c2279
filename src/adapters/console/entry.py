"""How every command of the console begins, and how a fault that can be mended ends it."""

from typing import Any

import click
import msgspec

from adapters import log, privileges
from adapters.console.problems import EXIT_CODES, exit_code, sentences
from adapters.said import both
from adapters.settings import Settings, load_settings


class Commands(click.Group):
    """A group in which what an operator can mend ends as one sentence in each language."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.UsageError as problem:
            if not isinstance(problem, click.exceptions.NoArgsIsHelpError):
                click.echo(f"thidua: {both('Dòng lệnh không đúng', 'The command line is wrong')}:", err=True)
            raise  # What exactly is click's to say, in its own words.
        except tuple(EXIT_CODES) as problem:
            for line in sentences(problem):
                click.echo(f"thidua: {line}", err=True)
            ctx.exit(exit_code(problem))


def configured(**changes: Any) -> Settings:
    """The settings, with what the command line says in their place, and the logs set up."""
    settings = msgspec.structs.replace(
        load_settings(), **{name: value for name, value in changes.items() if value is not None}
    )
    log.configure(level=settings.log_level, style=settings.log_format)
    return settings


def at_work(**changes: Any) -> Settings:
    """The same for what works in the data folder, where all files are the service user's: as root, become that user."""
    settings = configured(**changes)
    privileges.make_private_folder(settings.data_dir)
    privileges.drop_to_service_user()
    return settings
