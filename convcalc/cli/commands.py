"""The commands as click has them: a group that imports a command only when it is asked for."""

from __future__ import annotations

import os
from importlib import import_module

import click

from convcalc import __version__

# Each command's module, whose `command` is a click command, and the line that `convcalc --help` shows of it.
COMMANDS = {
    "summary": ("convcalc.cli.summary", "Show every layer's output shape and parameters, and the totals."),
    "check": ("convcalc.cli.check", "Find shape errors, explain them and name the fix."),
    "rules": ("convcalc.cli.rules", "List the rules of check, or show the page of one."),
    "verify": ("convcalc.cli.verify", "Compare every row of a summary with real PyTorch (runs the file)."),
    "size": ("convcalc.cli.size", "Work out an output size, or the settings that give one."),
}


class Commands(click.Group):
    """A group that imports a command only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[cmd_name][0]).command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and (name.endswith((".py", ".ipynb")) or "::" in name or os.path.exists(name)):
            ctx.fail(f"No such command {name!r}. Did you mean 'convcalc summary {name}' or 'convcalc check {name}'?")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
def commands() -> None:
    """The shapes, parameters and costs of a PyTorch model, without PyTorch.

    \b
    convcalc summary model.py           every layer of the model that the file builds
    convcalc check model.py             what PyTorch would refuse, and the fix
    convcalc rules view-size            what a rule means, with an example
    convcalc size 28 -k 5 -p 2          the bare formula, with its working
    convcalc size 28 --to 14            which settings turn 28 into 14

    Exit codes: 0 no error found; 1 a shape error in the model; 2 the call is wrong; 3 something is not known.
    """
