"""`convcalc rules`: the rules of `check`."""

from __future__ import annotations

import click

from convcalc.check.rules import RULES, SEVERITIES, page, wrong_names

HELP = """List the rules of `convcalc check` with their severity, or show the page of one.

An error is what PyTorch refuses, a warning what it accepts and is surely meant otherwise, unknown what could not be
analysed. A line of a file is let off with a comment: # convcalc: ignore[RULE]

\b
convcalc rules
convcalc rules linear-in-features
"""


def run(name: str | None) -> None:
    """List the rules of `convcalc check` with their severity, or show the page of one."""
    if name is None:
        click.echo(_listed(), nl=False)
        return
    if name not in RULES:
        _, near = next(wrong_names([name]), (name, []))
        hint = f"did you mean {' or '.join(near)}?" if near else "`convcalc rules` lists them"
        raise click.UsageError(f"there is no rule {name!r}: {hint}")
    rule = RULES[name]
    click.echo(page(name) or f"{rule.name} ({rule.severity}): {rule.summary}\n", nl=False)


def _listed() -> str:
    formatter = click.HelpFormatter(width=80)
    for severity in SEVERITIES:
        with formatter.section(severity.capitalize()):
            formatter.write_dl([(rule.name, rule.summary) for rule in RULES.values() if rule.severity == severity])
    return formatter.getvalue().lstrip("\n")


command = click.Command(
    "rules",
    callback=run,
    params=[click.Argument(["name"], required=False)],
    help=HELP,
    short_help="List the rules of check, or show the page of one.",
)
