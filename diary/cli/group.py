"""A click group that imports a command when it is called, so that help starts at once, and lets no traceback out."""

from __future__ import annotations

import errno
import os
from importlib import import_module
from typing import Any

import click

DEBUG = "MIGRAINE_DEBUG"
"""Set this environment variable to see the traceback of a fault in the program."""


class Commands(click.Group):
    """Commands declared by name: where each lives (``module:attribute``) and its line in the help."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.declared: dict[str, tuple[str, str]] = {}

    def declare(self, name: str, place: str, summary: str) -> None:
        """Add a command that is imported from *place* when it is first used."""
        self.declared[name] = (place, summary)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, in the order of their declaration."""
        return [*self.declared, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now if it has not been yet."""
        if cmd_name not in self.declared:
            return super().get_command(ctx, cmd_name)
        module, attribute = self.declared[cmd_name][0].split(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the words name; an unknown one is an error that names the nearest."""
        if args and args[0] not in self.list_commands(ctx) and not args[0].startswith("-"):
            ctx.fail(f"There is no command {args[0]!r}.{self._nearest(ctx, args[0])} See: migraine --help.")
        return super().resolve_command(ctx, args)

    def _nearest(self, ctx: click.Context, word: str) -> str:
        from difflib import get_close_matches

        near = get_close_matches(word, self.list_commands(ctx), 1)
        return f" Did you mean {near[0]!r}?" if near else ""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, written without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in self.declared.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; whatever goes wrong ends as a sentence and a non-zero exit."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
            raise  # the last: nobody reads on, as with "migraine show | head"; click ends without a word
        except Exception as error:
            if os.environ.get(DEBUG):
                raise
            raise click.ClickException(sentence(error)) from error


def sentence(error: Exception) -> str:
    """What to tell a person: the diary's own words, or that the program has a fault."""
    from diary.model import DiaryError

    if isinstance(error, DiaryError):
        return str(error)
    if isinstance(error, OSError) and error.filename is None and error.errno in (errno.ENOSPC, errno.EIO, errno.EBADF):
        return (
            f"The output could not be written ({error.strerror}). What was recorded is in the diary; look at it with: "
            "migraine show"
        )
    return (
        f"The program has a fault ({type(error).__name__}). Please report what you did; "
        f"{DEBUG}=1 before the command shows the details for the developers."
    )
