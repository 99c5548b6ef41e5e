"""`convcalc check` as click has it."""

from __future__ import annotations

import click

from .check_request import CheckRequest
from .options import CHECK
from .summary import click_option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


HELP = """Find what PyTorch would refuse, say why, and name the fix.

TARGET is a file, a file and an expression over its names, or a folder. Without one, the targets of [tool.convcalc] in
pyproject.toml are checked, or else this folder. A notebook (.ipynb) is checked as the script of its cells. Files run against a
stand-in for PyTorch: nothing is installed, imported or written.

\b
convcalc check train.py
convcalc check model.py::Net --input 1x3x224x224
convcalc check src/ tests/ --format github
"""


def run(targets: tuple[str, ...], **parameters: Any) -> None:
    """Find what PyTorch would refuse, say why, and name the fix."""
    raise SystemExit(CheckRequest(targets, **parameters).run())


command = click.Command(
    "check",
    callback=run,
    params=[click.Argument(["targets"], metavar="[TARGET]...", nargs=-1), *map(click_option, CHECK)],
    help=HELP,
    short_help="Find shape errors, explain them and name the fix.",
)
